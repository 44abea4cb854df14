"""Opens a call to the public, changes what was published, and puts a finished call away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from calls import differences, forwarding
from calls.enums import CallState, NoticeState
from calls.forms_schema import FormSchema
from calls.models import Amendment, Call
from calls.publish_check import contradictions, problems
from calls.services.freeze import freeze_form
from calls.services.notices import publish_notice
from calls.signals import tell_call_amended, tell_call_changed
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
def amend_call(
    call: Call,
    *,
    by: User,
    summary: str,
    before: differences.Snapshot | None = None,
    form: bool = True,
) -> Call:
    """Make changes of a published call count, after they were written in the same transaction.

    A changed form becomes a new revision, to which running drafts move on opening; without
    ``form`` what staff are still changing in the form stays unpublished. ``summary`` says what was
    changed; ``before`` is what the call said until then (None: not looked at), so that people with
    applications are told the difference. Raises ``RuleViolation`` (and with it undoes the changes,
    where the caller's transaction does) when the call now says something against itself.
    """
    call = locked(call)
    reasons = []
    if call.state != CallState.PUBLISHED:
        reasons.append(_("Only a published call is amended."))
    if not summary.strip():
        reasons.append(_("Say what was changed."))
    if reasons:
        raise RuleViolation(reasons)
    newest = call.form_revisions.order_by("no").last()
    assert newest is not None, "a published call has a frozen form"
    _refuse_contradictions(call, None if form else newest.schema)
    revision = freeze_form(call) if form else newest
    _next_revision(call)
    record(
        "call_amended",
        by=by,
        target=call,
        issuer=call.issuer,
        revision=call.revision,
        form=revision.no,
        summary=summary.strip(),
    )
    _write_down(call, by=by, summary=summary.strip(), before=before)
    return call


def _write_down(call: Call, *, by: User, summary: str, before: differences.Snapshot | None) -> None:
    """Keep the amendment with its differences, and let who holds applications be told."""
    changes = [] if before is None else differences.between(before, differences.snapshot(call))
    amendment = Amendment.objects.create(
        call=call,
        revision=call.revision,
        summary=summary[:1000],
        changes=changes,
        by=by,
        at=clock.now(),
    )
    tell_call_amended(amendment.pk)


@transaction.atomic
def extend_deadline(
    call: Call, *, by: User, closes_at: dt.datetime, reason: str, only_drafts: bool = False
) -> Call:
    """Move the deadline of a published call to a later instant.

    It holds for every unit, or with ``only_drafts`` for the drafts alone that exist at the old
    deadline, which stays for all others. Dates that would fall before the new end (stamped scans,
    paper, result) move on by as much as the end does, and with the deadline itself the sign-off
    and the batch that ended with it. Raises ``RuleViolation`` for an earlier end, one that has
    passed, or no reason.
    """
    call = locked(call)
    reasons = []
    if call.state != CallState.PUBLISHED:
        reasons.append(_("Only a published call is extended."))
    if closes_at <= (call.last_end if only_drafts else call.closes_at):
        reasons.append(_("A deadline is only ever moved to a later time."))
    if closes_at <= clock.now():
        reasons.append(_("The new deadline has passed already."))
    reasons += forwarding.wrong_dates(call, closes_at)
    if not reason.strip():
        reasons.append(_("Say why the deadline is extended."))
    if reasons:
        raise RuleViolation(reasons)
    said, before = differences.snapshot(call), call.last_end if only_drafts else call.closes_at
    by_how_much = closes_at - before
    moved = ["closes_at", "drafts_until", "signoff_by", "seal_by", "paper_by", "result_by"]
    if only_drafts:
        call.drafts_until = closes_at
    else:
        call.batches.filter(closes_at=before).update(closes_at=closes_at)
        call.closes_at = closes_at
        call.signoff_by = call.signoff_by and call.signoff_by + by_how_much
        if call.drafts_until and call.drafts_until <= closes_at:
            call.drafts_until = None
    if call.seal_by and call.seal_by < closes_at:
        call.seal_by += by_how_much
    if call.paper_by and call.paper_by < closes_at:
        call.paper_by += by_how_much
    if call.result_by and call.result_by < clock.local(closes_at).date():
        call.result_by += by_how_much
    call.save(update_fields=moved)
    call.levels.filter(closes_at__lt=closes_at).update(closes_at=F("closes_at") + by_how_much)
    _next_revision(call)
    record(
        "deadline_extended",
        by=by,
        target=call,
        issuer=call.issuer,
        before=before.isoformat(),
        after=closes_at.isoformat(),
        only_drafts=only_drafts,
        reason=reason.strip(),
    )
    _write_down(call, by=by, summary=reason.strip(), before=said)
    return call


@transaction.atomic
def archive_call(call: Call, *, by: User | None) -> Call:
    """Put a closed call away: it stays readable and takes nothing any more.

    Raises ``RuleViolation`` for a call that is not published or not closed yet.
    """
    call = locked(call)
    if call.state != CallState.PUBLISHED:
        raise RuleViolation([_("Only a published call is archived.")])
    if clock.now() < call.last_end:
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


def _refuse_contradictions(call: Call, form: FormSchema | None = None) -> None:
    if found := contradictions(call, form):
        raise RuleViolation(found)


def _next_revision(call: Call) -> None:
    call.revision += 1
    call.save(update_fields=["revision"])
    tell_call_changed(call.pk)
