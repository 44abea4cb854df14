"""What an expert sees of a meeting she attends: its order, what the others gave, the vote."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calls.models import ScoreSheet
from portal.errors import RuleViolation
from reviews import blind
from reviews.desk.access import expert_user, for_experts
from reviews.files import read_files
from reviews.models import (
    AssignmentState,
    Choice,
    Expert,
    Meeting,
    MeetingItem,
    MeetingState,
    Submission,
    Vote,
)
from reviews.services import voting
from reviews.services.meeting import kept_out_of
from reviews.summary import SummaryRow, summary_of


@dataclass(frozen=True, slots=True)
class Heard:
    """One sheet as the meeting hears it: total and opinion, without the name of who gave them."""

    total: Decimal
    opinion: str
    own: bool


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One project of the order; ``kept_out``: she leaves the room and reads nothing of it."""

    item: MeetingItem
    title: str
    kept_out: bool
    ranked: SummaryRow | None
    heard: list[Heard]
    # Whether the person has voted on it.
    voted: bool


def meetings_of(request: HttpRequest) -> list[Meeting]:
    """Return the meetings under way that the expert attends."""
    experts = Expert.objects.of_user(expert_user(request))
    meetings = Meeting.objects.filter(
        state=MeetingState.OPEN, attendances__expert__in=experts
    ).select_related("panel__stage__call")
    return list(meetings.order_by("begins_at"))


def _require_open(request: HttpRequest, pk: int) -> tuple[Meeting, Expert]:
    """Return a meeting under way that the person attends, and as whom; 404 else."""
    experts = Expert.objects.of_user(expert_user(request))
    meeting = get_object_or_404(
        Meeting.objects.select_related("panel__stage__call__issuer__organisation"),
        pk=pk, state=MeetingState.OPEN, attendances__expert__in=experts,
    )  # fmt: skip
    return meeting, experts.get(issuer=meeting.panel.stage.call.issuer_id)


@require_safe
@for_experts
def page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the order with every total and opinion; until the meeting each reads only her own."""
    meeting, expert = _require_open(request, pk)
    sheet = get_object_or_404(ScoreSheet, stage=meeting.panel.stage_id)
    items = _items(meeting, sheet, expert)
    context = {
        "meeting": meeting,
        "items": items,
        "open_item": next((one for one in items if one.item.voting), None),
        "choices": Choice.choices,
    }
    return render(request, "desk/meeting.html", context)


@require_POST
@for_experts
def vote(request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
    """Drop the person's vote on the project that is being voted on."""
    meeting, _expert = _require_open(request, pk)
    voted_on = get_object_or_404(meeting.items, pk=item)
    choice = request.POST.get("choice", "")
    if choice not in Choice.values:
        messages.error(request, _("Choose how you vote."))
        return redirect("desk:meeting", meeting.pk)
    try:
        voting.cast(item_id=voted_on.pk, choice=Choice(choice), by=expert_user(request))
    except RuleViolation as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
    else:
        messages.success(request, _("Your vote has been counted."))
    return redirect("desk:meeting", meeting.pk)


def _items(meeting: Meeting, sheet: ScoreSheet, expert: Expert) -> list[DeskItem]:
    items = list(meeting.items.select_related("application__category__parent"))
    out = kept_out_of(meeting, items)
    keys = [item.application_id for item in items]
    submissions = Submission.objects.filter(pk__in=keys).select_related(
        "packet__call", "packet__organisation", "category__parent"
    )
    files = read_files(list(submissions))
    ranked = {row.submission.pk: row for g in summary_of(meeting.panel, sheet) for row in g.rows}
    heard: dict[object, list[Heard]] = {}
    for one in meeting.panel.assignments.filter(
        application__in=keys, state=AssignmentState.SUBMITTED
    ).order_by("-total", "pk"):
        if one.total is not None:
            own = one.expert_id == expert.pk
            heard.setdefault(one.application_id, []).append(Heard(one.total, one.opinion, own))
    voted = set(Vote.objects.filter(item__in=items, expert=expert).values_list("item", flat=True))
    found = []
    for item in items:
        key, kept_out = item.application_id, expert.pk in out[item.application_id]
        title = blind.title_for(files[key], blind=sheet.blind) if key in files else ""
        found.append(
            DeskItem(
                item,
                title,
                kept_out,
                None if kept_out else ranked.get(key),
                [] if kept_out else heard.get(key, []),
                item.pk in voted,
            )
        )
    return found
