"""What staff know of working days, in the shape in which working days are counted."""

from __future__ import annotations

import datetime as dt

from portal.holidays.models import Holiday, HolidayYear
from portal.workdays import Exceptions, is_provisional


def exceptions() -> Exceptions:
    """Return the days staff have entered, and every day of years they declared complete.

    The installed calendar knows its years by itself; of years beyond it the days staff did not
    name are what their weekday says, once the year is complete.
    """
    known: dict[dt.date, bool] = {}
    for year in HolidayYear.objects.filter(complete=True).values_list("year", flat=True):
        first = dt.date(year, 1, 1)
        if is_provisional(first):
            length = (dt.date(year + 1, 1, 1) - first).days
            days = [first + dt.timedelta(days=number) for number in range(length)]
            known |= {day: day.weekday() < 5 for day in days}
    return known | dict(Holiday.objects.values_list("day", "is_workday"))
