"""A step of a frozen form as a Django form: shown, filled in, taken in, with and without scripts."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from calls.compile import StepForm, form_class
from calls.forms_schema import digest
from tests.calls.test_answers import OPTIONS, field, section


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def revision(*sections: Any) -> Any:
    schema = {"sections": list(sections)}
    return SimpleNamespace(schema=schema, sha256=digest(schema))


def form(*fields: Any, data: str | None = None, answers: Any = None, **values: Any) -> StepForm:
    made = form_class(revision(section(*fields)), (), "s")
    return made(QueryDict(data) if data is not None else None, answers=answers or {}, **values)


def rendered(step: StepForm) -> str:
    return str(
        Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": step}))
    )


EVERY_KIND = (
    "short_text", "long_text", "number", "money", "date", "date_range", "choice", "choices",
    "yes_no", "table", "people", "budget", "declaration",
)  # fmt: skip


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_is_shown_with_a_named_control(kind: str) -> None:
    html = rendered(form(field(kind)))
    assert 'data-field="q"' in html
    assert "问题" in html or OPTIONS["declaration"]["text"] in html
    assert "<input" in html or "<textarea" in html
    assert "optional" not in html
    assert "optional" in rendered(form(field(kind, required=False))) or kind == "declaration"


def test_a_form_is_compiled_once() -> None:
    frozen = revision(section(field("short_text")))
    assert form_class(frozen, (), "s") is form_class(frozen, (), "s")


def test_a_step_of_another_category_is_no_step() -> None:
    frozen = revision(section(field("short_text"), category="forum"))
    assert form_class(frozen, ("top", "forum"), "s")
    with pytest.raises(KeyError):
        form_class(frozen, ("annual",), "s")


def test_what_was_kept_is_shown_sound_or_not() -> None:
    answers = {
        "s.q": "题目",
        "s.n": "abc",
        "s.d": {"start": "2026-05-01", "end": ""},
        "s.b": [{"item": "场地", "amount": "x", "note": ""}],
        "s.y": False,
    }
    html = rendered(
        form(
            field("short_text"),
            field("number", "n"),
            field("date_range", "d"),
            field("budget", "b"),
            field("yes_no", "y"),
            answers=answers,
        )
    )
    for shown in ('value="题目"', 'value="abc"', 'value="2026-05-01"', 'value="x"'):
        assert shown in html
    assert 'value="false" id="id_y_1" checked' in html or "checked" in html
    assert "Enter an amount" in html, "a cell says what is wrong with what stands in it"


def test_a_step_sent_gives_sound_answers_and_what_is_wrong() -> None:
    step = form(
        field("short_text"),
        field("number", "n"),
        field("date_range", "d"),
        field("budget", "b"),
        field("declaration", "t"),
        data="q=题目&n=abc&d_start=2026-05-01&d_end=2026-05-02&b-0-item=场地&b-0-amount=3万&t=on",
    )
    settled = step.settled()
    assert settled["s.q"].value == "题目"
    assert settled["s.n"].value == "abc"
    assert settled["s.n"].errors == ("Enter a whole number.",)
    assert settled["s.d"].value == {"start": "2026-05-01", "end": "2026-05-02"}
    assert settled["s.b"].value == [{"item": "场地", "amount": "30000.00", "note": ""}]
    assert settled["s.t"].value is True
    assert not step.is_valid()
    assert list(step.errors) == ["n"]


def test_an_incomplete_step_is_valid_and_saves() -> None:
    step = form(field("short_text"), field("choice", "c"), data="q=")
    assert step.is_valid()
    assert {key: s.value for key, s in step.settled().items()} == {"s.q": None, "s.c": None}


def test_a_field_that_was_not_sent_is_not_emptied() -> None:
    assert "s.q" not in form(field("short_text"), data="").settled()


def test_rows_come_and_go_without_scripts() -> None:
    data = "p-0-name=甲&p-1-name=乙&p-7-name=丙"
    more = form(field("people", "p"), data=f"{data}&add_row=p")
    assert more.asks_for_rows
    assert rendered(more).count('data-key="name"') == 4 + 1, "three people, a new row, the template"
    fewer = form(field("people", "p"), data=f"{data}&remove_row=p-1")
    assert [row["name"] for row in fewer.settled()["s.p"].value] == ["甲", "丙"]
    other = form(field("people", "p"), field("budget", "b"), data=f"{data}&remove_row=b-0")
    assert len(other.settled()["s.p"].value) == 3
    assert not form(field("people", "p"), data=data).asks_for_rows


@pytest.mark.parametrize("row", ["p-x", "p-", "p", "p-99"])
def test_a_forged_row_removes_nothing(row: str) -> None:
    step = form(field("people", "p"), data=f"p-0-name=甲&remove_row={row}")
    assert len(step.settled()["s.p"].value) == 1


def test_a_budget_proposes_its_lines_until_there_is_an_answer() -> None:
    budget = field("budget", "b", options={"lines": ["场地", "资料"]})
    assert 'value="资料"' in rendered(form(budget))
    kept = [{"item": "其他", "amount": "1.00", "note": ""}]
    html = rendered(form(budget, answers={"s.b": kept}))
    assert 'value="资料"' not in html
    assert "1.00" in html


def test_conditions_inside_the_step_are_the_pages_those_of_other_steps_the_servers() -> None:
    inside = field("short_text", "i", condition={"field": "c", "equals": "a"})
    across = field("short_text", "x", condition={"field": "other.c", "equals": "a"})
    hidden = form(field("choice", "c"), inside, across)
    assert "data-condition" in rendered(hidden)
    assert "x" not in hidden.fields
    assert "x" in form(field("choice", "c"), inside, across, answers={"other.c": "a"}).fields


def test_files_are_no_fields_but_questions_with_their_limits() -> None:
    step = form(field("files", "f", options={"types": ["pdf"], "max_files": 2}))
    assert not step.fields
    (question,) = step.files_questions
    assert (question.key, question.types, question.max_files) == ("s.f", ("pdf",), 2)


def test_a_locked_step_is_shown_and_takes_nothing() -> None:
    step = form(field("short_text"), data="q=neu", answers={"s.q": "alt"}, locked=True)
    assert step.settled() == {}
    assert "disabled" in rendered(step)


def test_saved_marks_and_clauses_are_worn_by_this_form_only() -> None:
    at = dt.datetime(2026, 5, 1, 4, 5, 6, tzinfo=dt.UTC)
    question = field("number", role="attendees")
    step = form(question)
    step.mark_saved({"s.q": (3, at)})
    step.mark_clauses({"attendees": "200人以上"})
    html = rendered(step)
    assert 'data-revision="3"' in html
    assert "12:05:06" in html
    assert 'data-revision="3"' not in rendered(form(question))


def test_help_and_labels_are_text_not_markup() -> None:
    html = rendered(form(field("short_text", label="<b>x</b>", help="<script>y</script>")))
    assert "<script>" not in html
    assert "<b>" not in html
