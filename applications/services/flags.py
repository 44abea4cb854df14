"""Settling what a hand-in left to staff: facts looked up, exceptions given with a reason."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from applications.capacity import works_for
from applications.models import Flag
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User


@transaction.atomic
def settle(*, flag_id: int, by: User, note: str) -> Flag:
    """Settle a flag with a reason; it stays settled for this application and rule.

    Raises RuleViolation without a reason, PermissionDenied for who is not the issuer's staff.
    """
    flag = (
        Flag.objects.select_for_update(of=("self",))
        .select_related("application__packet__call__issuer", "application__packet__organisation")
        .get(pk=flag_id)
    )
    packet = flag.application.packet
    if not works_for(by, packet.call.issuer_id):
        raise PermissionDenied
    if not note.strip():
        raise RuleViolation([_("Say why this may pass.")])
    if flag.settled_at is not None:
        return flag
    flag.settled_by, flag.settled_at, flag.settled_note = by, clock.now(), note.strip()
    flag.save(update_fields=["settled_by", "settled_at", "settled_note"])
    record(
        "flag_settled",
        by=by,
        target=flag.application,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        flag=flag.pk,
    )
    return flag
