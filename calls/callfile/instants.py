"""Days and instants as call files write them: an end by its day alone is that day's 24:00."""

from __future__ import annotations

import datetime as dt

from portal import clock

ENDS = frozenset({"closes_at", "signoff_by", "seal_by", "paper_by"})


def read_day(text: str) -> dt.date:
    """Read a day; raises ``ValueError`` for one the calendar lacks."""
    return dt.date.fromisoformat(text)


def read_instant(text: str, *, end: bool) -> dt.datetime:
    """Read an instant in Shanghai's time; a day alone is its beginning, or its end.

    Raises ``ValueError`` for one the calendar or the clock lacks.
    """
    day_text, _blank, time_text = text.partition(" ")
    day = dt.date.fromisoformat(day_text)
    if not time_text:
        return clock.end_of(day) if end else clock.start_of(day)
    if time_text in ("24:00", "24:00:00"):
        return clock.end_of(day)
    return dt.datetime.combine(day, dt.time.fromisoformat(time_text), clock.SHANGHAI)


def write_instant(instant: dt.datetime, *, end: bool) -> str:
    """Write an instant as briefly as ``read_instant`` understands, to the second."""
    local = clock.local(instant)
    if local.time() == dt.time(0):
        day = local.date() - dt.timedelta(days=1) if end else local.date()
        return day.isoformat()
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"
