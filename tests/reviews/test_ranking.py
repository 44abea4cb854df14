"""Places and the line: stable, ties parted as declared or left to people, nothing slips past."""

from __future__ import annotations

import itertools
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from calls.enums import TieBreak
from reviews.ranking import Entry, Line, Side, cut, rank

D = Decimal
scores = st.none() | st.decimals(0, 100, places=0)


def entry(key: str, score: int | None, amount: int = 0, **breaks: int) -> Entry:
    return Entry(
        key,
        None if score is None else D(score),
        {TieBreak(name): D(value) for name, value in breaks.items()},
        D(amount),
    )


def places(*entries: Entry, ties: tuple[TieBreak, ...] = ()) -> list[tuple[str, int | None]]:
    return [(one.entry.key, one.place) for one in rank(entries, ties)]


def sides(*entries: Entry, **line: object) -> list[tuple[str, Side]]:
    found = cut(rank(entries), Line(**line))  # type: ignore[arg-type]
    return [(one.placed.entry.key, one.side) for one in found]


def test_equal_scores_share_a_place_and_the_next_one_is_left_out() -> None:
    found = places(entry("a", 80), entry("c", 90), entry("b", 80), entry("d", 70), entry("e", None))
    assert found == [("c", 1), ("a", 2), ("b", 2), ("d", 4), ("e", None)]


def test_ties_are_parted_in_the_declared_order() -> None:
    a, b = entry("a", 80, priority=0, median=82), entry("b", 80, priority=1, median=79)
    assert places(a, b, ties=(TieBreak.PRIORITY,)) == [("b", 1), ("a", 2)]
    assert places(a, b, ties=(TieBreak.MEDIAN, TieBreak.PRIORITY)) == [("a", 1), ("b", 2)]


def test_an_equal_score_tells_which_rule_put_it_behind() -> None:
    four = [
        entry("a", 80, priority=1, median=70), entry("b", 80, median=75), entry("c", 80, median=70),
        entry("d", 79),
    ]  # fmt: skip
    found = rank(four, (TieBreak.PRIORITY, TieBreak.MEDIAN))
    assert [one.parted_by for one in found] == [None, TieBreak.PRIORITY, TieBreak.MEDIAN, None]
    assert [one.parted_by for one in rank(four)] == [None] * 4


def test_priority_never_lifts_a_lower_score() -> None:
    found = places(entry("a", 81), entry("b", 80, priority=9), ties=(TieBreak.PRIORITY,))
    assert found == [("a", 1), ("b", 2)]


def test_places_cut_the_list_and_the_next_are_the_reserve() -> None:
    found = sides(*(entry(key, score) for key, score in zip("abcd", (90, 80, 70, 60), strict=True)),
                  slots=2, reserve=1)  # fmt: skip
    assert [side for _key, side in found] == [Side.ABOVE, Side.ABOVE, Side.RESERVE, Side.BELOW]


def test_equal_ones_across_the_line_are_left_to_people() -> None:
    found = sides(entry("a", 90), entry("b", 80), entry("c", 80), entry("d", 70), slots=2)
    assert [side for _key, side in found] == [Side.ABOVE, Side.ON_LINE, Side.ON_LINE, Side.BELOW]


def test_money_closes_the_list_for_cheaper_ones_too() -> None:
    found = sides(entry("a", 90, 30000), entry("b", 80, 40000), entry("c", 70, 10000),
                  money=D(60000))  # fmt: skip
    assert [side for _key, side in found] == [Side.ABOVE, Side.BELOW, Side.BELOW]


def test_money_that_just_suffices_suffices() -> None:
    assert sides(entry("a", 90, 30000), money=D(30000)) == [("a", Side.ABOVE)]
    assert sides(entry("a", 90, 30001), money=D(30000)) == [("a", Side.BELOW)]


def test_below_the_pass_mark_nobody_is_taken_and_nobody_waits() -> None:
    found = sides(entry("a", 60), entry("b", 59), entry("c", None), slots=5, reserve=5,
                  pass_mark=D(60))  # fmt: skip
    assert found == [("a", Side.ABOVE), ("b", Side.FAILED), ("c", Side.UNSCORED)]


@given(st.lists(st.tuples(scores, st.integers(0, 3)), max_size=12), st.randoms())
def test_the_same_figures_always_give_the_same_list(
    rows: list[tuple[Decimal | None, int]], random: object
) -> None:
    entries = [
        Entry(f"k{number}", score, {TieBreak.PRIORITY: D(priority)})
        for number, (score, priority) in enumerate(rows)
    ]
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = rank(entries, (TieBreak.PRIORITY,))
    assert found == rank(shuffled, (TieBreak.PRIORITY,))
    assert sorted(one.entry.key for one in found) == sorted(one.key for one in entries)
    for better, worse in itertools.pairwise(found):
        if worse.place is None:
            continue
        assert better.place is not None
        strong = (better.entry.score, better.entry.breaks[TieBreak.PRIORITY])
        weak = (worse.entry.score, worse.entry.breaks[TieBreak.PRIORITY])
        assert strong >= weak
        assert (strong == weak) == (better.place == worse.place)


@given(
    st.lists(st.tuples(scores, st.integers(0, 50)), max_size=12),
    st.none() | st.integers(0, 8),
    st.none() | st.integers(0, 200),
    st.none() | st.integers(1, 100),
    st.integers(0, 4),
)
def test_the_line_is_never_overstepped_and_sides_follow_each_other(
    rows: list[tuple[Decimal | None, int]],
    slots: int | None,
    money: int | None,
    mark: int | None,
    reserve: int,
) -> None:
    entries = [Entry(f"k{n}", score, {}, D(amount)) for n, (score, amount) in enumerate(rows)]
    line = Line(
        slots, None if money is None else D(money), None if mark is None else D(mark), reserve
    )
    found = cut(rank(entries), line)
    above = [one for one in found if one.side == Side.ABOVE]
    assert slots is None or len(above) <= slots
    spent = sum((one.placed.entry.amount for one in above), D(0))
    assert money is None or spent <= money
    order = [Side.ABOVE, Side.ON_LINE, Side.RESERVE, Side.BELOW, Side.FAILED, Side.UNSCORED]
    numbers = [order.index(one.side) for one in found]
    assert numbers == sorted(numbers)
    assert all(mark is None or one.placed.entry.score >= mark for one in above)
    by_place: dict[int | None, set[Side]] = {}
    for one in found:
        by_place.setdefault(one.placed.place, set()).add(one.side)
    assert all(len(one) == 1 for place, one in by_place.items() if place is not None)
