"""Publishes what became of a call: a result notice whose rows are frozen as they were decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from calls.enums import CallState, NoticeKind
from calls.models import Call, Notice
from calls.services.notices import publish_notice
from calls.services.publish import locked
from portal.errors import RuleViolation
from portal.people.models import User


class ResultGroup(TypedDict):
    """The rows of one category, cells in the order of the columns."""

    title: str
    rows: list[list[str]]


@transaction.atomic
def publish_result(
    call: Call,
    *,
    by: User,
    title: str,
    body: str,
    columns: Sequence[str],
    groups: Sequence[ResultGroup],
    number: str = "",
) -> Notice:
    """Publish the list of a call as a result notice and return it.

    Whoever decides hands over the cells to show (names of units and titles, never a person's
    data); they are kept as given. Where nobody was selected ``groups`` is empty and the body has
    to say so. Raises ``RuleViolation`` for a call that is not public, a notice with neither rows
    nor text and rows that do not fit the columns.
    """
    call = locked(call)
    if call.state == CallState.DRAFT:
        raise RuleViolation([_("A result needs a published call.")])
    if not body.strip() and not any(group["rows"] for group in groups):
        raise RuleViolation([_("The list is empty.")])
    if any(len(row) != len(columns) for group in groups for row in group["rows"]):
        raise RuleViolation([_("Every row of the list needs a cell for each column.")])
    notice = Notice.objects.create(
        issuer=call.issuer,
        kind=NoticeKind.RESULT,
        title=title,
        number=number,
        body=body,
        about=call,
        rows={"columns": list(columns), "groups": [dict(group) for group in groups]},
    )
    return publish_notice(notice, by=by)
