"""What staff allow one unit beyond the rules, each with its reason and in the audit."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from calls.enums import CallState, RuleMode
from calls.models import Call, Grant, LateDoor, Rule
from calls.services.publish import locked
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import Organisation, User


@transaction.atomic
def open_late_door(
    call: Call, *, organisation: Organisation, until: dt.datetime, reason: str, by: User
) -> LateDoor:
    """Let one unit hand in until a later instant than the deadline; a second time moves it on.

    Raises ``RuleViolation`` for an instant that is not later than the deadline or the end of a
    category that closes before it, than the door already open, or than now, and without a reason.
    """
    call = locked(call)
    door = LateDoor.objects.filter(call=call, organisation=organisation).first()
    reasons = []
    if call.state != CallState.PUBLISHED:
        reasons.append(_("Only a published call has late doors."))
    if until <= (door.until if door else call.first_end):
        reasons.append(_("A late door must stay open longer than the deadline or the door before."))
    if until <= clock.now():
        reasons.append(_("This time has passed already."))
    if not reason.strip():
        reasons.append(_("Say why the unit may hand in late."))
    if reasons:
        raise RuleViolation(reasons)
    door = door or LateDoor(call=call, organisation=organisation)
    door.until, door.reason, door.by = until, reason.strip(), by
    door.save()
    record(
        "late_door_opened",
        by=by,
        target=door,
        issuer=call.issuer,
        organisation=organisation,
        until=until.isoformat(),
    )
    return door


@transaction.atomic
def grant_exception(rule: Rule, *, organisation: Organisation, reason: str, by: User) -> Grant:
    """Let one unit pass a rule that holds in principle only.

    Raises ``RuleViolation`` for a strict rule, one already granted, and without a reason.
    """
    call = locked(rule.call)
    reasons = []
    if rule.mode != RuleMode.IN_PRINCIPLE:
        reasons.append(_("This rule is strict; the notice leaves no room for exceptions."))
    if Grant.objects.filter(rule=rule, organisation=organisation).exists():
        reasons.append(_("This unit has this exception already."))
    if not reason.strip():
        reasons.append(_("Say why the unit may pass."))
    if reasons:
        raise RuleViolation(reasons)
    grant = Grant.objects.create(
        call=call, rule=rule, organisation=organisation, reason=reason.strip(), by=by
    )
    record(
        "exception_granted",
        by=by,
        target=grant,
        issuer=call.issuer,
        organisation=organisation,
        rule=rule.pk,
    )
    return grant
