"""Opens a call to the public, changes what was published, and puts a finished call away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from calls.enums import CallState, NoticeState
from calls.models import Call
from calls.publish_check import contradictions, problems
from calls.services.freeze import freeze_form
from calls.services.notices import publish_notice
from calls.signals import tell_call_changed
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User


@transaction.atomic
def publish_call(call: Call, *, by: User | None, confirmed: Collection[str] | None = None) -> Call:
    """Publish a draft: its form is frozen as the first revision and its notice made public.

    ``by`` is None where a command does it. ``confirmed`` holds the keys of the doubtful points a
    person ticked as meant so (``Problem.key``); None where nobody looks at them. Raises
    ``RuleViolation`` with everything the call says against itself, or that was not ticked.
    """
    call = locked(call)
    if call.state != CallState.DRAFT:
        raise RuleViolation([_("This call is published already.")])
    warned = _refuse_unconfirmed(call, confirmed)
    revision = freeze_form(call)
    if call.notice.state != NoticeState.PUBLISHED:
        call.notice = publish_notice(call.notice, by=by)
    call.state, call.revision = CallState.PUBLISHED, 1
    call.published_at = call.notice.published_at
    call.save(update_fields=["state", "revision", "published_at"])
    record(
        "call_published",
        by=by,
        target=call,
        issuer=call.issuer,
        form=revision.no,
        confirmed=warned if confirmed is not None else [],
    )
    tell_call_changed(call.pk)
    return call


@transaction.atomic
def amend_call(call: Call, *, by: User, summary: str) -> Call:
    """Make changes of a published call count, after they were written in the same transaction.

    A changed form becomes a new revision, to which running drafts move on opening. ``summary``
    says what was changed. Raises ``RuleViolation`` (and with it undoes the changes, where the
    caller's transaction does) when the call now says something against itself.
    """
    call = locked(call)
    reasons = []
    if call.state != CallState.PUBLISHED:
        reasons.append(_("Only a published call is amended."))
    if not summary.strip():
        reasons.append(_("Say what was changed."))
    if reasons:
        raise RuleViolation(reasons)
    _refuse_contradictions(call)
    form = freeze_form(call)
    _next_revision(call)
    record(
        "call_amended",
        by=by,
        target=call,
        issuer=call.issuer,
        revision=call.revision,
        form=form.no,
        summary=summary.strip(),
    )
    return call


@transaction.atomic
def extend_deadline(call: Call, *, by: User, closes_at: dt.datetime, reason: str) -> Call:
    """Move the deadline of a published call to a later instant, for every unit.

    Dates that would fall before the new deadline (stamped scans, paper, result) move on by as much
    as the deadline does. Raises ``RuleViolation`` for an earlier deadline, one that has passed, or
    no reason.
    """
    call = locked(call)
    reasons = []
    if call.state != CallState.PUBLISHED:
        reasons.append(_("Only a published call is extended."))
    if closes_at <= call.closes_at:
        reasons.append(_("A deadline is only ever moved to a later time."))
    if closes_at <= clock.now():
        reasons.append(_("The new deadline has passed already."))
    if not reason.strip():
        reasons.append(_("Say why the deadline is extended."))
    if reasons:
        raise RuleViolation(reasons)
    before, by_how_much = call.closes_at, closes_at - call.closes_at
    call.closes_at = closes_at
    if call.seal_by and call.seal_by < closes_at:
        call.seal_by += by_how_much
    if call.paper_by and call.paper_by < closes_at:
        call.paper_by += by_how_much
    if call.result_by and call.result_by < clock.local(closes_at).date():
        call.result_by += by_how_much
    call.save(update_fields=["closes_at", "seal_by", "paper_by", "result_by"])
    _next_revision(call)
    record(
        "deadline_extended",
        by=by,
        target=call,
        issuer=call.issuer,
        before=before.isoformat(),
        after=closes_at.isoformat(),
        reason=reason.strip(),
    )
    return call


@transaction.atomic
def archive_call(call: Call, *, by: User | None) -> Call:
    """Put a closed call away: it stays readable and takes nothing any more.

    Raises ``RuleViolation`` for a call that is not published or not closed yet.
    """
    call = locked(call)
    if call.state != CallState.PUBLISHED:
        raise RuleViolation([_("Only a published call is archived.")])
    if clock.now() < call.closes_at:
        raise RuleViolation([_("A call is archived after its deadline.")])
    call.state = CallState.ARCHIVED
    call.save(update_fields=["state"])
    _next_revision(call)
    record("call_archived", by=by, target=call, issuer=call.issuer)
    return call


def locked(call: Call) -> Call:
    """Lock the call's row for this transaction and return it as it stands."""
    return (
        Call.objects.select_for_update(of=("self",))
        .select_related("issuer__organisation", "notice__issuer")
        .get(pk=call.pk)
    )


def _refuse_unconfirmed(call: Call, confirmed: Collection[str] | None) -> list[str]:
    """Refuse what blocks and what was not ticked; return the sentences that were."""
    found = problems(call)
    wrong = [
        problem.sentence
        for problem in found
        if problem.blocks or (confirmed is not None and problem.key not in confirmed)
    ]
    if wrong:
        raise RuleViolation(wrong)
    return [problem.sentence for problem in found]


def _refuse_contradictions(call: Call) -> None:
    if found := contradictions(call):
        raise RuleViolation(found)


def _next_revision(call: Call) -> None:
    call.revision += 1
    call.save(update_fields=["revision"])
    tell_call_changed(call.pk)
