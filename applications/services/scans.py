"""The signed and stamped form as a scan: recognised by its code, or compared by eye."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applications.capacity import may, works_for
from applications.models import Packet, SignedScan, Version
from applications.models.version import ScanMatch
from applications.printing import version_of_document
from applications.services import lifecycle, locking
from applications.states import HANDED_ON, Action, Actor, State
from calls.enums import Sealing
from portal import clock
from portal.audit.services import record
from portal.documents.models import Document
from portal.documents.scans import codes_in
from portal.errors import Refusal, RuleViolation
from portal.face.wording import until
from portal.files.models import StoredFile
from portal.files.services import store
from portal.people.models import User

SCAN_TYPES = frozenset({"pdf", "jpg", "png"})


def upload_scan(
    *, packet_id: uuid.UUID, upload: UploadedFile[Any], by: User, arrived_at: dt.datetime
) -> SignedScan:
    """Take the stamped scan of the packet's newest version.

    A scan whose code belongs to another version or document is refused with the number of the
    right one; one without a readable code is left to staff to compare. After the hand-in a scan
    may follow until the call's ``seal_by``. Raises RuleViolation.
    """
    packet = Packet.objects.select_related("call", "organisation").get(pk=packet_id)
    if not may(by, Actor.SEALER, packet.organisation, packet.call.issuer_id):
        raise PermissionDenied
    with transaction.atomic():
        stored = store(upload, by=by, allowed=set(SCAN_TYPES))
        with stored.file.open("rb") as opened:
            found = codes_in(opened.read(), stored.content_type)
        return _keep(packet_id, stored, found, by, arrived_at)


def _keep(
    packet_id: uuid.UUID, stored: StoredFile, found: list[str], by: User, arrived_at: dt.datetime
) -> SignedScan:
    """Hang the scan on the version under the packet's lock and move what waits for it."""
    packet = locking.lock_packet(packet_id)
    version = packet.latest_version()
    if packet.call.sealing != Sealing.SCAN or version is None:
        raise RuleViolation([_("There is no frozen form to stamp yet.")])
    applications = locking.lock_applications(packet)
    waiting = [a for a in applications if a.state == State.SIGNED_OFF]
    following = [a for a in applications if a.state in HANDED_ON]
    if not waiting and not following:
        raise RuleViolation([_("No scan is wanted now.")])
    if not waiting:
        _refuse_late(packet, arrived_at)
    scan = SignedScan.objects.create(
        version=version, file=stored, match=_match(version, found), by=by, at=clock.now()
    )
    for application in waiting:
        lifecycle.move(application, Action.SEAL, by=by)
    record(
        "scan_uploaded",
        by=by,
        target=version,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        match=scan.match,
        sha256=stored.sha256,
    )
    return scan


def _refuse_late(packet: Packet, arrived_at: dt.datetime) -> None:
    end = packet.call.seal_by
    if end is not None and arrived_at >= end:
        raise RuleViolation(
            [
                _("Stamped scans were taken until %(when)s; ask the association.")
                % {"when": until(end)}
            ]
        )


def _match(version: Version, found: list[str]) -> ScanMatch:
    """Compare the codes on the scan with the version; refuse another's."""
    if not found:
        return ScanMatch.BY_EYE
    documents = {d.code: d for d in Document.objects.filter(code__in=found)}
    versions = [version_of_document(documents[c]) if c in documents else None for c in found]
    if all(v == version for v in versions):
        return ScanMatch.MATCHED
    other = next(v for v in versions if v != version)
    told = (
        _("number %(number)s, version %(no)s") % {"number": other.packet.number, "no": other.no}
        if other is not None and other.packet.organisation_id == version.packet.organisation_id
        else _("another form")
    )
    raise RuleViolation(
        [
            Refusal(
                _("This scan shows %(other)s. Stamp and scan number %(number)s, version %(no)s.")
                % {"other": told, "number": version.packet.number, "no": version.no},
                code="other_version",
            )
        ]
    )


@transaction.atomic
def compare_by_eye(*, scan_id: int, by: User, matches: bool, note: str = "") -> SignedScan:
    """Staff say whether an unreadable scan shows the version; a wrong one must be sent again."""
    scan = (
        SignedScan.objects.select_for_update(of=("self",))
        .select_related("version__packet__call__issuer", "version__packet__organisation")
        .get(pk=scan_id)
    )
    packet = scan.version.packet
    if not works_for(by, packet.call.issuer_id):
        raise PermissionDenied
    scan.match = ScanMatch.COMPARED if matches else ScanMatch.REFUSED
    scan.save(update_fields=["match"])
    record(
        "scan_compared",
        by=by,
        target=scan.version,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        matches=matches,
        note=note,
    )
    return scan
