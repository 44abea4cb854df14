"""Which expert gets which application: a flow of least cost, never over a conflict."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import networkx as nx

FileKey = str
Pair = tuple[FileKey, int]

_SINK = ("sink",)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """An expert: her fields, the files she holds already, the most she takes (None: any)."""

    key: int
    fields: frozenset[str] = frozenset()
    holds: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An application with its fields, and how many experts it still lacks."""

    key: FileKey
    wanted: int
    fields: frozenset[str] = frozenset()
    # Experts who have it already, or had it and were replaced.
    known_to: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets what, how many experts each file still lacks, and pairs of foreign fields."""

    pairs: tuple[Pair, ...]
    lacking: Mapping[FileKey, int]
    off_field: frozenset[Pair]


def assign(
    files: Sequence[OpenFile],
    reviewers: Sequence[Reviewer],
    conflicts: Collection[Pair],
    *,
    fields_bind: bool = False,
) -> Plan:
    """Return the best assignment there is.

    In this order: as many wanted places filled as can be; the experts' loads as even as can be
    (counting what they hold already); as many pairs of a common field as can be. A pair in
    ``conflicts`` is never made; with ``fields_bind`` neither is one without a common field. A
    file without fields fits everybody.
    """
    forbidden = set(conflicts)
    allowed = {
        (file.key, one.key): _cost(file, one)
        for file in files
        for one in reviewers
        if (file.key, one.key) not in forbidden
        and one.key not in file.known_to
        and not (fields_bind and _cost(file, one))
    }
    pairs = tuple(sorted(_flow(files, reviewers, allowed)))
    got: dict[FileKey, int] = {}
    for key, _expert in pairs:
        got[key] = got.get(key, 0) + 1
    lacking = {f.key: f.wanted - got.get(f.key, 0) for f in files if f.wanted > got.get(f.key, 0)}
    return Plan(pairs, lacking, frozenset(pair for pair in pairs if allowed[pair]))


def _cost(file: OpenFile, reviewer: Reviewer) -> int:
    """Return 1 for a pair without a common field, else 0."""
    return int(bool(file.fields) and not file.fields & reviewer.fields)


def _flow(
    files: Sequence[OpenFile], reviewers: Sequence[Reviewer], allowed: Mapping[Pair, int]
) -> AbstractSet[Pair]:
    """Solve the network: files give what they want, experts take it, each more dearly than before.

    The n-th file of an expert costs (2n - 1) evens, so that the sum over an expert is the square
    of her load and the even distribution is the cheapest. One even outweighs all foreign fields
    together, one file left open outweighs everything.
    """
    total = sum(file.wanted for file in files)
    even = total + 1
    graph: nx.MultiDiGraph[tuple[object, ...]] = nx.MultiDiGraph()
    graph.add_node(_SINK, demand=total)
    dearest = 0
    for one in sorted(reviewers, key=lambda r: r.key):
        room = len(files) if one.most is None else max(0, min(len(files), one.most - one.holds))
        for number in range(room):
            cost = (2 * (one.holds + number) + 1) * even
            dearest += cost
            graph.add_edge(("expert", one.key), _SINK, capacity=1, weight=cost)
    left_open = dearest + total + 1
    for file in sorted(files, key=lambda f: f.key):
        graph.add_node(("file", file.key), demand=-file.wanted)
        graph.add_edge(("file", file.key), _SINK, capacity=file.wanted, weight=left_open)
    for (file_key, expert_key), cost in sorted(allowed.items()):
        graph.add_edge(("file", file_key), ("expert", expert_key), capacity=1, weight=cost)
    _cost_of_all, flow = nx.network_simplex(graph)
    return {
        (file_key, expert_key)
        for file_key, expert_key in allowed
        if any(flow[("file", file_key)].get(("expert", expert_key), {}).values())
    }
