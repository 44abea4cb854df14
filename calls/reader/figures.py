"""Figures as notices write them: Chinese and Arabic numbers, ranges, bounds and money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {char: value for value, chars in enumerate(
    ("〇零○", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
) for char in chars}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
CHINESE = "〇零○一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟"
NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{CHINESE}]+)"
DASH = r"\s*(?:[-—–―－~～〜]+|至|到)\s*"
_SCALE = {"": 1, "元": 1, "百元": 100, "千元": 1000, "万": 10_000, "万元": 10_000, "亿元": 10**8}
MONEY_UNIT = r"(?:亿元|万元|千元|百元|万|元)"
_BEFORE = (
    r"(?P<before>(?:原则上|一般)?(?:不超过|不得超过|不高于|不多于|不大于|至多|最多|最高|上限为?|"
    r"控制在|限|约|大约|不少于|不低于|不得少于|不得低于|至少|超过|达到|满)?(?:为)?)"
)
_AFTER = r"(?P<after>(?:[（(]含[）)])?(?:左右|上下|以内|之内|内|以下|及以下|以上|及以上|之上)?)"
_UP_TO = re.compile(
    r"不超过|不得超过|不高于|不多于|不大于|至多|最多|最高|上限|控制在|限|以内|之内|内|以下"
)
_FROM = re.compile(r"不少于|不低于|不得少于|不得低于|至少|超过|达到|满|以上|之上")


@dataclass(frozen=True, slots=True)
class Count:
    """A number or a range; an open end is None."""

    low: int | None
    high: int | None
    about: bool
    unit: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of yuan or a range of amounts; an open end is None."""

    low: Decimal | None
    high: Decimal | None
    start: int
    end: int


def number(text: str) -> Decimal:
    """Return the value of an Arabic or Chinese number such as 1,200, 4.5, 十四, 叁 or 二〇二四.

    Raises ``ValueError`` for what is neither.
    """
    if re.fullmatch(r"[\d,.]+", text):
        return Decimal(text.replace(",", ""))
    if not text or set(text) - set(CHINESE):
        raise ValueError(text)
    if not set(text) & set(_TENS):
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return Decimal(total + digit)


def _tidy(amount: Decimal) -> Decimal:
    """Write whole yuan without idle decimals."""
    return Decimal(int(amount)) if amount == amount.to_integral_value() else amount


def _bounds(
    low: Decimal, high: Decimal | None, before: str, after: str
) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and the greatest of what the words around a number leave open."""
    if high is not None:
        return min(low, high), max(low, high)
    if _UP_TO.search(before) or _UP_TO.search(after):
        return None, low
    if _FROM.search(before) or _FROM.search(after):
        return low, None
    return low, low


_COUNT_TEMPLATE = (
    rf"{_BEFORE}(?P<low>{NUMBER})(?:(?:UNITS)?{DASH}(?P<high>{NUMBER}))?"
    rf"(?P<tens>余|多)?(?P<about>左右)?(?P<unit>UNITS){_AFTER}"
)


def count_pattern(units: str) -> re.Pattern[str]:
    """Return a pattern for counts in one of the units, given as alternatives such as ``项|个``."""
    return re.compile(_COUNT_TEMPLATE.replace("UNITS", f"(?:{units})"))


def counts(text: str, pattern: re.Pattern[str]) -> list[Count]:
    """Return the counts a pattern of :func:`count_pattern` finds, with their open ends."""
    found = []
    for match in pattern.finditer(text):
        low = number(match["low"])
        high = number(match["high"]) if match["high"] else None
        least, most = _bounds(low, high, match["before"], match["after"])
        about = bool(re.search(r"约|左右|上下", match["before"] + match["after"])) or bool(
            match["about"] or match["tens"]
        )
        found.append(
            Count(
                None if least is None else int(least), None if most is None else int(most),
                about, match["unit"], match.start(), match.end(),
            )
        )  # fmt: skip
    return found


_MONEY = re.compile(
    rf"{_BEFORE}(?:人民币)?(?P<low>{NUMBER})"
    rf"(?:(?P<low_unit>{MONEY_UNIT})?{DASH}(?P<high>{NUMBER}))?(?P<unit>{MONEY_UNIT})(?:整|人民币)?{_AFTER}"
)


def money(text: str) -> list[Money]:
    """Return the amounts in a text in yuan: 3万元, 3—4.5万元, 1万至2万元, 贰万元整, 8万元以内."""
    found = []
    for match in _MONEY.finditer(text):
        scale = _SCALE[match["unit"]]
        if match["unit"] == "万" and re.match(
            r"\s*(?:余|多)?(?:人|名|字|册|篇|次|件|平)", text[match.end() :]
        ):
            continue
        low_scale = _SCALE[match["low_unit"]] if match["low_unit"] else scale
        low = _tidy(number(match["low"]) * low_scale)
        high = _tidy(number(match["high"]) * scale) if match["high"] else None
        least, most = _bounds(low, high, match["before"], match["after"])
        found.append(Money(least, most, match.start(), match.end()))
    return found
