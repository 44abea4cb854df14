"""Days off as staff maintain them, and how working days are counted with them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from chinese_calendar.constants import holidays
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.holidays.models import Holiday, HolidayYear
from portal.holidays.services import exceptions
from portal.workdays import add_workdays, is_workday
from tests.factories.people import StaffPostFactory

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


def test_the_page_says_what_is_built_in_and_what_is_provisional(settings: Any) -> None:
    """An empty list is no empty calendar: the newest year's days stand on the page, others too."""
    settings.DEMO = True  # lets staff in without a second factor
    client = Client()
    client.force_login(StaffPostFactory().user)
    address = reverse("admin:holidays_holidayyear_changelist")
    newest = max(day.year for day in holidays)
    page = client.get(address)
    assert page.status_code == 200
    assert page.context["provisional_from"] == newest + 1
    assert page.context["shown_year"] == newest
    older = client.get(address, {"calendar": "2024"})
    shown = {one.day.isoformat(): one.works for one in older.context["published"]}
    assert shown["2024-02-12"] is False, "a Monday off"
    assert shown["2024-02-04"] is True, "a Sunday on which people work"
    assert "2024-02-17" not in shown, "a Saturday off as any other"
    assert "2024-02-12" in older.text
    assert client.get(address, {"calendar": "1950"}).context["shown_year"] == newest
