"""Accepting several at once, with a preview of what would happen to each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portal.errors import Refusal
from portal.face.wording import labelled
from reviews.access import require_submission
from reviews.models import Submission
from reviews.services import checking
from reviews.views.pages import actor, back_to, show

# One form at a time: a preview that nobody can read through protects from nothing.
MOST = 100


def preview(
    request: HttpRequest, submissions: list[Submission], reasons: Sequence[Refusal] = ()
) -> HttpResponse:
    """Show which of the chosen would be accepted and what is in the way of the others."""
    lines = checking.preview_accept(submissions[:MOST])
    context = {
        "title": _("Accept several"),
        "lines": lines,
        "ready": sum(not line.refusals for line in lines),
        "cut": len(submissions) > MOST,
        "most": MOST,
        "reasons": reasons,
    }
    return show(request, "reviews/accept_many.html", context, status=409 if reasons else 200)


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Accept what the preview showed as ready; each is judged again by itself."""
    chosen = _chosen(request)
    submissions = [require_submission(request.user, pk, writes=True) for pk in chosen]
    if request.POST.get("looked") != "yes":
        return preview(
            request, submissions, [Refusal(_("Say that you have looked at every point."))]
        )
    lines = checking.accept_many(chosen=chosen, by=actor(request))
    done = sum(not line.refusals for line in lines)
    messages.success(request, ngettext("%(n)d accepted.", "%(n)d accepted.", done) % {"n": done})
    for line in lines:
        for reason in line.refusals:
            messages.warning(request, labelled(line.submission, reason.message))
    return back_to("reviews_submission_changelist")


def _chosen(request: HttpRequest) -> dict[uuid.UUID, int]:
    """Read pairs of application and version; anything else is not from our page."""
    found: dict[uuid.UUID, int] = {}
    for pair in request.POST.getlist("chosen")[:MOST]:
        pk, _colon, version = pair.partition(":")
        try:
            found[uuid.UUID(pk)] = int(version)
        except ValueError:
            continue
    return found
