"""Migrations of seals."""
