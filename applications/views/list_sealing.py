"""Sealing a recommending unit's frozen summary table: which seal, its password, where."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from applications import printing_lists
from applications.models.recommendation import ListState
from applications.recommend_access import list_for
from applications.services import list_sealing
from applications.services.sealing import usable_seals
from applications.views.recommend import frame
from applications.views.sealing import SealForm
from portal.errors import Refusal, RuleViolation


@sensitive_variables()
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let a seal keeper of the recommending unit seal the summary table in this request."""
    here, made = list_for(request, pk)
    if not here.keeps_seals:
        raise PermissionDenied
    version, way = made.latest_version(), made.level.list_sealing
    waits = made.state == ListState.FROZEN and way.in_portal
    if version is None or not waits or printing_lists.is_sealed(version):
        messages.info(request, _("There is no frozen list to seal now."))
        return redirect("recommend:list", pk)
    seals = usable_seals(made.organisation, way)
    form = SealForm(request.POST or None, seals=seals, initial={"place": here.unit.region})
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            list_sealing.seal(
                list_id=pk, seal=data["seal"], password=data["password"], place=data["place"],
                by=here.user,
            )  # fmt: skip
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("The table is sealed. It counts once it is handed in."))
            return redirect("recommend:list", pk)
    context = {
        **frame(here), "list": made, "form": form, "reasons": reasons, "seals": seals,
        "version": version, "document": printing_lists.table_of(version),
    }  # fmt: skip
    status = 409 if reasons else 200
    return render(request, "applications/recommend/seal.html", context, status=status)
