"""The page on which a person watches her job and fetches what came out."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.files.services import serve
from portal.jobs.models import Job

REFRESH_SECONDS = 2


@require_safe
def status(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show how far the job is; the page fetches itself anew until the job is over."""
    jobs = Job.objects.visible_to(request.user).select_related("result")
    job = get_object_or_404(jobs, pk=job_id)
    response = render(request, "jobs/status.html", {"job": job})
    if not job.is_finished:
        # A header instead of a script: works everywhere and needs nothing in the page.
        response["Refresh"] = str(REFRESH_SECONDS)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def result(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Hand out the file that came out, to the person who asked for it."""
    jobs = Job.objects.visible_to(request.user).exclude(result=None).select_related("result")
    job = get_object_or_404(jobs, pk=job_id)
    assert job.result is not None
    return serve(job.result)
