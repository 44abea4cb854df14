"""Where a packet stands in words: what comes next, for whom, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications import doors
from applications.models import Application, Packet
from applications.states import AWARDED, EDITABLE, HANDED_ON, State
from calls.enums import Sealing
from portal.people.enums import Right
from portal.people.models import Membership


class Task(Enum):
    """What a person can do next to a packet."""

    FILL = "fill"
    CORRECT = "correct"
    SIGN_OFF = "sign_off"
    STAMP = "stamp"
    SEAL = "seal"
    HAND_IN = "hand_in"
    SCAN_FOLLOWS = "scan_follows"

    @property
    def words(self) -> str | Promise:
        """The task as a button says it."""
        return _WORDS[self]

    @property
    def rights(self) -> tuple[Right, ...]:
        """Who may do it: members with one of these, the first being whose turn it is."""
        return _RIGHTS[self]


_WORDS = {
    Task.FILL: _("Go on filling in"),
    Task.CORRECT: _("Correct and hand in again"),
    Task.SIGN_OFF: _("Read and sign off"),
    Task.STAMP: _("Print, stamp, upload the scan"),
    Task.SEAL: _("Seal the form"),
    Task.HAND_IN: _("Hand in"),
    Task.SCAN_FOLLOWS: _("Upload the stamped scan"),
}
_RIGHTS = {
    Task.FILL: (Right.FILLER,),
    Task.CORRECT: (Right.FILLER,),
    Task.SIGN_OFF: (Right.APPROVER,),
    Task.STAMP: (Right.FILLER, Right.SEAL_KEEPER),
    Task.SEAL: (Right.SEAL_KEEPER,),
    Task.HAND_IN: (Right.FILLER,),
    Task.SCAN_FOLLOWS: (Right.FILLER, Right.SEAL_KEEPER),
}
_CARRIED_OUT = {State.RUNNING, State.COMPLETED}
_DECIDED = (AWARDED - _CARRIED_OUT) | {
    State.RESERVE,
    State.NOT_SELECTED,
    State.NOT_ACCEPTED,
    State.NOT_RECOMMENDED,
    State.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A packet as lists show it."""

    packet: Packet
    applications: list[Application]
    # The next step in the packet's life, whoever takes it.
    next: Task | None
    # The same when this very person can take it.
    task: Task | None
    due: dt.datetime | None
    overdue: bool
    group: str


def standing_of_packet(
    packet: Packet,
    membership: Membership | None,
    now: dt.datetime,
    *,
    late_until: dt.datetime | None = None,
) -> Standing:
    """Return where a packet stands for a member (None: staff filling in on its behalf).

    ``late_until`` is the end of the unit's late door, if it has one. A packet read
    ``with_execution()`` stands among the running ones from its selection.
    """
    applications = packet.shown_applications
    step = next_step(packet, applications)
    due = _due(packet, applications, step, late_until, now)
    overdue = due is not None and now >= due
    mine = step is not None and not overdue and _may_take(step, membership)
    return Standing(
        packet=packet,
        applications=applications,
        next=step,
        task=step if mine else None,
        due=due,
        overdue=overdue,
        group=_group(packet, applications),
    )


def next_step(packet: Packet, applications: list[Application]) -> Task | None:
    """Return what has to happen next, the least advanced application deciding."""
    states = {a.state for a in applications}
    if State.RETURNED in states:
        return Task.CORRECT
    if State.DRAFT in states:
        return Task.FILL
    if State.AWAITING_SIGNOFF in states:
        return Task.SIGN_OFF
    call = packet.call
    if State.SIGNED_OFF in states and Sealing(call.sealing).in_portal:
        return Task.SEAL
    if State.SIGNED_OFF in states:
        wants_scan = call.sealing == Sealing.SCAN and call.seal_by is None
        return Task.STAMP if wants_scan else Task.HAND_IN
    if State.SEALED in states:
        return Task.HAND_IN
    if states & HANDED_ON and call.sealing == Sealing.SCAN and not packet.is_scanned:
        return Task.SCAN_FOLLOWS
    return None


def _may_take(step: Task, membership: Membership | None) -> bool:
    if membership is None:
        return Right.FILLER in step.rights
    return any(membership.has(right) for right in step.rights)


def _due(
    packet: Packet,
    applications: list[Application],
    step: Task | None,
    late_until: dt.datetime | None,
    now: dt.datetime,
) -> dt.datetime | None:
    """Return the exclusive end for the next step: correction, scan, or the nearest deadline."""
    if step is None:
        return None
    if step is Task.SCAN_FOLLOWS:
        return doors.scan_end(packet.call, late_until, packet.last_correction_due)
    corrections = [a.correction_due for a in applications if a.correction_due]
    if corrections:
        return min(corrections)
    call = packet.call
    end = doors.end_of_packet(packet, late_until, now)
    signed_by = call.signoff_by if step in (Task.FILL, Task.SIGN_OFF) else None
    return end if signed_by is None or end > call.closes_at else min(end, signed_by)


def _group(packet: Packet, applications: list[Application]) -> str:
    states = {a.state for a in applications}
    carried_out = _CARRIED_OUT | {State.SELECTED} if packet.is_carried_out else _CARRIED_OUT
    if states & carried_out:
        return "running"
    if states <= _DECIDED:
        return "decided"
    if states & (EDITABLE - {State.RETURNED}) or any(a.handed_in_at is None for a in applications):
        return "drafts"
    return "handed_in"
