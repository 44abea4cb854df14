"""How a call's figures and conditions are said: places, money in 万元, windows, declarations."""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calls.enums import FundingKind, SlotsKind
from calls.reader.text import mark_of
from portal.face.wording import wan

# Between two ends of a range, as the notices write it.
TO = "—"


def places(kind: str, low: int | None, high: int | None) -> str:
    """Say a number of places: 6, 2—3, 约 5 or not limited; empty where nothing is stated."""
    if kind == SlotsKind.UNLIMITED:
        return _("not limited")
    if low is None and high is None:
        return ""
    if kind == SlotsKind.ABOUT:
        return _("about %(number)s") % {"number": low if low is not None else high}
    return span(low, high)


def funding(kind: str, low: Decimal | None, high: Decimal | None) -> str:
    """Say an amount in 万元 without its unit: 3, 3—4.5, at most 5; empty without any money."""
    if kind == FundingKind.SELF:
        return _("paid by the unit")
    if kind == FundingKind.NONE or (low is None and high is None):
        return ""
    if kind == FundingKind.UP_TO:
        return _("at most %(amount)s") % {"amount": wan(high)}
    return span(*(None if amount is None else wan(amount) for amount in (low, high)))


def span(low: object, high: object) -> str:
    """Join two ends, once where they are equal or one is missing."""
    if low is None or high is None or low == high:
        return str(high if low is None else low)
    return f"{low}{TO}{high}"


def window(start: dt.date | None, end: dt.date | None, *, year: int) -> str:
    """Say a window of days: whole months as months, the call's own year left out.

    ``year`` is the call's. Both days belong to the window.
    """
    if start is None or end is None:
        day = start or end
        return "" if day is None else date_format(day)
    last = calendar.monthrange(end.year, end.month)[1]
    if start.day != 1 or end.day != last or start.year != end.year:
        return f"{date_format(start)}{TO}{date_format(end)}"
    own = start.year == year
    if start.month == end.month:
        alone = pgettext("date format of a month", "M")
        return date_format(
            start, alone if own else pgettext("date format of a month with year", "M Y")
        )
    first = pgettext("date format of the first of two months", "M")
    second = pgettext("date format of the second of two months", "M")
    if not own:
        first = pgettext("date format of the first of two months with year", "M")
        second = pgettext("date format of the second of two months with year", "M Y")
    return f"{date_format(start, first)}{TO}{date_format(end, second)}"


def declared(sentence: str) -> str:
    """Say a condition of the notice as applicants declare it, without the mark of its item."""
    cells = sentence[mark_of(sentence)[1] :].split("\t")  # more than one in a row of a table
    words = {"sentence": "；".join(filter(None, map(str.strip, cells)))}
    return _("We know this condition of the notice and fulfil it: %(sentence)s") % words
