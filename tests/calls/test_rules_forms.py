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
    ("yearly_fact", {"code": "overdue", "year": None, "values": ["no"], "label": "逾期",
                     "absent_ok": True}),
    ("named_units", {"any_of": [{"name": "甲学会", "uscc": "51220000MJ0000001X"},
                                {"name": "乙 学会"}]}),
    ("named_units", {"any_of": [{"name": "甲学会"}], "except": True}),
    ("region", {"any_of": ["吉林省", "浙江省嘉兴市"]}),
    ("not_barred", {"code": "ban", "label": "禁止申报"}),
    ("running_project", {"subject": "unit", "limit": 1}),
    ("running_project", {"subject": "person", "role": "leader", "limit": 2}),
    ("earlier_award", {"subject": "unit", "years": 0}),
    ("earlier_award", {"subject": "person", "role": "candidates", "years": 5}),
    ("quota", {"limit": 2, "scope": "call",
               "named": [{"name": "甲学会", "uscc": "51220000MJ0000001X", "limit": 5},
                         {"name": "乙学会", "limit": 0}]}),
    ("quota", {"limit": None, "scope": "call", "named": [{"name": "乙学会", "limit": 3}]}),
    ("quota", {"limit": 1, "scope": "call",
               "by_fact": [{"code": "grade", "year": 2026, "values": ["优秀"],
                            "label": "2026年度评价优秀", "limit": 3},
                           {"code": "pilot", "values": ["yes"], "label": "试点", "limit": 2}]}),
    ("quota", {"limit": None, "scope": "call",
               "by_number": {"code": "members", "label": "会员数", "percent": 0.5, "min": 1}}),
    ("list_quota", {"limit": 2, "scope": "call",
                    "by_number": {"code": "members", "year": 2026, "label": "会员数", "per": 1000,
                                  "max": 9}}),
    ("list_quota", {"limit": 3, "scope": "call", "reserve": 1, "min": 1, "percent": 50,
                    "level": 2, "binds": [{"kind": "university"}]}),
    ("list_quota", {"limit": None, "scope": "category",
                    "named": [{"name": "乙学会", "limit": 3}]}),
    ("composition", {"label": "女性", "when": {"role": "candidates", "column": "sex",
                                             "any_of": ["female"]}, "min_percent": 30}),
    ("composition", {"label": "一线", "when": {"role": "topic", "any_of": ["一线", "基层"]},
                     "min": 2, "level": 1}),
    ("composition", {"label": "青年", "when": {"role": "leader", "born_from": "1985-01-01"},
                     "max": 0}),
    ("cost_share", {"max_percent": 50}),
    ("matching", {"min_percent": 200}),
    ("declaration", {"text": "本单位承诺不涉密。"}),
    ("person_age", {"role": "leader", "born_from": "1986-01-01",
                    "others": [{"column": "sex", "equals": "female",
                                "born_from": "1984-01-01"}]}),
    ("person_age", {"role": "candidates", "born_from": "1986-01-01",
                    "others": [{"column": "field", "equals": "人文", "and_column": "sex",
                                "and_equals": "female", "born_from": "1981-01-01"}]}),
    ("person_age", {"role": "candidates", "age_max": 45, "age_on": "2026-01-01",
                    "others": [{"column": "field", "equals": "人文", "age_max": 50}]}),
    ("person_quality", {"role": "members", "column": "degree", "any_of": ["doctor", "master"],
                        "min_share": 50}),
    ("person_quality", {"role": "leader", "column": "title", "any_of": ["教授"]}),
    ("person_quality", {"role": "leader", "column": "title", "any_of": ["正高级"],
                        "or_column": "degree", "or_any_of": ["doctor"]}),
    ("person_places", {"roles": ["leader", "members"], "limit": 2}),
    ("partners", {}),
    ("partners", {"min": 2, "max": 3}),
    ("partners", {"max": 1, "any_of": [{"kind": "society", "levels": ["city"]},
                                       {"kind": "institute"}]}),
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
        ("quota", "scope=call&joint=lead", "__all__"),
        ("quota", "limit=1&scope=call&joint=lead&named=甲学会", "named"),
        ("list_quota", "limit=1&scope=call&min=2", "__all__"),
        ("composition", "label=x&role=candidates&any_of=female&min=1", "__all__"),
        ("person_age", "role=leader", "__all__"),
        ("running_project", "whose=person&limit=1", "whose"),
        ("named_units", "any_of=", "any_of"),
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


def test_yes_and_no_are_written_and_read_in_words() -> None:
    made = RULE_FORMS["yearly_fact"]
    with translation.override("zh-hans"):
        assert made.initial_from({"code": "x", "values": ["no", "A"]})["values"] == "否、A"
        form = made(QueryDict("code=x&label=x&values=否，A"))
        assert form.is_valid()
        assert form.to_params()["values"] == ["no", "A"]


def test_of_what_is_overdue_only_nothing_is_accepted() -> None:
    form = RULE_FORMS["yearly_fact"](QueryDict("code=overdue&label=x"))
    assert form.is_valid()
    params = form.to_params()
    assert (params["values"], params["absent_ok"]) == (["no"], True)


def test_a_row_more_is_asked_for_without_scripts() -> None:
    form = RULE_FORMS["kinds"](QueryDict("units-0-kind=society&add_row=units"))
    assert form.asks_for_rows
    assert str(form["units"]).count('data-key="kind"') == 2 + 1, "two rows and the template"
