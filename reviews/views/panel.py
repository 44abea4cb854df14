"""The expert review of a stage for staff: its sheet, its panel, the assignment, each sheet."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from calls.models import ReviewStage, ScoreSheet
from calls.models.stages import SCORED
from portal import clock
from portal.errors import RuleViolation
from portal.numbers import whole_number
from portal.people.access import Visitor
from reviews.access import may_write, require_call
from reviews.files import ReviewFile
from reviews.models import Assignment, AssignmentState, Expert, Panel
from reviews.panel_forms import (
    PanelForm,
    ReopenForm,
    ReplaceForm,
    SheetSettingsForm,
    criteria_forms,
)
from reviews.services import assigning, scoring
from reviews.services.assigning import Table
from reviews.views.pages import actor, back_to, show, tell


def require_stage(user: Visitor, pk: int, *, writes: bool = False) -> ReviewStage:
    """Return a stage in which experts score, of the person's own issuer; 404 else."""
    stage = ReviewStage.objects.filter(pk=pk, kind__in=SCORED).first()
    if stage is None:
        raise Http404
    stage.call = require_call(user, stage.call_id, writes=writes)
    return stage


def panel_of(stage: ReviewStage) -> Panel | None:
    """Return the stage's panel with the stage on it, or None."""
    panel = Panel.objects.filter(stage=stage).first()
    if panel is not None:
        panel.stage = stage
    return panel


@dataclass(frozen=True, slots=True)
class FileLine:
    """One application with who has it and who may still take it."""

    file: ReviewFile
    assignments: list[Assignment]
    lacking: int
    candidates: list[Expert]
    # Who may not take it, each with the grounds in words.
    left_out: tuple[tuple[Expert, str], ...]
    outdated: bool


@dataclass(frozen=True, slots=True)
class ExpertLine:
    """One member of the panel and how far she is."""

    expert: Expert
    held: int
    done: int
    late: int
    away: bool

    @property
    def waiting(self) -> int:
        """Files that still wait for her score."""
        return self.held - self.done


# The panel -----------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far the review is; set the panel up, or give one file by hand."""
    writing = request.method == "POST"
    stage = require_stage(request.user, pk, writes=writing)
    panel = panel_of(stage)
    doing = request.POST.get("do", "")
    form = PanelForm(request.POST if doing == "set_up" else None, stage=stage, panel=panel)
    if doing == "give" and panel is not None:
        return _give(request, panel)
    if doing == "set_up" and form.is_valid():
        data = form.cleaned_data
        try:
            assigning.set_up(
                stage=stage,
                by=actor(request),
                per_file=data["per_file"],
                due_at=form.due_at(),
                fields_bind=data["fields_bind"],
                experts=data["experts"],
            )
        except RuleViolation as refused:
            tell(request, refused)
        else:
            messages.success(request, _("The panel is set."))
            return back_to("reviews_panel", stage.pk)
    table = assigning.table_of(panel) if panel is not None else None
    lines = _file_lines(table) if table else []
    experts = _expert_lines(table) if table else []
    context = {
        "title": stage.get_kind_display(),
        "call": stage.call,
        "stage": stage,
        "panel": panel,
        "sheet": scoring.sheet_of(stage),
        "form": form,
        "lines": lines,
        "experts": experts,
        "held": sum(line.held for line in experts),
        "done": sum(line.done for line in experts),
        "late": sum(line.late for line in experts),
        "lacking": sum(line.lacking for line in lines),
        "has_experts": Expert.objects.standing().filter(issuer=stage.call.issuer_id).exists(),
        "writes": may_write(request.user, stage.call),
    }
    return show(request, "reviews/panel.html", context)


def _file_lines(table: Table) -> list[FileLine]:
    lines = []
    for file in table.files:
        held = table.held(file)
        lines.append(
            FileLine(
                file=file,
                assignments=held,
                lacking=max(0, table.panel.per_file - len(held)),
                candidates=table.candidates(file),
                left_out=table.left_out(file),
                outdated=any(
                    a.state == AssignmentState.SUBMITTED and a.version_id != file.version.pk
                    for a in held
                ),
            )
        )
    return lines


def _expert_lines(table: Table) -> list[ExpertLine]:
    late = table.panel.due_at <= clock.now()
    mine: dict[int, list[Assignment]] = {}
    for file in table.files:
        for one in table.held(file):
            mine.setdefault(one.expert_id, []).append(one)
    lines = []
    for expert in table.experts:
        held = mine.get(expert.pk, [])
        done = sum(one.state == AssignmentState.SUBMITTED for one in held)
        away = expert.pk in table.away
        lines.append(ExpertLine(expert, len(held), done, len(held) - done if late else 0, away))
    return lines


def _give(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Give one file to one expert by hand."""
    try:
        application = uuid.UUID(request.POST.get("application", ""))
    except ValueError as wrong:
        raise Http404 from wrong
    try:
        given = assigning.assign_by_hand(
            panel_id=panel.pk,
            application_id=application,
            expert_id=whole_number(request.POST.get("expert", "")) or 0,
            by=actor(request),
        )
    except RuleViolation as refused:
        tell(request, refused)
    else:
        messages.success(request, _("Given to %(name)s.") % {"name": given.expert})
    return back_to("reviews_panel", panel.stage_id, anchor="files")


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take every waiting file from one expert, and go on to who gets them."""
    stage = require_stage(request.user, pk, writes=True)
    panel = panel_of(stage)
    if panel is None:
        raise Http404
    try:
        number = assigning.take_back(
            panel_id=panel.pk,
            expert_id=whole_number(request.POST.get("expert", "")) or 0,
            reason=request.POST.get("reason", ""),
            by=actor(request),
        )
    except RuleViolation as refused:
        tell(request, refused)
        return back_to("reviews_panel", stage.pk)
    words = ngettext("%(n)d file taken back.", "%(n)d files taken back.", number)
    messages.success(request, words % {"n": number})
    return back_to("reviews_assign", stage.pk)


# The assignment ------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the automatic assignment as it would be, and make it on the yes."""
    stage = require_stage(request.user, pk, writes=True)
    panel = panel_of(stage)
    if panel is None:
        raise Http404
    if request.method == "POST":
        try:
            number = assigning.confirm(
                panel_id=panel.pk, shown=request.POST.get("shown", ""), by=actor(request)
            )
        except RuleViolation as refused:
            tell(request, refused)
            return back_to("reviews_assign", stage.pk)
        words = ngettext("%(n)d file given out.", "%(n)d files given out.", number)
        messages.success(request, words % {"n": number})
        return back_to("reviews_panel", stage.pk)
    preview = assigning.preview(panel)
    context = {
        "title": _("Assign"),
        "call": stage.call,
        "stage": stage,
        "panel": panel,
        "preview": preview,
        "writes": may_write(request.user, stage.call),
    }
    return show(request, "reviews/assign.html", context)


# The score sheet -----------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change the criteria and how totals are summed."""
    stage = require_stage(request.user, pk, writes=True)
    held = scoring.sheet_of(stage) or ScoreSheet(stage=stage)
    form = SheetSettingsForm(request.POST or None, instance=held)
    criteria = criteria_forms(held, request.POST or None)
    if request.method == "POST" and form.is_valid() and criteria.is_valid():

        def write() -> None:
            criteria.instance = form.save()
            for number, line in enumerate(criteria.forms):
                line.instance.position = number
            criteria.save()

        try:
            scoring.change_sheet(stage=stage, by=actor(request), change=write)
        except RuleViolation as refused:
            tell(request, refused)
        else:
            messages.success(request, _("The score sheet is kept."))
            return back_to("reviews_panel", stage.pk)
    context = {
        "title": _("Score sheet"),
        "call": stage.call,
        "stage": stage,
        "form": form,
        "criteria": criteria,
        "locked": scoring.has_scores(stage),
        "writes": may_write(request.user, stage.call),
    }
    return show(request, "reviews/sheet.html", context)


# One expert's sheet --------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one expert's sheet to staff; replace the expert, or open the sheet again."""
    writing = request.method == "POST"
    one = (
        Assignment.objects.select_related(
            "expert", "application__packet__organisation", "panel__stage", "version"
        )
        .filter(pk=pk)
        .first()
    )
    if one is None:
        raise Http404
    stage = require_stage(request.user, one.panel.stage_id, writes=writing)
    one.panel.stage = stage
    doing = request.POST.get("do", "")
    table = assigning.table_of(one.panel)
    file = next((f for f in table.files if f.key == one.application_id), None)
    candidates = table.candidates(file) if file else []
    replace = ReplaceForm(request.POST if doing == "replace" else None, candidates=candidates)
    reopen = ReopenForm(request.POST if doing == "reopen" else None)
    try:
        if doing == "replace" and replace.is_valid():
            new = replace.cleaned_data["expert"]
            assigning.replace(
                assignment_id=one.pk,
                by=actor(request),
                reason=replace.cleaned_data["reason"],
                expert_id=new.pk if new else None,
            )
            messages.success(request, _("The expert is replaced."))
            return back_to("reviews_panel", stage.pk, anchor="files")
        if doing == "reopen" and reopen.is_valid():
            scoring.reopen(
                assignment_id=one.pk, by=actor(request), reason=reopen.cleaned_data["reason"]
            )
            messages.success(request, _("The sheet is open again; the expert has been told."))
            return back_to("reviews_assignment", one.pk)
    except RuleViolation as refused:
        tell(request, refused)
    context: dict[str, Any] = {
        "title": _("Sheet of %(expert)s: %(application)s")
        % {"expert": one.expert, "application": one.application},
        "call": stage.call,
        "stage": stage,
        "one": one,
        "scores": one.scores.select_related("criterion"),
        "replace": replace,
        "left_out": table.left_out(file) if file else (),
        "reopen": reopen,
        "outdated": file is not None and file.version.pk != one.version_id,
        "may_replace": one.state in (AssignmentState.ASSIGNED, AssignmentState.OPEN),
        "may_reopen": one.state == AssignmentState.SUBMITTED,
        "writes": may_write(request.user, stage.call),
    }
    return show(request, "reviews/assignment.html", context)
