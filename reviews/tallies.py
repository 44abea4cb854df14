"""Counts of a call's applications against its places, in one query for any number of calls."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from applications.models import Application
from applications.states import AWARDED, FREED, OVER, PASSED_CHECK, TO_CHECK, State
from calls.enums import SlotsKind
from calls.models import Call, Category
from reviews.models.submission import IN_CORRECTION


@dataclass(slots=True)
class Tally:
    """Applications by where they stand; drafts are those never handed in."""

    begun: int = 0
    by_state: Counter[str] = field(default_factory=Counter)

    def add(self, state: str, *, handed_in: bool, number: int) -> None:
        """Count ``number`` applications of one state."""
        if handed_in:
            self.by_state[state] += number
        elif state != State.WITHDRAWN:
            self.begun += number

    def _of(self, *states: str) -> int:
        return sum(self.by_state[state] for state in states)

    @property
    def handed_in(self) -> int:
        """Applications that take a place."""
        return sum(n for state, n in self.by_state.items() if state not in FREED)

    @property
    def to_check(self) -> int:
        """Handed in and not looked at."""
        return self._of(*TO_CHECK)

    @property
    def recommending(self) -> int:
        """Handed in and still with a recommending unit."""
        return self._of(State.RECOMMENDING)

    @property
    def in_correction(self) -> int:
        """In the unit's hands again."""
        return self._of(*IN_CORRECTION)

    @property
    def accepted(self) -> int:
        """Passed the formal check and not decided."""
        return self._of(State.ACCEPTED)

    @property
    def passed(self) -> int:
        """Passed the formal check, whatever was decided then."""
        return self._of(*PASSED_CHECK)

    @property
    def selected(self) -> int:
        """On the published list."""
        return self._of(*AWARDED)

    @property
    def decided(self) -> int:
        """On a list or definitely not."""
        return self._of(*AWARDED, State.RESERVE, State.NOT_SELECTED)

    @property
    def freed(self) -> int:
        """Withdrawn or not accepted after hand-in."""
        return self._of(*FREED)

    @property
    def work(self) -> str:
        """What the association is at once nobody can hand in any more: the first thing unfinished.

        "checking", "publicity", "deciding", "executing" (projects report), "finished" (every
        project is over), "published" (a list is out) or "" where nothing was handed in.
        """
        steps = (
            ("checking", self.to_check + self.in_correction + self.recommending),
            ("publicity", self._of(State.PUBLICISED)),
            ("deciding", self.accepted),
            ("executing", self._of(State.RUNNING, State.COMPLETED)),
            ("published", self._of(State.SELECTED)),
            ("finished", self._of(*OVER)),
            ("published", self.decided),
        )
        return next((name for name, number in steps if number), "")


@dataclass(frozen=True, slots=True)
class CategoryTally:
    """One leaf category with its places."""

    category: Category
    tally: Tally

    @property
    def slots(self) -> int | None:
        """The greatest number of places; None where the notice names none."""
        return self.category.slots_max

    @property
    def bar_top(self) -> int:
        """What a full bar stands for: the places, or more when more were handed in."""
        return max(self.slots or 0, self.tally.handed_in, 1)


@dataclass(frozen=True, slots=True)
class CallTally:
    """A call with its categories and their sum."""

    call: Call
    total: Tally
    categories: list[CategoryTally]

    @property
    def slots(self) -> int | None:
        """The sum of places; None when a category has no number."""
        numbers = [c.slots for c in self.categories]
        return None if None in numbers or not numbers else sum(n for n in numbers if n)


def tally_calls(calls: Iterable[Call]) -> list[CallTally]:
    """Count what was begun, handed in and decided in each call; two queries in all."""
    calls = list(calls)
    sums: dict[tuple[int, int], Tally] = defaultdict(Tally)
    handed_in = ExpressionWrapper(Q(handed_in_at__isnull=False), output_field=BooleanField())
    rows = (
        Application.objects.filter(packet__call__in=calls)
        .order_by()
        .annotate(was_handed_in=handed_in)
        .values_list("packet__call", "category", "state", "was_handed_in")
        .annotate(number=Count("pk"))
    )
    for call_pk, category_pk, state, was_handed_in, number in rows:
        sums[call_pk, category_pk].add(state, handed_in=was_handed_in, number=number)
    leaves = Category.objects.filter(call__in=calls, children=None).select_related("parent")
    by_call: dict[int, list[Category]] = defaultdict(list)
    for leaf in leaves:
        by_call[leaf.call_id].append(leaf)
    return [_of_call(call, by_call[call.pk], sums) for call in calls]


def _of_call(call: Call, leaves: list[Category], sums: dict[tuple[int, int], Tally]) -> CallTally:
    """Put one call's counts together, the categories in the notice's order."""
    total = Tally()
    categories = []
    for leaf in sorted(leaves, key=in_notice_order):
        tally = sums[call.pk, leaf.pk]
        total.begun += tally.begun
        total.by_state.update(tally.by_state)
        categories.append(CategoryTally(leaf, tally))
    return CallTally(call, total, categories)


def in_notice_order(leaf: Category) -> tuple[int, int, int, int]:
    """Sort key of a leaf: its upper category's place first, then its own."""
    top = leaf.parent or leaf
    return (top.position, top.pk, leaf.position if leaf.parent_id else -1, leaf.pk)


def has_unlimited_places(category: Category) -> bool:
    """Tell whether the notice leaves the number of places open."""
    return category.slots_kind == SlotsKind.UNLIMITED or category.slots_max is None
