"""Answers are read as people type them, kept when unsound, and told apart when missing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from calls.answers import (
    by_role,
    clean_answer,
    display,
    display_rows,
    is_empty,
    missing,
    parse_partial,
    settle,
)
from calls.forms_schema import FieldSpec, FormSchema, SectionSpec


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


CHOICES = {"choices": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]}
OPTIONS: dict[str, dict[str, Any]] = {
    "choice": CHOICES,
    "choices": CHOICES | {"max": 1},
    "declaration": {"text": "我保证"},
    "table": {
        "columns": [
            {"code": "date", "label": "日期", "kind": "date"},
            {"code": "n", "label": "人数", "kind": "number", "required": False},
        ]
    },
}


def field(kind: str, code: str = "q", **values: Any) -> FieldSpec:
    spec: Any = {"code": code, "label": "问题", "kind": kind, "required": True}
    if kind in OPTIONS:
        spec["options"] = OPTIONS[kind]
    return spec | values


def section(*fields: FieldSpec, code: str = "s", **values: Any) -> SectionSpec:
    spec: Any = {"code": code, "title": "步骤", "scope": "application", "category": ""}
    return spec | values | {"fields": list(fields)}


@pytest.mark.parametrize(
    ("kind", "raw", "answer"),
    [
        ("short_text", "  题目 ", "题目"),
        ("short_text", "", None),
        ("number", "200", 200),
        ("number", "２００人", 200),
        ("number", "1,200", 1200),
        ("number", 0, 0),
        ("number", "", None),
        ("money", "30000", "30000.00"),
        ("money", "30,000.5 元", "30000.50"),
        ("money", "3万", "30000.00"),
        ("money", "1.5 万元", "15000.00"),
        ("money", "￥２００", "200.00"),
        ("date", "2026-05-01", "2026-05-01"),
        ("date", "2026年5月1日", "2026-05-01"),
        ("date", "2026.5.1", "2026-05-01"),
        ("date_range", {"start": "2026/5/1", "end": "2026-05-01"},
         {"start": "2026-05-01", "end": "2026-05-01"}),
        ("date_range", {"start": "", "end": ""}, None),
        ("choice", "a", "a"),
        ("choices", ["b"], ["b"]),
        ("yes_no", "false", False),
        ("yes_no", True, True),
        ("yes_no", "", None),
        ("declaration", "true", True),
        ("declaration", True, True),
        ("declaration", "", None),
        ("table", [{"date": "2026.5.1", "n": "3"}, {"date": "", "n": " "}],
         [{"date": "2026-05-01", "n": 3}]),
        ("table", [], None),
        ("people", [{"name": "甲", "unit": ""}],
         [{"name": "甲", "unit": "", "title": "", "duty": "", "phone": ""}]),
        ("budget", [{"item": "场地", "amount": "2万"}],
         [{"item": "场地", "amount": "20000.00", "note": ""}]),
        ("files", ["u-1"], ["u-1"]),
    ],
)  # fmt: skip
def test_what_people_type_becomes_one_sound_form(kind: str, raw: Any, answer: Any) -> None:
    sound = clean_answer(field(kind), raw)
    assert sound == answer
    assert clean_answer(field(kind), sound) == answer, "a sound answer stays as it is"


@pytest.mark.parametrize(
    ("kind", "raw", "says"),
    [
        ("short_text", "字" * 101, "100"),
        ("long_text", "字" * 2001, "2001"),
        ("number", "many", "whole number"),
        ("number", "1.5", "whole number"),
        ("number", "-1", "0"),
        ("money", "three", "30000"),
        ("money", "-1", "below 0"),
        ("money", "1.005", "two decimals"),
        ("money", "NaN", "30000"),
        ("money", "99999999999", "too large"),
        ("date", "2026-02-30", "2026-05-01"),
        ("date", "0001-01-01", "1900"),
        ("date_range", {"start": "2026-05-02", "end": "2026-05-01"}, "before the first"),
        ("date_range", {"start": "2026-05-02", "end": ""}, "both"),
        ("choice", "z", "z"),
        ("choices", ["a", "b"], "1"),
        ("yes_no", "perhaps", "perhaps"),
        ("table", [{"date": "x", "n": ""}], "Row 1"),
        ("table", [{"date": "2026-05-01"}, {"n": "3"}], "Row 2"),
        ("people", [{"name": "", "unit": "某校"}], "Name"),
        ("budget", [{"item": "场地", "amount": "x"}], "Amount"),
    ],
)
def test_what_is_wrong_is_said_and_kept_as_typed(kind: str, raw: Any, says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        clean_answer(field(kind), raw)
    assert any(says in message for message in refused.value.messages)
    settled = settle(field(kind), raw)
    assert settled.value == raw
    assert settled.errors == tuple(refused.value.messages)


@given(st.text(max_size=30))
def test_no_text_breaks_a_number_or_an_amount(text: str) -> None:
    for kind in ("number", "money", "date", "short_text"):
        settled = settle(field(kind), text)
        assert (
            settled.errors
            or is_empty(settled.value)
            or clean_answer(field(kind), settled.value) == (settled.value)
        )


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        ("short_text", "a\x00b", "ab"),
        ("number", "a\x00b", "ab"),
        ("short_text", "a\ud800b", "ab"),
        ("table", [{"date": "x\x00", "gone": "1"}], [{"date": "x"}]),
    ],
)
def test_what_no_column_takes_is_left_out(kind: str, raw: Any, kept: Any) -> None:
    assert settle(field(kind), raw).value == kept


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("short_text", "题目", "题目"),
        ("number", "abc", "abc"),
        ("choices", '["a"]', ["a"]),
        ("choices", "", None),
        ("date_range", '["2026-05-01", "2026-05-02"]',
         {"start": "2026-05-01", "end": "2026-05-02"}),
        ("date_range", '["2026-05-01"]', {"start": "2026-05-01", "end": ""}),
        ("table", '[{"date": "2026-05-01", "n": ""}]', [{"date": "2026-05-01", "n": ""}]),
        ("declaration", "true", True),
    ],
)  # fmt: skip
def test_one_field_is_saved_by_itself(kind: str, text: str, value: Any) -> None:
    assert parse_partial(field(kind), text).value == value


@pytest.mark.parametrize("text", ["{}", '"x"', "[1]", "not json"])
def test_a_table_of_another_shape_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the JSON reader words it
        parse_partial(field("table"), text)


def test_missing_names_every_gap_with_its_place() -> None:
    steps = [
        section(
            field("short_text", "title", label="名称"),
            field("short_text", "note", label="备注", required=False),
            field("files", "files", label="附件"),
            field("declaration", "truth", label="声明"),
            field("number", "n", label="人数"),
        )
    ]
    gaps = missing(steps, {"s.n": "abc", "s.truth": None})
    assert [(f["code"], m) for _s, f, m in gaps] == [
        ("title", "Fill in “名称”."),
        ("files", "Upload “附件”."),
        ("truth", "Tick “声明”."),
        ("n", "“人数”: Enter a whole number."),
    ]
    complete = {"s.title": "x", "s.files": ["u"], "s.truth": True, "s.n": 0}
    assert missing(steps, complete) == []


def test_a_table_may_ask_for_rows() -> None:
    steps = [section(field("people", "p", options={"min_rows": 2}))]
    assert "2" in missing(steps, {"s.p": [{"name": "甲"}]})[0][2]
    assert missing(steps, {"s.p": [{"name": "甲"}, {"name": "乙"}]}) == []


def test_questions_hang_on_answers_and_on_each_other() -> None:
    steps = [
        section(
            field("choice", "kind"),
            field("yes_no", "again", condition={"field": "kind", "equals": "a"}),
        ),
        section(field("number", "times", condition={"field": "s.again", "equals": True}), code="t"),
    ]

    def asked(answers: dict[str, Any]) -> list[str]:
        return [f["code"] for _s, f, _m in missing(steps, answers)]

    assert asked({}) == ["kind"]
    assert asked({"s.kind": "a"}) == ["again"]
    assert asked({"s.kind": "a", "s.again": True}) == ["times"]
    assert asked({"s.kind": "a", "s.again": False}) == []
    assert asked({"s.kind": "b", "s.again": True}) == [], "a hidden answer shows nothing"


@pytest.mark.parametrize(
    ("condition", "answer", "shown"),
    [
        ({"field": "n", "at_least": 3}, 2, False),
        ({"field": "n", "at_least": 3}, 3, True),
        ({"field": "n", "at_least": 3}, "abc", False),
        ({"field": "n", "at_least": 3}, None, False),
        ({"field": "n", "at_most": 3}, 3, True),
        ({"field": "n", "at_most": 3}, "3.01", False),
        ({"field": "n", "at_most": 3}, None, False),
        ({"field": "n", "at_most": 3}, "abc", False),
        ({"field": "n", "is_not": "a"}, "b", True),
        ({"field": "n", "is_not": "a"}, "a", False),
        ({"field": "n", "is_not": "a"}, None, False),
        ({"field": "n", "is_not": "a"}, ["b", "a"], False),
        ({"field": "n", "in": ["a", "b"]}, "b", True),
        ({"field": "n", "in": ["a", "b"]}, ["x", "b"], True),
        ({"field": "n", "equals": False}, None, True),
        ({"all": [{"field": "n", "at_least": 1}, {"field": "n", "at_least": 5}]}, 3, False),
        ({"any": [{"field": "n", "at_least": 1}, {"field": "n", "at_least": 5}]}, 3, True),
        ({}, None, True),
    ],
)
def test_conditions(condition: Any, answer: Any, shown: bool) -> None:
    steps = [
        section(field("short_text", "n", required=False), field("short_text", condition=condition))
    ]
    assert bool([f for _s, f, _m in missing(steps, {"s.n": answer}) if f["code"] == "q"]) is shown


def test_rules_read_sound_answers_of_the_category_by_role() -> None:
    schema: FormSchema = {
        "sections": [
            section(field("short_text", "a", role="title"), field("number", "b", role="attendees")),
            section(field("number", "c", role="papers"), code="forum", category="forum"),
            section(field("short_text", "d", role="contact"), code="plan", scope="plan"),
        ]
    }
    answers = {"s.a": "题", "s.b": "abc", "forum.c": 30, "plan.d": "某"}
    forum, annual = SimpleNamespace(codes=("top", "forum")), SimpleNamespace(codes=("annual",))
    assert by_role(schema, answers, forum) == {"title": "题", "papers": 30}
    assert by_role(schema, answers, annual) == {"title": "题"}


def test_several_declarations_count_when_all_are_ticked() -> None:
    one, two = (field("declaration", code, role="declaration") for code in "ab")
    schema: FormSchema = {"sections": [section(one, two)]}
    anywhere = SimpleNamespace(codes=())
    both = by_role(schema, {"s.a": True, "s.b": True}, anywhere)
    assert both["declaration"] is True
    assert by_role(schema, {"s.a": True}, anywhere)["declaration"] is False


def test_each_declaration_stands_with_its_words() -> None:
    one = field("declaration", "a", role="declaration", options={"text": "不涉密"})
    two = field("declaration", "b", role="declaration", options={"text": "未重复申报"})
    schema: FormSchema = {"sections": [section(one, two)]}
    found = by_role(schema, {"s.a": True}, SimpleNamespace(codes=()))
    assert found["declarations"] == {"不涉密": True, "未重复申报": False}


PERSON = {
    "columns": ["name", "sex", "born", "id_number", "degree", "email", "phone"],
    "required": ["name"],
}


def people_field() -> Any:
    return field(
        "people",
        "p",
        options=PERSON | {"titles": ["教授"], "columns": ["title", *PERSON["columns"]]},
    )


@pytest.mark.parametrize(
    ("cell", "typed", "kept"),
    [
        ("id_number", "110105 19491231 002x", "11010519491231002X"),
        ("id_number", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("id_number", "110105194912310021", None),
        ("id_number", "11010519491331002X", None),
        ("id_number", "130503670401001", None),
        ("born", "1990年5月1日", "1990-05-01"),
        ("sex", "female", "female"),
        ("sex", "女", None),
        ("degree", "doctor", "doctor"),
        ("title", "教授", "教授"),
        ("title", "讲师", None),
        ("email", "a@example.org", "a@example.org"),
        ("email", "nobody", None),
        ("phone", "0000-1234567 转 12、00000001", "0000-1234567 转 12、00000001"),
        ("phone", "（0000）1234567", "（0000）1234567"),
        ("phone", "abc", None),
        ("phone", "0000 王先生", None),
        ("phone", "12", None),
    ],
)
def test_columns_of_people_take_what_they_say(cell: str, typed: str, kept: str | None) -> None:
    found = settle(people_field(), [{"name": "张三", cell: typed}])
    if kept is None:
        assert found.errors
        assert "１１" not in "".join(found.errors)
    else:
        assert not found.errors
        assert found.value[0][cell] == kept


def test_numbers_of_identity_cards_are_shown_masked() -> None:
    shown = display(
        people_field(), [{"name": "张三", "sex": "female", "id_number": "11010519491231002X"}]
    )
    assert "110***********002X" in shown
    assert "11010519491231002X" not in shown
    assert "Woman" in shown


@pytest.mark.parametrize(
    ("kind", "answer", "shown"),
    [
        ("choice", "a", "甲"),
        ("choices", ["a", "b"], "甲, 乙"),
        ("yes_no", False, "No"),
        ("money", "30000.00", "30,000.00 yuan"),
        ("number", 200, "200"),
        ("date", "2026-05-01", "May 1, 2026"),
        ("date_range", {"start": "2026-05-01", "end": "2026-05-01"}, "May 1, 2026"),
        ("date_range", {"start": "2026-05-01", "end": "2026-05-02"}, "May 1, 2026 to May 2, 2026"),
        ("files", ["a", "b"], "2 files"),
        ("number", "abc", "abc"),
        ("short_text", None, ""),
    ],
)
def test_answers_read_as_a_reader_expects(kind: str, answer: Any, shown: str) -> None:
    assert display(field(kind), answer) == shown


def test_tables_read_row_by_row() -> None:
    rows = [{"date": "2026-05-01", "n": 3}, {"date": "x", "n": ""}]
    assert display_rows(field("table"), rows) == [["May 1, 2026", "3"], ["x", ""]]
