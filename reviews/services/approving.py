"""Decisions in two steps: one person proposes the list, another approves it or sends it back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.people.models import User
from reviews.board import board_of, fingerprint, refusals_to_publish
from reviews.models import ListApproval
from reviews.services.deciding import changed, is_approved, lock_call


@transaction.atomic
def propose(*, call_id: int, seen: str, by: User) -> ListApproval:
    """Propose exactly these decisions; an earlier proposal nobody judged is replaced.

    Raises RuleViolation with everything that would keep the list from being published.
    """
    call = lock_call(call_id, by)
    board = board_of(call)
    if refusals := refusals_to_publish(board):
        raise RuleViolation(refusals)
    if fingerprint(board.to_publish) != seen:
        raise RuleViolation([changed()])
    if is_approved(call, seen):
        raise RuleViolation([_("This list is approved already.")])
    waiting = call.list_approvals.filter(approved=None)
    if (same := waiting.filter(seen=seen).first()) is not None:
        return same
    waiting.delete()
    approval = ListApproval.objects.create(
        call=call, seen=seen, proposed_by=by, proposed_at=clock.now()
    )
    record("list_proposed", by=by, target=approval, issuer=call.issuer)
    return approval


@transaction.atomic
def approve(*, call_id: int, seen: str, by: User) -> ListApproval:
    """Approve the proposed list, if it is the one looked at and somebody else proposed it."""
    approval = _proposed(call_id, seen, by)
    if approval.proposed_by_id == by.pk:
        raise RuleViolation(
            [Refusal(_("Whoever proposed the list does not approve it."), code="same_person")]
        )
    return _judge(approval, by, approved=True)


@transaction.atomic
def send_back(*, call_id: int, seen: str, by: User, reason: str) -> ListApproval:
    """Send the proposed list back with a reason."""
    if not reason.strip():
        raise RuleViolation([_("Say why the list is sent back.")])
    return _judge(_proposed(call_id, seen, by), by, approved=False, reason=reason.strip())


def _proposed(call_id: int, seen: str, by: User) -> ListApproval:
    """Return the list before the second person, unless decisions were changed since."""
    call = lock_call(call_id, by)
    approval = call.list_approvals.filter(approved=None).first()
    if approval is None:
        raise RuleViolation([_("No list waits for approval.")])
    if approval.seen != seen or fingerprint(board_of(call).to_publish) != seen:
        raise RuleViolation([changed()])
    return approval


def _judge(approval: ListApproval, by: User, *, approved: bool, reason: str = "") -> ListApproval:
    approval.approved, approval.reason = approved, reason
    approval.judged_by, approval.judged_at = by, clock.now()
    approval.save()
    action = "list_approved" if approved else "list_sent_back"
    record(action, by=by, target=approval, issuer=approval.call.issuer)
    return approval
