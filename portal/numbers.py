"""Reads whole numbers out of what forms and addresses send."""

from __future__ import annotations

# Longer ones fit no column of the database, and Python refuses to read very long ones at all.
MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """Return the number a text of plain digits means, None for every other text."""
    fits = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if fits else None
