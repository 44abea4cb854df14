"""Notices: the list with search and filters, the article, its files; and the list of results."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from calls import cache, notice_text
from calls.enums import NoticeKind, NoticeState
from calls.filters import NoticeFilter, publishing_issuers
from calls.models import Notice, NoticeAttachment
from calls.models.notice import NoticeQuerySet
from portal import clock
from portal.files.models import FileState
from portal.files.services import serve

PER_PAGE = 20


@login_not_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show published notices, newest first, found by words, kind, association and year."""
    found = NoticeFilter(
        request.GET,
        queryset=Notice.objects.published()
        .with_deadline()
        .select_related("issuer")
        .defer("body", "grams", "rows"),
        issuers=publishing_issuers(),
    )
    return _listed(request, "calls/notices.html", found)


@login_not_required
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show the published lists of results."""
    published = Notice.objects.published().filter(kind=NoticeKind.RESULT)
    found = NoticeFilter(
        request.GET,
        queryset=published.select_related("issuer", "about").defer("body", "grams", "rows"),
        issuers=publishing_issuers(),
    )
    return _listed(request, "calls/results.html", found)


def _listed(request: HttpRequest, template: str, found: NoticeFilter) -> HttpResponse:
    """Show one page of what the filter finds; a filter that makes no sense finds nothing."""
    rows = found.qs if found.is_valid() else found.queryset.none()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    narrowed = any(request.GET.get(name) for name in found.form.fields)
    context = {"page": page, "filter": found, "narrowed": narrowed}
    return HttpResponse(render_to_string(template, context, request))


@login_not_required
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one notice as an article; staff of its issuer also see one not published yet."""
    if cache.shareable(request):
        return cache.page(request, f"notice-{pk}", lambda: _render_public(request, pk))
    shown = get_object_or_404(_whole(Notice.objects.visible_to(request.user)), pk=pk)
    context = article_context(shown) | {"may_object": _may_object(shown, clock.now())}
    response = HttpResponse(render_to_string("calls/notice.html", context, request))
    response["Cache-Control"] = "private, no-cache"
    return response


def _render_public(request: HttpRequest, pk: int) -> cache.Rendered:
    """Build the article everybody sees."""
    now = clock.now()
    shown = get_object_or_404(_whole(Notice.objects.published()), pk=pk)
    open_ = _may_object(shown, now)
    context = article_context(shown) | {"server_now": now, "may_object": open_}
    html = render_to_string("calls/notice.html", context, request)
    return cache.Rendered(html, now, shown.shown_until if open_ else None)


def _may_object(shown: Notice, now: dt.datetime) -> bool:
    """Tell whether a list is being shown at this instant; the end is exclusive."""
    return shown.shown_until is not None and now < shown.shown_until


def _whole(notices: NoticeQuerySet) -> NoticeQuerySet:
    """Load a notice with what its page names."""
    return notices.select_related("issuer__organisation", "about", "call").defer("grams")


def article_context(shown: Notice) -> dict[str, Any]:
    """Return what the article's template shows."""
    blocks = notice_text.read(shown.body)
    attachments = shown.attachments.filter(file__state=FileState.CLEAN).select_related("file")
    return {
        "notice": shown,
        "issuer": shown.issuer,
        "blocks": blocks,
        "contents": notice_text.contents(blocks),
        "attachments": attachments,
        "call": getattr(shown, "call", None) or shown.about,
        "is_published": shown.state == NoticeState.PUBLISHED,
        "columns": shown.rows["columns"] if shown.rows else [],
        "groups": _groups(shown.rows) if shown.rows else [],
    }


def _groups(rows: dict[str, Any]) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Give each cell of a frozen list its column's name, which stands before it on a phone."""
    return [
        (group["title"], [list(zip(rows["columns"], row, strict=True)) for row in group["rows"]])
        for group in rows["groups"]
    ]


@login_not_required
@require_safe
def attachment(request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponseBase:
    """Hand out a file of a notice that is published, or of one's own issuer's."""
    visible = Notice.objects.visible_to(request.user)
    found = (
        NoticeAttachment.objects.select_related("file")
        .filter(notice__in=visible.filter(pk=pk), pk=attachment_pk)
        .first()
    )
    if found is None:
        raise Http404
    return serve(found.file)
