"""A recommending unit's list: order, summary table, stamp, letter, hand-in and receipt."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications import printing, printing_lists
from applications.models import RecommendationList
from applications.models.recommendation import ListState
from applications.recommend_access import RecommendDesk, list_for, readable_list
from applications.recommenders import candidates
from applications.services import listing
from applications.services.recommending import order as put_in_order
from applications.services.recommending import standing_entries
from applications.views.recommend import frame
from portal import clock
from portal.errors import RuleViolation
from portal.files.services import serve
from portal.form_keys import form_key
from portal.middleware import arrived_at
from portal.numbers import whole_number
from portal.people.models import Organisation


@require_safe
def show(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the list with what is still to be done, or its receipt."""
    here, made = list_for(request, pk)
    return _page(request, here, made)


def _page(
    request: HttpRequest,
    here: RecommendDesk,
    made: RecommendationList,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    entries = standing_entries(made)
    findings = listing.list_findings(made.level, made.organisation)
    version = made.latest_version()
    following = listing.next_level(made.level)
    done = made.state == ListState.HANDED_IN
    in_the_way = [] if done else listing.content_refusals(made, entries)
    context = {
        **frame(here),
        "list": made,
        "entries": entries,
        # What keeps the list back is said above, once, with its clause.
        "findings": findings if done else [one for one in findings if not one.blocks],
        "version": version,
        "document": printing_lists.table_of(version),
        "sealing": made.level.list_sealing,
        "is_sealed": version is not None and printing_lists.is_sealed(version),
        "receipt": printing_lists.receipt_of(made) if done else None,
        "following": following,
        "candidates": candidates(following, made.organisation) if following else [],
        "in_the_way": in_the_way,
        "unstamped": [] if done or version is None else listing.stamp_refusals(made, version),
        "to_explain": listing.needs_reason(findings),
        "undecided": [] if done else listing.undecided(made.level, made.organisation),
        "key": uuid.uuid4(),
        "now": clock.now(),
        **more,
    }
    return render(request, "applications/recommend/list.html", context, status=status)


def _step(
    request: HttpRequest, made: RecommendationList, step: Callable[[], Any], done: str
) -> HttpResponse:
    """Do one step and go back to the list with what came of it."""
    try:
        step()
    except RuleViolation as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason.message)
    else:
        messages.success(request, done)
    return redirect("recommend:list", made.pk)


@require_POST
def order(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Put the list into the order sent; the page's script sends it after a drag."""
    here, made = list_for(request, pk, works=True)
    ranking = [whole_number(value) for value in request.POST.getlist("entry")]
    try:
        put_in_order(list_id=made.pk, ranking=[pk for pk in ranking if pk], by=here.user)
    except RuleViolation as refusal:
        messages.error(request, refusal.reasons[0].message)
    return redirect("recommend:desk", made.level_id)


@require_POST
def pass_to(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose the unit of the next level."""
    here, made = list_for(request, pk, works=True)
    key = whole_number(request.POST.get("unit", ""))
    unit = Organisation.objects.filter(pk=key or 0).first()
    if unit is None:
        messages.error(request, _("Choose the unit the list goes to."))
        return redirect("recommend:list", made.pk)
    return _step(
        request,
        made,
        lambda: listing.pass_to(list_id=made.pk, unit=unit, by=here.user),
        _("The list goes to %(name)s.") % {"name": unit.name},
    )


@require_POST
def freeze(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Freeze the list for the seal."""
    here, made = list_for(request, pk, works=True)
    try:
        listing.freeze(list_id=made.pk, by=here.user)
    except RuleViolation as refusal:
        return _page(request, here, made, reasons=refusal.reasons, status=409)
    messages.success(request, _("The list is frozen and its summary table is being printed."))
    return redirect("recommend:list", made.pk)


@require_POST
def take_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Open a frozen list again."""
    here, made = list_for(request, pk, works=True)
    done = _("The list can be changed again; the table printed so far is no longer valid.")
    return _step(request, made, lambda: listing.take_back(list_id=made.pk, by=here.user), done)


@require_POST
def letter(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the covering letter."""
    here, made = list_for(request, pk, works=True)
    upload = request.FILES.get("letter")
    if upload is None:
        messages.error(request, _("Choose a file first."))
        return redirect("recommend:list", made.pk)
    return _step(
        request,
        made,
        lambda: listing.attach_letter(list_id=made.pk, upload=upload, by=here.user),
        _("The covering letter is uploaded."),
    )


@require_POST
def scan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the stamped summary table."""
    here, made = list_for(request, pk, seals=True)
    upload = request.FILES.get("scan")
    if upload is None:
        messages.error(request, _("Choose the scanned file first."))
        return redirect("recommend:list", made.pk)
    return _step(
        request,
        made,
        lambda: listing.upload_scan(list_id=made.pk, upload=upload, by=here.user),
        _("The stamped summary table is uploaded."),
    )


@require_POST
def hand_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand the list in; a refusal keeps the page and says why."""
    here, made = list_for(request, pk, works=True)
    beyond = request.POST.get("beyond", "").replace("\x00", "")[:1000]
    key = form_key(request)
    try:
        listing.hand_in(
            list_id=made.pk,
            by=here.user,
            key=key,
            arrived_at=arrived_at(request),
            beyond_reason=beyond,
        )
    except RuleViolation as refusal:
        more = {"reasons": refusal.reasons, "beyond": beyond, "key": key}
        return _page(request, here, made, status=409, **more)
    return redirect("recommend:list", made.pk)


@require_safe
def table_pdf(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Download the summary table of the newest version."""
    made = readable_list(request, pk)
    document = printing_lists.table_of(made.latest_version())
    if document is None or document.file is None:
        raise Http404(_("The table is still being printed."))
    return serve(printing.file_of(document) or document.file)


@require_safe
def receipt_pdf(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Download the receipt of a list."""
    made = readable_list(request, pk)
    document = printing_lists.receipt_of(made)
    if document is None or document.file is None:
        raise Http404(_("The receipt is still being printed."))
    return serve(document.file)


@require_safe
def paper(request: HttpRequest, pk: uuid.UUID, paper: str) -> HttpResponseBase:
    """Hand out the covering letter or the stamped table."""
    made = readable_list(request, pk)
    stored = {"letter": made.letter, "scan": made.scan}.get(paper)
    if stored is None:
        raise Http404
    return serve(stored)
