"""What the cut line would make of the decisions, one change for each application; only reads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from calls.models import Category
from reviews.board import Board, Row, amount_refusal, spelled
from reviews.models import DecisionOutcome
from reviews.ranking import Side
from reviews.summary import SummaryGroup, SummaryRow

_OUTCOME = {
    Side.ABOVE: DecisionOutcome.SELECTED,
    Side.RESERVE: DecisionOutcome.RESERVE,
    Side.BELOW: DecisionOutcome.NOT_SELECTED,
    Side.FAILED: DecisionOutcome.NOT_SELECTED,
}


class Fate(TextChoices):
    """What taking the line over would do to one application's decision."""

    NEW = "new", _("new")
    SAME = "same", _("stands so already")
    OTHER = "other", _("decided otherwise")
    OPEN = "open", _("left to people")


@dataclass(frozen=True, slots=True)
class Change:
    """One application: where the line puts it, and what is drafted for it now."""

    row: Row
    ranked: SummaryRow
    outcome: str
    amount: Decimal | None
    rank: int | None
    fate: Fate

    @property
    def is_written(self) -> bool:
        """Tell whether something may be written; the others stay as they are."""
        return self.fate in (Fate.NEW, Fate.OTHER)


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """A category with its changes, in the order of the ranking."""

    category: Category
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Proposal:
    """All changes of a call; ``shown`` names exactly what somebody looked at."""

    groups: Sequence[ChangeGroup]
    shown: str

    @property
    def changes(self) -> list[Change]:
        """Every change in the order of the page."""
        return [change for group in self.groups for change in group.changes]

    def count(self, fate: Fate) -> int:
        """Return how many applications fare so."""
        return sum(change.fate == fate for change in self.changes)


def propose(board: Board, groups: Sequence[SummaryGroup]) -> Proposal:
    """Hold the ranked categories against the table of decisions.

    Applications tied on the line, without a score, or above the line against the vote of a
    meeting are left to people. A draft that somebody
    wrote already is never changed by itself: it is shown as decided otherwise.
    """
    rows = {row.submission.pk: row for row in board.rows}
    with_reserve = bool(board.call.word_reserve)
    found = [
        ChangeGroup(
            group.category,
            [
                _change(rows[one.submission.pk], one, with_reserve)
                for one in group.rows
                if one.submission.pk in rows
            ],
        )
        for group in groups
    ]
    return Proposal(found, _fingerprint(found))


def _change(row: Row, ranked: SummaryRow, with_reserve: bool) -> Change:
    outcome = _OUTCOME.get(ranked.cut.side)
    if outcome == DecisionOutcome.RESERVE and not with_reserve:
        outcome = DecisionOutcome.NOT_SELECTED
    voted_down = ranked.vote is not None and not ranked.vote.passed
    if outcome is None or (voted_down and outcome != DecisionOutcome.NOT_SELECTED):
        return Change(row, ranked, "", None, None, Fate.OPEN)
    amount = _amount(row) if outcome == DecisionOutcome.SELECTED else None
    rank = ranked.cut.placed.place
    return Change(row, ranked, outcome, amount, rank, _fate(row, outcome, amount, rank))


def _amount(row: Row) -> Decimal | None:
    """Return the yuan to grant: the fixed amount, else what was asked if the notice allows it."""
    if row.amount is not None:
        return row.amount
    category, asked = row.submission.category, row.submission.amount
    if asked is None or not category.is_funded or amount_refusal(category, asked):
        return None
    return asked


def _fate(row: Row, outcome: str, amount: Decimal | None, rank: int | None) -> Fate:
    decision = row.decision
    if decision is None or not decision.outcome:
        return Fate.NEW
    if decision.outcome != outcome:
        return Fate.OTHER
    same = decision.rank == rank and (amount is None or decision.amount == amount)
    return Fate.SAME if same else Fate.OTHER


def _fingerprint(groups: Sequence[ChangeGroup]) -> str:
    lines = [
        f"{one.row.submission.pk}:{one.row.revision}:"
        + spelled(one.outcome, one.amount, one.rank, "")
        for group in groups
        for one in group.changes
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
