"""Template tags of the call editor."""
