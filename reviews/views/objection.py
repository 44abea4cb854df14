"""One objection on the association's desk: read, examined, decided; nobody else sees it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit.services import record
from portal.errors import RuleViolation
from portal.files.services import serve
from portal.numbers import whole_number
from portal.people.access import require_staff
from reviews.access import may_write
from reviews.forms import ExamineForm, VerdictForm
from reviews.models import Objection, ObjectionFile, Standing
from reviews.services import objections
from reviews.views.pages import actor, back_to, show, tell


def _require(request: HttpRequest, pk: uuid.UUID, *, writes: bool) -> Objection:
    """Return an objection to a list of the person's own association; strangers get 404."""
    rows = Objection.objects.select_related(
        "publicity__call__issuer__organisation", "publicity__notice",
        "entry__application__packet__organisation",
    )  # fmt: skip
    objection = rows.filter(pk=pk).first()
    if objection is None:
        raise Http404
    require_staff(request.user, objection.publicity.call.issuer, writes=writes)
    return objection


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show an objection with its record, and take the next step."""
    sent = request.method == "POST"
    objection = _require(request, pk, writes=sent)
    examine, verdict = ExamineForm(), VerdictForm()
    if sent:
        asked = request.POST.get("do", "")
        if asked == "decide":
            verdict = VerdictForm(request.POST)
        elif asked == "examine":
            examine = ExamineForm(request.POST)
        form = {"decide": verdict, "examine": examine}.get(asked)
        if (form is None or form.is_valid()) and _done(request, objection, asked, form):
            return back_to("reviews_objection", objection.pk)
    call = objection.publicity.call
    context = {
        "title": _("Objection %(number)s") % {"number": objection},
        "call": call,
        "objection": objection,
        "files": objection.files.select_related("file"),
        "log": objection.log.select_related("by"),
        "entries": objection.publicity.entries.select_related("application__packet__organisation"),
        "suspended": objection.entry is not None and objection.entry.standing == Standing.SUSPENDED,
        "examine": examine,
        "verdict": verdict,
        "writes": may_write(request.user, call),
    }
    return show(request, "reviews/objection.html", context)


def _done(request: HttpRequest, objection: Objection, asked: str, form: Any) -> bool:
    """Take one step; a refusal is told and leaves the page as it was filled in."""
    by = actor(request)

    def about() -> str:
        chosen = whole_number(request.POST.get("entry", ""))
        objections.set_entry(objection_id=objection.pk, entry_id=chosen, by=by)
        return _("Written down.")

    def examine() -> str:
        objections.take_up(objection_id=objection.pk, by=by, **form.cleaned_data)
        return _("Written down.")

    def decide() -> str:
        objections.decide(objection_id=objection.pk, by=by, **form.cleaned_data)
        return _("The objection is decided.")

    steps: dict[str, Callable[[], str]] = {"about": about, "examine": examine, "decide": decide}
    if asked not in steps:
        return False
    try:
        messages.success(request, steps[asked]())
    except RuleViolation as refused:
        tell(request, refused)
        return False
    return True


@require_safe
def evidence(request: HttpRequest, pk: uuid.UUID, file_pk: int) -> HttpResponseBase:
    """Hand out a file of an objection to the association's staff; each reading is written down."""
    objection = _require(request, pk, writes=False)
    found = get_object_or_404(ObjectionFile.objects.select_related("file"), pk=file_pk,
                              objection=objection)  # fmt: skip
    record(
        "objection_file_read", by=actor(request), target=objection,
        issuer=objection.publicity.call.issuer, file=str(found.file_id),
    )  # fmt: skip
    return serve(found.file)
