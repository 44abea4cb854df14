"""Experts from a list: template, upload, dry run, yes, report; invitations and leaving."""

from __future__ import annotations

import uuid
from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.errors import Refusal, RuleViolation
from portal.people.access import require_staff
from portal.register.admin.forms import UploadForm
from portal.register.admin.scope import working_issuers
from portal.register.imports.workbook import XLSX
from reviews import experts_import
from reviews.experts_import import WRITING, Outcome
from reviews.models import Expert, ExpertList
from reviews.services import experts
from reviews.views.pages import actor, back_to, show, tell

PER_PAGE = 100


def _require_work(request: HttpRequest) -> None:
    """Let staff pass who do more than read for some association."""
    if not working_issuers(request).exists():
        raise PermissionDenied


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Hand out the spreadsheet to fill in."""
    _require_work(request)
    response = HttpResponse(experts_import.template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="experts.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a filled spreadsheet; nothing is written to the register yet."""
    _require_work(request)
    form = UploadForm(request.POST or None, request.FILES or None, issuers=working_issuers(request))
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = experts_import.begin(
                by=actor(request),
                issuer=form.cleaned_data["issuer"],
                filename=file.name or "",
                file=file,
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            return back_to("reviews_experts_diff", run.pk)
    context = {"title": _("Experts from a list"), "form": form, "reasons": reasons}
    return show(request, "reviews/experts_upload.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def diff(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what the list would do, apply it on the yes, then show what it did."""
    run = ExpertList.objects.select_related("issuer__organisation", "by").filter(pk=pk).first()
    if run is None:
        raise Http404
    writing = request.method == "POST"
    require_staff(request.user, run.issuer, writes=writing)
    reasons: list[Refusal] = []
    if writing:
        try:
            experts_import.confirm(
                by=actor(request),
                run=run,
                shown=request.POST.get("shown", ""),
                inviting=request.POST.get("invite") == "yes",
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("The list has been taken over."))
            return back_to("reviews_experts_diff", run.pk)
    if run.applied_at is not None:
        labels = dict(Outcome.choices)
        counts = [(labels[key], number) for key, number in run.report["counts"].items()]
        context = {"title": _("Report: %(file)s") % {"file": run}, "run": run, "counts": counts}
        return show(request, "reviews/experts_report.html", context)
    planned = experts_import.plan(run)
    counts_by = Counter(one.outcome for one in planned)
    wanted = request.GET.get("outcome", "")
    chosen = [one for one in planned if wanted in ("", one.outcome.value)]
    context = {
        "title": _("Differences: %(file)s") % {"file": run},
        "run": run,
        "counts": [(one, counts_by[one]) for one in Outcome if counts_by[one]],
        "total": len(planned),
        "wanted": wanted,
        "page": Paginator(chosen, PER_PAGE).get_page(request.GET.get("page")),
        "shown": experts_import.fingerprint(planned),
        "changes": any(counts_by[one] for one in WRITING),
        "reasons": reasons,
    }
    return show(request, "reviews/experts_diff.html", context)


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail one expert a link, or a fresh one."""
    expert = _expert(request, pk)
    try:
        experts.invite(by=actor(request), expert=expert)
    except RuleViolation as refused:
        tell(request, refused)
    else:
        messages.success(request, _("The invitation goes to %(mail)s.") % {"mail": expert.email})
    return back_to("reviews_expert_change", expert.pk)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an expert off the register."""
    expert = _expert(request, pk)
    try:
        experts.end(by=actor(request), expert=expert)
    except RuleViolation as refused:
        tell(request, refused)
        return back_to("reviews_expert_change", expert.pk)
    messages.success(request, _("%(name)s has left the register.") % {"name": expert})
    return back_to("reviews_expert_changelist")


def _expert(request: HttpRequest, pk: int) -> Expert:
    expert = Expert.objects.select_related("issuer__organisation").filter(pk=pk).first()
    if expert is None:
        raise Http404
    require_staff(request.user, expert.issuer)
    return expert
