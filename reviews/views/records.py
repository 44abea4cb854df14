"""The papers of a review for staff: score sheets to sign, the summary, meetings with minutes."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.states import State
from calls.models import ScoreSheet
from portal.documents.models import Document, DocumentState
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.files.services import serve
from portal.numbers import whole_number
from reviews.access import may_write
from reviews.models import AssignmentState, Expert, Panel, RecordKind, ReviewRecord
from reviews.models.panel import WAITING
from reviews.services import recording, scoring
from reviews.views.pages import actor, back_to, show, tell
from reviews.views.panel import panel_of, require_stage


@dataclass(frozen=True, slots=True)
class ExpertPaper:
    """One expert with her newest score sheet and whether something was handed in since."""

    expert: Expert
    done: int
    waiting: int
    record: ReviewRecord | None


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the papers of a stage; print a score sheet or the summary."""
    stage = require_stage(request.user, pk, writes=request.method == "POST")
    panel, sheet = panel_of(stage), scoring.sheet_of(stage)
    if panel is None or sheet is None:
        raise Http404
    if request.method == "POST":
        try:
            _print(request, panel, sheet)
        except RuleViolation as refused:
            tell(request, refused)
        return back_to("reviews_records", stage.pk)
    records = list(
        panel.records.select_related(
            "document", "expert", "signed", "signed_by", "meeting"
        ).order_by("-made_at")
    )
    context = {
        "title": _("Papers of the review"),
        "call": stage.call,
        "stage": stage,
        "papers": _papers(panel, records),
        "summary": _newest(records, RecordKind.SUMMARY),
        "meetings": panel.meetings.order_by("-begins_at"),
        "writes": may_write(request.user, stage.call),
    }
    return show(request, "reviews/records.html", context)


def _print(request: HttpRequest, panel: Panel, sheet: ScoreSheet) -> None:
    """Order one paper; raises RuleViolation with what is in its way."""
    doing, by = request.POST.get("do", ""), actor(request)
    if doing == "summary":
        recording.order_summary(panel=panel, sheet=sheet, by=by)
    elif doing == "sheet":
        expert = _member(panel, request.POST.get("expert", ""))
        recording.order_sheet(panel=panel, sheet=sheet, expert=expert, by=by)
    else:
        return
    messages.success(request, _("The paper is being set; it is here in a moment."))


def _papers(panel: Panel, records: Sequence[ReviewRecord]) -> list[ExpertPaper]:
    rows = panel.assignments.held().filter(application__state=State.ACCEPTED)
    counted = Counter(rows.values_list("expert", "state"))
    scored = panel.assignments.filter(state=AssignmentState.SUBMITTED)
    done = Counter(scored.values_list("expert", flat=True))
    return [
        ExpertPaper(
            member.expert,
            done[member.expert_id],
            sum(counted[member.expert_id, state] for state in WAITING),
            _newest([r for r in records if r.expert_id == member.expert_id], RecordKind.SHEET),
        )
        for member in panel.members.select_related("expert")
    ]


def _newest(records: Sequence[ReviewRecord], kind: RecordKind) -> ReviewRecord | None:
    return next((one for one in records if one.kind == kind), None)


def _member(panel: Panel, key: str) -> Expert:
    member = panel.members.filter(expert=whole_number(key) or 0).select_related("expert").first()
    if member is None:
        raise Http404
    return member.expert


def require_record(request: HttpRequest, pk: uuid.UUID, *, writes: bool = False) -> ReviewRecord:
    """Return a paper of the person's own association; 404 else."""
    found = (
        ReviewRecord.objects.select_related("panel", "document__file", "signed")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    found.panel.stage = require_stage(request.user, found.panel.stage_id, writes=writes)
    return found


def file_of(record: ReviewRecord, which: str) -> StoredFile:
    """Return the printed or the signed file of a paper; 404 while it is not there."""
    document: Document = record.document
    printed = document.file if document.state == DocumentState.READY else None
    signed = printed if record.is_drawn else record.signed
    found = {"printed": printed, "signed": signed}.get(which)
    if found is None:
        raise Http404
    return found


@require_safe
def paper(request: HttpRequest, pk: uuid.UUID, which: str) -> HttpResponseBase:
    """Hand out a paper, as printed or as signed."""
    return serve(file_of(require_record(request, pk), which))


@require_POST
def sign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take in what came back on paper with its signature."""
    record = require_record(request, pk, writes=True)
    take_signed(request, record)
    if record.meeting_id is not None:
        return back_to("reviews_meeting", record.meeting_id)
    return back_to("reviews_records", record.panel.stage_id)


def take_signed(request: HttpRequest, record: ReviewRecord) -> None:
    """Keep the signed copy a page sent, or say on the next page why not."""
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        messages.error(request, _("Choose a file first."))
        return
    try:
        recording.sign(record_id=record.pk, upload=upload, by=actor(request))
    except RuleViolation as refused:
        tell(request, refused)
    else:
        messages.success(request, _("The signed copy is kept."))
