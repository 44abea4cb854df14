"""Whether the door is open for a unit at an instant; the deadline itself is outside."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from applications.models import Application
from calls.enums import CallState
from calls.models import Call, LateDoor
from portal.errors import Refusal
from portal.face.wording import until
from portal.people.models import Organisation


def closes_for(call: Call, organisation: Organisation) -> dt.datetime:
    """Return the exclusive end for this unit: the call's, or its own later door."""
    door = LateDoor.objects.filter(call=call, organisation=organisation).first()
    return max(call.closes_at, door.until) if door else call.closes_at


def refusal_at(call: Call, organisation: Organisation, instant: dt.datetime) -> Refusal | None:
    """Return why nothing can be handed in at this instant, or None while the door is open."""
    if call.state != CallState.PUBLISHED:
        return Refusal(_("This call takes no applications."), code="not_open")
    if instant < call.opens_at:
        return Refusal(
            _("The call opens on %(when)s.") % {"when": until(call.opens_at)}, code="not_open"
        )
    end = closes_for(call, organisation)
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
