"""How pages look: template tags, the dress of form fields and the two small pages of the face."""
