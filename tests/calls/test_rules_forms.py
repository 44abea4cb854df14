"""Staff set every rule in a form: what it shows and what it stores are the same rule."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from calls.callfile.parsing import parse
from calls.fields import RowsField
from calls.rules import KINDS, validate_params
from calls.rules_forms import RULE_FORMS, RuleParamsForm
from tests.factories.calls import CALL_FILES


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def seed_rules() -> list[tuple[str, dict[str, Any]]]:
    files = ("jilin-2024", "jiaxing-2023")
    return [
        (rule["kind"], rule["params"])
        for name in files
        for rule in parse((CALL_FILES / f"{name}.yaml").read_text(encoding="utf-8")).data["rules"]
    ]


OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("kinds", {"any_of": [{"kind": "society", "levels": ["national", "provincial"]},
                          {"kind": "society", "levels": ["city"],
                           "facts": [{"code": "grade", "values": ["A", "B"], "label": "等级"}]}]}),
    ("yearly_fact", {"code": "grade", "year": 2025, "values": ["A", "B"], "label": "等级"}),
    ("quota", {"limit": 3, "scope": "category", "joint": "all"}),
    ("amount", {}),
    ("date_window", {"role": "dates", "start": "2026-01-01", "end": "2026-12-31"}),
    ("date_window", {"role": "dates", "end": "2026-12-31"}),
    ("number", {"role": "papers", "min": 0, "max": 3}),
    ("row_count", {"role": "convenors", "min": 1, "max": 3, "unit": "人"}),
    ("editions", {"min": 1, "by": "2026-12-31"}),
    ("declaration", {}),
    ("title_length", {"max": 40}),
]  # fmt: skip


def sent(form: RuleParamsForm) -> QueryDict:
    """Return what a browser would send of a form as it is shown."""
    data = QueryDict(mutable=True)
    for name, field in form.fields.items():
        shown = form.get_initial_for_field(field, name)
        if isinstance(field, RowsField):
            for index, row in enumerate(shown or ()):
                for code, cell in row.items():
                    data[f"{name}-{index}-{code}"] = cell
        elif isinstance(shown, list):
            data.setlist(name, shown)
        elif shown is not None:
            data[name] = str(shown)
    return data


@pytest.mark.parametrize(("kind", "params"), [*seed_rules(), *OTHERS])
def test_a_rule_shown_and_sent_back_is_unchanged(kind: str, params: dict[str, Any]) -> None:
    validate_params(kind, params)
    made = RULE_FORMS[kind]
    form = made(sent(made(initial=made.initial_from(params))))
    assert form.is_valid(), form.errors
    assert form.to_params() == params


def test_every_kind_has_its_form() -> None:
    assert RULE_FORMS.keys() == KINDS.keys()


@pytest.mark.parametrize(
    ("kind", "data", "where"),
    [
        ("kinds", "", "units"),
        ("kinds", "units-0-kind=club", "units"),
        ("quota", "scope=call&joint=lead", "limit"),
        ("quota", "limit=0&scope=call&joint=lead", "limit"),
        ("number", "role=attendees", "__all__"),
        ("number", "role=attendees&min=3&max=2", "__all__"),
        ("editions", "min=2", "by"),
        ("editions", "min=2&by=2026-01-01&when_role=event_kind", "__all__"),
        ("yearly_fact", "code=x", "label"),
        ("priority", "from_year=2021&to_year=2020&honours-0-code=x&honours-0-label=y", "__all__"),
        ("excluded_kinds", "role=event_kind", "words"),
    ],
)
def test_what_is_wrong_is_said_in_the_form(kind: str, data: str, where: str) -> None:
    form = RULE_FORMS[kind](QueryDict(data))
    assert not form.is_valid()
    assert where in form.errors


def test_facts_are_chosen_among_those_the_association_keeps() -> None:
    made = RULE_FORMS["yearly_fact"]
    data = QueryDict("code=other&label=x")
    assert made(data).is_valid()
    assert not made(data, fact_codes=[("inspection", "年检")]).is_valid()


def test_a_row_more_is_asked_for_without_scripts() -> None:
    form = RULE_FORMS["kinds"](QueryDict("units-0-kind=society&add_row=units"))
    assert form.asks_for_rows
    assert str(form["units"]).count('data-key="kind"') == 2 + 1, "two rows and the template"
