"""The pages of a project for its unit: where it stands, the completion, every deliverable."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import accounts, deliverable_forms, presenting, printing, printing_accounts
from applications.access import Desk, application_for
from applications.change_words import lines_of
from applications.models import (
    Deliverable,
    DeliverableFile,
    DeliverableVersion,
    Project,
)
from applications.models.project import ChangeKind
from applications.project_board import board_of, item_of
from applications.services import accounts_scans, deliverables, execution, projects
from applications.states import AWARDED, Actor
from calls.answers import display, parse_partial
from calls.compile import StepForm, own_class
from calls.fields import DayField
from calls.forms_schema import answer_key
from portal import clock
from portal.clock import local
from portal.errors import Conflict, Refusal, RuleViolation
from portal.face.dress import Dress, dress
from portal.face.wording import labelled, listed
from portal.files.services import serve
from portal.middleware import arrived_at
from portal.numbers import whole_number


def project_for(
    request: HttpRequest, pk: uuid.UUID, actor: Actor | None = None
) -> tuple[Desk, Project]:
    """Return the project of an application of the person's own unit; see access.application_for."""
    desk, application = application_for(request, pk, actor)
    project = get_object_or_404(Project, application=application)
    if application.state not in AWARDED:
        raise Http404
    project.application = application
    return desk, project


def deliverable_for(
    request: HttpRequest, pk: uuid.UUID, actor: Actor | None = None
) -> tuple[Desk, Deliverable]:
    """Return a deliverable of the person's own unit."""
    deliverable = get_object_or_404(Deliverable.objects.select_related("rule"), pk=pk)
    desk, deliverable.project = project_for(request, deliverable.project_id, actor)
    return desk, deliverable


def frame(desk: Desk, project: Project) -> dict[str, object]:
    """Return what every page of a project shows above its own content."""
    packet = desk.packet
    return {
        "desk": desk,
        "packet": packet,
        "call": packet.call,
        "issuer": packet.call.issuer,
        "unit": packet.organisation,
        "project": project,
        "application": project.application,
        "now": clock.now(),
    }


@require_safe
def overview(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the project: what comes next, what is owed, payments, changes, history."""
    desk, project = project_for(request, pk)
    board = board_of(project, clock.now())
    context = {
        **frame(desk, project),
        "board": board,
        "leader": projects.leader_of(project),
        "changes": [(one, lines_of(one)) for one in board.changes],
        "change_kinds": ChangeKind.choices,
        "log": project.application.log.select_related("by").order_by("-pk"),
        "accounts": _accounts_document(project),
    }
    return render(request, "applications/project.html", context)


def _accounts_document(project: Project) -> Deliverable | None:
    """Return the deliverable with printed final accounts, if they were handed in."""
    for row in project.deliverables.select_related("rule"):
        if deliverables.asked(row).has_accounts and row.handed_in_at is not None:
            return row
    return None


class CompletionForm(forms.Form):
    """Asks for the day on which the project really ended."""

    completed_on = DayField(
        label=gettext_lazy("On which day was the project completed?"),
        help_text=gettext_lazy("The day on which the event really ended, not the planned one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["completed_on"], Dress(short=True))

    def clean_completed_on(self) -> dt.date:
        """Ask for a day; the field itself lets an empty one pass."""
        day: dt.date | None = self.cleaned_data["completed_on"]
        if day is None:
            raise forms.ValidationError(_("Enter the day of completion."))
        return day


@require_http_methods(["GET", "POST"])
def completion(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Report the day of completion; what is due after it is shown before."""
    desk, project = project_for(request, pk, Actor.FILLER)
    form = CompletionForm(request.POST or None)
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            execution.complete(
                application_id=pk, by=desk.user, completed_on=form.cleaned_data["completed_on"]
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("The completion is reported. This is what is due now."))
            return redirect("applications:project", pk)
    context = {
        **frame(desk, project),
        "board": board_of(project, clock.now()),
        "form": form,
        "reasons": reasons,
    }
    return render(request, "applications/completion.html", context, status=409 if reasons else 200)


# One deliverable -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def deliverable(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a deliverable; keep what was sent, and hand in where the button says so."""
    desk, row = deliverable_for(request, pk, Actor.FILLER if request.method == "POST" else None)
    if request.method == "POST":
        return _save(request, desk, row)
    return _show(request, desk, row, _form(row))


def _form(row: Deliverable, data: Any = None) -> StepForm:
    """Build the form of a deliverable with its revisions marked."""
    section = deliverables.section(row)
    form = own_class(section)(data, answers=row.answers, locked=not row.is_open)
    form.mark_saved({key: (no, None) for key, no in row.revisions.items()})  # type: ignore[misc]
    for name, field in form.fields.items():
        if name.startswith("spent-"):
            field.widget.attrs["data-key"] = "spent"
    return form


def _save(request: HttpRequest, desk: Desk, row: Deliverable) -> HttpResponse:
    """Keep every answer sent, sound or not; then hand in if asked. Nothing sent is ever lost."""
    form = _form(row, request.POST)
    settled = form.settled()
    conflicts: dict[str, Conflict] = {}
    reasons: list[Refusal] = []
    try:
        conflicts = deliverables.save_answers(
            deliverable_id=row.pk,
            values={key: one.value for key, one in settled.items()},
            revisions=_revisions(request, form),
            by=desk.user,
        )
        row.refresh_from_db(fields=["answers", "revisions", "state"])
        if request.POST.get("do") == "hand_in" and not conflicts:
            deliverables.hand_in(
                deliverable_id=row.pk, by=desk.user, arrived_at=arrived_at(request)
            )
            messages.success(
                request,
                _("“%(title)s” is handed in. The association looks at it now.")
                % {"title": row.title},
            )
            return redirect("applications:project", row.project_id)
    except RuleViolation as refusal:
        reasons = refusal.reasons
    if not conflicts and not reasons and not form.asks_for_rows:
        messages.success(request, _("Saved."))
        return redirect("applications:deliverable", row.pk)
    shown = form if form.asks_for_rows else _form(row)
    return _show(request, desk, row, shown, reasons=reasons, conflicts=conflicts, sent=settled)


def _revisions(request: HttpRequest, form: StepForm) -> dict[str, int]:
    return {
        form.key_of(code): whole_number(request.POST.get(f"revision-{code}", "")) or 0
        for code in form.fields
    }


def _show(
    request: HttpRequest,
    desk: Desk,
    row: Deliverable,
    form: StepForm,
    *,
    reasons: list[Refusal] | None = None,
    conflicts: dict[str, Conflict] | None = None,
    sent: Any = None,
) -> HttpResponse:
    """Render the page of a deliverable: to be filled in, or as it was handed in."""
    now, wanted = clock.now(), deliverables.asked(row)
    item = item_of(row, now)
    version = row.latest_version()
    fills = item.is_open and desk.fills
    project = row.project
    held = list(row.files.select_related("file"))
    context = {
        **frame(desk, project),
        "deliverable": row,
        "item": item,
        "asked": wanted,
        "form": form,
        "table": _table(form, project) if wanted.has_accounts else [],
        "figures": _figures(row, project) if wanted.has_accounts else None,
        "plain_fields": [field for field in form if not field.name.startswith(("spent-", "note-"))],
        "revisions": {code: _revision(form, row, code) for code in form.fields},
        "save_url": reverse("applications:deliverable_save", args=[row.pk]),
        "photos": _box(held, wanted, photo=True),
        "documents": _box(held, wanted, photo=False),
        "fills": fills,
        "gaps": deliverables.gaps(row) if fills else [],
        "reasons": reasons or [],
        "conflicts": _texts(form, conflicts or {}, sent or {}),
        "version": version,
        "sections": _frozen(version) if version and not fills else [],
        "document": printing_accounts.document_of(version) if wanted.has_accounts else None,
        "scan": version.scans.select_related("file").first() if version else None,
        "stamps": desk.seals and row.state in accounts_scans.WITH_STAFF,
        "log": row.log.select_related("by").order_by("-pk"),
        "secret": ConfidentialityForm(initial={"has_confidential": _yes_no(row.has_confidential)}),
    }
    status = 409 if reasons or conflicts else 200
    return render(request, "applications/deliverable.html", context, status=status)


def _revision(form: StepForm, row: Deliverable, code: str) -> int:
    return int(row.revisions.get(form.key_of(code), 0))


@dataclass(frozen=True, slots=True)
class AccountsRow:
    """One line of the budget with its two controls."""

    line: accounts.BudgetLine
    spent: BoundField
    note: BoundField


def _table(form: StepForm, project: Project) -> list[AccountsRow]:
    return [
        AccountsRow(line, form[f"spent-{line.code}"], form[f"note-{line.code}"])
        for line in projects.budget_of(project)
    ]


def _figures(row: Deliverable, project: Project) -> accounts.Accounts:
    """Return the sums of what is entered so far."""
    return accounts.read(
        row.answers,
        projects.budget_of(project),
        granted=project.granted,
        prefix=deliverable_forms.PREFIX,
    )


@dataclass(frozen=True, slots=True)
class FilesBox:
    """Files of one sort with what is taken."""

    files: list[DeliverableFile]
    types: tuple[str, ...]
    most: int

    @property
    def accept(self) -> str:
        """The types taken, as the control of the browser names them."""
        return ",".join(f".{one}" for one in self.types)

    @property
    def words(self) -> str:
        """The types taken, in words."""
        return listed(one.upper() for one in self.types)

    @property
    def full(self) -> bool:
        """Whether no further file is taken."""
        return len(self.files) >= self.most


def _box(held: list[DeliverableFile], wanted: deliverable_forms.Asked, *, photo: bool) -> FilesBox:
    return FilesBox(
        [one for one in held if one.photo == photo],
        deliverable_forms.PHOTOS if photo else wanted.file_types,
        wanted.photos_max if photo else deliverable_forms.MOST_FILES,
    )


def _texts(form: StepForm, conflicts: dict[str, Conflict], sent: Any) -> list[tuple[str, str, str]]:
    """Return label, own text and the other's for each answer that two people wrote."""
    by_key = {form.key_of(code): spec for code, spec in form.specs.items()}
    return [
        (
            by_key[key]["label"],
            display(by_key[key], sent[key].value),
            display(by_key[key], conflict.theirs),
        )
        for key, conflict in conflicts.items()
    ]


def _frozen(version: DeliverableVersion) -> list[Any]:
    """Return what was handed in, question by question."""
    content = version.content
    return presenting.sections([content["section"]], content["answers"])


def _yes_no(answer: bool | None) -> str:
    return "" if answer is None else "yes" if answer else "no"


class ConfidentialityForm(forms.Form):
    """Asks anew for each deliverable whether any of it is secret; there is no default answer."""

    has_confidential = forms.ChoiceField(
        label=gettext_lazy("Does any of what you would fill in or upload concern state secrets?"),
        widget=forms.RadioSelect,
        choices=[
            ("no", gettext_lazy("No. Everything may be sent over the internet.")),
            ("yes", gettext_lazy("Yes, a part is confidential.")),
        ],
    )


@require_POST
def confidentiality(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep the answer about secret content."""
    desk, row = deliverable_for(request, pk, Actor.FILLER)
    form = ConfidentialityForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the two answers."))
        return redirect("applications:deliverable", pk)
    try:
        deliverables.answer_confidentiality(
            deliverable_id=row.pk,
            has_confidential=form.cleaned_data["has_confidential"] == "yes",
            by=desk.user,
        )
    except RuleViolation as refusal:
        _say(request, refusal)
    return redirect("applications:deliverable", pk)


@require_POST
def save(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    """Autosave one answer; answers as static/face/autosave.js expects."""
    desk, row = deliverable_for(request, pk, Actor.FILLER)
    section = deliverables.section(row)
    fields = {field["code"]: field for field in section["fields"]}
    field = fields.get(request.POST.get("field", ""))
    if field is None:
        return JsonResponse({"errors": [_("Load the page again.")]}, status=423)
    key = answer_key(section, field)
    try:
        settled = parse_partial(field, request.POST.get("value", ""))
        revision = deliverables.save_answer(
            deliverable_id=pk,
            key=key,
            value=settled.value,
            revision=whole_number(request.POST.get("revision", "")) or 0,
            by=desk.user,
        )
    except RuleViolation as refusal:
        return JsonResponse({"errors": [r.message for r in refusal.reasons]}, status=423)
    except ValueError:
        return JsonResponse({"errors": [_("This value cannot be read.")]}, status=400)
    except Conflict as conflict:
        theirs = display(field, conflict.theirs)
        return JsonResponse({"theirs": theirs, "revision": conflict.revision, "by": ""}, status=409)
    return JsonResponse(
        {
            "saved_at": f"{local(clock.now()):%H:%M:%S}",
            "revision": revision,
            "errors": list(settled.errors),
        }
    )


@require_POST
def upload(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add photos or files; each is told by itself what is wrong with it."""
    desk, row = deliverable_for(request, pk, Actor.FILLER)
    chosen = request.FILES.getlist("file")
    if not chosen:
        messages.error(request, _("Choose a file first."))
    for one in chosen:
        try:
            deliverables.attach(
                deliverable_id=row.pk, upload=one, photo="photo" in request.POST, by=desk.user
            )
            messages.success(request, _("%(name)s is uploaded.") % {"name": one.name})
        except RuleViolation as refusal:
            for reason in refusal.reasons:
                messages.error(request, labelled(one.name, reason.message))
    return redirect("applications:deliverable", pk)


def _file_for(
    request: HttpRequest, pk: int, actor: Actor | None = None
) -> tuple[Desk, DeliverableFile]:
    found = get_object_or_404(DeliverableFile.objects.select_related("file"), pk=pk)
    desk, _row = deliverable_for(request, found.deliverable_id, actor)
    return desk, found


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out a file of a deliverable to the unit; photos are shown."""
    _desk, found = _file_for(request, pk)
    return serve(found.file, inline=found.photo)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away again."""
    desk, found = _file_for(request, pk, Actor.FILLER)
    try:
        deliverables.detach(deliverable_id=found.deliverable_id, file_id=found.pk, by=desk.user)
        messages.success(request, _("The file is removed."))
    except RuleViolation as refusal:
        _say(request, refusal)
    return redirect("applications:deliverable", found.deliverable_id)


@require_safe
def accounts_pdf(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Hand out the printed final accounts, or say that they are being printed."""
    _desk, row = deliverable_for(request, pk)
    document = printing_accounts.document_of(row.latest_version())
    if document is None:
        raise Http404
    stored = printing.file_of(document)
    if stored is None:
        messages.info(request, _("The final accounts are being printed; try again in a moment."))
        return redirect("applications:deliverable", pk)
    return serve(stored)


def _say(request: HttpRequest, refusal: RuleViolation) -> None:
    for reason in refusal.reasons:
        messages.error(request, reason.message)
