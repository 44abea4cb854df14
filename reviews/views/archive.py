"""The archive of a call: what is in the way, laying it down, fetching and checking it later."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.states import AWARDED, State
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.files.services import serve
from reviews.access import may_write, require_call
from reviews.models import ArchiveRun, Submission
from reviews.services import archiving
from reviews.views.pages import actor, back_to, show, tell


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the archives of a call and what still lies in the way; order a new one."""
    call = require_call(request.user, pk, writes=request.method == "POST")
    if request.method == "POST":
        try:
            job = archiving.start_archive(call=call, by=actor(request))
        except RuleViolation as refused:
            tell(request, refused)
            return back_to("reviews_archive", call.pk)
        return redirect("jobs:status", job.pk)
    handed_in = Submission.objects.filter(packet__call=call)
    context = {
        "title": _("Archive"),
        "call": call,
        "reasons": archiving.refusals(call),
        "handed_in": handed_in.count(),
        "closed": handed_in.filter(state=State.CLOSED).count(),
        "projects": handed_in.filter(state__in=sorted(AWARDED))
        .select_related("packet__organisation", "showcase")
        .order_by("number"),
        "runs": call.archive_runs.select_related("file", "by").defer("manifest"),
        "writes": may_write(request.user, call),
    }
    return show(request, "reviews/archive.html", context)


@require_safe
def download(request: HttpRequest, pk: int, run: int) -> HttpResponseBase:
    """Hand out an archive; it is written down who took it."""
    call = require_call(request.user, pk)
    found = get_object_or_404(call.archive_runs.select_related("file"), pk=run)
    record("archive_downloaded", by=actor(request), target=call, issuer=call.issuer, run=found.pk)
    return serve(found.file)


@require_POST
def check(request: HttpRequest, pk: int, run: int) -> HttpResponse:
    """Order an archive to be held against its manifest."""
    call = require_call(request.user, pk)
    found = get_object_or_404(ArchiveRun.objects.select_related("call__issuer"), pk=run, call=call)
    job = archiving.start_check(run=found, by=actor(request))
    return redirect("jobs:status", job.pk)
