"""Persons, units and what they are to each other; lowest app of all."""
