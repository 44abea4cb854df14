"""An expert's score sheet on paper: printed when all is scored, signed, and taken in again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.states import State
from calls.models import ScoreSheet
from portal.errors import RuleViolation
from portal.files.services import serve
from reviews.desk.access import expert_user, for_experts
from reviews.models import Assignment, Expert, Panel, ReviewRecord
from reviews.models.panel import WAITING
from reviews.services import recording
from reviews.views.records import file_of, take_signed


@dataclass(frozen=True, slots=True)
class DeskPaper:
    """One panel whose files are all scored, with the sheet printed last."""

    panel: Panel
    files: int
    record: ReviewRecord | None

    @property
    def signature_field(self) -> str:
        """Name of the field to sign in."""
        return f"signature-{self.panel.pk}"


def papers_of(request: HttpRequest, rows: Sequence[Assignment]) -> list[DeskPaper]:
    """Return the panels in which nothing waits for the expert's score any more."""
    user = expert_user(request)
    by_panel: dict[Panel, list[Assignment]] = {}
    for one in rows:
        by_panel.setdefault(one.panel, []).append(one)
    newest: dict[int, ReviewRecord] = {}
    for record in (
        ReviewRecord.objects.of_expert(user)
        .select_related("document", "signed")
        .order_by("made_at")
    ):
        newest[record.panel_id] = record
    return [
        DeskPaper(panel, len(held), newest.get(panel.pk))
        for panel, held in by_panel.items()
        if not any(o.state in WAITING and o.application.state == State.ACCEPTED for o in held)
        and any(o.state not in WAITING for o in held)
    ]


def _drawn(request: HttpRequest, pk: int) -> UploadedFile[Any] | None:
    """Return what was written in the signature field of a panel's form; empty: nothing was."""
    found = request.FILES.get(f"signature-{pk}")
    return found if isinstance(found, UploadedFile) and found.size else None


@require_POST
@for_experts
def print_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Print the sheet of everything scored in a panel."""
    user = expert_user(request)
    expert = get_object_or_404(Expert.objects.of_user(user), seats__panel=pk)
    panel = Panel.objects.select_related("stage__call__issuer__organisation").get(pk=pk)
    sheet = ScoreSheet.objects.filter(stage=panel.stage).first()
    if sheet is None:
        raise Http404
    try:
        recording.order_sheet(
            panel=panel, sheet=sheet, expert=expert, by=user, signature=_drawn(request, pk)
        )
    except RuleViolation as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
    else:
        messages.success(request, _("The paper is being set; it is here in a moment."))
    return redirect("desk:files")


def _own_record(request: HttpRequest, pk: uuid.UUID) -> ReviewRecord:
    records = ReviewRecord.objects.of_expert(expert_user(request))
    return get_object_or_404(records.select_related("document__file", "signed"), pk=pk)


@require_safe
@for_experts
def paper(request: HttpRequest, pk: uuid.UUID, which: str) -> HttpResponseBase:
    """Hand out the expert's own sheet, as printed or as signed."""
    return serve(file_of(_own_record(request, pk), which))


@require_POST
@for_experts
def sign(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Take in the signed sheet."""
    take_signed(request, _own_record(request, pk))
    return redirect("desk:files")
