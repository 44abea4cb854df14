"""When questions are asked: rows staff fill in, words, keys that follow a moved question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from calls import conditions
from calls.admin import condition_rows
from calls.condition_words import condition_words
from calls.forms_schema import FieldSpec

QUESTIONS: dict[str, FieldSpec] = {
    "s.kind": {
        "code": "kind",
        "label": "会议类型",
        "kind": "choice",
        "required": True,
        "options": {
            "choices": [{"value": "r", "label": "机制性"}, {"value": "o", "label": "单次"}]
        },
    },
    "s.joint": {"code": "joint", "label": "联合举办", "kind": "yes_no", "required": True},
    "t.people": {"code": "people", "label": "参会人数", "kind": "number", "required": True},
}

ATOMS = st.one_of(
    st.builds(
        lambda name, value: {"field": "kind", name: value},
        st.sampled_from(["equals", "is_not"]),
        st.sampled_from(["r", "o"]),
    ),
    st.builds(lambda value: {"field": "joint", "equals": value}, st.booleans()),
    st.builds(lambda values: {"field": "kind", "in": values}, st.just(["r", "o"])),
    st.builds(
        lambda name, number: {"field": "t.people", name: number},
        st.sampled_from(["at_least", "at_most"]),
        st.integers(0, 300),
    ),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda part: st.builds(
        lambda name, parts: {name: parts},
        st.sampled_from(["all", "any"]),
        st.lists(part, min_size=1, max_size=2),
    ),
    max_leaves=4,
)
ANSWERS = st.fixed_dictionaries(
    {
        "s.kind": st.sampled_from([None, "r", "o"]),
        "s.joint": st.sampled_from([None, True, False]),
        "t.people": st.one_of(st.none(), st.integers(0, 300)),
    }
)


@given(CONDITIONS, ANSWERS)
def test_rows_say_the_same_as_the_condition_they_show(
    condition: dict[str, Any], answers: Mapping[str, Any]
) -> None:
    rows = condition_rows.as_rows(condition, "s")
    if rows is None:
        return
    again = condition_rows.from_rows(rows, "s")
    assert conditions.holds(again, "s", answers) == conditions.holds(condition, "s", answers)


def test_and_binds_closer_than_or() -> None:
    row = {"test": '["s.kind", "equals", "r"]', "number": ""}
    many = {"test": '["t.people", "at_least", null]', "number": "200"}
    yes = {"test": '["s.joint", "equals", true]', "number": ""}
    rows = [
        row | {"joint": ""},
        many | {"joint": "and"},
        yes | {"joint": "or"},
    ]
    condition = condition_rows.from_rows(rows, "s")
    assert condition == {
        "any": [
            {"all": [{"field": "kind", "equals": "r"}, {"field": "t.people", "at_least": 200}]},
            {"field": "joint", "equals": True},
        ]
    }
    words = condition_words(condition, "s", QUESTIONS)
    assert words == "（“会议类型”是“机制性” 且 “参会人数”不少于 200） 或 “联合举办”是“是”"


def test_answers_of_one_question_are_gathered() -> None:
    rows = [
        {"joint": "or", "test": f'["s.kind", "equals", "{value}"]', "number": ""} for value in "ro"
    ]
    assert condition_rows.from_rows(rows, "s") == {"field": "kind", "in": ["r", "o"]}


@pytest.mark.parametrize(
    ("typed", "number"), [("200", 200), ("３万", 30000), ("1,500", 1500), ("1.5", 1.5)]
)
def test_bounds_are_read_as_people_type_them(typed: str, number: float) -> None:
    rows = [{"test": '["t.people", "at_most", null]', "number": typed}]
    assert condition_rows.from_rows(rows, "s") == {"field": "t.people", "at_most": number}


@pytest.mark.parametrize("typed", ["", "许多", "inf"])
def test_a_comparison_needs_its_number(typed: str) -> None:
    with pytest.raises(ValidationError, match="第 1 行"):
        condition_rows.from_rows([{"test": '["t.people", "at_most", null]', "number": typed}], "s")


def test_a_condition_of_very_many_cases_is_left_alone() -> None:
    wide = {"field": "kind", "in": ["r", "o", "x"]}
    assert condition_rows.as_rows({"all": [wide, wide, wide]}, "s") is None


def test_keys_follow_a_question_that_moves() -> None:
    condition = {"all": [{"field": "kind", "equals": "r"}, {"field": "t.people", "at_least": 1}]}
    moved = conditions.renamed(condition, {"t.people": "s.people-2"}, before="s", now="s")
    assert moved["all"] == [
        {"field": "kind", "equals": "r"},
        {"field": "people-2", "at_least": 1},
    ]
    away = conditions.renamed(condition, {}, before="s", now="t")
    assert [one["field"] for one in away["all"]] == ["s.kind", "people"]
