"""The last look at a list before it goes out: what is shown, and what the confirmation does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from calls.models import Call
from portal.errors import RuleViolation
from reviews import results
from reviews.board import Board, fingerprint, selects_nobody
from reviews.forms import PublishForm
from reviews.models import Decision
from reviews.views.pages import actor, back_to, tell


def form_of(request: HttpRequest, decisions: Sequence[Decision], title: str) -> PublishForm:
    """Return the form that carries which decisions the person has looked at, and the title."""
    return PublishForm(
        request.POST or None, initial={"title": title, "seen": fingerprint(decisions)}
    )


def put_out(
    request: HttpRequest,
    call: Call,
    form: PublishForm,
    act: Callable[..., object],
    *,
    said: str,
    refused_to: str,
    done_to: str,
) -> HttpResponse | None:
    """Put the confirmed list out with ``act`` and go on; None while the page is to be shown.

    ``act`` takes seen, title and by, and returns what goes by the list's title; ``said`` names it
    as %(title)s. Both ways on are names of pages of the call.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    seen, title = form.cleaned_data["seen"], form.cleaned_data["title"]
    try:
        made = act(seen=seen, title=title, by=actor(request))
    except RuleViolation as refused:
        tell(request, refused)
        return back_to(refused_to, call.pk)
    messages.success(request, said % {"title": made})
    return back_to(done_to, call.pk)


def result_shown(call: Call, board: Board, decisions: Sequence[Decision]) -> dict[str, Any]:
    """Return a result list as the public will read it, for the pages that confirm it."""
    nobody = bool(decisions) and selects_nobody(decisions)
    return {
        "columns": results.columns(),
        "list": results.groups_of(board, decisions),
        "sentence": results.body(call, nobody=nobody),
        "nobody": nobody,
    }
