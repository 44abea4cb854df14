"""The one clock: instants come from the database, days are Shanghai's."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import connection

SHANGHAI = ZoneInfo("Asia/Shanghai")
# How far the database's clock is ahead of this worker's, as of the last question put to it.
_ahead = dt.timedelta(0)


def now() -> dt.datetime:
    """Return the database's wall clock as an aware instant.

    ``clock_timestamp()`` moves on inside a transaction, ``now()`` would not; a deadline is judged
    by this value alone, so that workers whose own clocks differ decide alike.
    """
    global _ahead
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
    assert isinstance(instant, dt.datetime)
    _ahead = instant - dt.datetime.now(dt.UTC)
    return instant


def shown() -> dt.datetime:
    """Return the database's time as this worker last knew it: for display, without a query."""
    return dt.datetime.now(dt.UTC) + _ahead


def local(instant: dt.datetime) -> dt.datetime:
    """Return the same instant as Shanghai's wall clock shows it."""
    return instant.astimezone(SHANGHAI)


def today() -> dt.date:
    """Return the current day in Shanghai by the database's clock."""
    return local(now()).date()


def end_of(day: dt.date) -> dt.datetime:
    """Return the exclusive end of a day: 至3月5日止 is 03-06 00:00 in Shanghai."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(0), SHANGHAI)


def start_of(day: dt.date) -> dt.datetime:
    """Return the first instant of a day in Shanghai."""
    return dt.datetime.combine(day, dt.time(0), SHANGHAI)
