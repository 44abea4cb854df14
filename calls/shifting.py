"""Moves last year's figures to this year's: years, days and editions in texts and parameters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# "2023 年 3 月 5 日", "3月5日", or a year by itself that is not part of a longer number.
_DAY = r"(?:(?P<year>\d{4})\s*年\s*)?(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
_DATE_OR_YEAR = re.compile(rf"{_DAY}|(?<!\d)(?P<lone>(?:19|20)\d\d)(?!\d)")
_DIGITS = "零一二三四五六七八九"
# Years named in a call lie this close to its own; a greater distance is history, not a term.
NEAR = 10
_YEAR_KEYS = frozenset({"year", "from_year", "to_year"})
# What other entries refer to keeps its name.
_NAMES = frozenset(
    {"code", "value", "equals", "kind", "role", "name", "uscc", "column", "any_of", "roles"}
)
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class Shift:
    """From one year's call to another's."""

    year: int
    years: int
    # Days of the process as the old call states them, and what they become.
    days: Mapping[dt.date, dt.date] = field(default_factory=dict)
    # 13 -> 14: 第十三届 becomes 第十四届.
    editions: Mapping[int, int] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """Return a text with its days, years and editions moved."""
        return self._editions(_DATE_OR_YEAR.sub(self._date_or_year, text))

    def data(self, value: Any, key: str = "") -> Any:
        """Return parameters or options with every text, day and year in them moved."""
        if isinstance(value, dict):
            return {k: self.data(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self.data(item, key) for item in value]
        if isinstance(value, int) and key in _YEAR_KEYS:
            return value + self.years
        if isinstance(value, str) and key not in _NAMES:
            return self._string(value)
        return value

    def _string(self, value: str) -> str:
        if _ISO_DAY.match(value):
            return shift_years(dt.date.fromisoformat(value), self.years).isoformat()
        return self.text(value)

    def _date_or_year(self, match: re.Match[str]) -> str:
        if match["lone"]:
            return str(self._moved(int(match["lone"])))
        year = int(match["year"]) if match["year"] else None
        named = self._named(year, int(match["month"]), int(match["day"]))
        if named is not None:
            new = self.days[named]
            return f"{new.year}年{new.month}月{new.day}日" if year else f"{new.month}月{new.day}日"
        if year is None:
            return match[0]
        return match[0].replace(match["year"], str(self._moved(year)), 1)

    def _named(self, year: int | None, month: int, day: int) -> dt.date | None:
        """Find the day of the process a text means; one without a year may mean any."""
        for old in self.days:
            if (old.month, old.day) == (month, day) and year in (None, old.year):
                return old
        return None

    def _moved(self, year: int) -> int:
        return year + self.years if abs(year - self.year) <= NEAR else year

    def _editions(self, text: str) -> str:
        """Replace all at once, so that 第十三届 becoming 第十四届 is not moved a second time."""
        new = {
            f"第{words(old)}届": f"第{words(number)}届"
            for old, number in self.editions.items()
            for words in (numeral, str)
        }
        if not new:
            return text
        return re.sub("|".join(map(re.escape, new)), lambda match: new[match[0]], text)


def numeral(number: int) -> str:
    """Write 1 to 999 in Chinese numerals, as editions are counted: 13 is 十三.

    Raises ``ValueError`` outside that range.
    """
    if not 1 <= number <= 999:
        raise ValueError(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def shift_years(day: dt.date, years: int) -> dt.date:
    """Return the same day of another year; 29 February becomes the 28th where it must."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def next_occurrence(
    window: tuple[dt.date, dt.date], *, years: int, old_close: dt.date, new_close: dt.date
) -> tuple[dt.date, dt.date]:
    """Move a window such as 8–10月 by at least ``years`` to where it can still be used.

    A window that lay after the old deadline comes to lie after the new one; a window that was
    running at the old deadline must not be over at the new one.
    """
    start, end = window
    while True:
        moved = shift_years(start, years), shift_years(end, years)
        reached = moved[0] if start > old_close else moved[1]
        if reached > new_close:
            return moved
        years += 1
