"""The desk of one call: its tallies, its next steps, its exports."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.papers import is_asked
from calls.models import Call
from calls.models.stages import SCORED
from portal import clock
from portal.errors import RuleViolation
from reviews import exports, naming
from reviews.access import may_write, require_call
from reviews.board import rule_of
from reviews.dashboard import next_ends, phase_of, queue_url
from reviews.models import Objection
from reviews.services import batch_printing, exporting
from reviews.tallies import tally_calls
from reviews.views.pages import actor, show


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a call with its numbers and where to go on."""
    return _page(request, require_call(request.user, pk))


def _page(
    request: HttpRequest, call: Call, refused: RuleViolation | None = None, **typed: Any
) -> HttpResponse:
    """Show the desk of a call; after a refused export with its reasons and what was typed."""
    now = clock.now()
    (tally,) = tally_calls([call])
    context = {
        "title": call.title,
        "call": call,
        "tally": tally,
        "phase": phase_of(call, now, next_ends([call], now)[call.pk]),
        "now": now,
        "queue_url": queue_url(call=str(call.pk)),
        "check_url": queue_url(call=str(call.pk), state="to_check"),
        "notices": call.result_notices.order_by("pk"),
        "publicity_rule": rule_of(call),
        "publicity": call.publicities.first(),
        "open_objections": Objection.objects.unsettled().filter(publicity__call=call).count(),
        "items": call.check_items.all(),
        "edit_url": reverse("admin:calls_call_editor", args=[call.pk]),
        "writes": may_write(request.user, call),
        **_register_choice(request, call),
        "paper_asked": is_asked(call, call.papers.all()),
        "stages": call.review_stages.filter(kind__in=SCORED),
        "reasons": refused.reasons if refused else [],
    }
    return show(request, "reviews/call.html", context | typed, status=409 if refused else 200)


@require_POST
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Order the register as a table; the job's page shows how far it is."""
    call = require_call(request.user, pk)
    form = request.POST.get("format", "")
    pattern = request.POST.get("pattern", "").strip()
    codes = request.POST.getlist("column") if "chosen" in request.POST else None
    try:
        job = exporting.start_register(
            call=call,
            by=actor(request),
            form=form if form in exporting.FORMATS else "xlsx",
            personal=request.POST.get("personal") == "yes",
            codes=codes,
            pattern=pattern,
        )
    except RuleViolation as refused:
        typed = {"refused_at": "register", "columns": _columns(codes), "file_pattern": pattern}
        return _page(request, call, refused, **typed)
    return redirect("jobs:status", job.pk)


@require_POST
def forms(request: HttpRequest, pk: int) -> HttpResponse:
    """Order all printed forms as one archive."""
    call = require_call(request.user, pk)
    job = batch_printing.start_forms(
        call=call, by=actor(request), with_word=request.POST.get("word") == "yes"
    )
    return redirect("jobs:status", job.pk)


@require_POST
def dossiers(request: HttpRequest, pk: int) -> HttpResponse:
    """Order all dossiers as one archive."""
    call = require_call(request.user, pk)
    pattern = request.POST.get("pattern", "").strip()
    try:
        job = exporting.start_dossiers(call=call, by=actor(request), pattern=pattern)
    except RuleViolation as refused:
        return _page(request, call, refused, refused_at="dossiers", folder_pattern=pattern)
    return redirect("jobs:status", job.pk)


def _register_choice(request: HttpRequest, call: Call) -> dict[str, Any]:
    """Return what the chooser of columns offers, as it was left last."""
    last = exporting.last_choice(actor(request), call)
    return {
        "columns": _columns(last.get("columns")),
        "file_pattern": last.get("pattern") or naming.FILE_PATTERN,
        "file_words": naming.words_said(naming.FILE_WORDS),
        "folder_pattern": naming.FOLDER_PATTERN,
        "folder_words": naming.words_said(naming.FOLDER_WORDS),
        "most": naming.MOST_CHARACTERS,
    }


def _columns(wanted: Collection[str] | None) -> list[tuple[str, str, bool, bool]]:
    """Return code, title, whether of persons and whether chosen, for each column there is."""
    return [
        (c.code, str(c.title), c.personal, not c.personal if wanted is None else c.code in wanted)
        for c in exports.COLUMNS
    ]
