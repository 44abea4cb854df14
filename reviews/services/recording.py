"""Printing the papers of a review and keeping them with their signatures."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.states import State
from calls.models import ScoreSheet
from portal import clock
from portal.audit.services import record as audit
from portal.documents.handwriting import as_text, mark_of
from portal.documents.payloads import DocumentKind
from portal.documents.services import request_document, supersede
from portal.errors import RuleViolation
from portal.files.services import store, store_bytes
from portal.people.models import User
from reviews import printing
from reviews.access import may_write, require_writer
from reviews.files import ReviewFile, read_files
from reviews.models import (
    Assignment,
    AssignmentState,
    Expert,
    Meeting,
    MeetingState,
    Panel,
    RecordKind,
    ReviewRecord,
    Submission,
)
from reviews.models.panel import WAITING
from reviews.models.record import DRAWN
from reviews.services.meeting import attendance_of, kept_out_of
from reviews.summary import summary_of

SIGNED_TYPES = {"pdf", "jpg", "png"}
_KINDS = {
    RecordKind.SHEET: DocumentKind.SCORE_SHEET,
    RecordKind.SUMMARY: DocumentKind.REVIEW_SUMMARY,
    RecordKind.MINUTES: DocumentKind.PANEL_MINUTES,
}


def scored_by(panel: Panel, expert: Expert) -> list[tuple[Assignment, ReviewFile]]:
    """Return what an expert handed in for a panel, in the order of its categories and numbers."""
    rows = list(
        panel.assignments.filter(expert=expert, state=AssignmentState.SUBMITTED)
        .select_related("application")
        .prefetch_related("scores__criterion")
    )
    submissions = Submission.objects.filter(pk__in=[one.application_id for one in rows])
    files = read_files(
        list(submissions.select_related("packet__call", "packet__organisation", "category__parent"))
    )
    found = [(one, files[one.application_id]) for one in rows if one.application_id in files]
    return sorted(found, key=lambda pair: (pair[1].submission.category_id, str(pair[0].pk)))


@transaction.atomic
def order_sheet(
    *,
    panel: Panel,
    sheet: ScoreSheet,
    expert: Expert,
    by: User,
    signature: File[Any] | None = None,
) -> ReviewRecord:
    """Print an expert's score sheet for her signature; the same content is printed once.

    ``signature`` is what she wrote by hand on the screen; it is printed on its line, and the paper
    is signed then. Raises RuleViolation while files wait for her score or none is scored, and for
    a picture that is no signature, PermissionDenied for anybody but her and the association's
    working staff, who sign nothing for her.
    """
    _require_own_or_staff(panel, expert, by)
    waiting = panel.assignments.filter(
        expert=expert, state__in=WAITING, application__state=State.ACCEPTED
    ).count()
    if waiting:
        raise RuleViolation([_("Score every file first; the sheet is signed as a whole.")])
    scored = scored_by(panel, expert)
    if not scored:
        raise RuleViolation([_("No file has been scored yet.")])
    with override(settings.LANGUAGE_CODE):
        payload = printing.sheet_payload(panel, sheet, expert, scored)
        title = _("Score sheet of the expert review")
    if signature is None:
        return _order(RecordKind.SHEET, panel, payload, title, by, expert=expert)
    if expert.user_id != by.pk:
        raise PermissionDenied
    mark = mark_of(signature)
    return _order(RecordKind.SHEET, panel, payload, title, by, expert=expert, mark=mark)


@transaction.atomic
def order_summary(*, panel: Panel, sheet: ScoreSheet, by: User) -> ReviewRecord:
    """Print the summary as it stands; raises RuleViolation while nothing is scored."""
    require_writer(by, panel.stage.call)
    groups = summary_of(panel, sheet)
    if not any(row.summary for group in groups for row in group.rows):
        raise RuleViolation([_("No file has been scored yet.")])
    with override(settings.LANGUAGE_CODE):
        payload = printing.summary_payload(panel, sheet, groups)
        title = _("Summary of the expert review")
    made = _order(RecordKind.SUMMARY, panel, payload, title, by)
    audit("summary_exported", by=by, target=panel, issuer=panel.stage.call.issuer)
    return made


@transaction.atomic
def order_minutes(*, meeting: Meeting, by: User) -> ReviewRecord:
    """Print the minutes of a meeting that is closed; raises RuleViolation before."""
    panel = meeting.panel
    require_writer(by, panel.stage.call)
    if meeting.state != MeetingState.CLOSED:
        raise RuleViolation([_("Close the meeting first; then its minutes are printed.")])
    rows = meeting.items.select_related("application__packet__organisation")
    items = list(rows.prefetch_related("votes__expert"))
    present, absent = attendance_of(meeting)
    kept_out = kept_out_of(meeting, items)
    out = [[one for one in present if one.pk in kept_out[i.application_id]] for i in items]
    with override(settings.LANGUAGE_CODE):
        payload = printing.minutes_payload(meeting, items, present, absent, out)
        title = _("Minutes of the meeting of experts")
    return _order(RecordKind.MINUTES, panel, payload, title, by, meeting=meeting)


def digest(payload: Mapping[str, Any]) -> str:
    """Return the hash of what a paper says."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _order(
    kind: RecordKind,
    panel: Panel,
    payload: Mapping[str, Any],
    title: str,
    by: User,
    *,
    expert: Expert | None = None,
    meeting: Meeting | None = None,
    mark: bytes | None = None,
) -> ReviewRecord:
    """Order the document and keep its row; earlier printings are no longer the valid ones.

    ``mark`` is the signature to print. The hash names what is signed, without the signature.
    """
    Panel.objects.select_for_update().get(pk=panel.pk)
    call = panel.stage.call
    earlier = ReviewRecord.objects.filter(panel=panel, kind=kind, expert=expert, meeting=meeting)
    sha256 = digest(payload)
    same = earlier.select_related("document").first()
    if same is not None and same.content_sha256 == sha256 and mark is None:
        return same
    now = clock.now()
    signed: dict[str, Any] = {}
    if mark is not None:
        payload["signatures"][0]["signer_mark"] = as_text(mark)
        payload["signatures"][0]["date"] = clock.local(now).date().isoformat()
        stored = store_bytes(mark, name="签名.png", content_type="image/png", by=by, purpose=DRAWN)
        signed = {"signed": stored, "signed_by": by, "signed_at": now}
    subject = f"reviews.{kind}:{(meeting or expert or panel).pk}:{panel.pk}"
    supersede(subject_label=subject)
    number = earlier.count() + 1
    document = request_document(
        kind=_KINDS[kind],
        payload=payload,
        title=title,
        unit_name=call.issuer.organisation.name,
        number=f"PS-{uuid.uuid4().hex[:10].upper()}",
        version_no=number,
        content_sha256=sha256,
        issuer_id=call.issuer_id,
        organisation_id=None,
        subject_label=subject,
    )
    made = ReviewRecord.objects.create(
        panel=panel, kind=kind, expert=expert, meeting=meeting, document=document,
        content_sha256=sha256, made_by=by, made_at=now, **signed,
    )  # fmt: skip
    audit("review_record_made", by=by, target=made, issuer=call.issuer, kind=str(kind))
    return made


@transaction.atomic
def sign(*, record_id: uuid.UUID, upload: File[Any], by: User) -> ReviewRecord:
    """Keep the signed copy of a paper: a scan, a photo, or what was drawn by finger.

    An expert signs her own newest sheet; staff upload what came on paper. Raises RuleViolation
    for a paper that was printed anew since, and for a file that is none of PDF and picture.
    """
    found = (
        ReviewRecord.objects.select_for_update(of=("self",))
        .select_related("panel__stage__call__issuer", "expert")
        .get(pk=record_id)
    )
    call = found.panel.stage.call
    if found.expert is not None:
        _require_own_or_staff(found.panel, found.expert, by)
    else:
        require_writer(by, call)
    newest = ReviewRecord.objects.filter(
        panel=found.panel, kind=found.kind, expert=found.expert, meeting=found.meeting
    ).first()
    if newest != found:
        raise RuleViolation([_("This paper was printed anew since; sign the newest one.")])
    found.signed = store(upload, by=by, allowed=SIGNED_TYPES, purpose="review")
    found.signed_by, found.signed_at = by, clock.now()
    found.save(update_fields=["signed", "signed_by", "signed_at"])
    audit("review_record_signed", by=by, target=found, issuer=call.issuer)
    return found


def _require_own_or_staff(panel: Panel, expert: Expert, by: User) -> None:
    own = expert.user_id == by.pk and expert.ended_at is None
    if not own and not may_write(by, panel.stage.call):
        raise PermissionDenied
