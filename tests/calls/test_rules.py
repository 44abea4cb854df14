"""Every kind of rule accepts and refuses at its edge, in sentences with the facts used."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from calls.enums import FieldRole
from calls.rules import KINDS, evaluate, validate_params
from calls.rules.facts import Facts, RuleSpec, Stage, Verdict
from calls.rules.words import KIND_WORDS, LEVEL_WORDS, ROLE_WORDS
from portal.errors import RuleViolation
from portal.people.enums import Level, OrganisationKind
from tests.calls.judging import (
    EVERY_STAGE,
    LEAF,
    NO,
    OTHER,
    TOP,
    UNKNOWN,
    YES,
    counted,
    judge,
    unit,
    verdict,
)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


# the pure vocabularies say what the enumerations say ------------------------------------------


def test_words_of_rules_are_those_of_the_enumerations() -> None:
    assert {k: str(w) for k, w in KIND_WORDS.items()} == {
        k.value: str(k.label) for k in OrganisationKind
    }
    assert {k: str(w) for k, w in LEVEL_WORDS.items()} == {k.value: str(k.label) for k in Level}
    assert {k: str(w) for k, w in ROLE_WORDS.items()} == {k.value: str(k.label) for k in FieldRole}


# kinds --------------------------------------------------------------------------------------

PROVINCIAL = {"any_of": [{"kind": "society", "levels": ["provincial"]}, {"kind": "institute"}]}


@pytest.mark.parametrize(
    ("kind", "level", "expected"),
    [
        ("society", "provincial", YES),
        ("society", "city", NO),
        ("society", "", NO),
        ("institute", "national", YES),
        ("institute", "", YES),
        ("university", "provincial", NO),
        ("", "", UNKNOWN),
    ],
)
def test_kinds_and_levels(kind: str, level: str, expected: Verdict) -> None:
    assert verdict("kinds", PROVINCIAL, of=unit(kind, level)) is expected


def test_a_refusal_says_what_the_unit_is_and_whom_the_category_is_for() -> None:
    finding = judge("kinds", PROVINCIAL, of=unit("society", "city"))
    assert finding is not None
    assert "City Society" in finding.message
    assert "Provincial Society" in finding.message
    assert "Research institute" in finding.message


QUALIFIED = {
    "any_of": [
        {
            "kind": "university",
            "facts": [{"code": "training", "values": ["yes"], "label": "graduate training"}],
        }
    ]
}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, UNKNOWN),
        ({("training", 2025): "yes"}, YES),
        ({("training", 2025): "no"}, NO),
        ({("training", 2024): "yes", ("training", 2025): "no"}, NO),
        ({("training", 2024): "no", ("training", 2025): "yes"}, YES),
        ({("other", 2025): "yes"}, UNKNOWN),
    ],
)
def test_a_qualification_is_the_newest_one_known(facts: Any, expected: Verdict) -> None:
    assert verdict("kinds", QUALIFIED, of=unit("university", facts=facts)) is expected


def test_a_qualification_of_one_kind_is_not_asked_of_another() -> None:
    params = {"any_of": [*QUALIFIED["any_of"], {"kind": "society"}]}
    assert verdict("kinds", params, of=unit("society")) is YES


# yearly facts ---------------------------------------------------------------------------------

INSPECTION = {
    "code": "inspection",
    "year": None,
    "values": ["yes"],
    "label": "inspection",
    "binds": [{"kind": "society", "levels": ["provincial"]}],
}
EVALUATION = INSPECTION | {"code": "evaluation", "year": 2023}


@pytest.mark.parametrize(
    ("params", "facts", "expected"),
    [
        (INSPECTION, {}, UNKNOWN),
        (INSPECTION, {("inspection", 2019): "yes"}, YES),
        (INSPECTION, {("inspection", 2019): "yes", ("inspection", 2023): "no"}, NO),
        (EVALUATION, {("evaluation", 2023): "yes"}, YES),
        (EVALUATION, {("evaluation", 2023): "no"}, NO),
        (EVALUATION, {("evaluation", 2022): "yes"}, UNKNOWN),
        (EVALUATION, {("evaluation", 2024): "yes"}, UNKNOWN),
        (EVALUATION | {"values": ["A", "B"]}, {("evaluation", 2023): "B"}, YES),
        (EVALUATION | {"values": ["A", "B"]}, {("evaluation", 2023): "C"}, NO),
    ],
)
def test_yearly_facts_are_yes_no_or_unknown(
    params: dict[str, Any], facts: Any, expected: Verdict
) -> None:
    assert verdict("yearly_fact", params, of=unit(facts=facts)) is expected


def test_a_yearly_fact_binds_only_whom_it_names() -> None:
    assert verdict("yearly_fact", EVALUATION, of=unit("society", "city")) is None
    assert verdict("yearly_fact", EVALUATION, of=unit("institute")) is None
    assert verdict("yearly_fact", EVALUATION, of=unit("", "")) is UNKNOWN
    failed = {("evaluation", 2023): "no"}
    assert verdict("yearly_fact", EVALUATION, of=unit("", "", facts=failed)) is UNKNOWN
    assert verdict("yearly_fact", EVALUATION, of=unit(facts=failed)) is NO


def test_an_unknown_fact_warns_but_does_not_block_unless_the_call_says_so() -> None:
    finding = judge("yearly_fact", EVALUATION)
    assert finding is not None
    assert finding.warns
    assert not finding.blocks
    strict = judge("yearly_fact", EVALUATION, spec={"unknown_passes": False})
    assert strict is not None
    assert strict.blocks


# priority -------------------------------------------------------------------------------------

HONOURS = {
    "honours": [{"code": "advanced", "label": "先进学会"}],
    "from_year": 2021,
    "to_year": 2023,
}


@pytest.mark.parametrize(("year", "expected"), [(2020, NO), (2021, YES), (2023, YES), (2024, NO)])
def test_priority_counts_the_years_of_its_span(year: int, expected: Verdict) -> None:
    facts = {("advanced", year): "yes"}
    assert verdict("priority", HONOURS, of=unit(facts=facts)) is expected


def test_priority_never_blocks_and_never_warns() -> None:
    for facts in ({}, {("advanced", 2022): "no"}, {("advanced", 2022): "yes"}):
        finding = judge("priority", HONOURS, of=unit(facts=facts))
        assert finding is not None
        assert finding.priority
        assert not finding.blocks
        assert not finding.warns


# quotas ---------------------------------------------------------------------------------------


def test_a_quota_of_two_is_used_up_by_two() -> None:
    params = {"limit": 2, "scope": "call"}
    for used, expected, left in ((0, YES, 2), (1, YES, 1), (2, NO, 0), (3, NO, 0)):
        finding = judge("quota", params, counted=tuple(counted() for _ in range(used)))
        assert finding is not None
        assert (finding.verdict, finding.left) == (expected, left)


def test_same_kind_spans_the_parts_of_a_top_category() -> None:
    params = {"limit": 1, "scope": "each_top_category"}
    sister = (counted((TOP, 12)),)
    assert verdict("quota", params, counted=sister) is NO
    assert verdict("quota", params, counted=(counted((OTHER,)),)) is YES
    assert verdict("quota", params, counted=sister, path=(OTHER,)) is YES


def test_a_quota_of_a_category_counts_what_lies_beneath_it_only() -> None:
    params = {"limit": 1, "scope": "category"}
    spec = {"category_path": (TOP, LEAF)}
    assert verdict("quota", params, spec=spec, counted=(counted((TOP, 12)),)) is YES
    assert verdict("quota", params, spec=spec, counted=(counted((TOP, LEAF)),)) is NO
    assert verdict("quota", params, spec={"category_path": (TOP,)}, counted=(counted(),)) is NO


def test_a_full_quota_names_the_application_in_the_way() -> None:
    taken = counted(title="光学年会")
    finding = judge("quota", {"limit": 1, "scope": "call"}, counted=(taken,))
    assert finding is not None
    assert finding.blocks
    assert finding.in_the_way == (taken,)
    assert "光学年会" in finding.message
    assert "Submitted" in finding.message


def test_a_quota_binds_only_whom_it_names() -> None:
    params = {"limit": 1, "scope": "call", "binds": [{"kind": "university"}]}
    full = (counted(),)
    assert verdict("quota", params, counted=full) is None
    assert verdict("quota", params, of=unit("university"), counted=full) is NO
    assert verdict("quota", params, of=unit("", ""), counted=full) is UNKNOWN


def test_a_fact_of_the_register_gives_more_places() -> None:
    line = {"code": "grade", "year": 2026, "values": ["A"], "label": "Graded A", "limit": 2}
    params = {"limit": 1, "scope": "call", "by_fact": [line]}
    graded, other, unrecorded = (
        unit(facts={("grade", 2026): "A", ("grade", 2025): "B"}),
        unit(facts={("grade", 2026): "B"}),
        unit(facts={("grade", 2025): "A"}),
    )
    one, two = (counted(),), (counted(), counted())
    assert verdict("quota", params, of=graded, counted=one) is YES
    assert verdict("quota", params, of=graded, counted=two) is NO
    assert verdict("quota", params, of=other, counted=one) is NO
    finding = judge("quota", params, of=unrecorded, counted=one)
    assert finding is not None
    assert finding.verdict is UNKNOWN
    assert "Graded A: nothing is recorded" in finding.message
    assert verdict("quota", params, of=unrecorded, counted=two) is NO
    told = judge("quota", params, of=graded, counted=one)
    assert told is not None
    assert "Graded A" in told.facts


BY_MEMBERS = {"code": "members", "year": 2026, "label": "Members"}


@pytest.mark.parametrize(
    ("by_number", "figure", "limit"),
    [
        ({"per": 1000}, "999", 0),
        ({"per": 1000}, "1000", 1),
        ({"per": 1000}, "2999", 2),
        ({"percent": 1}, "299", 2),
        ({"percent": 1}, "300", 3),
        ({"percent": 0.5}, "399", 1),
        ({"percent": 0.5}, "400", 2),
        ({"percent": 1, "min": 1}, "99", 1),
        ({"per": 100, "max": 2}, "300", 2),
    ],
)
def test_a_number_of_the_register_gives_the_limit(
    by_number: dict[str, Any], figure: str, limit: int
) -> None:
    params = {"limit": None, "scope": "call", "by_number": BY_MEMBERS | by_number}
    of = unit(facts={("members", 2026): figure, ("members", 2025): "90000"})
    full = tuple(counted() for _number in range(limit))
    finding = judge("quota", params, of=of, counted=full)
    assert finding is not None
    assert finding.verdict is NO
    assert finding.facts[0].startswith(f"Members (2026): {figure}.")
    assert finding.facts[0].endswith(f": {limit}.")
    if limit:
        assert verdict("quota", params, of=of, counted=full[1:]) is YES


def test_without_the_number_the_common_limit_holds_and_the_rest_is_left_to_staff() -> None:
    params = {"limit": 1, "scope": "call", "by_number": BY_MEMBERS | {"per": 1000, "max": 2}}
    one, two = (counted(),), (counted(), counted())
    assert verdict("quota", params, of=unit()) is YES
    assert verdict("quota", params, of=unit(), counted=one) is UNKNOWN
    assert verdict("quota", params, of=unit(), counted=two) is NO
    nothing = judge("quota", params | {"limit": None}, of=unit())
    assert nothing is not None
    assert nothing.verdict is UNKNOWN
    assert "Members: nothing is recorded" in nothing.message
    assert nothing.left is None
    named = params | {"named": [{"name": unit().name, "limit": 1}]}
    assert verdict("quota", named, of=unit(), counted=one) is NO
    unreadable = unit(facts={("members", 2026): "约三百"})
    assert verdict("quota", params, of=unreadable, counted=one) is UNKNOWN


def test_a_shared_bucket_counts_the_family_without_naming_its_titles() -> None:
    params = {
        "limit": 1,
        "scope": "call",
        "bucket": "family",
        "family_kinds": ["university", "university_association"],
    }
    family = (counted(title="秘密标题", kind="university_association", organisation_id=2),)
    finding = judge("quota", params, of=unit("university"), counted_family=family)
    assert finding is not None
    assert finding.verdict is NO
    assert finding.in_the_way == ()
    assert "秘密标题" not in finding.message
    assert verdict("quota", params, of=unit("society"), counted_family=family) is YES
    of_other_kind = (counted(kind="institute", organisation_id=2),)
    assert verdict("quota", params, of=unit("university"), counted_family=of_other_kind) is YES
    own_bucket = {"limit": 1, "scope": "call"}
    assert verdict("quota", own_bucket, of=unit("university"), counted_family=family) is YES


def test_a_joint_application_counts_for_the_lead_unless_the_rule_says_all() -> None:
    joined = (counted(lead=False),)
    assert verdict("quota", {"limit": 1, "scope": "call"}, counted=joined) is YES
    assert verdict("quota", {"limit": 1, "scope": "call", "joint": "all"}, counted=joined) is NO


def test_a_rule_in_principle_warns_and_an_exception_lets_pass() -> None:
    full = (counted(),)
    params = {"limit": 1, "scope": "call"}
    warning = judge("quota", params, spec={"strict": False}, counted=full)
    assert warning is not None
    assert warning.warns
    assert not warning.blocks
    granted = judge(
        "quota", params, spec={"strict": False}, counted=full, granted_rule_ids=frozenset({1})
    )
    assert granted is not None
    assert granted.granted
    assert not granted.warns


# money ----------------------------------------------------------------------------------------

FIXED = {"bounds": {LEAF: (Decimal(30000), Decimal(30000))}}
RANGE = {"bounds": {LEAF: (Decimal(30000), Decimal(45000))}}


@pytest.mark.parametrize(
    ("spec", "amount", "expected"),
    [
        (FIXED, "29999.99", NO),
        (FIXED, "30000.00", YES),
        (FIXED, "30000.01", NO),
        (RANGE, "29999.99", NO),
        (RANGE, "30000.00", YES),
        (RANGE, "45000.00", YES),
        (RANGE, "45000.01", NO),
        ({"bounds": {LEAF: (None, None)}}, "99999999.00", YES),
        ({}, "1.00", YES),
        (FIXED, None, None),
    ],
)
def test_the_amount_is_the_categorys(
    spec: dict[str, Any], amount: str | None, expected: Verdict | None
) -> None:
    answers = {"amount": amount} if amount else {}
    assert verdict("amount", {}, spec=spec, answers=answers) is expected


@pytest.mark.parametrize(
    ("mode", "rows", "expected"),
    [
        ("equals", ["20000.00", "9999.99"], NO),
        ("equals", ["20000.00", "10000.00"], YES),
        ("equals", ["20000.00", "10000.01"], NO),
        ("at_least", ["29999.99"], NO),
        ("at_least", ["30000.00"], YES),
        ("at_least", ["50000.00"], YES),
    ],
)
def test_the_budget_is_held_against_the_amount(
    mode: str, rows: list[str], expected: Verdict
) -> None:
    budget = [{"item": "场地", "amount": amount, "note": ""} for amount in rows]
    answers = {"amount": "30000.00", "budget": budget}
    assert verdict("amount", {"budget": mode}, answers=answers) is expected


# days -----------------------------------------------------------------------------------------

FIRST, LAST = dt.date(2024, 8, 1), dt.date(2024, 10, 31)


@pytest.mark.parametrize("where", ["rule", "category"])
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(0, 0, YES), (-1, 0, NO), (1, 0, YES), (0, 1, NO), (0, -1, YES)],
)
def test_both_days_lie_inside_the_window(
    where: str, before: int, after: int, expected: Verdict
) -> None:
    start = FIRST + dt.timedelta(days=before)
    end = LAST + dt.timedelta(days=after)
    params: dict[str, Any] = {"role": "dates"}
    spec: dict[str, Any] = {"bounds": {LEAF: (FIRST, LAST)}}
    if where == "rule":
        params |= {"start": FIRST.isoformat(), "end": LAST.isoformat()}
        spec = {}
    answers = {"dates": {"start": start.isoformat(), "end": end.isoformat()}}
    assert verdict("date_window", params, spec=spec, answers=answers) is expected


def test_a_single_day_is_held_against_the_window_too() -> None:
    spec = {"bounds": {LEAF: (FIRST, LAST)}}
    for day, expected in ((FIRST, YES), (LAST, YES), (LAST + dt.timedelta(days=1), NO)):
        answers = {"dates": day.isoformat()}
        assert verdict("date_window", {"role": "dates"}, spec=spec, answers=answers) is expected


# numbers and rows -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "value", "expected"),
    [
        ({"min": 200}, 199, NO),
        ({"min": 200}, 200, YES),
        ({"min": 200}, 201, YES),
        ({"max": 30}, 30, YES),
        ({"max": 30}, 31, NO),
        ({"min": 1, "max": 3}, 0, NO),
        ({"min": 1, "max": 3}, 3, YES),
        ({"min": 1, "max": 3}, 4, NO),
        ({"min": 1}, None, None),
    ],
)
def test_numbers_at_least_and_at_most(
    params: dict[str, Any], value: int | None, expected: Verdict | None
) -> None:
    answers = {} if value is None else {"attendees": value}
    assert verdict("number", {"role": "attendees", **params}, answers=answers) is expected


@pytest.mark.parametrize(("rows", "expected"), [(0, NO), (1, YES), (2, NO)])
def test_exactly_one_convenor(rows: int, expected: Verdict) -> None:
    answers = {"convenors": [{"name": "甲"}] * rows}
    params = {"role": "convenors", "exactly": 1}
    assert verdict("row_count", params, answers=answers) is expected


# editions -------------------------------------------------------------------------------------

TWICE = {"min": 2, "by": "2022-12-31", "when": {"role": "event_kind", "equals": "regular"}}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], NO),
        (["2021-06-01"], NO),
        (["2021-06-01", "2022-12-30"], YES),
        (["2021-06-01", "2022-12-31"], YES),
        (["2021-06-01", "2023-01-01"], NO),
        (["2020-06-01", "2021-06-01", "2023-01-01"], YES),
    ],
)
def test_held_twice_by_a_day(days: list[str], expected: Verdict) -> None:
    answers = {"event_kind": "regular", "editions": [{"date": day} for day in days]}
    assert verdict("editions", TWICE, answers=answers) is expected


def test_editions_are_asked_of_one_kind_of_event_only() -> None:
    assert verdict("editions", TWICE, answers={"event_kind": "single", "editions": []}) is None
    always = {"min": 2, "by": "2022-12-31"}
    assert verdict("editions", always, answers={"editions": []}) is NO


# excluded kinds, confined choices, declarations, titles -----------------------------------------

EXCLUDED = {"words": ["培训班", "庆典"], "role": "event_kind"}


@pytest.mark.parametrize(
    ("answers", "expected", "word"),
    [
        ({"title": "人工智能前沿论坛"}, YES, ""),
        ({"title": "人工智能培训班"}, NO, "培训班"),
        ({"title": "建会四十周年庆典"}, NO, "庆典"),
        ({"title": "论坛", "event_kind": "培训班"}, NO, "培训班"),
        ({"event_kind": "single"}, YES, ""),
        ({}, None, ""),
    ],
)
def test_excluded_kinds_name_the_word(
    answers: dict[str, Any], expected: Verdict | None, word: str
) -> None:
    finding = judge("excluded_kinds", EXCLUDED, answers=answers)
    assert (finding.verdict if finding else None) is expected
    if word:
        assert finding is not None
        assert word in finding.message


OWN = {
    "role": "host",
    "any_of": [{"value": "host", "label": "Host"}],
    "binds": [{"kind": "society"}],
}


@pytest.mark.parametrize(
    ("kind", "chosen", "expected"),
    [
        ("society", "host", YES),
        ("society", "none", NO),
        ("society", None, None),
        ("university", "none", None),
    ],
)
def test_some_units_recommend_only_what_they_host(
    kind: str, chosen: str | None, expected: Verdict | None
) -> None:
    answers = {"host": chosen} if chosen else {}
    assert verdict("one_of", OWN, of=unit(kind), answers=answers) is expected


def test_declarations_must_be_ticked() -> None:
    assert verdict("declaration", {}, answers={"declaration": True}) is YES
    assert verdict("declaration", {}, answers={"declaration": False}) is NO
    assert verdict("declaration", {}, answers={}) is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [("题" * 39, YES), ("题" * 40, YES), ("题" * 41, NO), ("题" * 39 + " AI", YES), ("", None)],
)
def test_titles_are_counted_as_people_count(title: str, expected: Verdict | None) -> None:
    assert verdict("title_length", {"max": 40}, answers={"title": title}) is expected


# evaluation as a whole ----------------------------------------------------------------------------


def test_rules_of_a_category_hold_beneath_it_and_nowhere_else() -> None:
    rule = {"role": "attendees", "min": 200}
    answers = {"attendees": 10}
    on_top: dict[str, Any] = {"category_path": (TOP,)}
    assert verdict("number", rule, answers=answers, spec=on_top) is NO
    assert verdict("number", rule, answers=answers, spec=on_top, path=(OTHER,)) is None


def test_object_rules_wait_for_answers() -> None:
    spec = RuleSpec(id=1, kind="declaration", params={})
    assert evaluate([spec], Facts(unit(), (TOP,)), EVERY_STAGE) == []


def test_only_the_stages_asked_for_are_judged_in_the_calls_order() -> None:
    specs = [
        RuleSpec(id=1, kind="quota", params={"limit": 1, "scope": "call"}, position=2),
        RuleSpec(id=2, kind="kinds", params=PROVINCIAL, position=1),
        RuleSpec(id=3, kind="declaration", params={}, position=0),
    ]
    facts = Facts(unit(), (TOP,), answers={"declaration": True})
    assert [f.rule.id for f in evaluate(specs, facts, EVERY_STAGE)] == [3, 2, 1]
    assert [f.rule.id for f in evaluate(specs, facts, {Stage.QUOTA})] == [1]


# parameters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "params", "says"),
    [
        ("nonsense", {}, "nonsense"),
        ("quota", {"scope": "call"}, "limit"),
        ("quota", {"limit": 0, "scope": "call"}, "1"),
        ("quota", {"limit": 1, "scope": "everywhere"}, "each_top_category"),
        ("quota", {"limit": 1, "scope": "call", "bucket": "family"}, "share"),
        ("quota", {"limit": 1, "scope": "call", "colour": "red"}, "colour"),
        ("kinds", {"any_of": []}, "empty"),
        ("kinds", {"any_of": [{"kind": "club"}]}, "society"),
        ("number", {"role": "attendees"}, "at least one number"),
        ("number", {"role": "attendees", "min": 3, "max": 2}, "greater"),
        ("row_count", {"role": "convenors", "exactly": 1, "min": 1}, "exact"),
        ("date_window", {"role": "dates", "start": "2024-10-31", "end": "2024-10-30"}, "last day"),
        ("date_window", {"role": "dates", "start": "31.10.2024"}, "31.10.2024"),
        ("date_window", {"role": "dates", "start": "2024-02-30"}, "2024-02-30"),
        ("editions", {"min": 2}, "by"),
        ("priority", HONOURS | {"to_year": 2020}, "last year"),
        ("yearly_fact", EVALUATION | {"year": "2023"}, "year"),
    ],
)
def test_wrong_parameters_are_refused_in_a_sentence(
    kind: str, params: dict[str, Any], says: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        validate_params(kind, params)
    assert any(says in reason.message for reason in refused.value.reasons)


def test_every_kind_is_explained_to_staff() -> None:
    for kind in KINDS.values():
        assert str(kind.title)
        assert str(kind.explanation)
