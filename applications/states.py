"""The life of an application as one table: action, from, to, and who may do it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where an application stands."""

    DRAFT = "draft", _("Draft")
    AWAITING_SIGNOFF = "awaiting_signoff", _("Awaiting sign-off")
    SIGNED_OFF = "signed_off", _("Signed off")
    SEALED = "sealed", _("Sealed")
    RECOMMENDING = "recommending", _("With the recommending unit")
    RECOMMENDED = "recommended", _("Recommended")
    NOT_RECOMMENDED = "not_recommended", _("Not recommended")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    ACCEPTED = "accepted", _("Accepted")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    PUBLICISED = "publicised", _("Being shown to the public")
    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("Reserve")
    NOT_SELECTED = "not_selected", _("Not selected")
    RUNNING = "running", _("In execution")
    COMPLETED = "completed", _("Completed, results to come")
    CLOSED = "closed", _("Project closed")
    ARCHIVED = "archived", _("Project archived")
    TERMINATED = "terminated", _("Ended early")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Actor(Enum):
    """In which capacity somebody acts."""

    FILLER = "filler"
    APPROVER = "approver"
    SEALER = "sealer"  # the seal keeper, or the filler who scans what the keeper stamped
    STAFF = "staff"
    # A filler of the unit that has the application before it for recommending.
    RECOMMENDER = "recommender"
    # Staff of the association whose forwarded call selected it below.
    FORWARDER = "forwarder"


class Action(TextChoices):
    """What can be done to an application."""

    REQUEST_SIGNOFF = "request_signoff", _("request sign-off")
    TAKE_BACK = "take_back", _("take back for editing")
    DECLINE_SIGNOFF = "decline_signoff", _("decline sign-off")
    SIGN_OFF = "sign_off", _("sign off")
    FREEZE = "freeze", _("freeze")
    SEAL = "seal", _("put the stamped scan in")
    HAND_IN = "hand_in", _("hand in")
    HAND_TO_RECOMMENDER = "hand_to_recommender", _("hand in for recommendation")
    HAND_UP = "hand_up", _("hand up to the forwarded call")
    PASS_ON = "pass_on", _("recommend to the next recommending unit")
    RECOMMEND = "recommend", _("recommend")
    NOT_RECOMMEND = "not_recommend", _("not recommend")
    RECONSIDER = "reconsider", _("take up the recommendation again")
    RETURN_TO_UNIT = "return_to_unit", _("return before recommending")
    WITHDRAW = "withdraw", _("withdraw")
    GIVE_UP = "give_up", _("give the place up")
    RETURN = "return", _("return for correction")
    ACCEPT = "accept", _("accept")
    NOT_ACCEPT = "not_accept", _("not accept")
    REOPEN_CHECK = "reopen_check", _("take up the formal check again")
    PUBLICISE = "publicise", _("show to the public")
    CALL_OFF_PUBLICITY = "call_off_publicity", _("call the publicity off")
    SELECT = "select", _("select")
    HOLD_IN_RESERVE = "hold_in_reserve", _("hold in reserve")
    NOT_SELECT = "not_select", _("not select")
    START = "start", _("begin the execution")
    COMPLETE = "complete", _("report the completion")
    REOPEN_RUNNING = "reopen_running", _("take the completion back")
    CLOSE = "close", _("close the project")
    ARCHIVE = "archive", _("put into the archive")
    TERMINATE = "terminate", _("end the project early")


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table; ``to_again`` is where one lands that was handed in before."""

    action: Action
    sources: frozenset[State]
    to: State
    actor: Actor
    to_again: State | None = None

    def target(self, *, handed_in_before: bool) -> State:
        """Return the new state."""
        return self.to_again if handed_in_before and self.to_again else self.to


def _row(
    action: Action, sources: set[State], to: State, actor: Actor, to_again: State | None = None
) -> tuple[Action, Transition]:
    return action, Transition(action, frozenset(sources), to, actor, to_again)


_EDITABLE = {State.DRAFT, State.RETURNED}
_FROZEN = {State.AWAITING_SIGNOFF, State.SIGNED_OFF, State.SEALED}
_TO_CHECK = {State.SUBMITTED, State.RECOMMENDED}
_UNDECIDED = {State.ACCEPTED, State.RESERVE}
_UNDER_WAY = {State.SELECTED, State.RUNNING, State.COMPLETED}

TRANSITIONS: dict[Action, Transition] = dict(
    [
        _row(Action.REQUEST_SIGNOFF, _EDITABLE, State.AWAITING_SIGNOFF, Actor.FILLER),
        _row(Action.TAKE_BACK, _FROZEN, State.DRAFT, Actor.FILLER, State.RETURNED),
        _row(
            Action.DECLINE_SIGNOFF,
            {State.AWAITING_SIGNOFF},
            State.DRAFT,
            Actor.APPROVER,
            State.RETURNED,
        ),
        _row(Action.SIGN_OFF, {State.AWAITING_SIGNOFF}, State.SIGNED_OFF, Actor.APPROVER),
        # A call without sign-off: the filler's own freeze takes its place.
        _row(Action.FREEZE, _EDITABLE, State.SIGNED_OFF, Actor.FILLER),
        _row(Action.SEAL, {State.SIGNED_OFF}, State.SEALED, Actor.SEALER),
        _row(Action.HAND_IN, {State.SIGNED_OFF, State.SEALED}, State.SUBMITTED, Actor.FILLER),
        # A call with recommending levels: the unit's hand-in goes to the recommending unit first.
        _row(
            Action.HAND_TO_RECOMMENDER,
            {State.SIGNED_OFF, State.SEALED},
            State.RECOMMENDING,
            Actor.FILLER,
        ),
        # Selected in a forwarded call: the row above begins before the association's own desk.
        _row(Action.HAND_UP, {State.DRAFT}, State.RECOMMENDING, Actor.FORWARDER),
        # On the list of one level with another above it: the state stays, the desk changes.
        _row(Action.PASS_ON, {State.RECOMMENDING}, State.RECOMMENDING, Actor.RECOMMENDER),
        _row(Action.RECOMMEND, {State.RECOMMENDING}, State.RECOMMENDED, Actor.RECOMMENDER),
        _row(Action.NOT_RECOMMEND, {State.RECOMMENDING}, State.NOT_RECOMMENDED, Actor.RECOMMENDER),
        _row(Action.RECONSIDER, {State.NOT_RECOMMENDED}, State.RECOMMENDING, Actor.RECOMMENDER),
        _row(Action.RETURN_TO_UNIT, {State.RECOMMENDING}, State.RETURNED, Actor.RECOMMENDER),
        _row(
            Action.WITHDRAW,
            _EDITABLE | _FROZEN | _TO_CHECK | {State.RECOMMENDING, State.ACCEPTED},
            State.WITHDRAWN,
            Actor.FILLER,
        ),
        # Named to the public or held in reserve: whoever signs for the unit confirms that it goes.
        _row(
            Action.GIVE_UP,
            {State.PUBLICISED, State.RESERVE},
            State.WITHDRAWN,
            Actor.APPROVER,
        ),
        _row(Action.RETURN, _TO_CHECK | {State.ACCEPTED}, State.RETURNED, Actor.STAFF),
        _row(Action.ACCEPT, _TO_CHECK, State.ACCEPTED, Actor.STAFF),
        # A correction or a recommendation that never came ends here too.
        _row(
            Action.NOT_ACCEPT,
            _TO_CHECK | {State.RECOMMENDING, State.RETURNED},
            State.NOT_ACCEPTED,
            Actor.STAFF,
        ),
        _row(
            Action.REOPEN_CHECK,
            {State.ACCEPTED, State.NOT_ACCEPTED},
            State.SUBMITTED,
            Actor.STAFF,
        ),
        # A call with a publicity period: those to be selected are shown to the public first.
        _row(Action.PUBLICISE, _UNDECIDED, State.PUBLICISED, Actor.STAFF),
        _row(Action.CALL_OFF_PUBLICITY, {State.PUBLICISED}, State.ACCEPTED, Actor.STAFF),
        _row(Action.SELECT, _UNDECIDED | {State.PUBLICISED}, State.SELECTED, Actor.STAFF),
        _row(
            Action.HOLD_IN_RESERVE,
            {State.ACCEPTED, State.PUBLICISED},
            State.RESERVE,
            Actor.STAFF,
        ),
        _row(Action.NOT_SELECT, _UNDECIDED | {State.PUBLICISED}, State.NOT_SELECTED, Actor.STAFF),
        # A call with an agreement or a plan: staff have accepted it.
        _row(Action.START, {State.SELECTED}, State.RUNNING, Actor.STAFF),
        # The day of the real end is reported; straight from the selection without an agreement.
        _row(
            Action.COMPLETE,
            {State.SELECTED, State.RUNNING},
            State.COMPLETED,
            Actor.FILLER,
        ),
        _row(Action.REOPEN_RUNNING, {State.COMPLETED}, State.RUNNING, Actor.STAFF),
        _row(Action.CLOSE, {State.COMPLETED}, State.CLOSED, Actor.STAFF),
        # Its papers are laid down with their hashes; nothing changes any more.
        _row(Action.ARCHIVE, {State.CLOSED}, State.ARCHIVED, Actor.STAFF),
        _row(Action.TERMINATE, _UNDER_WAY, State.TERMINATED, Actor.STAFF),
    ]
)

# The unit edits answers only here.
EDITABLE = frozenset(_EDITABLE)
# Frozen for signature and seal, but not handed in (again) yet.
FROZEN = frozenset(_FROZEN)
# Before the association and waiting for its formal check, with or without a recommendation.
TO_CHECK = frozenset(_TO_CHECK)
# Out of the unit's hands and not judged by the association yet; a stamped scan may still follow.
HANDED_ON = TO_CHECK | {State.RECOMMENDING}
# States in which something handed in before no longer takes a place.
FREED = frozenset({State.WITHDRAWN, State.NOT_ACCEPTED, State.NOT_RECOMMENDED})
# Past the formal check, whatever became of it afterwards.
PASSED_CHECK = frozenset(State) - EDITABLE - FROZEN - HANDED_ON - FREED
# Chosen by the association and not over yet: the unit still owes something.
UNDER_WAY = frozenset(_UNDER_WAY)
# States of what the association has chosen: earlier projects, for the rules about them. One that
# was ended early was chosen all the same; that it does not run any more is told by its state.
AWARDED = UNDER_WAY | {State.CLOSED, State.ARCHIVED, State.TERMINATED}
# Chosen and over; such a project does not run any more, whatever end was planned.
OVER = AWARDED - UNDER_WAY


def actions_from(state: State, actor: Actor) -> list[Action]:
    """Return what this actor may do to an application in this state, in the table's order."""
    return [
        row.action for row in TRANSITIONS.values() if state in row.sources and row.actor is actor
    ]
