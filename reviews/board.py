"""The deciding table of a call: rows by category, totals, and what is in the way."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Recommendation
from applications.models.recommendation import Stand
from applications.states import AWARDED, State
from calls.enums import FundingKind, PublicityWhere, SlotsKind
from calls.models import Call, Category, PublicityRule
from portal.errors import Refusal
from reviews.models import Decision, DecisionOutcome, Publicity, Submission
from reviews.models.submission import UNFINISHED
from reviews.tallies import in_notice_order

# On the table; the first two can still be decided.
DECIDABLE = (State.ACCEPTED, State.RESERVE)
SHOWN = (State.PUBLICISED,)
DECIDED = (*sorted(AWARDED), State.NOT_SELECTED)
_OUTCOME_OF = dict.fromkeys(AWARDED, DecisionOutcome.SELECTED) | {
    State.RESERVE: DecisionOutcome.RESERVE,
    State.NOT_SELECTED: DecisionOutcome.NOT_SELECTED,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One application on the table with what was decided so far."""

    submission: Submission
    decision: Decision | None
    # While a list of the call is shown to the public nothing of it is changed.
    held: bool = False
    # By whom it was recommended last, on which place; None where units apply directly.
    recommended: Recommendation | None = None

    @property
    def outcome(self) -> str:
        """The drafted or published outcome, empty while undecided."""
        if self.decision is not None:
            return self.decision.outcome
        return _OUTCOME_OF.get(State(self.submission.state), "")

    @property
    def amount(self) -> Decimal | None:
        """Yuan granted; a fixed amount stands before anyone writes it down."""
        if self.decision is not None and self.decision.amount is not None:
            return self.decision.amount
        category = self.submission.category
        return category.amount_max if category.funding_kind == FundingKind.FIXED else None

    @property
    def is_given_up(self) -> bool:
        """Tell whether a project was ended early: its place and money can go to the reserve."""
        return self.submission.state == State.TERMINATED

    @property
    def takes_place(self) -> bool:
        """Tell whether a place goes to it."""
        return self.outcome == DecisionOutcome.SELECTED and not self.is_given_up

    @property
    def counted_amount(self) -> Decimal:
        """What the row adds to the sum."""
        return (self.amount or Decimal(0)) if self.takes_place else Decimal(0)

    @property
    def revision(self) -> int:
        """Which writing of the decision this is; 0 before the first."""
        return self.decision.revision if self.decision else 0

    @property
    def is_open(self) -> bool:
        """Tell whether the outcome can still be changed."""
        return self.submission.state in DECIDABLE and not self.held

    @property
    def drafted(self) -> Decision | None:
        """The decision that is on no list yet; None while undecided or once published."""
        decision = self.decision
        if decision is None or not decision.outcome or decision.published_in_id is not None:
            return None
        return decision

    @property
    def base(self) -> str:
        """The values as shown, so that an untouched row is told from a changed one."""
        decision = self.decision
        if decision is None:
            return spelled("", self.amount, None, "")
        return spelled(decision.outcome, self.amount, decision.rank, decision.note)


def spelled(outcome: str, amount: Decimal | None, rank: int | None, note: str) -> str:
    """Write one row's values as a line that two people's forms can be compared by."""
    money = "" if amount is None else f"{amount:.2f}"
    return "|".join((outcome, money, "" if rank is None else str(rank), note.strip()))


@dataclass(frozen=True, slots=True)
class Group:
    """A leaf category with its rows."""

    category: Category
    rows: Sequence[Row]

    def count(self, outcome: str) -> int:
        """Rows with one outcome; an empty one counts the undecided."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def selected(self) -> int:
        """Places given away."""
        return sum(row.takes_place for row in self.rows)

    @property
    def undecided(self) -> int:
        """Rows without an outcome."""
        return self.count("")

    @property
    def money(self) -> Decimal:
        """Yuan for the selected."""
        return sum((row.counted_amount for row in self.rows), Decimal(0))

    @property
    def money_top(self) -> Decimal | None:
        """The most the notice foresees: places times the greatest amount; None when open."""
        return money_top(self.category)

    @property
    def is_funded(self) -> bool:
        """Tell whether the category carries money."""
        return self.category.is_funded

    @property
    def over(self) -> bool:
        """Tell whether more are selected than the notice has places."""
        return self.category.slots_max is not None and self.selected > self.category.slots_max


def money_top(category: Category) -> Decimal | None:
    """Return the most money the notice foresees for a category, or None when it names no limit."""
    if category.total_max is not None:
        return category.total_max
    places = category.slots_max if category.funded_slots is None else category.funded_slots
    if places is None or category.amount_max is None:
        return None
    return places * category.amount_max


@dataclass(frozen=True, slots=True)
class Board:
    """The whole table of a call."""

    call: Call
    groups: Sequence[Group]
    unfinished: int
    # The list of the call that is being shown to the public and not announced yet.
    publicity: Publicity | None = None

    @property
    def rows(self) -> list[Row]:
        """Every row in the table's order."""
        return [row for group in self.groups for row in group.rows]

    @property
    def selected(self) -> int:
        """Rows selected over all categories."""
        return sum(group.selected for group in self.groups)

    @property
    def undecided(self) -> int:
        """Rows without an outcome over all categories."""
        return sum(group.undecided for group in self.groups)

    @property
    def money(self) -> Decimal:
        """Yuan for all selected."""
        return sum((group.money for group in self.groups), Decimal(0))

    @property
    def money_top(self) -> Decimal | None:
        """The most the notice foresees over all funded categories; None when one is open."""
        tops = [group.money_top for group in self.groups if group.is_funded]
        if not tops or None in tops:
            return None
        return sum((top for top in tops if top is not None), Decimal(0))

    @property
    def slots(self) -> int | None:
        """Places over all categories; None when one is open."""
        numbers = [group.category.slots_max for group in self.groups]
        if not numbers or None in numbers:
            return None
        return sum(n for n in numbers if n is not None)

    @property
    def to_publish(self) -> list[Decision]:
        """Decisions the next list would carry."""
        return [row.drafted for row in self.rows if row.drafted is not None and row.is_open]


def board_of(call: Call) -> Board:
    """Read the deciding table; the number of queries does not grow with its rows."""
    submissions = (
        Submission.objects.filter(packet__call=call, state__in=(*DECIDABLE, *SHOWN, *DECIDED))
        .select_related("packet__organisation", "category__parent", "decision")
        .prefetch_related("partners")
        .order_by("number")
    )
    publicity = call.publicities.running().first()
    recommended = _recommended(call)
    by_category: dict[int, list[Row]] = {}
    for submission in submissions:
        decision = getattr(submission, "decision", None)
        by_category.setdefault(submission.category_id, []).append(
            Row(submission, decision, publicity is not None, recommended.get(submission.pk))
        )
    leaves = call.categories.filter(children=None).select_related("parent")
    groups = [
        Group(leaf, sorted(by_category.get(leaf.pk, []), key=_by_rank))
        for leaf in sorted(leaves, key=in_notice_order)
    ]
    unfinished = Submission.objects.filter(packet__call=call, state__in=UNFINISHED).count()
    return Board(call, groups, unfinished, publicity)


def _recommended(call: Call) -> dict[uuid.UUID, Recommendation]:
    """Return what the last recommending unit said, by application."""
    rows = Recommendation.objects.filter(
        application__packet__call=call, state=Stand.RECOMMENDED
    ).select_related("organisation", "level")
    return {row.application_id: row for row in rows.order_by("level__no")}


def _by_rank(row: Row) -> tuple[bool, int, str]:
    rank = row.decision.rank if row.decision else None
    return rank is None, rank or 0, row.submission.number or ""


def fingerprint(decisions: Iterable[Decision]) -> str:
    """Return what names exactly these decisions in exactly this writing.

    Who publishes sends the fingerprint of what she saw: a colleague's later change is noticed, and
    a second click finds the list that the first one made.
    """
    lines = sorted(f"{d.application_id}:{d.revision}" for d in decisions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def rule_of(call: Call) -> PublicityRule | None:
    """Return how the association shows names before a result counts; None: not at all."""
    return call.publicity_rules.filter(where=PublicityWhere.ASSOCIATION).first()


def selects_nobody(decisions: Iterable[Decision]) -> bool:
    """Tell whether none of the decisions selects: the notice then says so and has no list."""
    return not any(decision.outcome == DecisionOutcome.SELECTED for decision in decisions)


def warnings(board: Board) -> list[Refusal]:
    """Return what departs from the notice's numbers; shown while deciding."""
    found = [_over_places(group) for group in board.groups if group.over]
    for group in board.groups:
        top = group.money_top
        if top is not None and group.money > top:
            found.append(
                Refusal(
                    _("%(category)s: the money granted exceeds what the notice foresees.")
                    % {"category": group.category.full_title},
                    code="money",
                )
            )
    return found


def _over_places(group: Group) -> Refusal:
    return Refusal(
        _("%(category)s: %(selected)d selected, but the notice has %(slots)d places.")
        % {
            "category": group.category.full_title,
            "selected": group.selected,
            "slots": group.category.slots_max,
        },
        code="slots",
    )


def refusals_to_publish(board: Board) -> list[Refusal]:
    """Return everything that keeps the list from being published; empty means it may go."""
    if board.publicity is not None:
        return [
            Refusal(
                _("A list of this call is being shown to the public; it is announced first."),
                code="publicity",
            )
        ]
    found = []
    if board.unfinished:
        found.append(
            Refusal(
                ngettext(
                    "%(n)d application has not passed the formal check or is being corrected.",
                    "%(n)d applications have not passed the formal check or are being corrected.",
                    board.unfinished,
                )
                % {"n": board.unfinished},
                code="unfinished",
            )
        )
    if board.undecided:
        found.append(
            Refusal(
                ngettext(
                    "%(n)d application is not decided yet.",
                    "%(n)d applications are not decided yet.",
                    board.undecided,
                )
                % {"n": board.undecided},
                code="undecided",
            )
        )
    if not board.to_publish:
        found.append(Refusal(_("There is no decision that was not published yet."), code="empty"))
    # "About" and "from … to …" leave the association some room, an exact number does not.
    found += [
        _over_places(group)
        for group in board.groups
        if group.over and group.category.slots_kind == SlotsKind.EXACT
    ]
    found += [_amount_missing(row) for row in board.rows if _lacks_amount(row)]
    return found


def _lacks_amount(row: Row) -> bool:
    return (
        row.outcome == DecisionOutcome.SELECTED
        and row.submission.category.is_funded
        and row.amount is None
    )


def _amount_missing(row: Row) -> Refusal:
    return Refusal(
        _("%(title)s: the amount is missing.") % {"title": row.submission}, code="amount"
    )


def amount_refusal(category: Category, amount: Decimal | None) -> str:
    """Return why an amount is not what the notice foresees for a place, or nothing."""
    if amount is None:
        return ""
    if not category.is_funded:
        return _("This category carries no money.")
    low, high = category.amount_min, category.amount_max
    if (low is not None and amount < low) or (high is not None and amount > high):
        return _("The notice foresees %(low)s to %(high)s yuan.") % {
            "low": f"{low or 0:,.0f}",
            "high": f"{high:,.0f}" if high is not None else "…",
        }
    return ""
