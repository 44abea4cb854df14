"""The summary of a stage: totals, spread, order, the line to try, and taking it over."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from calls.enums import TieBreak
from calls.models import Call, Category, ReviewStage, ScoreSheet
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.numbers import whole_number
from reviews import results, summary_table
from reviews.access import may_write
from reviews.models import Panel
from reviews.proposal import Change, Fate, Proposal
from reviews.ranking import Side
from reviews.services import proposing, scoring
from reviews.services.deciding import Saved
from reviews.summary import SummaryGroup, summary_of
from reviews.views.pages import actor, back_to, show, tell
from reviews.views.panel import panel_of, require_stage
from reviews.views.workbooks import workbook


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change in the call's own words."""

    change: Change
    word: str
    drafted: str


@require_safe
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every category from the best down; places and reserve in the address move the line."""
    stage = require_stage(request.user, pk)
    panel, sheet = _scored(stage)
    lines = _lines(request)
    groups = summary_of(panel, sheet, lines)
    context = {
        "title": _("Summary and ranking"),
        "call": stage.call,
        "stage": stage,
        "panel": panel,
        "sheet": sheet,
        "groups": groups,
        "total": _total(groups),
        "sides": Side.choices,
        "tried": bool(lines),
        "query": request.GET.urlencode(),
        "waiting": waiting_in(groups),
        "ties": [TieBreak(tie).label for tie in sheet.ties],
        "writes": may_write(request.user, stage.call),
    }
    return show(request, "reviews/summary.html", context)


@dataclass(frozen=True, slots=True)
class Total:
    """What lies above the line over all categories; ``money`` in yuan, no places: no limit."""

    above: int
    places: int | None
    money: Decimal


def _total(groups: Sequence[SummaryGroup]) -> Total:
    places = [group.line.slots for group in groups]
    return Total(
        sum(group.above for group in groups),
        None if None in places else sum(slots for slots in places if slots is not None),
        sum((group.spent for group in groups), Decimal(0)),
    )


@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the summary out as a workbook; experts are named only where it is asked for."""
    stage = require_stage(request.user, pk)
    panel, sheet = _scored(stage)
    named = request.GET.get("names") == "yes"
    record(
        "summary_exported", by=actor(request), target=panel, issuer=stage.call.issuer,
        format="xlsx", personal=named,
    )  # fmt: skip
    experts = [seat.expert for seat in panel.members.select_related("expert")]
    lines = summary_table.lines_of(summary_of(panel, sheet, _lines(request)), experts)
    name = "{} {}".format(stage.call.title, _("summary of the review"))
    return workbook(name, summary_table.heads_of(experts, named=named), lines)


def _scored(stage: ReviewStage) -> tuple[Panel, ScoreSheet]:
    """Return panel and sheet of a stage; 404 while either is missing."""
    panel, sheet = panel_of(stage), scoring.sheet_of(stage)
    if panel is None or sheet is None:
        raise Http404
    return panel, sheet


def waiting_in(groups: list[SummaryGroup]) -> int:
    """Return how many score sheets are still to come, those nobody was asked for included."""
    return sum(row.waiting + row.lacking for group in groups for row in group.rows)


@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the line would make of the decisions, and write it as drafts on the yes."""
    stage = require_stage(request.user, pk, writes=True)
    panel, sheet = _scored(stage)
    lines = _lines(request)
    if request.method == "POST":
        try:
            saved = proposing.take_over(
                panel=panel,
                sheet=sheet,
                lines=lines,
                shown=request.POST.get("shown", ""),
                replacing=_chosen(request),
                by=actor(request),
            )
        except RuleViolation as refused:
            tell(request, refused)
        else:
            _say(request, saved)
            return back_to("reviews_deciding", stage.call_id)
    proposal = proposing.proposal_of(panel, sheet, lines)
    context = {
        "title": _("Take the line over"),
        "call": stage.call,
        "stage": stage,
        "proposal": proposal,
        "groups": _shown(proposal, stage.call),
        "counts": [(fate.value, fate.label, proposal.count(fate)) for fate in Fate],
        "writable": any(change.is_written for change in proposal.changes),
        "waiting": waiting_in(summary_of(panel, sheet, lines)),
        "query": request.GET.urlencode(),
    }
    return show(request, "reviews/take_over.html", context)


def _shown(proposal: Proposal, call: Call) -> list[tuple[Category, Sequence[ShownChange]]]:
    """Put every change into the call's words for its outcomes."""
    return [
        (
            group.category,
            [
                ShownChange(
                    one,
                    results.outcome_word(call, one.outcome),
                    results.outcome_word(call, one.row.outcome),
                )
                for one in group.changes
            ],
        )
        for group in proposal.groups
    ]


def _chosen(request: HttpRequest) -> set[uuid.UUID]:
    """Read the applications whose draft is to give way; anything else is not from our page."""
    found = set()
    for text in request.POST.getlist("replace"):
        try:
            found.add(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _say(request: HttpRequest, saved: Saved) -> None:
    words = ngettext(
        "%(n)d draft decision written.", "%(n)d draft decisions written.", saved.written
    )
    messages.success(request, words % {"n": saved.written})
    for reason in sorted(set(saved.refused.values())):
        messages.warning(request, reason)


def _lines(request: HttpRequest) -> dict[int, tuple[int | None, int]]:
    """Read places-<category> and reserve-<category> from the address; nonsense is no line."""
    found: dict[int, tuple[int | None, int]] = {}
    for name in request.GET:
        kind, _dash, key = name.partition("-")
        category = whole_number(key)
        if kind == "places" and category is not None:
            places = whole_number(request.GET[name])
            reserve = whole_number(request.GET.get(f"reserve-{category}", "")) or 0
            found[category] = (places, reserve)
    return found
