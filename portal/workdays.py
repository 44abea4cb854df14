"""Working days of mainland China; beyond the published calendar they are reckoned, and say so.

The State Council publishes the holidays of a year in the autumn before it. For years the installed
calendar does not know, Monday to Friday count as working days: such an answer is provisional.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays, workdays

# What staff know better than the calendar: True makes a day a working day, False a free one.
Exceptions = Mapping[dt.date, bool]

_KNOWN_YEARS = frozenset(day.year for day in (*holidays, *workdays))
# Nobody plans further, and no loop may run away.
_MAX_DAYS = 1000


@dataclass(frozen=True, slots=True)
class Workday:
    """A day reached by counting; ``provisional`` when one of the days counted is not published."""

    day: dt.date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Published:
    """A day of the installed calendar that is not what its weekday says, with its occasion."""

    day: dt.date
    works: bool
    occasion: str


def known_years() -> list[int]:
    """Return the years of the installed calendar, the newest first."""
    return sorted(_KNOWN_YEARS, reverse=True)


def published_in(year: int) -> list[Published]:
    """Return the weekdays off and the working weekends of a year of the installed calendar."""
    names = {one.value: one.chinese for one in Holiday}
    days = [Published(day, False, names[name]) for day, name in holidays.items()]
    days += [Published(day, True, names[name]) for day, name in workdays.items()]
    return sorted(
        (one for one in days if one.day.year == year and one.works == (one.day.weekday() > 4)),
        key=lambda one: one.day,
    )


def is_provisional(day: dt.date) -> bool:
    """Tell whether the calendar of the day's year is not known yet."""
    return day.year not in _KNOWN_YEARS


def is_workday(day: dt.date, exceptions: Exceptions | None = None) -> bool:
    """Tell whether offices work on this day, by the calendar or, beyond it, by the weekday."""
    if exceptions and day in exceptions:
        return exceptions[day]
    if is_provisional(day):
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def add_workdays(day: dt.date, count: int, exceptions: Exceptions | None = None) -> Workday:
    """Return the ``count``-th working day after ``day``, before it when ``count`` is negative.

    The day itself is not counted; 0 returns it as it is. Raises ``ValueError`` beyond 1000 days.
    """
    if abs(count) > _MAX_DAYS:
        raise ValueError(f"at most {_MAX_DAYS} working days can be counted")
    step = dt.timedelta(days=1 if count > 0 else -1)
    provisional = False
    left = abs(count)
    while left:
        day += step
        provisional |= is_provisional(day) and day not in (exceptions or {})
        left -= is_workday(day, exceptions)
    return Workday(day, provisional)


def count_workdays(first: dt.date, last: dt.date, exceptions: Exceptions | None = None) -> int:
    """Count the working days from ``first`` to ``last``, both included; 0 when reversed."""
    days = (last - first).days + 1
    if days > _MAX_DAYS * 2:
        raise ValueError("the span is too long to count working days")
    return sum(is_workday(first + dt.timedelta(days=n), exceptions) for n in range(max(days, 0)))
