"""Migrations of holidays."""
