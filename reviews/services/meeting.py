"""Holding a meeting of experts: order, who is there, who leaves the room, closing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from calls.models import ScoreSheet
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User
from reviews.access import require_writer
from reviews.files import all_grounds, in_review, read_experts, read_files
from reviews.models import (
    AssignmentState,
    Attendance,
    Ballot,
    Expert,
    Majority,
    Meeting,
    MeetingItem,
    MeetingState,
    Panel,
    Submission,
)
from reviews.summary import summary_of

MAX_TEXT = 2000


@transaction.atomic
def plan(
    *,
    panel: Panel,
    sheet: ScoreSheet | None,
    begins_at: dt.datetime,
    place: str,
    chair: Expert | None,
    quorum: int,
    majority: Majority,
    ballot: Ballot,
    by: User,
) -> Meeting:
    """Call a meeting on everything in review, in the order of the ranking.

    Raises RuleViolation while another meeting of the panel is not closed, without an application
    in review, and for a chair or a quorum the panel cannot give.
    """
    require_writer(by, panel.stage.call)
    Panel.objects.select_for_update().get(pk=panel.pk)
    members = set(panel.members.values_list("expert", flat=True))
    refusals = []
    if panel.meetings.exclude(state=MeetingState.CLOSED).exists():
        refusals.append(_("Another meeting of this panel is not closed yet."))
    if chair is not None and chair.pk not in members:
        refusals.append(_("The chair is one of the panel's experts."))
    if not 1 <= quorum <= len(members):
        refusals.append(
            _("The quorum lies between 1 and %(n)d, the experts of the panel.")
            % {"n": len(members)}
        )
    order = _ranked(panel, sheet)
    if not order:
        refusals.append(_("Applications enter the review once they have passed the formal check."))
    if refusals:
        raise RuleViolation(refusals)
    meeting = Meeting(
        panel=panel, begins_at=begins_at, place=place.strip(), chair=chair, quorum=quorum,
        majority=majority, ballot=ballot, made_by=by,
    )  # fmt: skip
    meeting.full_clean()
    meeting.save()
    MeetingItem.objects.bulk_create(
        MeetingItem(meeting=meeting, application_id=key, position=number)
        for number, key in enumerate(order, start=1)
    )
    record("meeting_planned", by=by, target=meeting, issuer=panel.stage.call.issuer)
    return meeting


def _ranked(panel: Panel, sheet: ScoreSheet | None) -> list[uuid.UUID]:
    """Return what is in review: by category, the best first where there are scores."""
    live = [submission.pk for submission in in_review(panel.stage.call)]
    if sheet is None:
        return live
    ranked = [row.submission.pk for g in summary_of(panel, sheet) for row in g.rows]
    return [key for key in ranked if key in set(live)]


def attendance_of(meeting: Meeting) -> tuple[list[Expert], list[Expert]]:
    """Return the panel's experts who are there, and those who are not."""
    there = {one.expert_id for one in meeting.attendances.all()}
    members = [m.expert for m in meeting.panel.members.select_related("expert")]
    present = [expert for expert in members if expert.pk in there]
    return present, [expert for expert in members if expert.pk not in there]


def kept_out_of(meeting: Meeting, items: Sequence[MeetingItem]) -> dict[uuid.UUID, frozenset[int]]:
    """Return, for each project, the experts who leave the room: every tie known or declared."""
    keys = [item.application_id for item in items]
    submissions = Submission.objects.filter(pk__in=keys).select_related(
        "packet__call", "packet__organisation", "category__parent"
    )
    files = read_files(list(submissions))
    experts = [m.expert for m in meeting.panel.members.select_related("expert")]
    grounds = all_grounds(files.values(), read_experts(experts))
    recused = set(
        meeting.panel.assignments.filter(
            state=AssignmentState.RECUSED, application__in=keys
        ).values_list("application", "expert")
    )
    return {
        key: frozenset(e.pk for e in experts if (key, e.pk) in grounds or (key, e.pk) in recused)
        for key in keys
    }


@transaction.atomic
def set_order(*, meeting_id: int, order: Sequence[int], by: User) -> None:
    """Put the projects into another order; raises RuleViolation unless each is named once."""
    meeting = lock(meeting_id, by)
    items = {item.pk: item for item in meeting.items.all()}
    if sorted(order) != sorted(items):
        raise RuleViolation([_("Give every project one place in the order.")])
    for number, pk in enumerate(order, start=1):
        items[pk].position = number
    MeetingItem.objects.bulk_update(items.values(), ["position"])


@transaction.atomic
def take_attendance(
    *, meeting_id: int, present: Collection[int], by: User, chair: int | None = None
) -> None:
    """Write down who is there and who takes the chair (None: as before).

    Raises RuleViolation for others than the panel's experts, and under way for a chair who is not
    there. Once votes were counted nobody who could vote disappears: the list only grows.
    """
    meeting = lock(meeting_id, by)
    members = set(meeting.panel.members.values_list("expert", flat=True))
    if not {*present, *([chair] if chair else [])} <= members:
        raise RuleViolation([_("Only experts of the panel attend its meeting.")])
    before = {one.expert_id for one in meeting.attendances.all()}
    voted = meeting.items.filter(Q(passed__isnull=False) | Q(voting=True))
    if before - set(present) and voted.exists():
        raise RuleViolation([_("Votes were counted already; who voted was there.")])
    meeting.attendances.exclude(expert__in=present).delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, expert_id=pk) for pk in sorted(set(present) - before)
    )
    if chair is not None:
        meeting.chair_id = chair
        meeting.save(update_fields=["chair"])
    if meeting.state == MeetingState.OPEN:
        _require_chair(meeting)


@transaction.atomic
def open_meeting(*, meeting_id: int, by: User) -> Meeting:
    """Open a meeting; may be clicked twice.

    Raises RuleViolation while too few are there, or the chair is not: the minutes name who held it.
    """
    meeting = lock(meeting_id, by)
    if meeting.state == MeetingState.OPEN:
        return meeting
    require_quorum(meeting)
    _require_chair(meeting)
    meeting.state, meeting.opened_at = MeetingState.OPEN, clock.now()
    meeting.save(update_fields=["state", "opened_at"])
    record("meeting_opened", by=by, target=meeting, issuer=meeting.panel.stage.call.issuer)
    return meeting


def _require_chair(meeting: Meeting) -> None:
    if meeting.chair_id and not meeting.attendances.filter(expert=meeting.chair_id).exists():
        raise RuleViolation([_("Whoever takes the chair must be there; tick or choose another.")])


def require_quorum(meeting: Meeting) -> None:
    """Refuse while fewer experts are there than the meeting needs."""
    there = meeting.attendances.count()
    if there < meeting.quorum:
        words = {"there": there, "quorum": meeting.quorum}
        raise RuleViolation([_("%(there)d experts are there; the quorum is %(quorum)d.") % words])


@transaction.atomic
def close(*, meeting_id: int, notes: str, by: User) -> Meeting:
    """Close a meeting for good; raises RuleViolation while a project has not been voted on."""
    meeting = lock(meeting_id, by)
    if meeting.state != MeetingState.OPEN:
        raise RuleViolation([_("Only a meeting that is under way is closed.")])
    open_items = meeting.items.filter(passed=None).count()
    if open_items:
        raise RuleViolation([_("%(n)d projects have not been voted on yet.") % {"n": open_items}])
    meeting.state, meeting.closed_at = MeetingState.CLOSED, clock.now()
    meeting.notes = notes.strip()[:MAX_TEXT]
    meeting.save(update_fields=["state", "closed_at", "notes"])
    record("meeting_closed", by=by, target=meeting, issuer=meeting.panel.stage.call.issuer)
    return meeting


def lock(meeting_id: int, by: User) -> Meeting:
    """Lock a meeting that can still be changed."""
    meeting = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("panel__stage__call__issuer__organisation")
        .get(pk=meeting_id)
    )
    require_writer(by, meeting.panel.stage.call)
    if meeting.state == MeetingState.CLOSED:
        raise RuleViolation([_("This meeting is closed; its minutes stand.")])
    return meeting
