"""The 居民身份证号码: how it is written, what it tells, how it is shown to others."""

from __future__ import annotations

import datetime as dt

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

LENGTH = 18


def normalise(text: str) -> str:
    """Return the number without blanks, its check letter in capitals."""
    return "".join(text.split()).upper()


def is_sound(number: str) -> bool:
    """Tell whether the number has 18 places, a day of birth that exists and its check digit."""
    try:
        ric.validate(number)
    except ValidationError:
        return False
    return len(number) == LENGTH


def born_on(number: str) -> dt.date | None:
    """Return the day of birth the number holds; None for a number that is not sound."""
    if not is_sound(number):
        return None
    day: dt.date = ric.get_birth_date(number)
    return day


def is_of_a_woman(number: str) -> bool | None:
    """Tell the sex the number holds, by its last place but one; None for an unsound number."""
    return int(number[-2]) % 2 == 0 if is_sound(number) else None


def masked(number: str) -> str:
    """Return the number as others may see it: the first three and the last four places."""
    if len(number) <= 7:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
