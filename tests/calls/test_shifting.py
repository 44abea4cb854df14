"""What changes in texts, parameters and windows when a call is cloned to another year."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.shifting import Shift, next_occurrence, numeral, shift_years

CLOSES = {dt.date(2024, 4, 22): dt.date(2026, 12, 5)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2024年度项目", "2026年度项目"),
        ("参加2023年度学会评价", "参加2025年度学会评价"),
        ("2021至2023年度先进学会", "2023至2025年度先进学会"),
        ("自1978年创办", "自1978年创办"),
        ("电话0000-20240001", "电话0000-20240001"),
        ("截止日期为4月22日", "截止日期为12月5日"),
        ("2024年4月22日止", "2026年12月5日止"),
        ("2024 年 4 月 22 日止", "2026年12月5日止"),
        ("2023年4月22日成立", "2025年4月22日成立"),
        ("每年5月1日", "每年5月1日"),
        ("2024年1月1日至2024年12月31日", "2026年1月1日至2026年12月31日"),
        ("第十三届年会与第十五届比赛", "第十四届年会与第十六届比赛"),
        ("第13届年会", "第14届年会"),
        ("第十四届论坛", "第十四届论坛"),
        ("没有数字的一句话", "没有数字的一句话"),
    ],
)
def test_texts(old: str, new: str) -> None:
    shift = Shift(2024, 2, CLOSES, {13: 14, 15: 16})
    assert shift.text(old) == new


def test_editions_in_a_row_are_not_moved_twice() -> None:
    shift = Shift(2024, 1, {}, {13: 14, 14: 15})
    assert shift.text("第十三届、第十四届") == "第十四届、第十五届"


def test_parameters_move_years_days_and_words_but_not_names() -> None:
    params = {
        "year": 2023,
        "from_year": 2021,
        "limit": 2024,
        "by": "2022-12-31",
        "label": "2023年评价",
        "code": "y2023",
        "any_of": [{"value": "2023", "label": "2023年"}],
        "none": None,
    }
    assert Shift(2024, 2).data(params) == {
        "year": 2025,
        "from_year": 2023,
        "limit": 2024,
        "by": "2024-12-31",
        "label": "2025年评价",
        "code": "y2023",
        "any_of": [{"value": "2023", "label": "2025年"}],
        "none": None,
    }


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "一"), (9, "九"), (10, "十"), (13, "十三"), (20, "二十"), (21, "二十一"), (99, "九十九"),
     (100, "一百"), (105, "一百零五"), (110, "一百一十"), (115, "一百一十五")],
)  # fmt: skip
def test_numerals(number: int, word: str) -> None:
    assert numeral(number) == word


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_numerals_outside_the_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        numeral(number)


def test_a_leap_day_becomes_the_28th() -> None:
    assert shift_years(dt.date(2024, 2, 29), 1) == dt.date(2025, 2, 28)
    assert shift_years(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


AUTUMN = (dt.date(2024, 8, 1), dt.date(2024, 10, 31))
WHOLE_YEAR = (dt.date(2023, 1, 1), dt.date(2023, 12, 31))


@pytest.mark.parametrize(
    ("window", "years", "old_close", "new_close", "expected_year"),
    [
        # 8–10月 announced in spring: the next autumn.
        (AUTUMN, 2, dt.date(2024, 4, 22), dt.date(2026, 4, 20), 2026),
        # Re-issued in November: this autumn is over, the next one it is.
        (AUTUMN, 2, dt.date(2024, 4, 22), dt.date(2026, 11, 30), 2027),
        # Re-issued in September: a window that lay ahead must lie ahead again.
        (AUTUMN, 2, dt.date(2024, 4, 22), dt.date(2026, 9, 1), 2027),
        # A year that runs already at the deadline may run again at the new one.
        (WHOLE_YEAR, 3, dt.date(2023, 3, 5), dt.date(2026, 12, 5), 2026),
        (WHOLE_YEAR, 3, dt.date(2023, 3, 5), dt.date(2026, 12, 31), 2027),
    ],
)
def test_windows_move_to_their_next_occurrence(
    window: tuple[dt.date, dt.date],
    years: int,
    old_close: dt.date,
    new_close: dt.date,
    expected_year: int,
) -> None:
    moved = next_occurrence(window, years=years, old_close=old_close, new_close=new_close)
    assert moved == tuple(day.replace(year=expected_year) for day in window)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)), st.integers(0, 30))
def test_a_moved_window_is_never_over(new_close: dt.date, years: int) -> None:
    start, end = next_occurrence(
        AUTUMN, years=years, old_close=dt.date(2024, 4, 22), new_close=new_close
    )
    assert start > new_close
    assert start.year >= 2024 + years
    assert (start.month, end.month) == (8, 10)


def test_codes_names_and_answers_in_rules_stay() -> None:
    params = {
        "any_of": ["2024 届"],
        "named": [{"name": "2024 联盟", "uscc": "51202400MJ0000001X", "limit": 2024}],
        "born_from": "1986-01-01",
    }
    moved = Shift(2024, 1).data(params)
    assert moved == params | {"born_from": "1987-01-01"}
