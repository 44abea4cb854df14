"""The deciding table of a call, and the publication of its list."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from calls.enums import NoticeKind
from calls.models import Call
from reviews import results
from reviews.access import may_write, require_call
from reviews.board import (
    Board,
    Group,
    Row,
    board_of,
    fingerprint,
    refusals_to_publish,
    rule_of,
    selects_nobody,
    warnings,
)
from reviews.forms import read_choices, shown_row
from reviews.models import DecisionOutcome
from reviews.services import deciding
from reviews.services.deciding import Choice
from reviews.views import last_look
from reviews.views.pages import actor, back_to, show


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with the values of its controls and what is wrong with them."""

    row: Row
    values: Mapping[str, Any]
    refused: str
    conflict: Row | None


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A category with its rows."""

    group: Group
    rows: list[ShownRow]


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the table and keep what is decided; nothing leaves the house before publication."""
    writing = request.method == "POST"
    call = require_call(request.user, pk, writes=writing)
    if not writing:
        return _page(request, call, board_of(call))
    choices, refused = read_choices(request.POST, board_of(call))
    saved = deciding.save_drafts(call_id=call.pk, choices=choices, by=actor(request))
    refused = {**refused, **saved.refused}
    if refused or saved.conflicts:
        if saved.written:
            messages.success(request, _said(saved.written))
        again = {pk: choices[pk] for pk in (*saved.conflicts, *saved.refused)}
        return _page(request, call, board_of(call), again, refused, saved.conflicts, status=409)
    messages.success(request, _said(saved.written))
    if request.POST.get("do") == "publish":
        return back_to("reviews_publish", call.pk)
    return back_to("reviews_deciding", call.pk)


def _said(written: int) -> str:
    if not written:
        return _("Nothing had been changed.")
    return ngettext("%(n)d decision kept.", "%(n)d decisions kept.", written) % {"n": written}


def _page(
    request: HttpRequest,
    call: Call,
    board: Board,
    typed: Mapping[uuid.UUID, Choice] | None = None,
    refused: Mapping[uuid.UUID, str] | None = None,
    conflicts: Mapping[uuid.UUID, Row] | None = None,
    status: int = 200,
) -> HttpResponse:
    typed, refused, conflicts = typed or {}, refused or {}, conflicts or {}
    groups = [
        ShownGroup(
            group,
            [
                ShownRow(
                    row,
                    shown_row(row, typed.get(row.submission.pk)),
                    refused.get(row.submission.pk, ""),
                    conflicts.get(row.submission.pk),
                )
                for row in group.rows
            ],
        )
        for group in board.groups
    ]
    context = {
        "title": _("Decide"),
        "call": call,
        "board": board,
        "groups": groups,
        "outcomes": _outcomes(call),
        "warnings": warnings(board),
        "in_the_way": refusals_to_publish(board),
        "writes": may_write(request.user, call),
        "notices": call.result_notices.order_by("pk"),
        "rule": rule_of(call),
        "seen": fingerprint(board.to_publish),
        "approval": call.list_approvals.select_related("proposed_by", "judged_by").first(),
        "user_id": actor(request).pk,
    }
    return show(request, "reviews/deciding.html", context, status=status)


def _outcomes(call: Call) -> list[tuple[str, str]]:
    """Return the call's own words; a call without a word for the reserve has none."""
    pairs = [(o.value, results.outcome_word(call, o)) for o in DecisionOutcome]
    return [(value, word) for value, word in pairs if word]


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the list as it will be, and publish it."""
    call = require_call(request.user, pk, writes=True)
    board = board_of(call)
    decisions = board.to_publish
    if rule_of(call) is not None and not (decisions and selects_nobody(decisions)):
        return back_to("reviews_publicise", call.pk)
    further = call.result_notices.filter(kind=NoticeKind.RESULT).exists()
    shown = last_look.result_shown(call, board, decisions)
    title = results.default_title(call, further=further, nobody=shown["nobody"])
    form = last_look.form_of(request, decisions, title)
    answer = last_look.put_out(
        request, call, form, partial(deciding.publish, call_id=call.pk),
        said=_("Published: %(title)s"), refused_to="reviews_deciding", done_to="reviews_call",
    )  # fmt: skip
    if answer is not None:
        return answer
    context = {
        **shown,
        "title": _("Publish the list"),
        "call": call,
        "board": board,
        "form": form,
        "counts": _counts(call, decisions),
        "in_the_way": refusals_to_publish(board),
        "warnings": warnings(board),
    }
    return show(request, "reviews/publish.html", context)


def _counts(call: Call, decisions: list[Any]) -> list[tuple[str, int]]:
    return [(word, sum(d.outcome == value for d in decisions)) for value, word in _outcomes(call)]
