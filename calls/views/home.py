"""The first page: open calls by closing time, newest notices, results."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from calls import cache
from calls.enums import CallState, NoticeKind
from calls.filters import publishing_issuers
from calls.models import Call, Notice
from calls.ports import presented
from calls.views.calls import item_of, with_counts
from portal import clock

NOTICES = 8
RESULTS = 5
PRESENTED = 3


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is open and what is new, of all associations or of one."""
    slug = request.GET.get("issuer", "")
    name = f"home-{slug}" if slug.replace("-", "").isalnum() and slug.isascii() else "home"
    return cache.page(request, name, lambda: _render(request, slug))


def _render(request: HttpRequest, slug: str) -> cache.Rendered:
    """Build the page in eight queries, however much there is."""
    now = clock.now()
    issuers = publishing_issuers()
    issuer = next((one for one in issuers if one.slug == slug), None)
    calls = Call.objects.published()
    notices = Notice.objects.published().select_related("issuer").defer("body", "grams", "rows")
    if issuer:
        calls, notices = calls.filter(issuer=issuer), notices.filter(issuer=issuer)
    coming = calls.filter(state=CallState.PUBLISHED, opens_at__gt=now).order_by("opens_at", "pk")
    opened = list(with_counts(calls.open_at(now)).order_by("closes_at", "pk"))
    announced = list(with_counts(coming))
    shown = list(notices.filter(shown_until__gt=now).order_by("shown_until", "pk"))
    context = {
        "issuers": issuers,
        "chosen_issuer": issuer,
        "issuer": issuer or (issuers[0] if len(issuers) == 1 else None),
        "items": [item_of(call, now) for call in opened],
        "announced": [item_of(call, now) for call in announced],
        "notices": notices.exclude(kind=NoticeKind.RESULT).with_deadline()[:NOTICES],
        "shown": shown,
        "results": notices.filter(kind=NoticeKind.RESULT)[:RESULTS],
        "presented": presented(issuer, PRESENTED),
        "server_now": now,
    }
    html = render_to_string("calls/home.html", context, request)
    boundaries = [call.closes_at for call in opened] + [call.opens_at for call in announced]
    boundaries += [notice.shown_until for notice in shown if notice.shown_until]
    return cache.Rendered(html, now, min(boundaries, default=None))
