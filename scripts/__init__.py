"""Launchers and tools around the portal; nothing in here is imported by it."""
