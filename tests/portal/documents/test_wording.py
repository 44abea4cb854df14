"""Numbers, dates, amounts as an official document writes them."""

import pytest

from portal.documents import codes, wording


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三"), (99, "九十九")],
)
def test_headings_are_numbered_in_chinese(number: int, text: str) -> None:
    assert wording.chinese_numeral(number) == text


@pytest.mark.parametrize("number", [0, 100, -1])
def test_a_heading_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 99"):
        wording.chinese_numeral(number)


def test_a_date_has_no_leading_zeros() -> None:
    assert wording.chinese_date("2027-02-08") == "2027年2月8日"


def test_a_missing_date_leaves_room_for_the_pen() -> None:
    assert wording.chinese_date("").replace("\u3000", "") == "年月日"
    assert "\u3000\u3000年" in wording.chinese_date("")


def test_an_instant_is_shanghais_to_the_second() -> None:
    assert wording.chinese_instant("2026-04-22T15:59:58+00:00") == "2026年4月22日 23:59:58"
    assert wording.chinese_instant("2026-04-22T16:00:00+00:00") == "2026年4月23日 00:00:00"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("30000.00", "30,000"), ("4800.50", "4,800.50"), ("0", "0"), ("1234567.891", "1,234,567.89"),
        ("约3万", "约3万"), ("NaN", "NaN"),
    ],
)  # fmt: skip
def test_amounts_are_grouped_and_keep_only_needed_decimals(text: str, shown: str) -> None:
    assert wording.amount(text) == shown


def test_a_code_is_read_however_people_type_it() -> None:
    for typed in (
        "7K4MQ2XD93HW",
        "7k4m-q2xd-93hw",
        " 7K4M Q2XD　93HW ",
        "７Ｋ４Ｍ－Ｑ２ＸＤ－９３ＨＷ",
    ):
        assert codes.read(typed) == "7K4MQ2XD93HW"


@pytest.mark.parametrize("typed", ["", "7K4M", "7K4M-Q2XD-93H0", "7K4M-Q2XD-93HI", "7K4MQ2XD93HWW"])
def test_what_cannot_be_a_code_is_no_code(typed: str) -> None:
    assert codes.read(typed) == ""


def test_codes_do_not_repeat_and_hold_no_look_alikes() -> None:
    made = {codes.new_code() for _ in range(2000)}
    assert len(made) == 2000
    assert not set("".join(made)) & set("01ILOU")
