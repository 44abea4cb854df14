"""What every page of the call editor shares: the admin's frame, access, saving with refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.enums import CallState
from calls.models import Call
from calls.phases import phase_of
from portal import clock
from portal.errors import RuleViolation
from portal.people.access import require_staff
from portal.people.models import User

SUMMARY = "amendment_summary"


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


def try_to(request: HttpRequest, form: forms.BaseForm, act: Callable[[str], Any]) -> bool:
    """Do it, with the sentence about the amendment; a refusal is said in the form, nothing lost."""
    try:
        act(form.cleaned_data.get(SUMMARY, ""))
    except RuleViolation as refused:
        for reason in refused.reasons:
            form.add_error(None, reason.message)
        return False
    messages.success(request, _("Saved."))
    return True


def tell(request: HttpRequest, refused: RuleViolation) -> None:
    """Say every reason of a refusal on the next page."""
    for reason in refused.reasons:
        messages.error(request, reason.message)
