"""Dates as notices write them: days, hours, ranges, windows of months; the year may lack."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from calls.reader.figures import CHINESE, DASH, number

_Y = rf"(?P<y>\d{{4}}|[{CHINESE}]{{4}})"
_N = rf"(?:\d{{1,2}}|[{CHINESE}]{{1,3}})"
_WEEKDAY = r"(?:\s*[（(](?:星期|周|礼拜)[一二三四五六日天][）)])?(?:[（(]含(?:当日|当天)?[）)])?"
_HOUR = (
    r"(?:\s*(?:当日|下班前|工作时间内)?[（(]?(?P<half>上午|下午|中午|晚上?|北京时间)?\s*"
    rf"(?P<h>\d{{1,2}}|[{CHINESE}]{{1,3}})(?:[:：](?P<min>\d{{2}})|[时点](?P<cmin>半|\d{{1,2}}分)?(?:整)?)[）)]?)?"
)
_DAY = re.compile(
    rf"(?:{_Y}年(?:度)?\s*)?(?P<m>{_N})月(?:(?P<d>{_N})(?:[日号]|(?={DASH}(?:\d{{4}}年|\d{{1,2}}月)))|(?P<part>底|末|上旬|中旬|下旬|初))"
    rf"{_WEEKDAY}{_HOUR}"
    r"|(?P<iy>\d{4})[-./](?P<im>\d{1,2})[-./](?P<id>\d{1,2})(?!\d)" + _HOUR.replace(
        "P<half>", "P<ihalf>").replace("P<h>", "P<ih>").replace("P<min>", "P<imin>").replace(
        "P<cmin>", "P<icmin>")
)  # fmt: skip
_LAST_DAY = re.compile(rf"{DASH}(?P<d>{_N})[日号]{_WEEKDAY}{_HOUR}")
_MONTHS = re.compile(
    rf"(?:{_Y}年(?:度)?\s*)?(?P<m>{_N})(?:月)?{DASH}(?:(?P<y2>\d{{4}})年)?(?P<m2>{_N})月(?:底|末)?(?![\d{CHINESE}])"
)
_TO = re.compile(rf"(?:[（(][^）)]{{1,6}}[）)])?(?:起|开始)?{DASH}$")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, perhaps with its hour; ``guessed`` tells that the year or the day is not written."""

    day: dt.date
    time: str = ""
    guessed_year: bool = False
    vague: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """A date or a range of dates in a text."""

    first: Moment
    last: Moment
    start: int
    end: int

    @property
    def is_range(self) -> bool:
        """Tell whether two ends are written."""
        return self.first is not self.last


def dates(text: str, *, base: dt.date | None) -> list[Dates]:
    """Return the dates in a text, ranges as one.

    ``base`` is the day of issue or the first day of the notice's year; a date without a year lies
    in the year of the one before it in the text, else on or after ``base``. Without either, a date
    without a year is left out.
    """
    found = [*_spans_of_years(text), *_windows(text, base)]
    taken = [(one.start, one.end) for one in found]
    year: int | None = None
    for match in _DAY.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        moment, written = _moment(match, base, year)
        if moment is None:
            continue
        year = moment.day.year if written else year
        found.append(Dates(moment, moment, match.start(), match.end()))
    found.sort(key=lambda one: one.start)
    return _with_ranges(found, text)


def _moment(
    match: re.Match[str], base: dt.date | None, year: int | None
) -> tuple[Moment | None, bool]:
    """Return the moment a match writes, and whether its year is written."""
    if match["iy"]:
        written, month, day = int(match["iy"]), int(match["im"]), int(match["id"])
        time = _time(match["ihalf"], match["ih"], match["imin"], match["icmin"])
        return _day(written, month, day, time), True
    month = int(number(match["m"]))
    if not 1 <= month <= 12:
        return None, False
    chosen = int(number(match["y"])) if match["y"] else year
    guessed = chosen is None
    if chosen is None:
        if base is None:
            return None, False
        chosen = base.year + (month < base.month)
    time = _time(match["half"], match["h"], match["min"], match["cmin"])
    if match["d"]:
        found = _day(chosen, month, int(number(match["d"])), time, guessed=guessed)
        return found, bool(match["y"])
    if not 1900 <= chosen <= 2200:
        return None, False
    last = calendar.monthrange(chosen, month)[1]
    day = {"上旬": 10, "中旬": 20, "初": 10}.get(match["part"], last)
    vague = match["part"] not in ("底", "末")
    return Moment(dt.date(chosen, month, day), time, guessed, vague), bool(match["y"])


def _day(year: int, month: int, day: int, time: str, *, guessed: bool = False) -> Moment | None:
    if not 1900 <= year <= 2200:
        return None
    try:
        return Moment(dt.date(year, month, day), time, guessed)
    except ValueError:
        return None


def _time(half: str | None, hour: str | None, minute: str | None, words: str | None) -> str:
    """Write an hour as 17:30; the end of the day is no hour of its own."""
    if not hour:
        return ""
    value = int(number(hour))
    if half in ("下午", "晚", "晚上") and value < 12:
        value += 12
    minutes = int(minute) if minute else 30 if words == "半" else 0
    if words and words.endswith("分"):
        minutes = int(words[:-1])
    if value >= 24 or minutes > 59 or (value, minutes) == (23, 59):
        return ""
    return f"{value:02}:{minutes:02}"


def _windows(text: str, base: dt.date | None) -> list[Dates]:
    """Return windows of whole months: 2024年8-10月, 2025年3月至2027年2月."""
    found = []
    for match in _MONTHS.finditer(text):
        rest = text[match.end() :]
        if re.match(rf"{_N}[日号]", rest):
            continue
        year = int(number(match["y"])) if match["y"] else base.year if base else None
        if year is None or not 1900 <= year <= 2200:
            continue
        first, last = int(number(match["m"])), int(number(match["m2"]))
        if not (1 <= first <= 12 and 1 <= last <= 12):
            continue
        last_year = int(match["y2"]) if match["y2"] else year + (last < first)
        guessed = not match["y"]
        end = dt.date(last_year, last, calendar.monthrange(last_year, last)[1])
        found.append(
            Dates(
                Moment(dt.date(year, first, 1), "", guessed), Moment(end, "", guessed),
                match.start(), match.end(),
            )
        )  # fmt: skip
    return found


_YEARS_LONG = re.compile(
    rf"(?P<y>\d{{4}})年?(?:度)?{DASH}(?P<y2>\d{{4}})年(?:度)?(?:期间|之间|间|内)"
)


def _spans_of_years(text: str) -> list[Dates]:
    """Return whole years that stand for a time: 2009—2010年间, 2023年至2024年期间."""
    found = []
    for match in _YEARS_LONG.finditer(text):
        first, last = int(match["y"]), int(match["y2"])
        if 1900 <= first <= last <= 2200:
            ends = Moment(dt.date(first, 1, 1)), Moment(dt.date(last, 12, 31))
            found.append(Dates(*ends, match.start(), match.end()))
    return found


def _with_ranges(found: list[Dates], text: str) -> list[Dates]:
    """Join two dates parted by a dash or 至, and a date with the bare day after a dash."""
    joined: list[Dates] = []
    for one in found:
        before = joined[-1] if joined else None
        if before and not before.is_range and not one.is_range:
            between = text[before.end : one.start]
            dash = _TO.match(re.sub(r"^[,，、]", "", between)) or between == "起"
            if dash and between and one.first.day >= before.first.day:
                joined[-1] = Dates(before.first, one.first, before.start, one.end)
                continue
        joined.append(one)
    return [_with_last_day(one, text) for one in joined]


def _with_last_day(one: Dates, text: str) -> Dates:
    match = _LAST_DAY.match(text, one.end)
    if one.is_range or not match:
        return one
    first = one.first.day
    time = _time(match["half"], match["h"], match["min"], match["cmin"])
    last = _day(first.year, first.month, int(number(match["d"])), time)
    if last is None or last.day < first:
        return one
    return Dates(one.first, Moment(last.day, time, one.first.guessed_year), one.start, match.end())
