"""The signed and stamped form as a scan: recognised by its code, or compared by eye."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applications import doors
from applications.capacity import may, works_for
from applications.models import Packet, SignedScan, Version
from applications.models.version import ScanMatch
from applications.printing import label_of_version, version_of_document
from applications.services import lifecycle, locking
from applications.services.scan_matching import SCAN_TYPES, Sight, look_at, match_of
from applications.states import HANDED_ON, Action, Actor, State
from calls.enums import Sealing
from calls.models import PaperRule
from portal import clock
from portal.audit.services import record
from portal.documents.models import Document
from portal.errors import RuleViolation
from portal.face.wording import listed, until
from portal.files.models import StoredFile
from portal.files.services import store
from portal.people.models import User

# Until the hand-in a scan takes the place of the one before, which stays in the history.
BEFORE_HAND_IN = frozenset({State.SIGNED_OFF, State.SEALED})


def before_hand_in(packet: Packet) -> bool:
    """Tell whether something signed off still waits for its hand-in."""
    return any(a.state in BEFORE_HAND_IN for a in packet.shown_applications)


def takes_scan(packet: Packet, instant: dt.datetime) -> bool:
    """Tell whether a stamped scan may be uploaded now, the first or one in its place."""
    if packet.call.sealing != Sealing.SCAN:
        return False
    if before_hand_in(packet):
        return True
    if not any(a.state in HANDED_ON for a in packet.shown_applications):
        return False
    end = doors.scan_until(packet)
    return end is None or instant < end


def boxes_of(packet: Packet) -> list[str]:
    """Return the titles of the boxes that others sign and stamp on the packet's form."""
    return [
        paper.title
        for application in packet.shown_applications
        for paper in PaperRule.objects.boxes_for(application.category)
    ]


def upload_scan(
    *,
    packet_id: uuid.UUID,
    upload: UploadedFile[Any],
    by: User,
    arrived_at: dt.datetime,
    boxes_there: bool = False,
) -> SignedScan:
    """Take the stamped scan of the packet's newest version.

    One that shows another version, lacks pages or is the unstamped form itself is refused with a
    sentence, one that no machine can judge is left to staff (scan_matching). It takes the place of
    the scan before it; after the hand-in one may follow until the call's ``seal_by``, or
    the unit's own later end. Where others have boxes on the form, ``boxes_there`` is the unit's
    word that they are signed and stamped. Raises RuleViolation.
    """
    packet = Packet.objects.select_related("call", "organisation").get(pk=packet_id)
    if not may(by, Actor.SEALER, packet.organisation, packet.call.issuer_id):
        raise PermissionDenied
    boxes = boxes_of(packet)
    if boxes and not boxes_there:
        raise RuleViolation(
            [
                _("Confirm by a tick that the scan bears what others sign: %(boxes)s.")
                % {"boxes": listed(boxes)}
            ]
        )
    sight = look_at(upload)
    with transaction.atomic():
        stored = store(upload, by=by, allowed=SCAN_TYPES)
        return _keep(packet_id, stored, sight, by, arrived_at, boxes)


def _keep(
    packet_id: uuid.UUID,
    stored: StoredFile,
    sight: Sight,
    by: User,
    arrived_at: dt.datetime,
    boxes: list[str],
) -> SignedScan:
    """Hang the scan on the version under the packet's lock and move what waits for it."""
    packet = locking.lock_packet(packet_id)
    version = packet.latest_version()
    if packet.call.sealing != Sealing.SCAN or version is None:
        raise RuleViolation([_("There is no frozen form to stamp yet.")])
    applications = locking.lock_applications(packet)
    states = {a.state for a in applications}
    if not states & (BEFORE_HAND_IN | HANDED_ON):
        raise RuleViolation([_("No scan is wanted now.")])
    if not states & BEFORE_HAND_IN:
        _refuse_late(packet, arrived_at)
    match = match_of(label_of_version(version), stored, sight, partial(_told, version))
    scan = SignedScan.objects.create(
        version=version, file=stored, match=match, boxes=boxes, by=by, at=clock.now()
    )
    for application in applications:
        if application.state == State.SIGNED_OFF:
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
    end = doors.scan_until(packet)
    if end is not None and arrived_at >= end:
        raise RuleViolation(
            [
                _("Stamped scans were taken until %(when)s; ask the association.")
                % {"when": until(end)}
            ]
        )


def _told(version: Version, found: list[str]) -> str:
    """Say what a scan shows that does not show the version, and what to scan instead."""
    documents = {d.code: d for d in Document.objects.filter(code__in=found)}
    versions = [version_of_document(documents[c]) if c in documents else None for c in found]
    other = next(v for v in versions if v != version)
    told = (
        _("number %(number)s, version %(no)s") % {"number": other.packet.number, "no": other.no}
        if other is not None and other.packet.organisation_id == version.packet.organisation_id
        else _("another form")
    )
    words = {"other": told, "number": version.packet.number, "no": version.no}
    return _("This scan shows %(other)s. Stamp and scan number %(number)s, version %(no)s.") % words


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
