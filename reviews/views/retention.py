"""What the portal erases next, what is kept longer, and what was erased."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.models import Erasure, Hold, Packet
from applications.services import retaining
from portal import clock
from portal.errors import RuleViolation
from portal.people.access import require_staff
from reviews.scope import own_issuers
from reviews.views.pages import actor, back_to, show, tell

# How far the page looks ahead.
AHEAD = dt.timedelta(days=60)
PER_PAGE = 50


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """List what ends within 60 days, what staff hold, and what was erased, the newest first."""
    own = own_issuers(request)
    ending = retaining.ending_by(clock.today() + AHEAD, issuers=own)
    erased = Erasure.objects.filter(packet__call__issuer__in=own).select_related(
        "packet__call", "packet__organisation"
    )
    holds = Hold.objects.all().standing().filter(packet__call__issuer__in=own)
    context = {
        "title": _("What is kept until when"),
        "ending": ending,
        "holds": holds.select_related("packet__call", "packet__organisation", "by"),
        "days": AHEAD.days,
        "page": Paginator(erased, PER_PAGE).get_page(request.GET.get("page")),
    }
    return show(request, "reviews/retention.html", context)


@require_POST
def keep(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep a form beyond its time, with the reason; or let it go at its time again."""
    packets = Packet.objects.filter(call__issuer__in=own_issuers(request))
    packet = get_object_or_404(packets.select_related("call__issuer"), pk=pk)
    require_staff(request.user, packet.call.issuer, writes=True)
    by = actor(request)
    try:
        if request.POST.get("do") == "lift":
            retaining.lift(packet_id=pk, by=by)
            messages.success(request, _("It goes at its time again."))
        else:
            retaining.hold(packet_id=pk, reason=request.POST.get("reason", "")[:300], by=by)
            messages.success(request, _("It is kept until somebody lifts this."))
    except RuleViolation as refused:
        tell(request, refused)
    return back_to("reviews_retention")
