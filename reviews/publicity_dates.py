"""When a publicity period ends: days or hours counted as the notice says; pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from calls.enums import PublicityCounting
from portal import clock, workdays
from portal.workdays import Exceptions

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long, and counted how; a ``calls.PublicityRule`` says so."""

    length: int
    counting: str
    first_day_counted: bool = False
    # Shanghai's time on the last day; None: the end of that day.
    closing_hour: dt.time | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant to an exclusive end; ``unknown_year`` is one whose days off are not known."""

    begins_at: dt.datetime
    ends_at: dt.datetime
    unknown_year: int | None = None

    @property
    def is_provisional(self) -> bool:
        """Whether a day was counted of a year whose days off are not published or entered yet."""
        return self.unknown_year is not None

    @property
    def is_empty(self) -> bool:
        """Whether it is over before it begins, as with an hour of closing that has passed."""
        return self.ends_at <= self.begins_at


def period_of(terms: Terms, begins_at: dt.datetime, exceptions: Exceptions | None = None) -> Period:
    """Return the period that begins at an instant, its end by Shanghai's days.

    Where the first day counts, it is the day of publication, or in working days the first one
    from it on. ``exceptions`` are days of which staff know better than the calendar.
    """
    if terms.counting == PublicityCounting.HOURS:
        return Period(begins_at, begins_at + dt.timedelta(hours=terms.length))
    first = clock.local(begins_at).date()
    before = first - _DAY if terms.first_day_counted else first
    unknown = None
    if terms.counting == PublicityCounting.WORKING:
        last = workdays.add_workdays(before, terms.length, exceptions).day
        unknown = _unknown_year(before, last, exceptions)
    else:
        last = before + terms.length * _DAY
    if terms.closing_hour is None:
        return Period(begins_at, clock.end_of(last), unknown)
    ends_at = dt.datetime.combine(last, terms.closing_hour, clock.SHANGHAI)
    return Period(begins_at, ends_at, unknown)


def _unknown_year(before: dt.date, last: dt.date, exceptions: Exceptions | None) -> int | None:
    """Return the year of the first day counted of which nobody knows whether people work."""
    day = before + _DAY
    while day <= last:
        if workdays.is_provisional(day) and day not in (exceptions or {}):
            return day.year
        day += _DAY
    return None
