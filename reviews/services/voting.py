"""Votes of a meeting: cast by the experts on their own pages, or counted in the room by staff."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User
from reviews.models import (
    Ballot,
    Choice,
    Expert,
    Majority,
    Meeting,
    MeetingItem,
    MeetingState,
    Vote,
)
from reviews.services.meeting import (
    MAX_TEXT,
    attendance_of,
    kept_out_of,
    lock,
    require_quorum,
)

_TALLY = {
    Choice.FOR: "cast_for",
    Choice.AGAINST: "cast_against",
    Choice.ABSTAIN: "cast_abstained",
}


def voters_of(meeting: Meeting, item: MeetingItem) -> list[Expert]:
    """Return who votes on a project: everyone who is there and has no tie to it."""
    present, _absent = attendance_of(meeting)
    out = kept_out_of(meeting, [item])[item.application_id]
    return [expert for expert in present if expert.pk not in out]


@transaction.atomic
def open_vote(*, item_id: int, by: User) -> MeetingItem:
    """Let the experts vote on one project, each on her own page. May be clicked twice.

    Raises RuleViolation outside the meeting, below its quorum, while another vote is open, for a
    project voted on already, and where nobody may vote.
    """
    item, meeting = _under_way(item_id, by)
    if item.voting:
        return item
    require_quorum(meeting)
    refusals = []
    if item.is_voted:
        refusals.append(_("This project has been voted on."))
    if meeting.items.filter(voting=True).exists():
        refusals.append(_("Another project is being voted on; close that vote first."))
    if not voters_of(meeting, item):
        refusals.append(_("Everyone who is there has a tie to this project; nobody may vote."))
    if refusals:
        raise RuleViolation(refusals)
    item.voting = True
    item.save(update_fields=["voting"])
    record("vote_opened", by=by, target=meeting, issuer=meeting.panel.stage.call.issuer)
    return item


@transaction.atomic
def cast(*, item_id: int, choice: Choice, by: User) -> Vote:
    """Drop the vote of an expert who is there; it is final.

    Of a secret vote only the numbers grow, and nobody can read back who dropped what. Raises
    RuleViolation for a second vote, a tie, and where no vote is open; PermissionDenied for who is
    not there.
    """
    item = MeetingItem.objects.select_related("meeting").get(pk=item_id)
    # Nobody votes while the vote is being closed.
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=item.meeting_id)
    item.refresh_from_db()
    expert = Expert.objects.of_user(by).filter(pk__in=meeting.attendances.values("expert")).first()
    if expert is None:
        raise PermissionDenied
    if meeting.state != MeetingState.OPEN or not item.voting:
        raise RuleViolation([_("No vote is open on this project now.")])
    if expert not in voters_of(meeting, item):
        raise RuleViolation([_("You have a tie to this project and do not vote on it.")])
    if item.votes.filter(expert=expert).exists():
        raise RuleViolation([_("You have voted on this project already.")])
    kept = choice if meeting.ballot == Ballot.OPEN else ""
    vote = Vote.objects.create(item=item, expert=expert, choice=kept)
    MeetingItem.objects.filter(pk=item.pk).update(**{_TALLY[choice]: F(_TALLY[choice]) + 1})
    return vote


@transaction.atomic
def close_vote(*, item_id: int, note: str, by: User) -> MeetingItem:
    """Close the vote on a project and count it; who has not voted by now abstains.

    Raises RuleViolation where no vote is open, and for one on which nobody voted at all.
    """
    item, meeting = _under_way(item_id, by)
    if not item.voting:
        raise RuleViolation([_("No vote is open on this project now.")])
    if not item.votes.exists():
        raise RuleViolation([_("Nobody has voted yet; wait, or count the votes by hand.")])
    voters = len(voters_of(meeting, item))
    silent = voters - item.cast_for - item.cast_against - item.cast_abstained
    # Somebody whose tie was found after she voted is counted all the same: her vote lies unnamed.
    abstained = item.cast_abstained + max(0, silent)
    return _count(item, meeting, (item.cast_for, item.cast_against, abstained), note)


@transaction.atomic
def count_votes(
    *,
    item_id: int,
    votes_for: int,
    votes_against: int,
    abstained: int,
    note: str,
    by: User,
) -> MeetingItem:
    """Keep votes counted in the room, and what the meeting said of the project.

    Everyone who is there and has no tie votes once: the three numbers are theirs together. Raises
    RuleViolation where they are not, outside the meeting, and once experts have voted themselves.
    """
    item, meeting = _under_way(item_id, by)
    if item.votes.exists():
        raise RuleViolation([_("The experts vote on this project themselves.")])
    require_quorum(meeting)
    voters = len(voters_of(meeting, item))
    given = votes_for + votes_against + abstained
    if min(votes_for, votes_against, abstained) < 0 or given != voters:
        words = {"title": item, "given": given, "voters": voters}
        raise RuleViolation(
            [_("%(title)s: %(given)d votes, but %(voters)d experts vote on it.") % words]
        )
    return _count(item, meeting, (votes_for, votes_against, abstained), note)


def _under_way(item_id: int, by: User) -> tuple[MeetingItem, Meeting]:
    """Lock the meeting and read a project of it; refuse before and after the meeting."""
    meeting = lock(MeetingItem.objects.values_list("meeting", flat=True).get(pk=item_id), by)
    if meeting.state != MeetingState.OPEN:
        raise RuleViolation([_("Votes are counted while the meeting is under way.")])
    return meeting.items.get(pk=item_id), meeting


def _count(
    item: MeetingItem, meeting: Meeting, numbers: tuple[int, int, int], note: str
) -> MeetingItem:
    """Write the votes down with their outcome by the meeting's majority."""
    item.voting = False
    item.votes_for, item.votes_against, item.abstained = numbers
    item.passed = Majority(meeting.majority).is_reached(numbers[0], sum(numbers))
    item.note = note.strip()[:MAX_TEXT]
    item.save(update_fields=["voting", "votes_for", "votes_against", "abstained", "passed", "note"])
    return item
