"""Nobody judges in her own cause: each ground by itself, the edges of names, and none invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.recusal import Avoided, ExpertFacts, FileFacts, Ground, Tie, grounds

EXPERT = ExpertFacts(
    key=1, name="张 示例", units=frozenset({10}), unit_names=frozenset({"示例大学（本部）"})
)
FILE = FileFacts(key="a", unit=20, unit_name="示例学会")


def with_(**changes: object) -> FileFacts:
    from dataclasses import replace

    return replace(FILE, **changes)  # type: ignore[arg-type]


def test_a_stranger_to_everything_may_judge() -> None:
    assert grounds(EXPERT, FILE) == ()


@pytest.mark.parametrize(
    ("file", "ground"),
    [
        (with_(unit=10), Ground.SAME_UNIT),
        (with_(unit_name="示例大学(本部)"), Ground.SAME_UNIT),
        (with_(partners=frozenset({10})), Ground.PARTNER_UNIT),
        (with_(partner_names=frozenset({"示例大学（本部）"})), Ground.PARTNER_UNIT),
        (with_(related=frozenset({10})), Ground.RELATED_UNIT),
        (with_(people=frozenset({"张示例"})), Ground.NAMED),
        (with_(people=frozenset({"张　示例"})), Ground.NAMED),
        (with_(avoided=(Avoided("张示例"),)), Ground.AVOIDED),
        (with_(avoided=(Avoided("张示例", "示例大学（本部）"),)), Ground.AVOIDED),
        (with_(avoided=(Avoided("", "示例大学（本部）"),)), Ground.AVOIDED),
    ],
)
def test_each_ground_stands_by_itself(file: FileFacts, ground: Ground) -> None:
    assert grounds(EXPERT, file) == (ground,)


@pytest.mark.parametrize(
    "file",
    [
        with_(people=frozenset({"张示例二"})),
        with_(avoided=(Avoided("张示例", "别的大学"),)),
        with_(avoided=(Avoided("", "别的大学"),)),
        with_(avoided=(Avoided("", ""),)),
        with_(partner_names=frozenset({""})),
    ],
)
def test_who_is_merely_alike_may_judge(file: FileFacts) -> None:
    assert grounds(EXPERT, file) == ()


def test_a_person_whose_unit_nobody_knows_is_avoided_by_name() -> None:
    unknown = ExpertFacts(key=2, name="张示例")
    assert grounds(unknown, with_(avoided=(Avoided("张示例", "某大学"),))) == (Ground.AVOIDED,)


@pytest.mark.parametrize(
    ("tie", "holds"),
    [
        (Tie(unit=20), True),
        (Tie(unit_name="示例 学会"), True),
        (Tie(application="a"), True),
        (Tie(unit=21), False),
        (Tie(unit_name="示例学会二"), False),
        (Tie(application="b"), False),
        (Tie(), False),
    ],
)
def test_what_was_declared_once_holds_for_that_unit_or_file_alone(tie: Tie, holds: bool) -> None:
    expert = ExpertFacts(key=1, name="李示例", ties=(tie,))
    assert grounds(expert, FILE) == ((Ground.DECLARED,) if holds else ())


ids = st.integers(0, 5)


@given(
    own=st.frozensets(ids, max_size=3),
    unit=ids,
    partners=st.frozensets(ids, max_size=3),
    related=st.frozensets(ids, max_size=3),
)
def test_an_expert_of_any_unit_involved_is_always_kept_out(
    own: frozenset[int], unit: int, partners: frozenset[int], related: frozenset[int]
) -> None:
    expert = ExpertFacts(key=1, name="李示例", units=own)
    file = FileFacts(key="a", unit=unit, unit_name="x", partners=partners, related=related)
    assert bool(grounds(expert, file)) == bool(own & {unit, *partners, *related})
