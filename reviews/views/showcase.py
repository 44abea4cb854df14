"""The public pages of closed projects: the list with its search, each page, its photos."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from calls import cache
from portal import clock
from portal.files.services import serve
from portal.numbers import whole_number
from reviews.models import Showcase, ShowcasePhoto

PER_PAGE = 12


@login_not_required
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Show the projects the associations present, the newest first, by words and year."""
    if not request.GET:
        return cache.page(request, "projects", lambda: _render_list(request))
    return HttpResponse(_render_list(request).html)


def _render_list(request: HttpRequest) -> cache.Rendered:
    """Build one page of the list; the number of queries does not grow with it."""
    text = request.GET.get("q", "").replace("\x00", "")[:100]
    asked = whole_number(request.GET.get("year", ""))
    shown = Showcase.objects.public()
    years = list(
        shown.order_by("-application__packet__call__year")
        .values_list("application__packet__call__year", flat=True)
        .distinct()
    )
    found = shown.containing(text)
    if asked in years:
        found = found.filter(application__packet__call__year=asked)
    found = found.select_related(
        "application__packet__call__issuer", "application__category__parent"
    ).defer("application__answers", "application__packet__plan")
    page = Paginator(found.prefetch_related("photos"), PER_PAGE).get_page(request.GET.get("page"))
    now = clock.now()
    context = {
        "page": page,
        "q": text,
        "year": asked,
        "years": years,
        "narrowed": bool(text or asked in years),
        "server_now": now,
    }
    return cache.Rendered(render_to_string("showcase/projects.html", context, request), now)


@login_not_required
@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one project as the association chose to show it."""
    return cache.page(request, f"project-{pk}", lambda: _render_one(request, pk))


def _render_one(request: HttpRequest, pk: int) -> cache.Rendered:
    shown = get_object_or_404(
        Showcase.objects.public()
        .select_related(
            "application__packet__call__issuer__organisation", "application__category__parent"
        )
        .prefetch_related("photos"),
        pk=pk,
    )
    now, call = clock.now(), shown.application.packet.call
    context = {
        "project": shown,
        "call": call,
        "issuer": call.issuer,
        "category": shown.application.category,
        "server_now": now,
    }
    return cache.Rendered(render_to_string("showcase/project.html", context, request), now)


@login_not_required
@require_safe
def photo(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponseBase:
    """Hand out a photo of a public page."""
    found = (
        ShowcasePhoto.objects.filter(pk=photo_pk, showcase=pk, showcase__published_at__isnull=False)
        .select_related("picture")
        .first()
    )
    if found is None:
        raise Http404
    response = serve(found.picture, inline=True)
    # Short, so that a photo that was taken off is gone soon.
    response["Cache-Control"] = "public, max-age=300"
    return response
