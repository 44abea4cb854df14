"""A call's dates as a calendar file (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from calls.models import Call
from calls.process_words import paper_end
from portal import clock
from portal.face.wording import labelled

# Octets of one line, without its end; longer ones are folded.
LINE = 75


def calendar_of(call: Call, *, url: str, host: str, now: dt.datetime) -> bytes:
    """Return the calendar file with the deadline and the days that follow it.

    ``url`` is the call's page, ``host`` makes the entries' names unique in the world.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{host}//calls//ZH", "CALSCALE:GREGORIAN"]
    for name, title, begin, end in _entries(call):
        lines += [
            "BEGIN:VEVENT",
            f"UID:call-{call.pk}-{name}@{host}",
            f"SEQUENCE:{call.revision}",
            f"DTSTAMP:{_instant(now)}",
            f"DTSTART{begin}",
            f"DTEND{end}",
            f"SUMMARY:{_text(title)}",
            f"URL:{url}",
        ]
        if name.startswith("close"):
            lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(title)}"]
            lines += ["TRIGGER:-P1D", "END:VALARM"]
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _entries(call: Call) -> Iterator[tuple[str, str, str, str]]:
    """Give name, title, begin and end of each entry; instants last no time, days the whole day."""
    yield _at("close", _("Applications close: %(title)s") % {"title": call.title}, call.closes_at)
    for category in call.categories.closing_early():
        assert category.closes_at is not None
        title = _("“%(category)s” closes: %(title)s")
        words = {"category": category.full_title, "title": call.title}
        yield _at(f"close-{category.pk}", title % words, category.closes_at)
    if call.signoff_by:
        title = _("Signed off in the unit by: %(title)s") % {"title": call.title}
        yield _at("signoff", title, call.signoff_by)
    if call.seal_by:
        title = _("Stamped scan uploaded by: %(title)s") % {"title": call.title}
        yield _at("seal", title, call.seal_by)
    if call.paper_by:
        yield _at("paper", labelled(paper_end(call), call.title), call.paper_by)
    if call.result_by:
        title = _("Result: %(title)s") % {"title": call.title}
        first, last = call.result_by, call.result_by + dt.timedelta(days=1)
        yield "result", title, f";VALUE=DATE:{first:%Y%m%d}", f";VALUE=DATE:{last:%Y%m%d}"


def _at(name: str, title: str, instant: dt.datetime) -> tuple[str, str, str, str]:
    # A deadline of 24:00 would stand on the next day; a minute earlier it stands on its own.
    begin = instant - dt.timedelta(minutes=1)
    return name, title, f":{_instant(begin)}", f":{_instant(instant)}"


def _instant(instant: dt.datetime) -> str:
    return f"{instant.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    for sign in "\\;,":
        value = value.replace(sign, f"\\{sign}")
    return value.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Fold a line between characters, never inside one, as the standard asks."""
    folded, room = b"", LINE
    for character in line:
        octets = character.encode()
        if len(octets) > room:
            folded += b"\r\n "
            room = LINE - 1
        folded += octets
        room -= len(octets)
    return folded + b"\r\n"


def file_name(call: Call) -> str:
    """Return the name the calendar file is saved under."""
    return f"call-{call.pk}-{clock.local(call.closes_at):%Y%m%d}.ics"
