"""Seals of units and associations: kept, used, checked."""
