"""The page of the last evening and its phone list as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from calls.models import Call
from portal import clock
from portal.audit.services import record
from portal.people.models import User
from reviews.access import require_call
from reviews.evening import Standing, UnitLine, counts_of, lines_of
from reviews.exports import Cell
from reviews.views.pages import actor, show
from reviews.views.workbooks import workbook


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who has handed in, begun and not begun, with phones; reading it is written down."""
    call = require_call(request.user, pk)
    lines = lines_of(call)
    _note(call, actor(request), "page")
    wanted = request.GET.get("standing", "")
    shown = [line for line in lines if line.standing == wanted] if wanted else lines
    return show(
        request,
        "reviews/evening.html",
        {
            "title": _("Who has begun, who has not"),
            "call": call,
            "early": call.categories.closing_early(),
            "now": clock.now(),
            "lines": shown,
            "counts": [(s, s.label, n) for s, n in _counts(lines)],
            "total": len(lines),
            "wanted": wanted,
        },
    )


def _counts(lines: Sequence[UnitLine]) -> list[tuple[Standing, int]]:
    numbers = counts_of(lines)
    return [(standing, numbers[standing.value]) for standing in Standing]


def _note(call: Call, by: User, form: str) -> None:
    record("phone_list_read", by=by, target=call, issuer=call.issuer, format=form)


_HEADS = (
    (gettext_lazy("Unit"), 34),
    (gettext_lazy("Kind"), 16),
    (gettext_lazy("How far"), 16),
    (gettext_lazy("Handed in"), 10),
    (gettext_lazy("Drafts"), 10),
    (gettext_lazy("Phone of the unit"), 18),
    (gettext_lazy("Contact"), 14),
    (gettext_lazy("Phone"), 18),
)


@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the phone list as a workbook: one line for each person to call."""
    call = require_call(request.user, pk)
    _note(call, actor(request), "xlsx")
    return workbook("{} {}".format(call.title, _("phone list")), _HEADS, _cells(lines_of(call)))


def _cells(lines: Sequence[UnitLine]) -> Iterator[list[Cell]]:
    for line in lines:
        head: list[Cell] = [
            line.organisation.name,
            str(line.affiliation) if line.affiliation else "",
            str(line.standing.label),
            line.handed_in,
            line.drafts,
            line.organisation.phone,
        ]
        people = [(person.name, person.phone) for person in line.people] or [("", "")]
        for name, phone in people:
            yield [*head, name, phone]
