"""The expert's desk: her files, the masked application, the score sheet that saves itself."""
