"""How times, money and sizes are said on pages and in mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal import clock


def time_left(deadline: dt.datetime, now: dt.datetime) -> str:
    """Say how long it is from ``now`` to ``deadline``, to the minute; a page's script adds seconds.

    Both are aware instants. After the deadline the answer says so.
    """
    seconds = int((deadline - now).total_seconds())
    if seconds <= 0:
        return _("Past the deadline")
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    clock_part = _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if not days:
        return clock_part
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days} + " " + clock_part


def days_left(deadline: dt.datetime, now: dt.datetime) -> int:
    """Return how many whole days remain, never below 0."""
    return max(0, int((deadline - now).total_seconds()) // 86_400)


def until(deadline: dt.datetime | None) -> str:
    """Word an exclusive end as people read it: midnight is 24:00 of the day before."""
    if deadline is None:
        return ""
    local = clock.local(deadline)
    if local.time() == dt.time(0):
        return f"{date_format(local.date() - dt.timedelta(days=1))} 24:00"
    return f"{date_format(local.date())} {local:%H:%M}"


def moment(instant: dt.datetime | None) -> str:
    """Write an instant in Shanghai's time, with its second unless that is a full minute.

    Hours that people set have no seconds; what the clock stamped nearly always has.
    """
    if instant is None:
        return ""
    local = clock.local(instant)
    to_the_minute = local.second == local.microsecond == 0
    return f"{date_format(local.date())} {local:{'%H:%M' if to_the_minute else '%H:%M:%S'}}"


def clock_time(instant: dt.datetime | None) -> str:
    """Write only the time of day with its second, as a saved mark does."""
    return "" if instant is None else f"{clock.local(instant):%H:%M:%S}"


def wan(yuan: Decimal | int | None) -> str:
    """Write an amount of yuan in 万元 without idle zeros: 15000 is 1.5."""
    if yuan is None:
        return ""
    return f"{(Decimal(yuan) / 10_000).normalize():f}"


def yuan(amount: Decimal | int | None) -> str:
    """Write an amount of yuan with thousands separated and two decimals."""
    return "" if amount is None else f"{Decimal(amount):,.2f}"


def size(octets: int | None) -> str:
    """Write a number of bytes as people say file sizes, in KB or MB."""
    if octets is None:
        return ""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))} KB"
    return f"{octets / 1_000_000:.1f} MB"


def percent(part: Decimal | int | None, whole: Decimal | int | None) -> int:
    """Return a share as a whole percentage between 0 and 100, 0 where there is no whole."""
    if not part or not whole:
        return 0
    return max(0, min(100, round(Decimal(part) * 100 / Decimal(whole))))


def listed(words: Iterable[object]) -> str:
    """Join words as a sentence lists them."""
    return pgettext("between the items of a list", ", ").join(str(word) for word in words)


def labelled(label: object, text: object) -> str:
    """Say what a text is about: the label before it."""
    return f"{label}{pgettext('after a label', ': ')}{text}"


def bracketed(text: object) -> str:
    """Return an addition in brackets, to be put straight behind a word; nothing for nothing."""
    return pgettext("an addition behind a word", " (%s)") % text if text else ""
