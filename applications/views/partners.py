"""Naming partners of a joint application, and their answer."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from applications.access import application_for
from applications.models import Application, Partner
from applications.rail import rail
from applications.services import partners as service
from applications.services.standing import object_findings
from applications.states import EDITABLE, Actor
from applications.views.packet import frame
from portal.errors import RuleViolation
from portal.numbers import whole_number
from portal.people.access import require_member
from portal.people.enums import Right, VerificationState
from portal.people.models import Affiliation, Organisation, User


class PartnerForm(forms.Form):
    """A registered unit by its full name, or a body that never registers, in text."""

    name = forms.CharField(
        label=gettext_lazy("Full name of the partner"),
        max_length=120,
        help_text=gettext_lazy(
            "A unit registered with the association is found by its full name and asked to "
            "confirm. Other bodies (national, foreign) are named in text."
        ),
    )
    letter = forms.FileField(
        label=gettext_lazy("Letter of a body that is not registered (PDF or picture)"),
        required=False,
    )


@require_http_methods(["GET", "POST"])
def partners(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """List the partners, add one, take one away."""
    desk, application = application_for(request, pk, Actor.FILLER)
    form = PartnerForm(request.POST or None, request.FILES or None)
    reasons = []
    if request.method == "POST":
        try:
            if "remove" in request.POST:
                partner = _own_partner(application, request.POST["remove"])
                service.remove_partner(application_id=pk, partner_id=partner.pk, by=desk.user)
                return redirect("applications:partners", pk)
            if form.is_valid():
                _add(application, form, desk.user)
                messages.success(request, _("The partner is named."))
                return redirect("applications:partners", pk)
        except RuleViolation as refusal:
            reasons = refusal.reasons
    return render(
        request,
        "applications/partners.html",
        {
            **frame(desk.packet),
            "application": application,
            "partners": application.partners.select_related("organisation", "letter"),
            "steps": rail(desk.packet, application, "partners"),
            "form": form,
            "reasons": reasons,
            # What the notice asks of the partners, and how it stands with those named.
            "asked": [f for f in object_findings(application) if f.rule.kind == "partners"],
            "editable": application.state in EDITABLE,
        },
        status=409 if reasons else 200,
    )


def _own_partner(application: Application, key: str) -> Partner:
    """Return a partner of this application; 404 for anything else a form may send."""
    return get_object_or_404(application.partners, pk=whole_number(key) or 0)


def _add(application: Application, form: PartnerForm, by: User) -> None:
    """Ask the registered unit of that name, or name the body in text."""
    name = form.cleaned_data["name"].strip()
    verified = Affiliation.objects.filter(
        issuer=application.packet.call.issuer_id, state=VerificationState.VERIFIED
    )
    unit = Organisation.objects.filter(
        name=name, merged_into=None, pk__in=verified.values("organisation")
    ).first()
    if unit is not None:
        service.add_partner(application_id=application.pk, organisation=unit, by=by)
    else:
        service.name_partner(
            application_id=application.pk,
            name=name,
            letter=form.cleaned_data.get("letter"),
            by=by,
        )


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the partner unit's yes or no; a stranger gets 404, a colleague 403."""
    partner = get_object_or_404(Partner.objects.exclude(organisation=None), pk=pk)
    assert isinstance(request.user, User)
    assert partner.organisation is not None
    require_member(request.user, partner.organisation, Right.ADMINISTRATOR)
    confirm = request.POST.get("answer") == "yes"
    try:
        service.answer(partner_id=pk, confirm=confirm, by=request.user)
        messages.success(request, _("Confirmed.") if confirm else _("Declined."))
    except RuleViolation as refusal:
        messages.error(request, refusal.reasons[0].message)
    return redirect("applications:my")
