"""The flows over people and units: registration, rights, imports."""
