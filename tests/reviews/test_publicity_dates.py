"""Ends of publicity periods, held against the holidays as they were published."""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.enums import PublicityCounting
from portal import clock
from portal.clock import SHANGHAI
from reviews.publicity_dates import Terms, period_of

WORKING, CALENDAR, HOURS = (
    PublicityCounting.WORKING,
    PublicityCounting.CALENDAR,
    PublicityCounting.HOURS,
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# Begin, length, counted from the first day, exclusive end; the days off of 2024–2026 as the State
# Council published them (国办发明电〔2023〕7号, 〔2024〕12号, 〔2025〕7号).
WORKING_DAYS = [
    # An ordinary week: Monday, five working days, over the next weekend or not.
    ("2024-06-17 09:00", 5, False, "2024-06-25 00:00"),
    ("2024-06-17 09:00", 5, True, "2024-06-22 00:00"),
    # Labour Day 2024: 05-01 to 05-05 off; Sunday 04-28 and Saturday 05-11 are worked.
    ("2024-04-26 17:00", 5, False, "2024-05-08 00:00"),
    ("2024-04-27 10:00", 1, True, "2024-04-29 00:00"),
    ("2024-05-06 08:00", 5, False, "2024-05-12 00:00"),
    # National Day 2024: 10-01 to 10-07 off; 09-29 (Sunday) and 10-12 (Saturday) are worked.
    ("2024-09-27 16:00", 5, False, "2024-10-11 00:00"),
    ("2024-09-30 16:00", 5, False, "2024-10-13 00:00"),
    # Spring Festival 2025: 01-28 to 02-04 off; 01-26 (Sunday) and 02-08 (Saturday) are worked.
    ("2025-01-24 16:00", 3, False, "2025-02-06 00:00"),
    ("2025-02-05 09:00", 3, False, "2025-02-09 00:00"),
    # New Year 2026: 01-01 to 01-03 off, Sunday 01-04 is worked.
    ("2025-12-31 09:00", 2, False, "2026-01-06 00:00"),
    # Published on a day off: the first working day from it on is the first.
    ("2024-05-01 12:00", 1, True, "2024-05-07 00:00"),
    # A second before midnight is still this day; midnight is the next.
    ("2024-06-17 23:59:59", 1, False, "2024-06-19 00:00"),
    ("2024-06-18 00:00:00", 1, False, "2024-06-20 00:00"),
]


@pytest.mark.parametrize(("begins", "length", "counted", "ends"), WORKING_DAYS)
def test_working_days_against_the_published_holidays(
    begins: str, length: int, counted: bool, ends: str
) -> None:
    period = period_of(Terms(length, WORKING, counted), at(begins))
    assert period.ends_at == at(ends)
    assert not period.is_provisional


@pytest.mark.parametrize(
    ("terms", "ends"),
    [
        (Terms(7, CALENDAR), "2024-05-04 00:00"),
        (Terms(7, CALENDAR, first_day_counted=True), "2024-05-03 00:00"),
        (Terms(7, CALENDAR, closing_hour=dt.time(17, 30)), "2024-05-03 17:30"),
        (Terms(3, WORKING, closing_hour=dt.time(17)), "2024-04-30 17:00"),
        (Terms(72, HOURS), "2024-04-29 15:00:01"),
    ],
)
def test_other_ways_of_counting(terms: Terms, ends: str) -> None:
    assert period_of(terms, at("2024-04-26 15:00:01")).ends_at == at(ends)


def test_an_hour_of_closing_that_has_passed_leaves_nothing() -> None:
    terms = Terms(1, CALENDAR, first_day_counted=True, closing_hour=dt.time(12))
    assert not period_of(terms, at("2024-06-17 11:59:59")).is_empty
    assert period_of(terms, at("2024-06-17 12:00:00")).is_empty


def test_a_year_nobody_knows_is_named_until_staff_know_it() -> None:
    terms = Terms(3, WORKING)
    period = period_of(terms, at("2034-12-31 10:00"))
    assert (period.unknown_year, period.is_provisional) == (2035, True)
    known = {dt.date(2034, 12, 29) + dt.timedelta(days=n): n % 7 not in (1, 2) for n in range(30)}
    assert period_of(terms, at("2034-12-31 10:00"), known).unknown_year is None
    assert period_of(Terms(30, CALENDAR), at("2034-12-29 10:00")).unknown_year is None


def test_staff_know_better_than_the_calendar() -> None:
    off = {dt.date(2024, 6, 18): False, dt.date(2024, 6, 22): True}
    assert period_of(Terms(4, WORKING), at("2024-06-17 09:00"), off).ends_at == at(
        "2024-06-23 00:00"
    )


days = st.datetimes(dt.datetime(2019, 1, 2), dt.datetime(2025, 11, 30), timezones=st.just(SHANGHAI))


@given(days, st.integers(1, 15), st.booleans())
def test_a_period_holds_exactly_its_working_days(
    begins: dt.datetime, length: int, counted: bool
) -> None:
    period = period_of(Terms(length, WORKING, counted), begins)
    first = begins.date() + dt.timedelta(days=0 if counted else 1)
    last = clock.local(period.ends_at).date() - dt.timedelta(days=1)
    span = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    assert sum(chinese_calendar.is_workday(day) for day in span) == length
    assert chinese_calendar.is_workday(last)
    assert period.ends_at > begins


@given(days, st.integers(1, 30))
def test_longer_never_ends_earlier(begins: dt.datetime, length: int) -> None:
    for counting in (WORKING, CALENDAR, HOURS):
        shorter = period_of(Terms(length, counting), begins).ends_at
        assert period_of(Terms(length + 1, counting), begins).ends_at > shorter
