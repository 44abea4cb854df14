"""Lists and objections that wait for the association, behind the numbers of the dashboard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import clock
from reviews.scope import own_issuers
from reviews.views.pages import show
from reviews.waiting import Wait, rows_of, url_of


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show what waits under one heading, of the person's own associations alone."""
    asked = request.GET.get("show", "")
    wait = Wait(asked) if asked in Wait.values else Wait.OBJECTIONS
    context = {
        "title": _("Lists and objections"),
        "wait": wait,
        "headings": [(one, url_of(one)) for one in Wait],
        "rows": rows_of(wait, own_issuers(request), clock.now()),
    }
    return show(request, "reviews/waiting.html", context)
