"""How numbers, dates, instants and hashes are written in an official Chinese document."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation

from portal.clock import local

DIGITS = "〇一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """Return 1…99 as 一 … 九十九, the way headings are numbered.

    Raises ValueError outside that range.
    """
    if not 1 <= number <= 99:
        raise ValueError(f"headings are numbered from 1 to 99, not {number}")
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return head + (DIGITS[ones] if ones else "")


def chinese_date(text: str) -> str:
    """Return an ISO date as 2027年2月28日 (no leading zeros); anything else unchanged.

    An empty text gives room for the pen: 年 月 日 with spaces before each.
    """
    if not text:
        return "\u3000\u3000\u3000年\u3000\u3000月\u3000\u3000日"
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_instant(text: str) -> str:
    """Return an ISO instant as Shanghai's wall clock to the second: 2027年2月28日 9:05:07."""
    moment = local(dt.datetime.fromisoformat(text))
    return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M:%S}"


def amount(text: str) -> str:
    """Return a decimal string with thousands separated and only the decimals it needs.

    Whole amounts lose their .00; anything that is no number is returned unchanged.
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def grouped(text: str) -> str:
    """Return a hash or code in groups of four, easier to compare by eye: 9f3c 71aa 0b52."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
