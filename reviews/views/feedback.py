"""Feedback for those not selected: written by staff, released for the whole call at once."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.errors import RuleViolation
from portal.numbers import whole_number
from reviews.access import may_write, require_call
from reviews.services import feeding_back
from reviews.views.pages import actor, back_to, show, tell


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every application that was not selected with its feedback; keep and release."""
    sent = request.method == "POST"
    call = require_call(request.user, pk, writes=sent)
    if sent:
        late = feeding_back.save(call_id=call.pk, texts=_texts(request), by=actor(request))
        for title in late:
            messages.error(
                request, _("%(title)s: a colleague changed it meanwhile.") % {"title": title}
            )
        if request.POST.get("do") == "release" and not late:
            _release(request, call.pk)
        elif not late:
            messages.success(request, _("Kept; the units do not see it before it is released."))
        return back_to("reviews_feedback", call.pk)
    drafts = feeding_back.drafts(call)
    context = {
        "title": _("Feedback"),
        "call": call,
        "drafts": drafts,
        "max_text": feeding_back.MAX_TEXT,
        "writes": may_write(request.user, call),
    }
    return show(request, "reviews/feedback.html", context)


def _texts(request: HttpRequest) -> dict[uuid.UUID, tuple[int, str]]:
    """Read the boxes that were sent; anything else is not from our page."""
    found = {}
    for name, text in request.POST.items():
        key, _dash, rest = name.rpartition("-")
        if rest != "text":
            continue
        try:
            application = uuid.UUID(key)
        except ValueError:
            continue
        revision = whole_number(request.POST.get(f"{key}-revision", "")) or 0
        found[application] = (revision, str(text))
    return found


def _release(request: HttpRequest, call_pk: int) -> None:
    try:
        number = feeding_back.release(call_id=call_pk, by=actor(request))
    except RuleViolation as refused:
        tell(request, refused)
        return
    text = ngettext(
        "%(n)d unit can read its feedback now.", "%(n)d units can read their feedback now.", number
    )
    messages.success(request, text % {"n": number})
