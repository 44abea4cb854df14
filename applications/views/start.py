"""Beginning an application: the confidentiality question comes before anything else."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from applications import doors
from applications.services import drafting
from calls.models import Category
from portal import clock
from portal.errors import RuleViolation
from portal.middleware import arrived_at
from portal.people.enums import Right
from portal.people.models import User
from portal.register.access import require_current_unit, require_right


class ConfidentialityForm(forms.Form):
    """Asks whether any of it is secret; there is no default answer."""

    has_confidential = forms.ChoiceField(
        label=_("Does any of what you would fill in or upload concern state secrets?"),
        widget=forms.RadioSelect,
        choices=[
            ("no", _("No. Everything may be sent over the internet.")),
            ("yes", _("Yes, a part is confidential.")),
        ],
    )


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, category_id: int) -> HttpResponse:
    """Ask the question, then begin the draft and go to its first step."""
    calls = Category.objects.select_related("call__issuer__organisation", "parent")
    category = get_object_or_404(calls.filter(call__state="published"), pk=category_id)
    unit = require_current_unit(request)
    require_right(request, unit, Right.FILLER)
    form = ConfidentialityForm(request.POST or None)
    reasons, now = [], clock.now()
    late = doors.late_end(category.call, unit)
    closed = doors.refusal_to_begin(category, late, now)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)
        try:
            application = drafting.start(
                category=category,
                organisation=unit,
                by=request.user,
                has_confidential=form.cleaned_data["has_confidential"] == "yes",
                arrived_at=arrived_at(request),
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            return redirect("applications:application", application.pk)
    context = {
        "category": category,
        "end": doors.end_in(category.call, category, late, begun_at=now),
        "closed": closed,
        "call": category.call,
        "issuer": category.call.issuer,
        "unit": unit,
        "form": form,
        "reasons": reasons or ([closed] if closed else []),
        "now": now,
    }
    return render(request, "applications/start.html", context, status=409 if reasons else 200)
