"""Sealing the frozen form: which seal, its password, where."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from applications import printing
from applications.access import desk_for
from applications.overview import Task, next_step
from applications.services import sealing
from applications.views.packet import frame
from calls.enums import Sealing
from portal.errors import Refusal, RuleViolation
from portal.seals.models import Seal


class SealChoice(forms.ModelChoiceField[Seal]):
    """Seals by their name and kind; whose they are stands above."""

    def label_from_instance(self, obj: Seal) -> str:
        """Return name and kind."""
        return f"{obj.title} · {obj.get_way_display()}"


class SealForm(forms.Form):
    """Which seal, its password, and the place that stands in the signature."""

    seal = SealChoice(label=gettext_lazy("Seal"), queryset=Seal.objects.none(), empty_label=None)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "For a certificate the password of its file, for a seal of the e-seal service its "
            "PIN, for a picture your own password for the portal. It is not kept."
        ),
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=60, required=False)

    def __init__(self, *args: Any, seals: list[Seal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["seal"]
        assert isinstance(choice, SealChoice)
        choice.queryset = Seal.objects.filter(pk__in=[seal.pk for seal in seals])
        choice.initial = seals[0].pk if seals else None


@sensitive_variables()
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let a seal keeper seal the frozen form in this request."""
    desk = desk_for(request, pk)
    if not desk.keeps_seals:
        raise PermissionDenied
    packet = desk.packet
    if next_step(packet, packet.shown_applications) is not Task.SEAL:
        messages.info(request, _("There is no frozen form to seal now."))
        return redirect("applications:packet", pk)
    seals = sealing.usable_seals(packet.organisation, Sealing(packet.call.sealing))
    form = SealForm(
        request.POST or None, seals=seals, initial={"place": packet.organisation.region}
    )
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            sealing.seal(
                packet_id=pk, seal=data["seal"], password=data["password"], place=data["place"],
                by=desk.user,
            )  # fmt: skip
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("The form is sealed. It counts once it is handed in."))
            return redirect("applications:packet", pk)
    version = packet.latest_version()
    context = {
        **frame(packet), "form": form, "reasons": reasons, "seals": seals, "version": version,
        "document": printing.form_of(version) if version else None,
    }  # fmt: skip
    return render(request, "applications/seal.html", context, status=409 if reasons else 200)
