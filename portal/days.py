"""Reads a day as people type it: 2026-05-01, 2026.5.1, 2026/5/1 or 2026年5月1日."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_DAY = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?$")


def read_day(text: str) -> dt.date | None:
    """Return the day a text names; None where it names none that exists."""
    match = _DAY.match(unicodedata.normalize("NFKC", text).strip())
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
