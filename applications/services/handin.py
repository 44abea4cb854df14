"""The hand-in: atomic, idempotent, judged by the instant the request arrived.

Order of events, each for a reason:
1. the arrival is read before any lock is waited for, so that a queue at midnight is not held
   against the unit that came in time;
2. every row that counts places is locked (locking.py), then the packet, then its applications,
   then the persons they name (history.py);
3. only then receipts, rules and places are looked at: what was true before the lock proves nothing;
4. receipt, states, flags, audit, mail and document rows commit together; nothing waits for a
   worker or a broker.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from applications import doors, printing
from applications.capacity import may
from applications.models import Application, Flag, HandIn, Packet, Version
from applications.models.handin import FlagKind
from applications.models.partner import PartnerState
from applications.services import (
    history,
    lifecycle,
    locking,
    notices,
    recommending,
    sealing,
    signoff,
)
from applications.services.numbering import new_receipt_number
from applications.services.standing import packet_findings, refusals
from applications.states import EDITABLE, Action, Actor, State
from calls.enums import Sealing
from calls.rules.facts import Finding, Verdict
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.people.models import User

# Reasons the unit gives for going beyond an in-principle rule, by the rule's key.
Reasons = Mapping[int, str]


@transaction.atomic
def hand_in(
    *,
    packet_id: uuid.UUID,
    by: User,
    key: uuid.UUID,
    arrived_at: dt.datetime,
    reasons: Reasons | None = None,
) -> HandIn:
    """Hand the frozen packet in and return its receipt; a second try returns the first one.

    Raises RuleViolation with every reason: closed door, unit not entitled, places used up, an
    in-principle rule broken without a word of the unit, a missing stamped scan.
    """
    packet = _lock(packet_id)
    if not may(by, Actor.FILLER, packet.organisation, packet.call.issuer_id):
        raise PermissionDenied
    if earlier := _earlier(packet, key):
        return earlier
    if not packet.call.signoff and packet.call.sealing == Sealing.NONE:
        _freeze_on_the_way(packet, by)
    applications = _ready(packet)
    version = packet.latest_version()
    if version is None or not applications:
        raise RuleViolation([Refusal(_not_ready(packet), code="not_ready")])
    history.lock_people(packet.call, [p for a in applications for p in history.people_of(a)])
    findings = packet_findings(applications)
    _refuse(packet, version, applications, findings, arrived_at, reasons or {})
    receipt = HandIn.objects.create(
        packet=packet,
        version=version,
        key=key,
        receipt_number=new_receipt_number(packet.call.year),
        received_at=arrived_at,
        by=by,
    )
    for application in applications:
        application.handed_in_at = application.handed_in_at or arrived_at
        application.correction_due = None
        way = recommending.way_of(application)
        lifecycle.move(application, way, by=by)
        if way is Action.HAND_TO_RECOMMENDER:
            recommending.receive(application, by=by, at=arrived_at)
        _raise_flags(application, findings[application], reasons or {}, arrived_at)
    _acknowledge(receipt, by)
    return receipt


def _lock(packet_id: uuid.UUID) -> Packet:
    """Lock in the one order: everything that counts places, then the packet."""
    packet = Packet.objects.select_related("call", "organisation__parent").get(pk=packet_id)
    locking.lock_counting(packet.call, locking.counted_units(packet))
    return locking.lock_packet(packet_id)


def _earlier(packet: Packet, key: uuid.UUID) -> HandIn | None:
    """Return the receipt of a first try: by the form's key, or of this very version."""
    earlier = HandIn.objects.filter(key=key).first()
    if earlier is not None and earlier.packet_id != packet.pk:
        raise RuleViolation([_("This form was used for another packet; reload the page.")])
    if earlier is not None:
        return earlier
    version = packet.latest_version()
    in_editing = packet.applications.filter(state__in=EDITABLE).exists()
    if version is None or in_editing:
        return None
    return HandIn.objects.filter(version=version).first()


def _freeze_on_the_way(packet: Packet, by: User) -> None:
    """A call without sign-off and seal freezes inside the hand-in."""
    if packet.applications.filter(state__in=EDITABLE).exists():
        signoff.freeze(packet_id=packet.pk, by=by)


def _ready(packet: Packet) -> list[Application]:
    ready = {State.SIGNED_OFF, State.SEALED}
    return [a for a in locking.lock_applications(packet) if a.state in ready]


def _not_ready(packet: Packet) -> str:
    if packet.call.signoff:
        return _("The form must be signed off before it can be handed in.")
    return _("The form must be frozen before it can be handed in.")


def _refuse(
    packet: Packet,
    version: Version,
    applications: Sequence[Application],
    findings: Mapping[Application, Sequence[Finding]],
    arrived_at: dt.datetime,
    reasons: Reasons,
) -> None:
    """Raise every reason against the hand-in at once."""
    found = doors.refusals_to_hand_in(packet, applications, arrived_at)
    found += _seal_refusals(packet, version)
    if any(a.handed_in_at is None for a in applications):
        found += [r for r in [recommending.unsuitable(packet, packet.recommender)] if r]
    every = [f for application in applications for f in findings[application]]
    found += _once(refusals(every))
    found += [
        Refusal(
            _("%(what)s Say why you hand in all the same; the association decides.")
            % {"what": finding.message},
            clause=finding.rule.clause,
            code=finding.rule.kind,
        )
        for finding in every
        if needs_reason(finding) and not reasons.get(finding.rule.id, "").strip()
    ]
    if found:
        raise RuleViolation(_once(found))


def needs_reason(finding: Finding) -> bool:
    """Tell whether the unit must say why it goes beyond an in-principle rule."""
    return finding.warns and finding.verdict is Verdict.NO


def _once(found: Sequence[Refusal]) -> list[Refusal]:
    """Drop repeated sentences, keep the order."""
    return list(dict.fromkeys(found))


def _seal_refusals(packet: Packet, version: Version) -> list[Refusal]:
    """Without a later day for the scan it must lie there, of this very version; so must a seal."""
    call = packet.call
    if Sealing(call.sealing).in_portal and not sealing.is_sealed(version):
        missing = _("Version %(no)s is not sealed yet; your seal keeper seals it first.")
        return [Refusal(missing % {"no": version.no}, code="seal_missing")]
    if call.sealing != Sealing.SCAN or call.seal_by is not None:
        return []
    if version.scans.standing().exists():
        return []
    return [
        Refusal(
            _("The stamped scan of version %(no)s is missing; upload it first.")
            % {"no": version.no},
            code="scan_missing",
        )
    ]


def _raise_flags(
    application: Application,
    findings: Sequence[Finding],
    reasons: Reasons,
    at: dt.datetime,
) -> None:
    """Leave to staff what let the hand-in pass and was not settled for this application before."""
    application.flags.filter(settled_at=None).delete()
    settled = set(application.flags.values_list("rule_id", flat=True)) - {None}
    flags = [
        Flag(
            application=application,
            rule_id=finding.rule.id or None,
            kind=FlagKind.UNKNOWN if finding.verdict is Verdict.UNKNOWN else FlagKind.IN_PRINCIPLE,
            message=finding.message,
            unit_reason=reasons.get(finding.rule.id, ""),
            at=at,
        )
        for finding in findings
        if finding.warns and finding.rule.id not in settled
    ]
    flags += [
        Flag(
            application=application,
            kind=FlagKind.UNKNOWN,
            message=_("%(name)s has not confirmed the joint application.") % {"name": p.name},
            at=at,
        )
        for p in application.partners.filter(state=PartnerState.PENDING)
    ]
    Flag.objects.bulk_create(flags)


def _acknowledge(receipt: HandIn, by: User) -> None:
    """Audit, the receipt as a document, and mail to all who work on it."""
    packet = receipt.packet
    record(
        "packet_handed_in",
        by=by,
        target=packet,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        receipt=receipt.receipt_number,
        sha256=receipt.version.sha256,
    )
    printing.order_receipt(receipt)
    notices.tell_receipt(receipt)
