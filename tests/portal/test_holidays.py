"""Days off as staff maintain them, and how working days are counted with them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from portal.holidays.models import Holiday, HolidayYear
from portal.holidays.services import exceptions
from portal.workdays import add_workdays, is_workday

pytestmark = pytest.mark.django_db


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_an_entered_day_goes_before_the_installed_calendar() -> None:
    year = HolidayYear.objects.create(year=2024, source="更正")
    Holiday.objects.create(year=year, day=day("2024-06-18"))
    Holiday.objects.create(year=year, day=day("2024-06-22"), is_workday=True)
    known = exceptions()
    assert not is_workday(day("2024-06-18"), known)
    assert is_workday(day("2024-06-22"), known)
    # A year the calendar knows is not made of weekdays because somebody corrected two days.
    assert not is_workday(day("2024-05-01"), known)


def test_a_year_beyond_the_calendar_counts_once_it_is_complete() -> None:
    year = HolidayYear.objects.create(year=2035, source="国办发明电")
    Holiday.objects.create(year=year, day=day("2035-01-01"))
    assert add_workdays(day("2034-12-31"), 2, exceptions()).provisional
    year.complete = True
    year.save()
    reached = add_workdays(day("2034-12-31"), 2, exceptions())
    assert (reached.day, reached.provisional) == (day("2035-01-03"), False)
    assert len([d for d in exceptions() if d.year == 2035]) == 365


def test_a_day_lies_in_its_year_and_is_entered_once() -> None:
    year = HolidayYear.objects.create(year=2035, source="国办发明电")
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(year=year, day=day("2036-01-01"))
    Holiday.objects.create(year=year, day=day("2035-10-01"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(year=year, day=day("2035-10-01"))
