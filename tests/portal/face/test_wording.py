"""Times, money and sizes are said as people say them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from portal.clock import SHANGHAI, end_of
from portal.face import wording

DEADLINE = end_of(dt.date(2027, 4, 22))


def test_midnight_is_24_of_the_day_before() -> None:
    with translation.override("zh-hans"):
        assert wording.until(DEADLINE) == "2027年4月22日 24:00"
        assert wording.until(DEADLINE - dt.timedelta(seconds=1)) == "2027年4月22日 23:59"
        assert wording.until(DEADLINE + dt.timedelta(minutes=1)) == "2027年4月23日 00:01"


def test_until_is_shanghais_whatever_the_zone_of_the_instant() -> None:
    with translation.override("zh-hans"):
        assert wording.until(DEADLINE.astimezone(dt.UTC)) == "2027年4月22日 24:00"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (dt.timedelta(seconds=-1), "Past the deadline"),
        (dt.timedelta(0), "Past the deadline"),
        (dt.timedelta(seconds=1), "0 h 0 min"),
        (dt.timedelta(hours=23, minutes=59, seconds=59), "23 h 59 min"),
        (dt.timedelta(days=1), "1 day 0 h 0 min"),
        (dt.timedelta(days=2, hours=6, minutes=41), "2 days 6 h 41 min"),
    ],
)
def test_time_left_to_the_minute(before: dt.timedelta, said: str) -> None:
    with translation.override("en"):
        assert wording.time_left(DEADLINE, DEADLINE - before) == said


def test_days_left_never_falls_below_none() -> None:
    assert wording.days_left(DEADLINE, DEADLINE - dt.timedelta(days=2, hours=1)) == 2
    assert wording.days_left(DEADLINE, DEADLINE - dt.timedelta(hours=23)) == 0
    assert wording.days_left(DEADLINE, DEADLINE + dt.timedelta(days=3)) == 0


def test_clock_times_are_shanghais() -> None:
    instant = dt.datetime(2027, 4, 19, 13, 4, 32, tzinfo=dt.UTC)
    assert wording.clock_time(instant) == "21:04:32"
    with translation.override("zh-hans"):
        assert wording.moment(instant) == "2027年4月19日 21:04:32"
    assert instant.astimezone(SHANGHAI).hour == 21


@pytest.mark.parametrize(
    ("amount", "said"),
    [(15000, "1.5"), (30000, "3"), (Decimal("100000.00"), "10"), (0, "0"), (None, "")],
)
def test_money_in_ten_thousands_has_no_idle_zeros(amount: Decimal | int | None, said: str) -> None:
    assert wording.wan(amount) == said


def test_sizes_and_shares() -> None:
    assert wording.size(1) == "1 KB"
    assert wording.size(86_400) == "86 KB"
    assert wording.size(2_450_000) == "2.5 MB"
    assert wording.percent(37, 120) == 31
    assert wording.percent(5, 0) == 0
    assert wording.percent(300, 100) == 100


@pytest.mark.parametrize(
    ("language", "list_", "label", "addition"),
    [("zh-hans", "甲、乙", "名称：甲", "（3）"), ("en", "甲, 乙", "名称: 甲", " (3)")],
)
def test_signs_between_words_follow_the_language(
    language: str, list_: str, label: str, addition: str
) -> None:
    with translation.override(language):
        assert wording.listed(["甲", "乙"]) == list_
        assert wording.labelled("名称", "甲") == label
        assert wording.bracketed(3) == addition
        assert wording.bracketed(0) == wording.bracketed("") == ""
