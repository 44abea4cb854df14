"""Whether the door is open for a unit at an instant; the deadline itself is outside."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from applications.models import Application, Packet
from calls.enums import CallState
from calls.models import Call, LateDoor
from portal.errors import Refusal
from portal.face.wording import until
from portal.people.models import Organisation


def closes_for(
    call: Call, organisation: Organisation, *, begun_at: dt.datetime | None = None
) -> dt.datetime:
    """Return the exclusive end for this unit: the call's, its drafts', or its own later door.

    ``begun_at`` is when the application in hand was begun; None asks whether the unit has any that
    existed at the deadline, for which alone an extension for drafts holds.
    """
    ends = [call.closes_at]
    door = LateDoor.objects.filter(call=call, organisation=organisation).first()
    if door is not None:
        ends.append(door.until)
    if call.drafts_until and _existed(call, organisation, begun_at):
        ends.append(call.drafts_until)
    return max(ends)


def _existed(call: Call, organisation: Organisation, begun_at: dt.datetime | None) -> bool:
    if begun_at is not None:
        return begun_at < call.closes_at
    drafts = Application.objects.never_handed_in().filter(created_at__lt=call.closes_at)
    return drafts.filter(packet__call=call, packet__organisation=organisation).exists()


def end_of_packet(packet: Packet, late_until: dt.datetime | None) -> dt.datetime | None:
    """Return the later end this packet has beside the call's, from what a list has read already."""
    drafts_until = packet.call.drafts_until
    begun = [a.created_at for a in packet.shown_applications if a.handed_in_at is None]
    if drafts_until is None or not begun or max(begun) >= packet.call.closes_at:
        return late_until
    return max(drafts_until, late_until) if late_until else drafts_until


def scan_until(packet: Packet, own_end: dt.datetime | None = None) -> dt.datetime | None:
    """Return until when the packet's stamped scan may follow the hand-in; None: it may not.

    ``own_end`` is what `closes_for` said of the unit, where the caller has asked already.
    """
    return scan_end(
        packet.call,
        own_end or closes_for(packet.call, packet.organisation),
        packet.last_correction_due,
    )


def scan_end(call: Call, *own_ends: dt.datetime | None) -> dt.datetime | None:
    """Return the call's end for scans, or the unit's own later one.

    Who may hand in after that day, by a late door or for a correction, may send the scan as long.
    """
    if call.seal_by is None:
        return None
    return max([call.seal_by, *(end for end in own_ends if end)])


def signoff_refusal_at(
    call: Call, organisation: Organisation, begun_at: dt.datetime, instant: dt.datetime
) -> Refusal | None:
    """Return why a first version is signed off too late in the unit, or None while there is time.

    A unit with a later end of its own signs off until that end.
    """
    end = call.signoff_by
    if end is None or instant < end:
        return None
    own_end = closes_for(call, organisation, begun_at=begun_at)
    if call.closes_at < own_end and instant < own_end:
        return None
    return Refusal(
        _("The form was to be signed off in the unit by %(when)s.") % {"when": until(end)},
        code="closed",
    )


def refusal_at(
    call: Call,
    organisation: Organisation,
    instant: dt.datetime,
    *,
    begun_at: dt.datetime | None = None,
) -> Refusal | None:
    """Return why nothing can be handed in at this instant, or None while the door is open.

    ``begun_at`` is when the application in hand was begun; to begin one, it is the instant itself.
    """
    if call.state != CallState.PUBLISHED:
        return Refusal(_("This call takes no applications."), code="not_open")
    if instant < call.opens_at:
        return Refusal(
            _("The call opens on %(when)s.") % {"when": until(call.opens_at)}, code="not_open"
        )
    end = closes_for(call, organisation, begun_at=begun_at)
    if instant >= end:
        return Refusal(
            _("The deadline was %(when)s by the server's clock; nothing is taken after it.")
            % {"when": until(end)},
            code="closed",
        )
    return None


def correction_refusal_at(application: Application, instant: dt.datetime) -> Refusal | None:
    """Return why a correction comes too late, or None while there is time."""
    due = application.correction_due
    if due is None or instant < due:
        return None
    return Refusal(
        _("“%(title)s” was to be corrected by %(when)s.")
        % {"title": application, "when": until(due)},
        code="closed",
    )
