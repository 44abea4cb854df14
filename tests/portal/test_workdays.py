"""Working days: published holidays, moved weekends, and honest guesses beyond the calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.workdays import add_workdays, count_workdays, is_provisional, is_workday


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2024-02-09", True),  # the eve of the Spring Festival was a working day in 2024
        ("2024-02-10", False),
        ("2024-02-18", True),  # a Sunday worked in exchange
        ("2024-04-22", True),
        ("2024-04-28", True),  # a Sunday worked for 1 May
        ("2024-05-01", False),
        ("2024-10-07", False),
        ("2026-10-01", False),
        ("2026-11-21", False),  # a plain Saturday
    ],
)
def test_the_published_calendar_is_followed(text: str, works: bool) -> None:
    assert is_workday(day(text)) is works
    assert not is_provisional(day(text))


def test_beyond_the_calendar_weekdays_count_and_are_called_provisional() -> None:
    assert is_provisional(day("2035-10-01"))
    assert is_workday(day("2035-10-01"))
    assert not is_workday(day("2035-09-29"))


def test_staff_know_better_than_the_calendar() -> None:
    known = {day("2024-04-22"): False, day("2024-05-01"): True}
    assert not is_workday(day("2024-04-22"), known)
    assert is_workday(day("2024-05-01"), known)


def test_counting_skips_holidays_and_takes_worked_weekends() -> None:
    assert add_workdays(day("2024-04-26"), 1).day == day("2024-04-28")
    assert add_workdays(day("2024-04-30"), 1).day == day("2024-05-06")
    assert add_workdays(day("2024-05-06"), -1).day == day("2024-04-30")
    assert add_workdays(day("2024-05-01"), 0).day == day("2024-05-01")


def test_a_count_into_an_unpublished_year_is_provisional() -> None:
    assert not add_workdays(day("2026-12-01"), 5).provisional
    assert add_workdays(day("2034-12-28"), 5).provisional
    told = {day("2035-01-01") + dt.timedelta(days=n): n % 7 < 5 for n in range(14)}
    assert not add_workdays(day("2035-01-01"), 5, told).provisional


def test_counting_a_span_takes_both_ends() -> None:
    assert count_workdays(day("2024-04-22"), day("2024-04-28")) == 6
    assert count_workdays(day("2024-04-22"), day("2024-04-22")) == 1
    assert count_workdays(day("2024-04-23"), day("2024-04-22")) == 0


def test_counting_and_adding_agree() -> None:
    start = day("2025-01-01")
    for number in range(1, 200):
        end = add_workdays(start, number).day
        assert count_workdays(start + dt.timedelta(days=1), end) == number


def test_absurd_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="1000"):
        add_workdays(day("2024-01-01"), 1001)
    with pytest.raises(ValueError, match="too long"):
        count_workdays(day("2000-01-01"), day("2030-01-01"))
