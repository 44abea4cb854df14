"""The step of a draft in which a unit names experts who shall not judge it."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from applications.access import application_for
from applications.rail import rail
from applications.services import avoiding
from applications.states import EDITABLE, Actor
from applications.views.packet import frame
from portal.errors import RuleViolation
from portal.numbers import whole_number


class AvoidForm(forms.Form):
    """One expert with unit and reason."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=60)
    unit_name = forms.CharField(
        label=gettext_lazy("Unit"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("So that nobody of the same name is kept out."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why this expert should not judge it"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def avoid(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """List the experts to avoid, add one, take one away."""
    desk, application = application_for(request, pk, Actor.FILLER)
    call = desk.packet.call
    if not call.avoid_experts_max:
        raise Http404
    adding = request.method == "POST" and "remove" not in request.POST
    form = AvoidForm(request.POST if adding else None)
    reasons = []
    try:
        if request.method == "POST" and not adding:
            key = whole_number(request.POST["remove"]) or 0
            avoiding.drop_expert(application_id=pk, avoided_id=key, by=desk.user)
            return redirect("applications:avoid", pk)
        if adding and form.is_valid():
            avoiding.name_expert(application_id=pk, by=desk.user, **form.cleaned_data)
            messages.success(request, _("The expert is on the list."))
            return redirect("applications:avoid", pk)
    except RuleViolation as refusal:
        reasons = refusal.reasons
    named = list(application.avoided_experts.all())
    editable = application.state in EDITABLE
    context = {
        **frame(desk.packet),
        "application": application,
        "named": named,
        "most": call.avoid_experts_max,
        "steps": rail(desk.packet, application, "avoid"),
        "form": form,
        "reasons": reasons,
        "editable": editable,
        "room": editable and len(named) < call.avoid_experts_max,
    }
    return render(request, "applications/avoid.html", context, status=409 if reasons else 200)
