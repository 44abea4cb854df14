"""What every page of the call editor shares: the admin's frame, access, saving with refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.enums import CallState
from calls.forms_schema import digest
from calls.models import Call
from calls.phases import phase_of
from calls.services.editing import ChangedMeanwhile, Seen
from portal import clock
from portal.errors import RuleViolation
from portal.people.access import require_staff
from portal.people.models import User

SUMMARY, SEEN = "amendment_summary", "seen"
# Builds the forms of a page anew from what stands in the database.
Fresh = Callable[[], Sequence[forms.BaseForm]]


def require_call(request: HttpRequest, pk: int, *, writes: bool = True) -> Call:
    """Return a call of the person's own issuer; strangers get 404, officials 403 on writes."""
    call = Call.objects.select_related("issuer__organisation", "notice").filter(pk=pk).first()
    if call is None:
        raise Http404
    require_staff(actor(request), call.issuer, writes=writes)
    return call


def actor(request: HttpRequest) -> User:
    """Return who acts; the admin has let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    call: Call | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the editor inside the admin's frame."""
    frame = admin.site.each_context(request)
    about: dict[str, Any] = {"opts": Call._meta}
    if call is not None:
        about |= {"call": call, "phase": phase_of(call, clock.now())}
    response = render(request, template, {**frame, **about, **context}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def to_form(call: Call, anchor: str = "") -> HttpResponse:
    """Go back to the form, where the step or question just changed stands."""
    url = reverse("admin:calls_call_form", args=[call.pk])
    return redirect(f"{url}#{anchor}" if anchor else url)


def to_overview(call: Call, anchor: str = "") -> HttpResponse:
    """Go back to the overview, where the part just changed stands."""
    url = reverse("admin:calls_call_editor", args=[call.pk])
    return redirect(f"{url}#{anchor}" if anchor else url)


def with_summary(form: forms.BaseForm, call: Call) -> None:
    """Ask for a sentence on what is changed where the public has read the call already."""
    if call.state == CallState.PUBLISHED:
        form.fields[SUMMARY] = forms.CharField(
            label=gettext_lazy("What is changed, in one sentence"),
            help_text=gettext_lazy(
                "The call is published: the change is made as an amendment, kept with its date."
            ),
            max_length=200,
        )


def watch(form: forms.BaseForm, fresh: Fresh) -> None:
    """Note in the form what the person has before her, so that nothing newer is overwritten."""
    form.fields[SEEN] = forms.CharField(widget=forms.HiddenInput, required=False)
    form.initial = {**form.initial, SEEN: stamp_of(fresh())}


def stamp_of(shown: Sequence[forms.BaseForm]) -> str:
    """Return what tells the values forms show from any others."""
    return digest(
        [
            [name, str(form.get_initial_for_field(field, name))]
            for form in shown
            for name, field in form.fields.items()
            if name not in (SUMMARY, SEEN)
        ]
    )


def seen_in(form: forms.BaseForm, fresh: Fresh) -> Seen | None:
    """Return what the sent form was shown with; None where it does not say."""
    stamp = form.data.get(form.add_prefix(SEEN), "")
    return Seen(stamp, lambda: stamp_of(fresh())) if stamp else None


def try_to(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[str], Any],
    *others: forms.BaseForm,
    fresh: Fresh | None = None,
) -> bool:
    """Do it, with the sentence about the amendment; a refusal is said in the form, nothing lost.

    Where somebody else was faster, both texts are shown at each input: hers stays in it, the other
    one beneath; the next save is made knowingly. ``others`` are further forms of the page, in the
    order of ``fresh``.
    """
    try:
        act(form.cleaned_data.get(SUMMARY, ""))
    except RuleViolation as refused:
        for reason in refused.reasons:
            form.add_error(None, reason.message)
        if isinstance(refused, ChangedMeanwhile) and fresh is not None:
            _show_both((form, *others), fresh())
        return False
    messages.success(request, _("Saved."))
    return True


def saved(form: Any) -> Any:
    """Save a form that is held against the rows as they stand now; refuses what is wrong now."""
    if not form.is_valid():
        reasons = [str(error) for errors in form.errors.values() for error in errors]
        raise RuleViolation(reasons)
    return form.save()


def _show_both(mine: Sequence[forms.BaseForm], theirs: Sequence[forms.BaseForm]) -> None:
    """Put what stands now beneath each input in which something else was typed."""
    for form, other in zip(mine, theirs, strict=True):
        for name in other.fields:
            if name in form.fields and (text := words_in(other[name])) != words_in(form[name]):
                form.fields[name].theirs = text or _("(empty)")  # type: ignore[attr-defined]
    first = mine[0]
    first.data = first.data.copy()  # type: ignore[attr-defined]
    first.data[first.add_prefix(SEEN)] = stamp_of(theirs)  # type: ignore[index]


def words_in(bound: BoundField) -> str:
    """Return what an input holds as a reader would say it."""
    value = bound.value()
    if isinstance(bound.field.widget, forms.MultiWidget) and not isinstance(value, list):
        value = bound.field.widget.decompress(value)
    choices = {str(key): str(label) for key, label in getattr(bound.field, "choices", ())}
    return _words(value, choices)


def _words(value: Any, choices: Mapping[str, str]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return " · ".join(filter(None, (_words(one, choices) for one in value.values())))
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, (_words(one, choices) for one in value)))
    text = str(value).replace("\r\n", "\n")
    return choices.get(text, text)


def tell(request: HttpRequest, refused: RuleViolation) -> None:
    """Say every reason of a refusal on the next page."""
    for reason in refused.reasons:
        messages.error(request, reason.message)
