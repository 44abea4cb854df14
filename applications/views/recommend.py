"""The desk of a recommending unit: what lies before it, side by side, and its list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from applications import presenting, recommend_board
from applications.models import Recommendation
from applications.models.recommendation import Stand
from applications.recommend_access import RecommendDesk, desk_at, entry_for
from applications.recommenders import closes_for
from applications.services import recommending
from applications.states import State
from calls.fields import DayField
from calls.forms_schema import SectionSpec
from portal import clock
from portal.errors import Conflict, RuleViolation
from portal.middleware import arrived_at
from portal.numbers import whole_number
from portal.register.access import current_unit


@require_safe
def desks(request: HttpRequest) -> HttpResponse:
    """List the calls in which the current unit recommends, what is due next first."""
    unit = current_unit(request)
    if unit is None:
        return redirect("register:organisation")
    now = clock.now()
    tasks = recommend_board.tasks_of(unit, now)
    context = {"unit": unit, "tasks": tasks, "now": now}
    return render(request, "applications/recommend/desks.html", context)


@require_safe
def desk(request: HttpRequest, level_pk: int) -> HttpResponse:
    """Show the list being drawn up, what is not on it yet, and what the list may hold."""
    here = desk_at(request, level_pk)
    now = clock.now()
    board = recommend_board.board_of(here.level, here.unit, now)
    context = {**frame(here), "board": board, "now": now, "compared": recommend_board.COMPARED}
    return render(request, "applications/recommend/desk.html", context)


def frame(here: RecommendDesk) -> dict[str, Any]:
    """Return what every page of a desk shows."""
    call = here.level.call
    return {
        "desk": here,
        "level": here.level,
        "call": call,
        "issuer": call.issuer,
        "unit": here.unit,
        "due": closes_for(here.level, here.unit),
    }


@require_safe
def compare(request: HttpRequest, level_pk: int) -> HttpResponse:
    """Show the chosen applications side by side; without a choice the first ones."""
    here = desk_at(request, level_pk)
    chosen = [whole_number(value) for value in request.GET.getlist("entry")]
    rows = (
        Recommendation.objects.filter(level=here.level, organisation=here.unit)
        .exclude(application__state=State.WITHDRAWN)
        .select_related("application__category__parent", "application__packet__organisation")
        .order_by("rank", "pk")
    )
    if chosen:
        rows = rows.filter(pk__in=[pk for pk in chosen if pk is not None])
    shown = list(rows[: recommend_board.COMPARED])
    sections = recommend_board.beside(recommend_board.compare(shown))
    context = {
        **frame(here),
        "rows": shown,
        "sections": sections,
        "left_out": rows.count() - len(shown),
        "only_differing": "differing" in request.GET,
        "query": "&".join(f"entry={row.pk}" for row in shown),
    }
    return render(request, "applications/recommend/compare.html", context)


class OpinionForm(forms.Form):
    """The unit's opinion on one application."""

    opinion = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 5}))
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class RefuseForm(forms.Form):
    """Why an application is not recommended."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it not recommended? The applicant reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class ReturnForm(forms.Form):
    """What is to be corrected, in general and by section, and until when."""

    reason = forms.CharField(
        label=gettext_lazy("What is to be corrected? The applicant reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    due = DayField(required=True, label=gettext_lazy("Corrected by the end of"))

    def __init__(self, *args: Any, sections: Sequence[SectionSpec], **kwargs: Any) -> None:
        """Add a field for each section of the application."""
        super().__init__(*args, **kwargs)
        for section in sections:
            self.fields[f"section-{section['code']}"] = forms.CharField(
                label=section["title"],
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=2000,
                required=False,
            )

    def clean_due(self) -> dt.date:
        """Ask for the day: fields of answers are lenient about what is empty, this form is not."""
        day: dt.date | None = self.cleaned_data["due"]
        if day is None:
            raise forms.ValidationError(self.fields["due"].error_messages["required"])
        return day

    def section_fields(self) -> list[forms.BoundField]:
        """Return the inputs of the sections."""
        return [self[name] for name in self.fields if name.startswith("section-")]

    def items(self) -> dict[str, str]:
        """Return what was written, by the code of its section."""
        return {
            name.removeprefix("section-"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("section-") and text.strip()
        }


def return_form(row: Recommendation, data: Any = None) -> ReturnForm:
    """Return the form for sending an application back, with the sections it was frozen with."""
    version = recommend_board.versions_in_hand([row])[row.pk]
    sections = presenting.specs_of(version.form_revision.schema, row.application)
    return ReturnForm(data, prefix="return", sections=sections)


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one application with what the unit may say of it."""
    here, row = entry_for(request, pk)
    return _entry_page(request, here, row)


def _entry_page(
    request: HttpRequest,
    here: RecommendDesk,
    row: Recommendation,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Show an application; ``more`` brings the form that was refused, with its reasons."""
    version = recommend_board.versions_in_hand([row])[row.pk]
    plan = presenting.plan_sections(version) if version.content["plan"] else []
    standing = row.state == Stand.PENDING and row.application.state == State.RECOMMENDING
    context = {
        **frame(here),
        "row": row,
        "application": row.application,
        "version": version,
        "plan": plan,
        "sections": presenting.application_sections(version, row.application),
        "files": presenting.frozen(version, row.application)["files"],
        "standing": standing,
        "length": recommend_board.opinion_length(row),
        "earlier": _earlier(row),
        "opinion_form": OpinionForm(
            initial={"opinion": row.opinion, "revision": row.revision}, prefix="opinion"
        ),
        "refuse_form": RefuseForm(prefix="refuse"),
        "return_form": return_form(row),
        "now": clock.now(),
        **more,
    }
    return render(request, "applications/recommend/entry.html", context, status=status)


def _earlier(row: Recommendation) -> list[Recommendation]:
    """Return what the levels below said of the application."""
    rows = Recommendation.objects.filter(
        application=row.application_id, level__no__lt=row.level.no, state=Stand.RECOMMENDED
    )
    return list(rows.select_related("level", "organisation").order_by("level__no"))


_PLACES: dict[str, Callable[..., Any]] = {
    "list": recommending.put_on_list,
    "reserve": lambda **who: recommending.put_on_list(reserve=True, **who),
    "off": recommending.take_off_list,
    "up": lambda **who: recommending.shift(up=True, **who),
    "down": lambda **who: recommending.shift(up=False, **who),
}


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an application on the list, in reserve, off it, or one place up or down."""
    here, row = entry_for(request, pk, works=True)
    if verb := _PLACES.get(request.POST.get("to", "")):
        _try(request, lambda: verb(recommendation_id=row.pk, by=here.user))
    return redirect("recommend:desk", here.level.pk)


def _try(request: HttpRequest, step: Callable[[], Any], done: str = "") -> bool:
    """Do one step and say what came of it."""
    try:
        step()
    except RuleViolation as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason.message)
        return False
    if done:
        messages.success(request, done)
    return True


@require_POST
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the opinion; a colleague's newer one is shown beside what was typed, not lost."""
    here, row = entry_for(request, pk, works=True)
    form = OpinionForm(request.POST, prefix="opinion")
    if not form.is_valid():
        return _entry_page(request, here, row, opinion_form=form)
    text, revision = form.cleaned_data["opinion"], form.cleaned_data["revision"]
    more: dict[str, Any] = {"opinion_form": form}
    try:
        recommending.write_opinion(
            recommendation_id=row.pk, text=text, revision=revision, by=here.user
        )
    except RuleViolation as refusal:
        more["reasons"] = refusal.reasons
    except Conflict as conflict:
        again = {"opinion": text, "revision": conflict.revision}
        more = {
            "conflict": conflict,
            "opinion_form": OpinionForm(initial=again, prefix="opinion"),
        }
    else:
        messages.success(request, _("The opinion is saved."))
        return redirect("recommend:desk" if "back" in request.POST else "recommend:entry",
                        here.level.pk if "back" in request.POST else row.pk)  # fmt: skip
    return _entry_page(request, here, row, status=409, **more)


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not recommend, with the reason."""
    here, row = entry_for(request, pk, works=True)
    form = RefuseForm(request.POST, prefix="refuse")
    if not form.is_valid():
        return _entry_page(request, here, row, refuse_form=form)
    try:
        recommending.not_recommend(
            recommendation_id=row.pk,
            reason=form.cleaned_data["reason"],
            by=here.user,
            arrived_at=arrived_at(request),
        )
    except RuleViolation as refusal:
        reasons = refusal.reasons
        return _entry_page(request, here, row, refuse_form=form, reasons=reasons, status=409)
    messages.success(request, _("Not recommended; the applicant is told why."))
    return redirect("recommend:desk", here.level.pk)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return for correction with a reason and an end."""
    here, row = entry_for(request, pk, works=True)
    form = return_form(row, request.POST)
    if not form.is_valid():
        return _entry_page(request, here, row, return_form=form)
    due: dt.date = form.cleaned_data["due"]
    try:
        recommending.return_to_unit(
            recommendation_id=row.pk,
            reason=form.cleaned_data["reason"],
            items=form.items(),
            due=clock.end_of(due),
            by=here.user,
            arrived_at=arrived_at(request),
        )
    except RuleViolation as refusal:
        reasons = refusal.reasons
        return _entry_page(request, here, row, return_form=form, reasons=reasons, status=409)
    messages.success(request, _("Returned for correction; the applicant is told."))
    return redirect("recommend:desk", here.level.pk)


@require_POST
def reconsider(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a refusal back."""
    here, row = entry_for(request, pk, works=True)
    when = arrived_at(request)
    _try(
        request,
        lambda: recommending.reconsider(recommendation_id=row.pk, by=here.user, arrived_at=when),
        done=_("Taken up again; it lies before you as before."),
    )
    return redirect("recommend:desk", here.level.pk)
