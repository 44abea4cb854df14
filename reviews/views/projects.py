"""The association's pages of a project: what came, what is late, payments, changes, the end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import presenting, printing, printing_accounts
from applications.change_words import lines_of
from applications.models import (
    AccountsScan,
    ChangeRequest,
    Deliverable,
    DeliverableVersion,
    Payment,
    Project,
)
from applications.models.deliverable import DeliverableState
from applications.models.project import ChangeState
from applications.project_board import board_of, item_of
from applications.services import (
    accounts_scans,
    changes,
    deliverables,
    execution,
    payments,
    projects,
)
from applications.states import AWARDED, UNDER_WAY, State
from portal import clock
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.files.services import serve
from portal.numbers import whole_number
from portal.people.access import Visitor, require_staff
from reviews.access import may_write
from reviews.forms import ReasonForm
from reviews.project_forms import DecisionForm, PaymentForm, ReasonAndDayForm
from reviews.views.pages import actor, back_to, show, tell

# Days a unit gets for correcting a deliverable unless staff choose otherwise.
CORRECTION_DAYS = 5


def require_project(user: Visitor, pk: uuid.UUID, *, writes: bool = False) -> Project:
    """Return a project of the person's own issuer; strangers 404, officials 403 on writes."""
    project = get_object_or_404(
        Project.objects.select_related(
            "application__packet__call__issuer__organisation",
            "application__packet__organisation",
            "application__packet__erasure",
            "application__category__parent",
        ),
        pk=pk,
        application__state__in=sorted(AWARDED),
    )
    require_staff(user, project.application.packet.call.issuer, writes=writes)
    if writes and not may_write(user, project.application.packet.call):
        raise PermissionDenied
    return project


def require_deliverable(user: Visitor, pk: uuid.UUID, *, writes: bool = False) -> Deliverable:
    """Return a deliverable of a project of the person's own issuer."""
    row = get_object_or_404(Deliverable.objects.select_related("rule"), pk=pk)
    row.project = require_project(user, row.project_id, writes=writes)
    return row


@require_safe
def detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a project with everything staff decide about it."""
    return _detail(request, require_project(request.user, pk))


def _detail(
    request: HttpRequest,
    project: Project,
    *,
    reason: ReasonForm | None = None,
    payment: PaymentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page; a refused form comes back with what was typed."""
    application, call = project.application, project.application.packet.call
    writes = may_write(request.user, call)
    board = board_of(project, clock.now())
    context = {
        "title": str(project),
        "subtitle": application.number,
        "call": call,
        "project": project,
        "application": application,
        "unit": application.packet.organisation,
        "board": board,
        "leader": projects.leader_of(project),
        "changes": [(change, lines_of(change)) for change in board.changes],
        "log": application.log.select_related("by").order_by("-pk"),
        "writes": writes,
        "may_reopen": writes and application.state == State.COMPLETED,
        "may_start": writes and board.waits_for_agreement,
        "may_end": writes and board.under_way,
        "may_close": writes and board.may_close,
        "reason_form": reason or ReasonForm(),
        "payment_form": payment or PaymentForm(),
        "decision_form": DecisionForm(),
    }
    return show(request, "reviews/project.html", context, status=status)


# What the buttons of the page do; all but closing need a reason.
def _close(pk: uuid.UUID, by: Any, reason: str) -> str:
    execution.close(application_id=pk, by=by, note=reason)
    return _("The project is closed.")


def _terminate(pk: uuid.UUID, by: Any, reason: str) -> str:
    execution.terminate(application_id=pk, by=by, reason=reason)
    return _("The project is ended early.")


def _reopen(pk: uuid.UUID, by: Any, reason: str) -> str:
    execution.reopen_running(application_id=pk, by=by, reason=reason)
    return _("The completion is taken back; the unit reports the right day.")


def _start(pk: uuid.UUID, by: Any, reason: str) -> str:
    execution.start(application_id=pk, by=by, note=reason)
    return _("The execution has begun.")


_ACTS: dict[str, Callable[[uuid.UUID, Any, str], str]] = {
    "close": _close,
    "terminate": _terminate,
    "reopen": _reopen,
    "start": _start,
}


@require_POST
def act(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Close, end early, take the completion back, or begin on an agreement that came on paper."""
    project = require_project(request.user, pk, writes=True)
    do, form = request.POST.get("do", ""), ReasonForm(request.POST)
    needs_reason = do != "close"
    if do not in _ACTS or (needs_reason and not form.is_valid()):
        messages.error(request, _("Write the reason; the unit reads it."))
        return _detail(request, project, reason=form, status=409)
    reason = request.POST.get("reason", "")[:1000]
    try:
        messages.success(request, _ACTS[do](pk, actor(request), reason))
    except RuleViolation as refused:
        tell(request, refused)
        return _detail(request, project, reason=form, status=409)
    return back_to("reviews_project", pk)


@require_POST
def payment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write a payment down: one that was planned, or a further one."""
    project = require_project(request.user, pk, writes=True)
    planned = request.POST.get("payment", "")
    chosen = _payment_of(project, planned) if planned else None
    form = PaymentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Look at amount and day of the payment again."))
        return _detail(request, project, payment=form, status=409)
    data = form.cleaned_data
    try:
        payments.write(
            application_id=pk,
            payment_id=chosen.pk if chosen else data["key"],
            entry=payments.Entry(
                "" if chosen else data["title"], data["paid"], data["paid_on"], data["note"]
            ),
            by=actor(request),
        )
    except RuleViolation as refused:
        tell(request, refused)
        return _detail(request, project, payment=form, status=409)
    taken_back = data["paid"] is None
    said = (
        _("The record of the payment is taken back.")
        if taken_back
        else _("The payment is written down.")
    )
    messages.success(request, said)
    return back_to("reviews_project", pk, anchor="payments")


def _payment_of(project: Project, text: str) -> Payment:
    try:
        return get_object_or_404(project.payments, pk=uuid.UUID(text))
    except ValueError as wrong:
        raise Http404 from wrong


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse a change the unit asks for."""
    found = get_object_or_404(ChangeRequest, pk=pk)
    project = require_project(request.user, found.project_id, writes=True)
    form = DecisionForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    approve = request.POST.get("do") == "approve"
    try:
        decided = changes.decide(change_id=pk, by=actor(request), approve=approve, note=note)
    except RuleViolation as refused:
        tell(request, refused)
    else:
        said = (
            _("The change is approved and in effect.")
            if decided.state == ChangeState.APPROVED
            else _("The change is not approved; the unit is told why.")
        )
        messages.success(request, said)
    return back_to("reviews_project", project.pk, anchor="changes")


# One deliverable -----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def deliverable(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what was handed in; accept it, return it, give more time or let it go."""
    writes = request.method == "POST"
    row = require_deliverable(request.user, pk, writes=writes)
    if not writes:
        return _deliverable(request, row, _day_form())
    form = _day_form(request.POST)
    try:
        said = _done(request, row, form)
    except RuleViolation as refused:
        tell(request, refused)
        return _deliverable(request, row, form, status=409)
    if not said:
        messages.error(request, _("Write the reason and choose a day, then try again."))
        return _deliverable(request, row, form, status=409)
    messages.success(request, said)
    return back_to("reviews_project", row.project_id)


def _day_form(data: Any = None) -> ReasonAndDayForm:
    return ReasonAndDayForm(
        data, initial={"due": clock.today() + dt.timedelta(days=CORRECTION_DAYS)}
    )


def _done(request: HttpRequest, row: Deliverable, form: ReasonAndDayForm) -> str:
    """Do what the button says; returns what to tell, nothing where the form is not complete."""
    do, by, valid = request.POST.get("do", ""), actor(request), form.is_valid()
    reason = request.POST.get("reason", "")[:1000]
    words = {"title": row.title}
    if do == "accept":
        seen = whole_number(request.POST.get("version", "")) or 0
        deliverables.accept(deliverable_id=row.pk, version_id=seen, by=by, note=reason)
        return pgettext("of a piece", "Accepted: %(title)s") % words
    if do in ("scan_right", "scan_wrong"):
        scan = get_object_or_404(AccountsScan, version__deliverable=row, pk=_scan_meant(request))
        accounts_scans.compare(scan_id=scan.pk, by=by, matches=do == "scan_right")
        return _("What you saw on the scan is written down.")
    if do == "waive":
        deliverables.waive(deliverable_id=row.pk, by=by, reason=reason)
        return _("“%(title)s” is not needed any more.") % words
    if do == "again" and "due" in form.cleaned_data:
        deliverables.ask_again(deliverable_id=row.pk, by=by, due=form.due_instant())
        return _("“%(title)s” is asked for again.") % words
    if not valid:
        return ""
    due = form.due_instant()
    if do == "return":
        deliverables.give_back(deliverable_id=row.pk, by=by, reason=reason, due=due)
        return _("Returned for correction: %(title)s") % words
    if do == "extend":
        deliverables.extend(deliverable_id=row.pk, by=by, due=due, reason=reason)
        return _("More time is given for “%(title)s”.") % words
    raise Http404


def _scan_meant(request: HttpRequest) -> int:
    return whole_number(request.POST.get("scan", "")) or 0


def _deliverable(
    request: HttpRequest, row: Deliverable, form: ReasonAndDayForm, status: int = 200
) -> HttpResponse:
    project, wanted = row.project, deliverables.asked(row)
    version = row.latest_version()
    writes = may_write(request.user, project.application.packet.call)
    going_on = writes and project.application.state in UNDER_WAY
    context = {
        "title": row.title,
        "call": project.application.packet.call,
        "project": project,
        "deliverable": row,
        "item": item_of(row, clock.now()),
        "asked": wanted,
        "version": version,
        "sections": _sections(version),
        "figures": printing_accounts.accounts_of(version)
        if version and wanted.has_accounts
        else None,
        "document": printing_accounts.document_of(version) if wanted.has_accounts else None,
        "scan": version.scans.select_related("file", "by").first() if version else None,
        "files": _files(version),
        "log": row.log.select_related("by").order_by("-pk"),
        "form": form,
        "going_on": going_on,
        "may_accept": going_on and row.state == DeliverableState.HANDED_IN,
        "may_return": going_on
        and row.state in (DeliverableState.HANDED_IN, DeliverableState.ACCEPTED),
        "may_extend": going_on and row.is_open and row.due is not None,
        "may_waive": going_on
        and row.state not in (DeliverableState.ACCEPTED, DeliverableState.WAIVED)
        and not projects.is_agreement(row),
        "may_ask_again": going_on and row.state == DeliverableState.WAIVED,
    }
    return show(request, "reviews/deliverable.html", context, status=status)


def _sections(version: DeliverableVersion | None) -> list[Any]:
    if version is None:
        return []
    return presenting.sections([version.content["section"]], version.content["answers"])


def _files(version: DeliverableVersion | None) -> list[dict[str, Any]]:
    """Return the files of the version handed in; a draft's are the unit's own affair."""
    return list(version.content["files"]) if version else []


@require_safe
def paper(request: HttpRequest, pk: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    """Hand out a file that was handed in with any version of the deliverable."""
    row = require_deliverable(request.user, pk)
    names = {one["id"] for v in row.versions.all() for one in v.content["files"]}
    if str(file) not in names:
        raise Http404
    return serve(get_object_or_404(StoredFile, pk=file), inline="show" in request.GET)


@require_safe
def accounts(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Hand out the printed final accounts."""
    row = require_deliverable(request.user, pk)
    document = printing_accounts.document_of(row.latest_version())
    stored = printing.file_of(document) if document else None
    if stored is None:
        raise Http404
    return serve(stored)


@require_safe
def accounts_scan(request: HttpRequest, pk: uuid.UUID, scan: int) -> HttpResponseBase:
    """Hand out the stamped final accounts; a picture is shown."""
    row = require_deliverable(request.user, pk)
    found = get_object_or_404(AccountsScan, version__deliverable=row, pk=scan)
    return serve(found.file, inline="show" in request.GET)
