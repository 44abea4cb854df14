"""Publishes lists of a call: who is to be selected, and what became of it; rows are frozen."""

from __future__ import annotations

import datetime as dt
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
    if not body.strip() and not any(group["rows"] for group in groups):
        raise RuleViolation([_("The list is empty.")])
    notice = _list(call, NoticeKind.RESULT, title, body, columns, groups)
    notice.number = number
    return _published(notice, by=by)


@transaction.atomic
def publish_publicity(
    call: Call,
    *,
    by: User,
    title: str,
    body: str,
    columns: Sequence[str],
    groups: Sequence[ResultGroup],
    begins_at: dt.datetime,
    ends_at: dt.datetime,
) -> Notice:
    """Show the names to be selected to the public from ``begins_at`` until ``ends_at`` (exclusive).

    The cells are kept as given. Raises ``RuleViolation`` for a call that is not public, an empty
    list, rows that do not fit the columns and a period that is over before it begins.
    """
    call = locked(call)
    if not any(group["rows"] for group in groups):
        raise RuleViolation([_("The list is empty.")])
    if ends_at <= begins_at:
        raise RuleViolation([_("The publicity period must end after it begins.")])
    notice = _list(call, NoticeKind.PUBLICITY, title, body, columns, groups)
    notice.published_at, notice.shown_until = begins_at, ends_at
    return _published(notice, by=by)


def _list(
    call: Call,
    kind: NoticeKind,
    title: str,
    body: str,
    columns: Sequence[str],
    groups: Sequence[ResultGroup],
) -> Notice:
    """Return the notice of a list, not saved yet; refuse rows that do not fit."""
    if call.state == CallState.DRAFT:
        raise RuleViolation([_("A result needs a published call.")])
    if any(len(row) != len(columns) for group in groups for row in group["rows"]):
        raise RuleViolation([_("Every row of the list needs a cell for each column.")])
    return Notice(
        issuer=call.issuer,
        kind=kind,
        title=title,
        body=body,
        about=call,
        rows={"columns": list(columns), "groups": [dict(group) for group in groups]},
    )


def _published(notice: Notice, *, by: User) -> Notice:
    notice.save()
    return publish_notice(notice, by=by)
