"""Destroys what was filled in, uploaded and printed of a packet whose time is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications import printing, printing_accounts, retention
from applications.models import (
    AccountsScan,
    Application,
    Attachment,
    AvoidedExpert,
    ChangeRequest,
    CorrectionItem,
    CorrectionRequest,
    Deliverable,
    DeliverableFile,
    DeliverableVersion,
    Erasure,
    Flag,
    Packet,
    PaperArrival,
    Partner,
    Payment,
    PersonPlace,
    Project,
    Recommendation,
    SignedScan,
)
from applications.services import locking, retaining
from portal import clock
from portal.audit.services import record
from portal.documents import services as documents
from portal.errors import RuleViolation
from portal.files import services as files
from portal.people.models import User
from portal.seals.services import sealing

logger = logging.getLogger(__name__)

# What stands in the place of a text that said something.
ERASED = "—"


@dataclass(slots=True)
class Gone:
    """What goes with a packet: keys of stored files, and the subjects of printed documents."""

    files: set[UUID] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)

    def add(self, keys: Iterable[UUID | None]) -> None:
        """Take in keys of files; none of them for a column that is empty."""
        self.files.update(key for key in keys if key is not None)


# Destroys an app's own texts about a packet and adds the files and documents that go along.
Eraser = Callable[[Packet, Gone], None]
# Filled from the ``ready()`` of apps above.
ERASERS: list[Eraser] = []


def erase_due() -> int:
    """Erase every packet whose time is over and that nothing holds; return how many.

    Each goes in a transaction of its own: one that fails keeps no other.
    """
    count = 0
    for kept in retaining.ending_by(clock.today()):
        if kept.held:
            continue
        try:
            erase(packet_id=kept.packet)
        except RuleViolation:
            continue  # somebody has held or erased it meanwhile
        except Exception:
            logger.exception("packet %s could not be erased", kept.packet)
            continue
        count += 1
    return count


@transaction.atomic
def erase(*, packet_id: UUID, by: User | None = None) -> Erasure:
    """Destroy a packet's answers, files, signatures and printed documents.

    Number, states, decisions, amounts and every hash stay. Raises RuleViolation while its time is
    not over, while something holds it, and when it was erased before.
    """
    packet = locking.lock_packet(packet_id)
    applications = locking.lock_applications(packet)
    kept = retaining.of_packet(packet)
    if kept is None:
        raise RuleViolation([_("It was erased already, or something of it is still under way.")])
    if kept.due_on > clock.today():
        raise RuleViolation([_("It is kept until %(day)s.") % {"day": date_format(kept.due_on)}])
    if kept.held:
        raise RuleViolation([_("It is kept longer: %(why)s") % {"why": kept.held}])
    erasure = Erasure.objects.create(packet=packet, due_on=kept.due_on, by=by, at=clock.now())
    gone = Gone()
    _gather(packet, gone)
    for eraser in ERASERS:
        eraser(packet, gone)
    _empty_rows(packet, applications)
    printed = documents.erase(gone.subjects)
    sealing.erase_files(printed)
    erasure.documents = len(printed)
    erasure.files = files.erase(gone.files - _still_needed(gone.files, packet))
    erasure.save(update_fields=["documents", "files"])
    record(
        "retention_erased",
        by=by,
        target=packet,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        due_on=kept.due_on.isoformat(),
        files=erasure.files,
        documents=erasure.documents,
    )
    return erasure


def _gather(packet: Packet, gone: Gone) -> None:
    """Collect the files and documents of the form and of what followed its selection."""
    for version in packet.versions.all():
        gone.subjects.add(printing.label_of_version(version))
        gone.add([version.signature_id])
        for part in version.content["applications"]:
            gone.add(UUID(one["id"]) for one in part["files"])
    gone.subjects.update(printing.label_of_receipt(one) for one in packet.handins.all())
    handed_in = Q(deliverable__project__application__packet=packet)
    for piece in DeliverableVersion.objects.filter(handed_in):
        gone.subjects.add(printing_accounts.label_of(piece))
        gone.add(UUID(one["id"]) for one in piece.content["files"])
    pieces = DeliverableFile.objects.filter(handed_in)
    attachments = Attachment.objects.filter(application__packet=packet)
    scans = SignedScan.objects.filter(version__packet=packet)
    stamped = AccountsScan.objects.filter(version__deliverable__project__application__packet=packet)
    for rows in (pieces, attachments, scans, stamped):
        gone.add(rows.values_list("file", flat=True))
    gone.add(Partner.objects.filter(application__packet=packet).values_list("letter", flat=True))


def _still_needed(keys: Iterable[UUID], packet: Packet) -> set[UUID]:
    """Return files that stand in other packets too, as those of an application handed up do."""
    others = Attachment.objects.filter(file__in=list(keys), application__packet__erasure=None)
    return set(others.exclude(application__packet=packet).values_list("file", flat=True))


def _empty_rows(packet: Packet, applications: list[Application]) -> None:
    """Take the answers, and every text in which somebody may be named, out of the rows."""
    for version in packet.versions.all():
        version.content = retention.rest_of_form(version.content)
        version.save(update_fields=["content"])
    Packet.objects.filter(pk=packet.pk).update(plan={})
    of_packet = Q(application__in=applications)
    Application.objects.filter(packet=packet).update(answers={})
    packet.saves.all().delete()
    for model in (Attachment, PersonPlace, AvoidedExpert):
        model._default_manager.filter(of_packet).delete()
    blank(Flag.objects.filter(of_packet), "unit_reason", "settled_note")
    blank(CorrectionRequest.objects.filter(of_packet), "reason")
    blank(CorrectionItem.objects.filter(request__application__in=applications), "reason")
    blank(Recommendation.objects.filter(of_packet), "opinion", "reason")
    blank(PaperArrival.objects.filter(packet=packet), "note", "undone_reason")
    _empty_projects(applications)


def _empty_projects(applications: list[Application]) -> None:
    """Take what was written after the selection; amounts, days and figures of accounts stay."""
    projects = Project.objects.filter(application__in=applications)
    projects.update(budget=None)
    blank(projects, "leader")
    changes = ChangeRequest.objects.filter(project__in=projects)
    changes.update(before={}, after={})
    blank(changes, "reason", "decision_note")
    blank(Payment.objects.filter(project__in=projects), "note")
    pieces = Deliverable.objects.filter(project__in=projects)
    pieces.update(answers={}, revisions={})
    DeliverableFile.objects.filter(deliverable__in=pieces).delete()
    for version in DeliverableVersion.objects.filter(deliverable__in=pieces):
        version.content = retention.rest_of_piece(version.content)
        version.save(update_fields=["content"])


def blank(rows: QuerySet[Any], *names: str) -> None:
    """Put a mark in the place of every text that says something, so that rows stay lawful."""
    for name in names:
        rows.exclude(**{name: ""}).update(**{name: ERASED})
