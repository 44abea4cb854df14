"""Assignments: never over a conflict, as full and as even as can be, fields where these allow."""

from __future__ import annotations

import time
from collections import Counter
from itertools import combinations, product
from typing import Any

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.assignment import OpenFile, Pair, Plan, Reviewer, assign

FIELDS = ("理科", "工科", "农科", "医科")
fields = st.frozensets(st.sampled_from(FIELDS), max_size=2)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[OpenFile], list[Reviewer], set[Pair]]:
    """Some files, some experts, and which of them may not meet."""
    experts = [
        Reviewer(
            key,
            fields=draw(fields),
            holds=draw(st.integers(0, 3)),
            most=draw(st.none() | st.integers(0, 6)),
        )
        for key in range(draw(st.integers(0, 6)))
    ]
    files = [
        OpenFile(f"f{number}", wanted=draw(st.integers(0, 4)), fields=draw(fields))
        for number in range(draw(st.integers(0, 8)))
    ]
    pairs = list(product((f.key for f in files), (e.key for e in experts)))
    conflicts = set(draw(st.lists(st.sampled_from(pairs), unique=True))) if pairs else set()
    return files, experts, conflicts


def loads(plan: Plan, experts: list[Reviewer]) -> list[int]:
    given_out = Counter(expert for _file, expert in plan.pairs)
    return [one.holds + given_out[one.key] for one in experts]


@settings(max_examples=300, deadline=None)
@given(tables(), st.booleans())
def test_no_conflict_no_double_and_never_more_than_wanted(
    table: tuple[list[OpenFile], list[Reviewer], set[Pair]], bind: bool
) -> None:
    files, experts, conflicts = table
    plan = assign(files, experts, conflicts, fields_bind=bind)
    assert not set(plan.pairs) & conflicts
    assert len(set(plan.pairs)) == len(plan.pairs)
    got = Counter(file for file, _expert in plan.pairs)
    by_key = {one.key: one for one in experts}
    for file in files:
        assert got[file.key] + plan.lacking.get(file.key, 0) == file.wanted
    for one, load in zip(experts, loads(plan, experts), strict=True):
        assert one.most is None or load <= max(one.most, one.holds)
    for file_key, expert in plan.pairs:
        file = next(f for f in files if f.key == file_key)
        foreign = bool(file.fields) and not file.fields & by_key[expert].fields
        assert ((file_key, expert) in plan.off_field) == foreign
        assert not (bind and foreign)


@settings(max_examples=200, deadline=None)
@given(tables())
def test_as_many_places_are_filled_as_any_assignment_fills(
    table: tuple[list[OpenFile], list[Reviewer], set[Pair]],
) -> None:
    files, experts, conflicts = table
    plan = assign(files, experts, conflicts)
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(["s", "t"])
    for file in files:
        graph.add_edge("s", file.key, capacity=file.wanted)
        for one in experts:
            if (file.key, one.key) not in conflicts:
                graph.add_edge(file.key, one.key, capacity=1)
    for one in experts:
        room = len(files) if one.most is None else max(0, one.most - one.holds)
        graph.add_edge(one.key, "t", capacity=room)
    assert len(plan.pairs) == nx.maximum_flow_value(graph, "s", "t")


@settings(max_examples=200, deadline=None)
@given(
    number=st.integers(1, 12), experts=st.integers(1, 6), each=st.integers(1, 6),
    words=st.lists(fields, min_size=18, max_size=18),
)  # fmt: skip
def test_without_conflicts_loads_differ_by_one_at_most(
    number: int, experts: int, each: int, words: list[frozenset[str]]
) -> None:
    files = [OpenFile(f"f{n}", wanted=min(each, experts), fields=words[n]) for n in range(number)]
    reviewers = [Reviewer(key, fields=words[12 + key]) for key in range(experts)]
    plan = assign(files, reviewers, ())
    assert not plan.lacking
    assert max(loads(plan, reviewers)) - min(loads(plan, reviewers)) <= 1


def _squares(pairs: set[Pair], experts: list[Reviewer]) -> tuple[int, int, int]:
    held = Counter(expert for _file, expert in pairs)
    return (-len(pairs), sum((e.holds + held[e.key]) ** 2 for e in experts), 0)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_other_assignment_is_fuller_or_more_even(data: st.DataObject) -> None:
    """Compare with every assignment there is, on tables small enough to list them all."""
    experts = [Reviewer(key, holds=data.draw(st.integers(0, 2))) for key in range(3)]
    files = [OpenFile(f"f{n}", wanted=data.draw(st.integers(1, 2))) for n in range(3)]
    pairs = list(product((f.key for f in files), (e.key for e in experts)))
    conflicts = set(data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)))
    plan = assign(files, experts, conflicts)
    free = [pair for pair in pairs if pair not in conflicts]
    lawful = (
        set(chosen)
        for size in range(len(free) + 1)
        for chosen in combinations(free, size)
        if all(sum(p[0] == f.key for p in chosen) <= f.wanted for f in files)
    )
    assert _squares(set(plan.pairs), experts) == min(_squares(c, experts) for c in lawful)


def test_a_common_field_is_preferred_where_loads_allow() -> None:
    files = [OpenFile("a", 1, frozenset({"理科"})), OpenFile("b", 1, frozenset({"农科"}))]
    reviewers = [Reviewer(1, frozenset({"农科"})), Reviewer(2, frozenset({"理科"}))]
    assert assign(files, reviewers, ()).pairs == (("a", 2), ("b", 1))


def test_evenness_counts_what_experts_hold_already() -> None:
    plan = assign([OpenFile("a", 1)], [Reviewer(1, holds=3), Reviewer(2)], ())
    assert plan.pairs == (("a", 2),)


def test_who_had_the_file_does_not_get_it_again() -> None:
    plan = assign([OpenFile("a", 1, known_to=frozenset({1}))], [Reviewer(1)], ())
    assert plan.pairs == ()
    assert plan.lacking == {"a": 1}


def test_the_same_table_always_gives_the_same_plan() -> None:
    files = [OpenFile(f"f{n}", 3) for n in range(12)]
    reviewers = [Reviewer(key) for key in range(9)]
    again = assign(list(reversed(files)), list(reversed(reviewers)), ())
    assert assign(files, reviewers, ()).pairs == again.pairs


def test_a_large_call_is_assigned_while_one_waits() -> None:
    files = [OpenFile(f"f{n:03}", 3, frozenset({FIELDS[n % 4]})) for n in range(200)]
    reviewers = [Reviewer(key, frozenset({FIELDS[key % 4]})) for key in range(32)]
    conflicts = {(f"f{n:03}", n % 32) for n in range(200)}
    begun = time.monotonic()
    plan = assign(files, reviewers, conflicts)
    assert not plan.lacking
    assert max(loads(plan, reviewers)) - min(loads(plan, reviewers)) <= 1
    assert not plan.off_field
    assert time.monotonic() - begun < 20
