"""Writes what staff change in a call: a draft's at once, a published call's as an amendment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max, Model, ProtectedError, Q, QuerySet
from django.utils.translation import gettext as _

from calls.differences import snapshot
from calls.enums import CallState, NoticeKind, NoticeState
from calls.forwarding import locked_form_words, shape_of
from calls.models import Call, Notice, NoticeAttachment
from calls.services.publish import amend_call, locked
from calls.signals import tell_notice_changed
from portal.audit.models import AuditEntry
from portal.audit.services import label_of_target, record
from portal.errors import RuleViolation
from portal.face.wording import clock_time
from portal.people.models import Issuer, User

T = TypeVar("T")

# Parts of the form: changes of a published form wait until staff publish them together.
FORM_PARTS = frozenset({"section", "question"})


class ChangedMeanwhile(RuleViolation):
    """Somebody else has saved the same part since the page was shown; nothing is overwritten."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person who saves had before her eyes.

    ``stamp`` is that of the page, ``now`` works out the stamp of what stands; it is called under
    the call's lock, so that of two who save at once exactly one is told.
    """

    stamp: str
    now: Callable[[], str]


@transaction.atomic
def create_call(
    *,
    issuer: Issuer,
    by: User,
    title: str,
    year: int,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
) -> Call:
    """Begin a draft with its notice, still without categories, rules and form.

    Raises ``RuleViolation`` for a deadline that does not lie after the opening.
    """
    if closes_at <= opens_at:
        raise RuleViolation([_("The deadline must lie after the opening.")])
    # The issuer's row is the lock under which codes are given out.
    Issuer.objects.select_for_update().get(pk=issuer.pk)
    taken = Call.objects.filter(issuer=issuer).values_list("code", flat=True)
    notice = Notice.objects.create(issuer=issuer, kind=NoticeKind.CALL, title=title)
    call = Call.objects.create(
        issuer=issuer,
        notice=notice,
        code=free_code(taken, f"{year}-"),
        title=title,
        year=year,
        opens_at=opens_at,
        closes_at=closes_at,
        form_title=_("Application form"),
    )
    record("call_created", by=by, target=call, issuer=issuer)
    return call


@transaction.atomic
def change_call(
    call: Call,
    *,
    by: User,
    part: str,
    change: Callable[[Call], T],
    summary: str = "",
    seen: Seen | None = None,
) -> T:
    """Write a change under the call's lock and return what ``change`` returns.

    ``part`` names what is changed in the audit. On a published call the change counts as an
    amendment: ``summary`` says what was changed, and whatever the call then says against itself
    undoes it. Steps and questions of a published form are the exception: they wait, unseen by
    units, until ``forms.publish_form`` makes one new revision of them.

    Raises ``ChangedMeanwhile`` when the part is no longer as it was ``seen``, and ``RuleViolation``
    for an archived call, for removing what applications depend on, and for a change of the form or
    of the set of categories in a call that forwards another one.
    """
    call = locked(call)
    if call.state == CallState.ARCHIVED:
        raise RuleViolation([_("An archived call is not changed any more.")])
    if seen is not None and seen.now() != seen.stamp:
        raise ChangedMeanwhile([_meanwhile(call, part, by)])
    published = call.state == CallState.PUBLISHED and part not in FORM_PARTS
    before = snapshot(call) if published else None
    shape = shape_of(call) if call.parent_call_id else None
    try:
        changed = change(call)
    except ProtectedError as error:
        reason = _("Applications or exceptions depend on this; it cannot be removed.")
        raise RuleViolation([reason]) from error
    if shape is not None and shape_of(call) != shape:
        raise RuleViolation([locked_form_words()])
    if published:
        amend_call(call, by=by, summary=summary, before=before, form=part == "form")
    else:
        record("call_edited", by=by, target=call, issuer=call.issuer, part=part)
    return changed


def _meanwhile(call: Call, part: str, by: User) -> str:
    """Say who saved something here last, where the audit knows it."""
    entries = AuditEntry.objects.filter(
        target=label_of_target(call), action__in=("call_edited", "call_amended")
    ).exclude(actor_id=by.pk)
    newest = entries.filter(Q(action="call_amended") | Q(data__part=part)).first()
    actor = newest.actor_id if newest else None
    who = User.objects.filter(pk=actor).first() if actor else None
    if newest is None or who is None:
        return _("This was changed elsewhere while you had it open. Nothing is overwritten.")
    words = {"who": who.name or who.email, "time": clock_time(newest.at)}
    return _("%(who)s changed this at %(time)s while you had it open. Nothing is overwritten.") % (
        words
    )


@transaction.atomic
def delete_draft(call: Call, *, by: User) -> None:
    """Remove a draft that was never published, with its notice; raises ``RuleViolation`` else."""
    call = locked(call)
    if call.state != CallState.DRAFT:
        raise RuleViolation([_("A call that was published is archived, not removed.")])
    record("call_draft_removed", by=by, target=call, issuer=call.issuer)
    notice = call.notice
    call.delete()
    notice.delete()


@transaction.atomic
def create_notice(*, issuer: Issuer, by: User, title: str, number: str, body: str) -> Notice:
    """Begin a general notice; nobody but staff sees it until it is published."""
    notice = Notice.objects.create(
        issuer=issuer, kind=NoticeKind.GENERAL, title=title, number=number, body=body
    )
    record("notice_created", by=by, target=notice, issuer=issuer)
    return notice


@transaction.atomic
def change_notice(notice: Notice, *, by: User, change: Callable[[Notice], T]) -> T:
    """Write a change to a general notice; a published one changes before the public at once.

    Raises ``RuleViolation`` for a notice that was withdrawn, and for one that carries a call or a
    result: these change with what they speak of.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.state == NoticeState.WITHDRAWN:
        raise RuleViolation([_("A notice that was withdrawn is not changed any more.")])
    if notice.kind == NoticeKind.RESULT or Call.objects.filter(notice=notice).exists():
        raise RuleViolation([_("This notice changes with its call.")])
    changed = change(notice)
    record("notice_changed", by=by, target=notice, issuer=notice.issuer, state=notice.state)
    tell_notice_changed(notice.pk)
    return changed


@transaction.atomic
def remove_attachment(attachment: NoticeAttachment, *, by: User) -> None:
    """Take a file from a notice; the stored file itself stays for whoever audits."""
    notice = attachment.notice
    record(
        "notice_attachment_removed",
        by=by,
        target=notice,
        issuer=notice.issuer,
        file=str(attachment.file_id),
    )
    attachment.delete()
    tell_notice_changed(notice.pk)


def free_code(taken: Iterable[str], prefix: str) -> str:
    """Return the first of ``prefix1``, ``prefix2``, … that is not taken.

    Codes are what call files and answers refer to; staff never see or type them.
    """
    used, number = set(taken), 1
    while f"{prefix}{number}" in used:
        number += 1
    return f"{prefix}{number}"


def last_position(siblings: QuerySet[Any]) -> int:
    """Return the position after all siblings."""
    highest = siblings.aggregate(highest=Max("position"))["highest"]
    return 0 if highest is None else int(highest) + 1


def move(row: Model, siblings: QuerySet[Model], *, up: bool) -> None:
    """Move a row one place among its siblings and number them anew; at the end it stays."""
    rows = list(siblings)
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for position, one in enumerate(rows):
        type(one)._default_manager.filter(pk=one.pk).update(position=position)
