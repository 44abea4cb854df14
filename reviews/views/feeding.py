"""Staff of an association that forwarded a call hand what they selected up to the call above."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from applications.models import Application
from applications.services.feeding import hand_up_each, selected_below
from calls.forwarding import level_above
from portal import clock
from portal.middleware import arrived_at
from reviews.access import may_write, require_call, require_writer
from reviews.views.pages import actor, show


@dataclass(frozen=True, slots=True)
class Line:
    """One application selected here, and what stands in the way of handing it up."""

    application: Application
    reasons: list[str]

    @property
    def above(self) -> Application | None:
        """Return the application above, None while it was not handed up."""
        return getattr(self.application, "fed_to", None)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was selected in a forwarded call, and hand up what is ticked."""
    call = require_call(request.user, pk, writes=request.method == "POST")
    refused: dict[uuid.UUID, list[str]] = {}
    if request.method == "POST":
        require_writer(actor(request), call)
        ids = _ticked(request.POST.getlist("application"), selected_below(call))
        made, refused = hand_up_each(ids, by=actor(request), arrived_at=arrived_at(request))
        _say(request, len(made), ticked=bool(ids))
        if not refused:
            return HttpResponseRedirect(reverse("admin:reviews_hand_up", args=[call.pk]))
    lines = [Line(one, refused.get(one.pk, [])) for one in selected_below(call)]
    level = level_above(call) if call.parent_call_id else None
    context = {
        "title": _("Hand up to the forwarded call"),
        "call": call,
        "lines": lines,
        "waiting": sum(line.above is None for line in lines),
        "level": level,
        "late": level is None or clock.now() >= level.closes_at,
        "writes": may_write(request.user, call),
    }
    return show(request, "reviews/hand_up.html", context)


def _ticked(given: Iterable[str], offered: Iterable[Application]) -> list[uuid.UUID]:
    """Return the applications ticked, in the order of the page; what is not on it is left out."""
    wanted = set(given)
    return [one.pk for one in offered if str(one.pk) in wanted]


def _say(request: HttpRequest, made: int, *, ticked: bool) -> None:
    if made:
        words = ngettext("%(n)s application handed up.", "%(n)s applications handed up.", made)
        messages.success(request, words % {"n": made})
    elif not ticked:
        messages.warning(request, _("Tick what is to be handed up."))
