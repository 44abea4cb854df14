"""The printed final accounts (决算表), signed and stamped on paper: matched by the code on them."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applications import printing_accounts
from applications.capacity import may, works_for
from applications.models import AccountsScan, Deliverable, DeliverableVersion
from applications.models.deliverable import DeliverableState
from applications.models.version import ScanMatch
from applications.services.scan_matching import SCAN_TYPES, Sight, look_at, match_of
from applications.states import Actor
from portal import clock
from portal.audit.services import record
from portal.documents.models import Document
from portal.errors import RuleViolation
from portal.files.services import store
from portal.people.models import User

# With the association: what it looks at is printed and may be stamped.
WITH_STAFF = frozenset({DeliverableState.HANDED_IN, DeliverableState.ACCEPTED})


def upload_scan(*, deliverable_id: uuid.UUID, upload: UploadedFile[Any], by: User) -> AccountsScan:
    """Take the stamped accounts as they were handed in last.

    One that shows something else, or not all of it, is refused with a sentence; one that no
    machine can judge is left to staff to compare. Raises RuleViolation.
    """
    rows = Deliverable.objects.select_related("project__application__packet__call")
    packet = rows.get(pk=deliverable_id).project.application.packet
    if not may(by, Actor.SEALER, packet.organisation, packet.call.issuer_id):
        raise PermissionDenied
    return _keep(deliverable_id, upload, look_at(upload), by)


@transaction.atomic
def _keep(
    deliverable_id: uuid.UUID, upload: UploadedFile[Any], sight: Sight, by: User
) -> AccountsScan:
    """Hang the scan on the newest accounts under the deliverable's lock."""
    deliverable = Deliverable.objects.select_for_update().get(pk=deliverable_id)
    version = deliverable.latest_version()
    document = printing_accounts.document_of(version)
    if version is None or document is None or deliverable.state not in WITH_STAFF:
        raise RuleViolation([_("There are no printed accounts to stamp; hand them in first.")])
    stored = store(upload, by=by, allowed=SCAN_TYPES)
    told = _told(version, document)
    match = match_of(printing_accounts.label_of(version), stored, sight, lambda _codes: told)
    scan = AccountsScan.objects.create(
        version=version, file=stored, match=match, by=by, at=clock.now()
    )
    _record("accounts_scan_uploaded", scan, by, match=str(match), sha256=stored.sha256)
    return scan


def _told(version: DeliverableVersion, document: Document) -> str:
    words = {"number": document.number, "no": version.no}
    return (
        _(
            "This scan shows another version or another form. Stamp and scan number "
            "%(number)s, version %(no)s."
        )
        % words
    )


@transaction.atomic
def compare(*, scan_id: int, by: User, matches: bool) -> AccountsScan:
    """Staff say whether an unreadable scan shows the accounts; a wrong one must be sent again."""
    scan = (
        AccountsScan.objects.select_for_update(of=("self",))
        .select_related("version__deliverable__project__application__packet__call__issuer")
        .get(pk=scan_id)
    )
    if not works_for(by, scan.call.issuer_id):
        raise PermissionDenied
    if scan.match != ScanMatch.BY_EYE:
        raise RuleViolation([_("This scan waits for nobody.")])
    scan.match = ScanMatch.COMPARED if matches else ScanMatch.REFUSED
    scan.save(update_fields=["match"])
    _record("accounts_scan_compared", scan, by, matches=matches)
    return scan


def _record(action: str, scan: AccountsScan, by: User, **data: Any) -> None:
    packet = scan.version.deliverable.project.application.packet
    record(
        action, by=by, target=scan.version, issuer=packet.call.issuer,
        organisation=packet.organisation, **data,
    )  # fmt: skip
