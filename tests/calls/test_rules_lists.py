"""Rules about a whole list accept and refuse at their edge."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import translation

from calls.rules import judge_list, validate_params
from calls.rules.facts import Finding, ListEntry, ListFacts, RuleSpec, UnitFacts, Verdict
from portal.errors import RuleViolation

YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN
TOP, LEAF, OTHER = 1, 11, 2


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def entry(path: tuple[int, ...] = (TOP, LEAF), **values: Any) -> ListEntry:
    return ListEntry(uuid.uuid4(), path, **({"category_title": f"类别{path[0]}"} | values))


def judged(
    kind: str,
    params: dict[str, Any],
    entries: list[ListEntry],
    *,
    unit: UnitFacts | None = None,
    path: tuple[int, ...] = (),
    **facts: Any,
) -> Finding | None:
    validate_params(kind, params)
    rule = RuleSpec(id=1, kind=kind, params=params, category_path=path)
    whose = unit or UnitFacts(1, "示例学会", "society", "provincial")
    found = judge_list([rule], ListFacts(whose, tuple(entries), **facts))
    return found[0] if found else None


def verdict(*args: Any, **kwargs: Any) -> Verdict | None:
    finding = judged(*args, **kwargs)
    return finding.verdict if finding else None


TWO = {"limit": 2, "scope": "call"}


def test_a_list_keeps_its_limit_and_not_one_more() -> None:
    at_the_edge, beyond = (
        judged("list_quota", TWO, [entry()] * 2),
        judged("list_quota", TWO, [entry()] * 3),
    )
    assert (at_the_edge.verdict, at_the_edge.left) == (YES, 0)
    assert beyond.blocks
    assert "at most 2" in beyond.message
    assert "3" in beyond.message


def test_a_named_unit_has_its_own_limit_the_rest_the_common_one() -> None:
    named = TWO | {"named": [{"name": "示例学会", "limit": 3}, {"name": "别的学会", "limit": 0}]}
    assert verdict("list_quota", named, [entry()] * 3) is YES
    assert verdict("list_quota", named, [entry()] * 4) is NO
    other = UnitFacts(2, "别的学会", "society")
    assert verdict("list_quota", named, [], unit=other) is YES
    assert verdict("list_quota", named, [entry()], unit=other) is NO
    rest = UnitFacts(3, "第三学会", "society")
    assert verdict("list_quota", named, [entry()] * 3, unit=rest) is NO


def test_the_code_decides_before_the_name() -> None:
    code = "51220000MJ0000001X"
    named = TWO | {"named": [{"name": "示例学会", "uscc": code, "limit": 5}]}
    renamed = UnitFacts(1, "新名学会", "society", uscc=code)
    namesake = UnitFacts(2, "示例学会", "society", uscc="52220000MJ0000002X")
    assert verdict("list_quota", named, [entry()] * 5, unit=renamed) is YES
    assert verdict("list_quota", named, [entry()] * 3, unit=namesake) is NO


def test_a_fact_of_the_register_gives_another_limit_and_one_not_recorded_leaves_it_open() -> None:
    grade = {"code": "grade", "values": ["优秀"], "label": "评价优秀", "limit": 3}
    by_fact = TWO | {"by_fact": [grade]}
    excellent = UnitFacts(1, "甲学会", "society", facts={("grade", 2026): "优秀"})
    good = UnitFacts(2, "乙学会", "society", facts={("grade", 2026): "合格"})
    unrecorded = UnitFacts(3, "丙学会", "society")
    assert verdict("list_quota", by_fact, [entry()] * 3, unit=excellent) is YES
    assert verdict("list_quota", by_fact, [entry()] * 4, unit=excellent) is NO
    assert verdict("list_quota", by_fact, [entry()] * 3, unit=good) is NO
    assert verdict("list_quota", by_fact, [entry()] * 2, unit=unrecorded) is YES
    assert verdict("list_quota", by_fact, [entry()] * 4, unit=unrecorded) is NO
    finding = judged("list_quota", by_fact, [entry()] * 3, unit=unrecorded)
    assert finding.verdict is UNKNOWN
    assert "评价优秀" in finding.message
    named = by_fact | {"named": [{"name": "丙学会", "limit": 1}]}
    assert verdict("list_quota", named, [entry()] * 2, unit=unrecorded) is NO


def test_unlimited_refuses_nobody_but_those_named() -> None:
    params = {"limit": None, "scope": "call", "named": [{"name": "示例学会", "limit": 1}]}
    assert verdict("list_quota", params, [entry()] * 2) is NO
    rest = UnitFacts(3, "第三学会", "society")
    finding = judged("list_quota", params, [entry()] * 40, unit=rest)
    assert (finding.verdict, finding.left) == (YES, None)


def test_reserve_entries_have_a_number_of_their_own() -> None:
    full = [entry(), entry()]
    one, two = [entry(reserve=True)], [entry(reserve=True)] * 2
    assert verdict("list_quota", TWO, full + one) is NO
    assert verdict("list_quota", TWO | {"reserve": 1}, full + one) is YES
    assert verdict("list_quota", TWO | {"reserve": 1}, full + two) is NO


def test_a_least_number_is_asked_for() -> None:
    assert verdict("list_quota", TWO | {"min": 2}, [entry()]) is NO
    assert verdict("list_quota", TWO | {"min": 2}, [entry()] * 2) is YES


def test_a_share_of_what_was_received_is_rounded_down_but_never_to_nothing() -> None:
    half = {"limit": None, "scope": "call", "percent": 50}
    assert verdict("list_quota", half, [entry()] * 2, received=5) is YES
    assert verdict("list_quota", half, [entry()] * 3, received=5) is NO
    assert verdict("list_quota", half, [entry()], received=1) is YES
    assert verdict("list_quota", TWO | {"percent": 50}, [entry()] * 3, received=10) is NO


def test_each_top_category_is_counted_by_itself() -> None:
    params = {"limit": 1, "scope": "each_top_category"}
    assert verdict("list_quota", params, [entry(), entry((OTHER,))]) is YES
    finding = judged("list_quota", params, [entry(), entry((TOP, 12)), entry((OTHER,))])
    assert finding.verdict is NO
    assert "类别1" in finding.message
    assert "类别2" not in finding.message


def test_a_rule_of_a_category_looks_at_its_own_entries() -> None:
    params = {"limit": 1, "scope": "category"}
    entries = [entry(), entry((OTHER,))]
    assert verdict("list_quota", params, entries, path=(TOP,)) is YES
    assert verdict("list_quota", params, [*entries, entry()], path=(TOP,)) is NO


def test_a_rule_of_one_level_leaves_the_other_alone() -> None:
    params = TWO | {"level": 2}
    assert verdict("list_quota", params, [entry()] * 3, level=1) is None
    assert verdict("list_quota", params, [entry()] * 3, level=2) is NO


def test_a_limit_may_bind_some_kinds_of_units_only() -> None:
    bound = TWO | {"binds": [{"kind": "university"}]}
    assert verdict("list_quota", bound, [entry()] * 3) is None
    university = UnitFacts(1, "大学", "university")
    assert verdict("list_quota", bound, [entry()] * 3, unit=university) is NO
    assert verdict("list_quota", bound, [entry()] * 3, unit=UnitFacts(1, "未知")) is UNKNOWN


FRONT = {"label": "来自一线", "when": {"role": "topic", "any_of": ["front"]}, "min": 2}


def about(topic: str | None, **values: Any) -> ListEntry:
    return entry(answers={} if topic is None else {"topic": topic}, **values)


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        (["front", "front", "desk"], YES),
        (["front", "desk", "desk"], NO),
        (["front", None, "desk"], UNKNOWN),
        (["front", "front", None], YES),
        ([None, "desk", "desk"], NO),
    ],
)
def test_at_least_so_many_of_a_list_have_a_quality(topics: list[Any], expected: Verdict) -> None:
    assert verdict("composition", FRONT, [about(topic) for topic in topics]) is expected


def test_entries_in_reserve_and_empty_lists_are_not_looked_at() -> None:
    assert verdict("composition", FRONT, [about("front"), about("front", reserve=True)]) is NO
    assert verdict("composition", FRONT, []) is None


def people(*rows: dict[str, Any]) -> ListEntry:
    return entry(answers={"candidates": list(rows)})


WOMEN = {
    "label": "女性",
    "when": {"role": "candidates", "column": "sex", "any_of": ["female"]},
    "min_percent": 30,
}


def test_a_share_is_never_rounded_in_the_lists_favour() -> None:
    woman, man = people({"sex": "female"}), people({"sex": "male"})
    assert verdict("composition", WOMEN, [woman] * 3 + [man] * 7) is YES
    assert verdict("composition", WOMEN, [woman] * 3 + [man] * 8) is NO
    most = {"label": "男性", "when": WOMEN["when"] | {"any_of": ["male"]}, "max_percent": 70}
    assert verdict("composition", most, [man] * 7 + [woman] * 3) is YES
    assert verdict("composition", most, [man] * 8 + [woman] * 3) is NO


def test_the_sex_is_read_from_the_identity_card_where_nothing_else_is_asked() -> None:
    one_woman = {**WOMEN, "min_percent": 100}
    assert verdict("composition", one_woman, [people({"id_number": "11010519491231002X"})]) is YES
    assert verdict("composition", one_woman, [people({"id_number": "nonsense"})]) is UNKNOWN


def test_a_day_of_birth_counts_at_its_edges() -> None:
    young = {
        "label": "青年",
        "when": {"role": "candidates", "born_from": "1985-01-01", "born_to": "2000-12-31"},
        "min": 1,
    }
    for born, expected in [
        ("1984-12-31", NO),
        ("1985-01-01", YES),
        ("2000-12-31", YES),
        ("2001-01-01", NO),
        ("", UNKNOWN),
    ]:
        assert verdict("composition", young, [people({"born": born})]) is expected


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("list_quota", {"limit": None, "scope": "call"}),
        ("list_quota", TWO | {"min": 3}),
        ("composition", {"label": "x", "when": {"role": "topic", "any_of": ["a"]}}),
        ("composition", FRONT | {"min": 3, "max": 2}),
        ("composition", FRONT | {"when": {"role": "topic"}}),
        ("composition", FRONT | {"when": {"role": "topic", "born_to": "2000-01-01"}}),
        ("composition", FRONT | {"when": {"role": "topic", "column": "sex", "any_of": ["female"]}}),
        ("composition", FRONT | {"when": {"role": "candidates", "any_of": ["female"]}}),
    ],
)  # fmt: skip
def test_rules_that_say_nothing_or_nonsense_are_refused(kind: str, params: dict[str, Any]) -> None:
    with pytest.raises(RuleViolation):
        validate_params(kind, params)
