"""Whether the door is open for a unit at an instant; the deadline itself is outside.

An application is handed in first before the end of its category where that closes earlier, else
before the call's, or its extension for drafts that existed then; a unit's late door beats both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext as _

from applications.models import Application, Packet
from calls.enums import CallState
from calls.models import Call, Category, LateDoor
from portal.errors import Refusal
from portal.face.wording import until
from portal.people.models import Organisation


def late_end(call: Call, organisation: Organisation) -> dt.datetime | None:
    """Return the exclusive end of the unit's late door; None where it has none."""
    door = LateDoor.objects.filter(call=call, organisation=organisation).first()
    return door.until if door else None


def end_of(application: Application, late: dt.datetime | None) -> dt.datetime:
    """Return the exclusive end for the first hand-in of an application.

    ``late`` is what `late_end` said of its unit, which a list reads once for all.
    """
    call = application.packet.call
    return end_in(call, application.category, late, begun_at=application.created_at)


def end_of_packet(packet: Packet, late: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """Return the nearest end ahead of what is not handed in; where all is over, the last of them.

    Of a packet that is handed in it is the end for its unit. It asks for nothing a list has not
    read: the applications with their categories.
    """
    ends = [end_of(a, late) for a in packet.shown_applications if a.handed_in_at is None]
    ends = ends or [max(packet.call.closes_at, late or packet.call.closes_at)]
    return min((end for end in ends if end > now), default=max(ends))


def end_in(
    call: Call, category: Category, late: dt.datetime | None, *, begun_at: dt.datetime
) -> dt.datetime:
    """Return the exclusive end in a category for what was begun at an instant."""
    end = category.own_end
    if end is None:
        more = call.drafts_until if begun_at < call.closes_at else None
        end = more or call.closes_at
    return max(end, late or end)


def scan_until(packet: Packet) -> dt.datetime | None:
    """Return until when the packet's stamped scan may follow the hand-in; None: it may not."""
    late = late_end(packet.call, packet.organisation)
    return scan_end(packet.call, late, packet.last_correction_due)


def scan_end(call: Call, *own_ends: dt.datetime | None) -> dt.datetime | None:
    """Return the call's end for scans, or the unit's own later one.

    Who may hand in after that day, by a late door or for a correction, may send the scan as long.
    """
    if call.seal_by is None:
        return None
    return max([call.seal_by, *(end for end in own_ends if end)])


def signoff_refusal_at(
    packet: Packet, applications: Collection[Application], instant: dt.datetime
) -> Refusal | None:
    """Return why first versions are signed off too late in the unit, or None while there is time.

    A unit with an end later than the call's signs off until that end.
    """
    call = packet.call
    if call.signoff_by is None or instant < call.signoff_by:
        return None
    late = late_end(call, packet.organisation)
    own_end = min(end_of(application, late) for application in applications)
    if call.closes_at < own_end and instant < own_end:
        return None
    words = {"when": until(call.signoff_by)}
    return Refusal(
        _("The form was to be signed off in the unit by %(when)s.") % words, code="closed"
    )


def refusal_to_begin(
    category: Category, late: dt.datetime | None, instant: dt.datetime
) -> Refusal | None:
    """Return why nothing can be begun in a category at this instant; None while it is open."""
    call = category.call
    if refusal := _shut(call, instant):
        return refusal
    end = end_in(call, category, late, begun_at=instant)
    if instant < end:
        return None
    if end != category.own_end:
        return _past(end)
    words = {"category": category.full_title, "when": until(end)}
    sentence = _(
        "“%(category)s” closed on %(when)s by the server's clock, earlier than the call; nothing is"
        " taken in it after that."
    )
    return Refusal(sentence % words, code="closed")


def refusals_to_hand_in(
    packet: Packet, applications: Collection[Application], instant: dt.datetime
) -> list[Refusal]:
    """Return why these cannot be handed in at this instant; nothing while all of them can.

    A first hand-in needs the open door, a correction its own term.
    """
    first: list[Application] = []
    found: list[Refusal] = []
    for application in applications:
        if application.handed_in_at is None:
            first.append(application)
        elif refusal := _correction_refusal(application, instant):
            found.append(refusal)
    if first:
        found += _first_refusals(packet, first, instant)
    return found


def closed_early(applications: Collection[Application], instant: dt.datetime) -> list[Refusal]:
    """Return what is too late although its call is open, and what can be done about it.

    It costs a query only where the category of one of them has closed.
    """
    over = [
        a
        for a in applications
        if a.handed_in_at is None and a.category.own_end and a.category.own_end <= instant
    ]
    return _first_refusals(over[0].packet, applications, instant) if over else []


def _first_refusals(
    packet: Packet, applications: Collection[Application], instant: dt.datetime
) -> list[Refusal]:
    """Name each application that is too late, and say what becomes of the others."""
    if refusal := _shut(packet.call, instant):
        return [refusal]
    late = late_end(packet.call, packet.organisation)
    waiting = [a for a in applications if a.handed_in_at is None]
    over = [a for a in waiting if end_of(a, late) <= instant]
    found = [_too_late(a, end_of(a, late)) for a in over]
    if over and len(over) < len(waiting):
        sentence = _(
            "Discard what is too late and hand in the rest, which is still in time. A form that is"
            " frozen already is taken back first, and signed off again."
        )
        found.append(Refusal(sentence, code="closed"))
    return found


def _too_late(application: Application, end: dt.datetime) -> Refusal:
    category = application.category
    if end != category.own_end:
        return _past(end)
    words = {"title": application, "category": category.full_title, "when": until(end)}
    sentence = _(
        "“%(title)s” is too late: “%(category)s” closed on %(when)s by the server's clock, earlier"
        " than the call."
    )
    return Refusal(sentence % words, code="closed")


def _shut(call: Call, instant: dt.datetime) -> Refusal | None:
    """Return why a call takes nothing from anybody, whatever their ends."""
    if call.state != CallState.PUBLISHED:
        return Refusal(_("This call takes no applications."), code="not_open")
    if instant < call.opens_at:
        words = {"when": until(call.opens_at)}
        return Refusal(_("The call opens on %(when)s.") % words, code="not_open")
    return None


def _past(end: dt.datetime) -> Refusal:
    words = {"when": until(end)}
    return Refusal(
        _("The deadline was %(when)s by the server's clock; nothing is taken after it.") % words,
        code="closed",
    )


def _correction_refusal(application: Application, instant: dt.datetime) -> Refusal | None:
    """Return why a correction comes too late, or None while there is time."""
    due = application.correction_due
    if due is None or instant < due:
        return None
    return Refusal(
        _("“%(title)s” was to be corrected by %(when)s.")
        % {"title": application, "when": until(due)},
        code="closed",
    )
