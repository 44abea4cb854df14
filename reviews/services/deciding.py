"""Drafting decisions, also by two people at once, and publishing them as one list."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.services import lifecycle
from calls.models import Call, Notice
from calls.services.results import publish_result
from portal import clock
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.people.models import User
from reviews import results
from reviews.access import require_writer
from reviews.board import (
    Board,
    Row,
    amount_refusal,
    board_of,
    fingerprint,
    refusals_to_publish,
    rule_of,
    selects_nobody,
    spelled,
)
from reviews.models import Decision, DecisionOutcome

_VERBS = {
    DecisionOutcome.RESERVE: lifecycle.hold_in_reserve,
    DecisionOutcome.NOT_SELECTED: lifecycle.not_select,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One row as somebody filled it in; ``base`` and ``revision`` say what she started from."""

    outcome: str
    amount: Decimal | None
    rank: int | None
    note: str
    base: str
    revision: int

    @property
    def is_touched(self) -> bool:
        """Tell whether the person changed anything in the row."""
        return spelled(self.outcome, self.amount, self.rank, self.note) != self.base


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a saved table: rows written, and rows refused with the reason."""

    written: int
    # By application: somebody else changed it meanwhile; her name, and the row as it is now.
    conflicts: Mapping[uuid.UUID, Row]
    refused: Mapping[uuid.UUID, str]


@transaction.atomic
def save_drafts(*, call_id: int, choices: Mapping[uuid.UUID, Choice], by: User) -> Saved:
    """Write the rows somebody touched; nothing another person wrote meanwhile is overwritten.

    Rows with an amount the notice does not foresee are refused one by one, the others are kept.
    Raises PermissionDenied for who only reads.
    """
    call = lock_call(call_id, by)
    written, conflicts, refused = 0, {}, {}
    for row in board_of(call).rows:
        choice = choices.get(row.submission.pk)
        if choice is None or not choice.is_touched:
            continue
        reason = _refusal(row, choice)
        if reason:
            refused[row.submission.pk] = reason
        elif row.revision == choice.revision:
            _write(row, choice, by)
            written += 1
        elif row.base != spelled(choice.outcome, choice.amount, choice.rank, choice.note):
            conflicts[row.submission.pk] = row
    if written:
        record("decision_saved", by=by, target=call, issuer=call.issuer, rows=written)
    return Saved(written, conflicts, refused)


def lock_call(call_id: int, by: User) -> Call:
    """Lock the call: two who save or publish at once go one after the other."""
    call = hold_call(call_id)
    require_writer(by, call)
    return call


def hold_call(call_id: int) -> Call:
    """Lock the call for whoever changes its list, a unit that withdraws included."""
    calls = Call.objects.select_for_update(of=("self",)).select_related("issuer__organisation")
    return calls.get(pk=call_id)


def _refusal(row: Row, choice: Choice) -> str:
    if row.held:
        return _("A list of this call is being shown to the public; nothing of it is changed.")
    if not row.is_open:
        return _("This application is decided and published.")
    if choice.outcome == DecisionOutcome.RESERVE and not row.submission.packet.call.word_reserve:
        return _("This call has no reserve.")
    return amount_refusal(row.submission.category, choice.amount)


def _write(row: Row, choice: Choice, by: User) -> None:
    """Keep one row; a changed outcome of the reserve waits for a further list."""
    decision = row.decision or Decision(application=row.submission, revision=0)
    if decision.outcome != choice.outcome:
        decision.published_in = None
    decision.outcome, decision.amount = choice.outcome, choice.amount
    decision.rank, decision.note = choice.rank, choice.note.strip()
    decision.by, decision.at = by, clock.now()
    decision.revision += 1
    decision.full_clean(exclude=["application", "by", "published_in"])
    decision.save()


@transaction.atomic
def publish(*, call_id: int, seen: str, title: str, by: User) -> Notice:
    """Publish the list: every state, the frozen notice, mails and the printed list, or nothing.

    ``seen`` is the fingerprint of the decisions the person looked at. A second click returns the
    list of the first. Raises RuleViolation with everything in the way, among it decisions that a
    colleague changed meanwhile.
    """
    call = lock_call(call_id, by)
    if earlier := published_with(call, seen):
        return earlier
    board = board_of(call)
    decisions = decisions_seen(board, seen)
    if rule_of(call) is not None and not selects_nobody(decisions):
        raise RuleViolation(
            [Refusal(_("The notice wants the names shown to the public first."), code="shown")]
        )
    return carry_out(call, board, decisions, title, by)


def decisions_seen(board: Board, seen: str) -> list[Decision]:
    """Return the decisions that would be published next, if they are those somebody looked at.

    Raises RuleViolation with everything in the way: what the board refuses, a colleague's later
    change, the approval of a second person where the call asks for one.
    """
    if refusals := refusals_to_publish(board):
        raise RuleViolation(refusals)
    decisions = board.to_publish
    if fingerprint(decisions) != seen:
        raise RuleViolation([changed()])
    if board.call.two_deciders and not is_approved(board.call, seen):
        raise RuleViolation(
            [Refusal(_("A second person has not approved this list yet."), code="approval")]
        )
    return decisions


def changed() -> Refusal:
    """Say that the page somebody looked at is not what is there now."""
    return Refusal(_("Decisions were changed meanwhile; look at the list again."), code="changed")


def is_approved(call: Call, seen: str) -> bool:
    """Tell whether a second person has approved exactly these decisions."""
    newest = call.list_approvals.filter(seen=seen).first()
    return newest is not None and newest.approved is True


def published_with(call: Call, seen: str) -> Notice | None:
    """Return the list that carries exactly the decisions seen, if there is one already."""
    by_notice: dict[Notice, list[Decision]] = {}
    decisions = Decision.objects.filter(application__packet__call=call).exclude(published_in=None)
    for decision in decisions.select_related("published_in"):
        assert decision.published_in is not None
        by_notice.setdefault(decision.published_in, []).append(decision)
    for notice, carried in by_notice.items():
        if fingerprint(carried) == seen:
            return notice
    return None


def _carry_out(decision: Decision, by: User) -> None:
    """Move one application; what is selected becomes a project with the amount decided."""
    pk = decision.application_id
    if decision.outcome == DecisionOutcome.SELECTED:
        lifecycle.select(application_id=pk, by=by, granted=decision.amount)
    else:
        _VERBS[DecisionOutcome(decision.outcome)](application_id=pk, by=by)


def carry_out(
    call: Call, board: Board, decisions: Sequence[Decision], title: str, by: User
) -> Notice:
    """Move every application, freeze the list, tell the units."""
    for decision in decisions:
        _carry_out(decision, by)
    # What is published is Chinese whatever language the person at the screen reads.
    with override(settings.LANGUAGE_CODE):
        notice = publish_result(
            call,
            by=by,
            title=title.strip(),
            body=results.body(call, nobody=selects_nobody(decisions)),
            columns=results.columns(),
            groups=results.groups_of(board, decisions),
        )
    Decision.objects.filter(pk__in=[d.pk for d in decisions]).update(published_in=notice)
    results.order_list(notice, call)
    results.tell_units(notice, board, decisions)
    record(
        "result_published",
        by=by,
        target=call,
        issuer=call.issuer,
        notice=notice.pk,
        selected=sum(d.outcome == DecisionOutcome.SELECTED for d in decisions),
        decided=len(decisions),
    )
    return notice
