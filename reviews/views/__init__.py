"""The pages of the association's work, mounted by the admin site."""
