"""The association's acceptance seal: second on a form that its unit has sealed in the portal."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from applications import printing
from applications.capacity import works_for
from applications.models import Packet, Version
from applications.services import locking
from applications.services.sealing import is_sealed
from applications.states import PASSED_CHECK, TO_CHECK
from calls.enums import Sealing
from portal.audit.services import record
from portal.documents.models import Document
from portal.errors import Refusal, RuleViolation
from portal.people.models import Issuer, User
from portal.seals.enums import Party
from portal.seals.models import Seal
from portal.seals.services import sealing
from portal.seals.services.sealing import OpenSeal

# Stands in the signature itself, which is read in Chinese.
REASON = "受理申报"


@dataclass(frozen=True, slots=True)
class Line:
    """One packet of a batch: sealed, or why not."""

    packet: Packet
    refusals: Sequence[Refusal] = ()


def usable_seals(issuer: Issuer) -> list[Seal]:
    """Return the seals of the association that can be used now."""
    return list(Seal.objects.all().of(issuer.organisation).usable())


def refusals_to_seal(packet: Packet) -> list[Refusal]:
    """Say what stands in the way of the association's seal on the form in hand, in all sentences.

    ``packet`` comes with its call. Nothing is locked: for pages; the sealing asks again.
    """
    version = _version_in_hand(packet)
    return _reasons(packet, version)


def seal_accepted(
    *, packets: Sequence[uuid.UUID], seal: Seal, password: str, place: str, by: User
) -> list[Line]:
    """Put the association's seal onto the forms of these packets, under one password.

    Runs in the web request, like every sealing. A packet that cannot be sealed is told apart and
    does not stop the others. Raises RuleViolation where seal or person are not entitled at all,
    WrongPassword (which is counted), PermissionDenied for who does not work for the association.
    """
    with sealing.opened(seal, by=by, password=password) as open_seal:
        return [_line(pk, open_seal, place) for pk in packets]


def _line(packet_id: uuid.UUID, open_seal: OpenSeal, place: str) -> Line:
    try:
        return Line(_seal_one(packet_id, open_seal, place))
    except RuleViolation as refused:
        packet = Packet.objects.select_related("organisation").get(pk=packet_id)
        return Line(packet, refused.reasons)


@transaction.atomic
def _seal_one(packet_id: uuid.UUID, open_seal: OpenSeal, place: str) -> Packet:
    """Seal one form under its packet's lock, so that it is not returned meanwhile."""
    packet, by = locking.lock_packet(packet_id), open_seal.by
    if not works_for(by, packet.call.issuer_id):
        raise PermissionDenied
    locking.lock_applications(packet)
    version = _version_in_hand(packet)
    if reasons := _reasons(packet, version):
        raise RuleViolation(reasons)
    assert version is not None
    use = sealing.apply(
        document=_form(version), open_seal=open_seal, party=Party.ISSUER, reason=REASON, place=place
    )
    record(
        "form_countersealed",
        by=by,
        target=version,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        use=use.pk,
    )
    return packet


def _version_in_hand(packet: Packet) -> Version | None:
    """Return the version handed in last."""
    return packet.versions.filter(handin__isnull=False).order_by("-no").first()


def _form(version: Version) -> Document:
    document = printing.form_of(version)
    assert document is not None
    return document


def _reasons(packet: Packet, version: Version | None) -> list[Refusal]:
    """Return why the form in hand does not get the association's seal now."""
    if not Sealing(packet.call.sealing).in_portal:
        return [Refusal(_("The forms of this call are stamped on paper, not in the portal."))]
    if version is None or not is_sealed(version):
        return [Refusal(_("The unit's seal comes first, and it is not on the form yet."))]
    reasons = []
    states = set(packet.applications.values_list("state", flat=True))
    if states & TO_CHECK or not states & PASSED_CHECK:
        reasons.append(Refusal(_("The formal check is not done: seal it once it is accepted.")))
    if sealing.bears(_form(version), Party.ISSUER):
        reasons.append(Refusal(_("This document bears that seal already.")))
    return reasons
