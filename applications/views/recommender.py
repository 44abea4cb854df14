"""Choosing the unit that is asked to recommend."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.access import desk_for
from applications.recommenders import candidates, levels_of
from applications.services import recommending
from applications.states import Actor
from applications.views.packet import frame
from portal.errors import RuleViolation
from portal.people.models import Organisation


class RecommenderForm(forms.Form):
    """One of the units that may recommend."""

    recommender = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Recommending unit"), empty_label=None
    )


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Offer the units that may recommend and keep the choice; 404 where nobody has to."""
    desk = desk_for(request, pk, Actor.FILLER)
    packet = desk.packet
    levels = levels_of(packet.call)
    if not levels:
        raise Http404
    found = candidates(levels[0], packet.organisation)
    form = RecommenderForm(request.POST or None, initial={"recommender": packet.recommender})
    field: forms.ModelChoiceField[Organisation] = form.fields["recommender"]  # type: ignore[assignment]
    field.queryset = Organisation.objects.filter(pk__in=[unit.pk for unit in found])
    reasons = []
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["recommender"]
        try:
            recommending.choose(packet_id=pk, recommender=chosen, by=desk.user)
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            words = {"name": chosen.name}
            messages.success(request, _("%(name)s is asked to recommend.") % words)
            return redirect("applications:packet", pk)
    context = {
        **frame(packet),
        "form": form,
        "found": found,
        "level": levels[0],
        "levels": levels,
        "reasons": reasons,
    }
    status = 409 if reasons else 200
    return render(request, "applications/recommender.html", context, status=status)
