"""Forwards another association's call: choose it, set one's own earlier dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from calls.admin.fields import InstantField
from calls.admin.frame import actor, show, to_overview, try_to
from calls.admin.overview import writable_issuers
from calls.forwarding import forwardable
from calls.models import Call, RecommendingLevel
from calls.services.forwarding import forward_call
from portal import clock
from portal.face.wording import until
from portal.people.models import Issuer

# What can be forwarded, by the value of its choice: for whom, and at which level it recommends.
Choices = Mapping[str, tuple[Issuer, RecommendingLevel]]


class ForwardForm(forms.Form):
    """Which call is forwarded, and when one's own units apply."""

    groups: Any = (
        (gettext_lazy("Call that is forwarded"), ("call",)),
        (gettext_lazy("Your own dates"), ("opens_at", "closes_at")),
    )
    call = forms.ChoiceField(label=gettext_lazy("Call"), widget=forms.RadioSelect)
    opens_at = InstantField(end=False, label=gettext_lazy("Applications open"))
    closes_at = InstantField(
        end=True,
        label=gettext_lazy("Applications close"),
        help_text=gettext_lazy("Before your list is due, with time for your own decision."),
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        """Offer the given calls; a single one is chosen already."""
        super().__init__(*args, **kwargs)
        issuers = {issuer for issuer, _level in choices.values()}
        field: Any = self.fields["call"]
        field.choices = [
            (key, _label(level, issuer if len(issuers) > 1 else None))
            for key, (issuer, level) in choices.items()
        ]
        if len(choices) == 1:
            field.initial = next(iter(choices))


def _label(level: RecommendingLevel, issuer: Issuer | None) -> str:
    words = {
        "title": level.call.title,
        "association": level.call.issuer,
        "when": until(level.closes_at),
        "issuer": issuer,
    }
    if issuer is None:
        return _("%(title)s · %(association)s · your list is due by %(when)s") % words
    return _("%(title)s · %(association)s · list of %(issuer)s due by %(when)s") % words


@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: HttpRequest) -> HttpResponse:
    """List what the person's associations may forward, and make the draft of one of them."""
    issuers = writable_issuers(actor(request))
    if not issuers:
        raise Http404
    now = clock.now()
    choices = {
        f"{issuer.pk}-{level.call_id}": (issuer, level)
        for issuer in issuers
        for level in forwardable(issuer, now)
    }
    initial = {"opens_at": clock.start_of(clock.today())}
    form = ForwardForm(request.POST or None, choices=choices, initial=initial)
    made: list[Call] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        issuer, level = choices[data["call"]]

        def act(_summary: str) -> None:
            dates = {"opens_at": data["opens_at"], "closes_at": data["closes_at"]}
            made.append(forward_call(level.call, issuer=issuer, by=actor(request), **dates))

        if try_to(request, form, act):
            return to_overview(made[0])
    context = {"title": _("Forward a call"), "form": form, "some": bool(choices)}
    return show(request, "admin/calls/forward.html", context)
