"""What a unit reads after the decision: outcome, publicity, award notice, feedback."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications.access import application_for, desk_for
from applications.models import Application
from applications.states import TRANSITIONS, Action, Actor, State
from applications.views.packet import frame
from portal.errors import Refusal, RuleViolation
from portal.files.services import serve
from reviews import awards
from reviews.models import AwardNotice, Decision, Feedback, PublicityEntry, PublicityState
from reviews.results import outcome_word
from reviews.services import withdrawing

# Where the unit may still step back, with its approver's word.
GIVEN_UP_FROM = TRANSITIONS[Action.GIVE_UP].sources


@dataclass(frozen=True, slots=True)
class Line:
    """One application with what its unit may know of it."""

    application: Application
    word: str
    decision: Decision | None
    entry: PublicityEntry | None
    feedback: Feedback | None


@require_safe
def packet(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what became of a packet's applications; drafts of decisions are not among it."""
    desk = desk_for(request, pk)
    applications = list(desk.packet.shown_applications)
    context = {
        **frame(desk.packet),
        "lines": _lines(applications),
        "awards": awards.handed_out(desk.packet),
        "approves": desk.approves,
        "given_up_from": GIVEN_UP_FROM,
    }
    return render(request, "applications/outcome.html", context)


def _lines(applications: list[Application]) -> list[Line]:
    keys = [a.pk for a in applications]
    published = Decision.objects.filter(application__in=keys).select_related("published_in")
    decisions = {d.application_id: d for d in published.exclude(published_in=None)}
    shown = PublicityEntry.objects.filter(application__in=keys).exclude(
        publicity__state=PublicityState.CALLED_OFF
    )
    entries = {e.application_id: e for e in shown.select_related("publicity__notice")}
    released = Feedback.objects.filter(application__in=keys, released_at__isnull=False)
    feedback = {f.application_id: f for f in released}
    return [
        Line(
            application,
            _word(application, decisions.get(application.pk)),
            decisions.get(application.pk),
            entries.get(application.pk),
            feedback.get(application.pk),
        )
        for application in applications
    ]


def _word(application: Application, decision: Decision | None) -> str:
    """Return the call's own word for a published outcome, else the state."""
    decided = (State.SELECTED, State.RESERVE, State.NOT_SELECTED)
    if application.state in decided:
        return outcome_word(application.packet.call, application.state)
    return application.get_state_display()


class GiveUpForm(forms.Form):
    """Why the unit withdraws, and that its approver confirms it."""

    reason = forms.CharField(
        label=pgettext_lazy("give a place up", "Why is it withdrawn?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I sign for the unit and confirm that it gives this place up.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let the unit's approver withdraw what is shown to the public or held in reserve."""
    desk, application = application_for(request, pk, Actor.APPROVER)
    if not desk.approves:
        # Staff who fill in for the unit do not sign for it.
        raise PermissionDenied
    form, reasons = GiveUpForm(request.POST or None), list[Refusal]()
    if request.method == "POST" and form.is_valid():
        try:
            withdrawing.withdraw(
                application_id=pk, by=desk.user, reason=form.cleaned_data["reason"]
            )
        except RuleViolation as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _("Withdrawn; the association has been told."))
            return redirect("outcome:packet", desk.packet.pk)
    context = {
        **frame(desk.packet),
        "application": application,
        "possible": application.state in GIVEN_UP_FROM,
        "form": form,
        "reasons": reasons,
    }
    return render(request, "applications/give_up.html", context, status=409 if reasons else 200)


@require_safe
def award(request: HttpRequest, pk: uuid.UUID, award_pk: int) -> HttpResponseBase:
    """Hand out an award notice to its unit."""
    desk = desk_for(request, pk)
    notice = get_object_or_404(
        AwardNotice, pk=award_pk, packet=desk.packet, handed_out_at__isnull=False
    )
    file = awards.file_of(notice)
    if file is None:
        raise Http404
    return serve(file)
