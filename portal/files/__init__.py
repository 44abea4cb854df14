"""Stored files: what was uploaded or made, checked by content, kept durably."""
