"""Asking for a change of a project: what changes, why, and taking a request back."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from applications.models import ChangeRequest, Project
from applications.models.project import ChangeKind
from applications.services import changes
from applications.states import Actor
from applications.views.projects import frame, project_for
from calls.fields import DayField, column_for
from portal.errors import Refusal, RuleViolation
from portal.face.dress import Dress, dress
from portal.face.rows import RowsField, asks_for_rows


class ChangeForm(forms.Form):
    """The new values of one kind of change, and why; built for the kind."""

    use_required_attribute = False
    reason = forms.CharField(
        label=gettext_lazy("Why do you ask for this change?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
    )

    def __init__(self, data: Any = None, *, kind: str, project: Project) -> None:
        """Ask what this kind changes, beginning with what stands now."""
        now = changes.values_of(project, kind)
        super().__init__(data, initial=_initial(kind, now))
        self.kind = kind
        own = _FIELDS[kind]()
        self.fields = own | self.fields
        for field in own.values():
            dress(field, Dress(short=isinstance(field, DayField)))

    def after(self) -> dict[str, Any]:
        """Return the new values as a request keeps them."""
        data = self.cleaned_data
        if self.kind == ChangeKind.DATES:
            return {key: _iso(data[key]) for key in ("starts_on", "ends_on")}
        return {key: data[key] for key in _FIELDS[self.kind]()}


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _initial(kind: str, now: dict[str, Any]) -> dict[str, Any]:
    if kind != ChangeKind.DATES:
        return now
    return {key: dt.date.fromisoformat(text) for key, text in now.items() if text}


def _text(label: Any, most: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=most)


def _budget() -> RowsField:
    columns = [
        column_for("item", _("Item"), "short_text"),
        column_for("amount", _("Amount (yuan)"), "money"),
        column_for("note", _("Basis of the estimate"), "short_text", required=False),
    ]
    return RowsField(columns=columns, total="amount", label=_("The whole budget as it shall be"))


_FIELDS: dict[str, Any] = {
    ChangeKind.TITLE: lambda: {"title": _text(_("New title"), 200)},
    ChangeKind.LEADER: lambda: {"leader": _text(_("New person in charge"), 100)},
    ChangeKind.DATES: lambda: {
        "starts_on": DayField(label=_("First day"), required=False),
        "ends_on": DayField(label=_("Last day")),
    },
    ChangeKind.BUDGET: lambda: {"budget": _budget()},
    ChangeKind.TERMINATION: dict,
}


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: uuid.UUID, kind: str) -> HttpResponse:
    """Ask for one kind of change; a refused request keeps what was typed."""
    desk, project = project_for(request, pk, Actor.FILLER)
    if kind not in ChangeKind.values:
        raise Http404
    form = ChangeForm(request.POST or None, kind=kind, project=project)
    reasons: list[Refusal] = []
    sent = request.method == "POST" and not asks_for_rows(request.POST)
    if sent and form.is_valid():
        try:
            changes.request_change(
                application_id=pk,
                kind=kind,
                after=form.after(),
                reason=form.cleaned_data["reason"],
                by=desk.user,
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(
                request,
                _("Your request lies before the association. Until it answers, nothing changes."),
            )
            return redirect("applications:project", pk)
    context = {
        **frame(desk, project),
        "form": form,
        "kind": kind,
        "kind_words": ChangeKind(kind).label,
        "reasons": reasons,
        "shows_errors": sent,
    }
    return render(request, "applications/change.html", context, status=409 if reasons else 200)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request back while nobody has decided."""
    found = get_object_or_404(ChangeRequest, pk=pk)
    desk, project = project_for(request, found.project_id, Actor.FILLER)
    try:
        changes.take_back(change_id=pk, by=desk.user)
        messages.success(request, _("The request is taken back."))
    except RuleViolation as refusal:
        messages.error(request, refusal.reasons[0].message)
    return redirect("applications:project", project.pk)
