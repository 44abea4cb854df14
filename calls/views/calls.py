"""The list of calls, and the page of one call with its explained table."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from calls import cache
from calls.calendar import calendar_of, file_name
from calls.enums import CallState
from calls.explained import CallPage, explain, load
from calls.filters import publishing_issuers
from calls.models import Call
from calls.models.call import CallQuerySet
from calls.own import OwnColumn, own_column
from calls.phases import phase_of
from portal import clock
from portal.register.access import current_unit, fills_for

PER_PAGE = 20


@login_not_required
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """Show calls by where they stand: open, announced, closed, archived."""
    now = clock.now()
    standing = request.GET.get("show", "open")
    tabs = {
        "open": _("Open"),
        "announced": _("Announced"),
        "closed": _("Closed"),
        "archived": _("Archived"),
    }
    if standing not in tabs:
        standing = "open"
    issuers = publishing_issuers()
    issuer = next((one for one in issuers if one.slug == request.GET.get("issuer")), None)
    calls = _standing(Call.objects.published(), standing, now)
    if issuer:
        calls = calls.filter(issuer=issuer)
    page = Paginator(with_counts(calls), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "items": [item_of(call, now) for call in page],
        "tabs": tabs,
        "standing": standing,
        "standing_label": tabs[standing],
        "issuers": issuers,
        "chosen_issuer": issuer,
        "server_now": now,
    }
    return HttpResponse(render_to_string("calls/list.html", context, request))


def _standing(calls: CallQuerySet, standing: str, now: dt.datetime) -> CallQuerySet:
    """Narrow to one tab, in the order that matters there."""
    if standing == "archived":
        return calls.filter(state=CallState.ARCHIVED).order_by("-closes_at", "-pk")
    if standing == "announced":
        return calls.filter(state=CallState.PUBLISHED, opens_at__gt=now).order_by("opens_at", "pk")
    if standing == "closed":
        closed = calls.filter(state=CallState.PUBLISHED, closes_at__lte=now)
        return closed.order_by("-closes_at", "-pk")
    return calls.open_at(now).order_by("closes_at", "pk")


def with_counts(calls: CallQuerySet) -> CallQuerySet:
    """Load what a line of a list shows, in one query."""
    return calls.select_related("issuer__organisation").annotate(
        category_count=Count("categories", filter=Q(categories__parent=None)),
        closes_early=Min("categories__closes_at"),
    )


def item_of(call: Call, now: dt.datetime) -> dict[str, Any]:
    """Return one line of a list of calls: the call, where it stands, and what is left of it."""
    left = call.closes_at - now
    number, unit = 0, ""
    if left > dt.timedelta(0):
        number, unit = _rounded(left)
    return {
        "call": call,
        "phase": phase_of(call, now),
        "number": number,
        "unit": unit,
        "rush": dt.timedelta(0) < left < dt.timedelta(days=3),
    }


def _rounded(left: dt.timedelta) -> tuple[int, str]:
    """Say what is left in whole days, below a day in hours, below an hour in minutes."""
    if left.days:
        return left.days, _("days left")
    if left.seconds >= 3600:
        return left.seconds // 3600, _("hours left")
    return left.seconds // 60, _("minutes left")


@login_not_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one call; the public's page comes from the cache, a unit's own column never does."""
    if cache.shareable(request):
        return cache.page(request, f"call-{pk}", lambda: _render_public(request, pk))
    visible = Call.objects.visible_to(request.user).select_related("issuer__organisation")
    call = get_object_or_404(visible, pk=pk)
    now = clock.now()
    is_draft = call.state == CallState.DRAFT
    page = (
        _explained(Call.objects.all(), pk, now)
        if is_draft
        else cache.remember(f"facts-{pk}", lambda: _facts(pk))
    )
    unit = current_unit(request)
    own = own_column(call, unit, now, fills=fills_for(request, unit)) if unit else None
    context = _context(page, now, own) | {"is_draft": is_draft}
    response = HttpResponse(render_to_string("calls/detail.html", context, request))
    response["Cache-Control"] = "private, no-cache"
    return response


def _render_public(request: HttpRequest, pk: int) -> cache.Rendered:
    """Build the page everybody sees; 404 while the call is not published."""
    now = clock.now()
    page = _explained(Call.objects.published(), pk, now)
    html = render_to_string("calls/detail.html", _context(page, now), request)
    return cache.Rendered(html, now, page.good_until)


def _facts(pk: int) -> cache.Built[CallPage]:
    """Build what every page of a published call says alike."""
    page = _explained(Call.objects.published(), pk, clock.now())
    return cache.Built(page, page.good_until)


def _explained(calls: CallQuerySet, pk: int, now: dt.datetime) -> CallPage:
    try:
        return explain(load(calls, pk), now)
    except Call.DoesNotExist as missing:
        raise Http404 from missing


def _context(page: CallPage, now: dt.datetime, own: OwnColumn | None = None) -> dict[str, Any]:
    """Return what the template shows; each line of the table comes with its verdicts."""
    judged = own.by_category if own else {}
    lines = [(line, judged.get(line.pk)) for row in page.rows for line in (row, *row.children)]
    return {
        "page": page,
        "lines": lines,
        "own": own,
        "issuer": page.issuer,
        "server_now": now,
    }


@login_not_required
@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the call's dates to the visitor's calendar."""
    call = Call.objects.published().filter(pk=pk).first()
    if call is None:
        raise Http404
    content = calendar_of(
        call,
        url=request.build_absolute_uri(f"/calls/{call.pk}/"),
        host=request.get_host().partition(":")[0],
        now=clock.now(),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(call)}"'
    return response
