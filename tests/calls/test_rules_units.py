"""Rules about the unit beyond its kind: names, region, bans, what may be absent, named limits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from calls.rules import validate_params
from calls.rules.facts import PastProject, Verdict
from portal.errors import RuleViolation
from tests.calls.judging import LEAF, NO, TOP, UNKNOWN, YES, counted, judge, unit, verdict

TODAY = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


# named units ----------------------------------------------------------------------------------

CODE = "51220000MJ0000001X"
NAMED = {"any_of": [{"name": "示例学会", "uscc": CODE}, {"name": "第二学会"}]}


@pytest.mark.parametrize(
    ("name", "uscc", "expected"),
    [
        ("示例学会", "", YES),
        ("示例学会 ", "", NO),
        ("示例学会", CODE, YES),
        ("改名学会", CODE, YES),
        ("示例学会", "52220000MJ0000002X", NO),
        ("第二学会", "52220000MJ0000002X", YES),
        ("第三学会", "", NO),
    ],
)
def test_only_units_named_may_apply(name: str, uscc: str, expected: Verdict) -> None:
    of = unit()
    named = type(of)(1, name, "society", uscc=uscc)
    assert verdict("named_units", NAMED, of=named) is expected
    turned = NO if expected is YES else YES
    assert verdict("named_units", NAMED | {"except": True}, of=named) is turned


def test_a_refusal_names_a_few_units_and_counts_many() -> None:
    few = judge("named_units", {"any_of": [{"name": f"学会{n}"} for n in range(5)]})
    many = judge("named_units", {"any_of": [{"name": f"学会{n}"} for n in range(6)]})
    assert "学会4" in few.message
    assert "学会5" not in many.message
    assert "6 in all" in many.message


# region ---------------------------------------------------------------------------------------

REGIONS = {"any_of": ["吉林省", "浙江省嘉兴市"]}


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("吉林省长春市", YES),
        ("吉林省", YES),
        ("吉林", NO),
        ("浙江省嘉兴市南湖区", YES),
        ("浙江省杭州市", NO),
        ("", UNKNOWN),
    ],
)
def test_a_region_begins_as_one_of_those_named(region: str, expected: Verdict) -> None:
    assert verdict("region", REGIONS, of=unit(region=region)) is expected


# bans -----------------------------------------------------------------------------------------

BAN = {"code": "ban", "label": "禁止申报"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, YES),
        ({("ban", 2026): "2026-05-19"}, YES),
        ({("ban", 2026): "2026-05-20"}, NO),
        ({("ban", 2026): "2026-05-21"}, NO),
        ({("ban", 2024): "2027-01-01", ("ban", 2026): "2025-01-01"}, NO),
        ({("ban", 2026): "soon"}, UNKNOWN),
        ({("other", 2026): "2099-01-01"}, YES),
    ],
)
def test_a_ban_holds_to_its_last_day(facts: Any, expected: Verdict) -> None:
    assert verdict("not_barred", BAN, of=unit(facts=facts), today=TODAY) is expected


# what may be absent ---------------------------------------------------------------------------

OVERDUE = {
    "code": "overdue",
    "year": None,
    "values": ["no"],
    "label": "逾期未交",
    "absent_ok": True,
}


def test_nothing_recorded_may_count_as_fulfilled() -> None:
    assert verdict("yearly_fact", OVERDUE) is YES
    assert verdict("yearly_fact", OVERDUE, of=unit(facts={("overdue", 2025): "yes"})) is NO
    assert verdict("yearly_fact", OVERDUE, of=unit(facts={("overdue", 2025): "no"})) is YES
    assert verdict("yearly_fact", OVERDUE | {"absent_ok": False}) is UNKNOWN


def test_a_finding_says_which_facts_it_rests_on() -> None:
    finding = judge("yearly_fact", OVERDUE, of=unit(facts={("overdue", 2025): "yes"}))
    assert finding.facts == ("逾期未交 (2025): yes.",)


# limits of units named ------------------------------------------------------------------------

QUOTA = {"limit": 1, "scope": "call", "named": [{"name": "示例学会", "limit": 2}]}


def test_a_unit_named_has_its_own_limit_and_the_rest_the_common_one() -> None:
    rest = type(unit())(2, "第二学会", "society")
    assert verdict("quota", QUOTA, counted=(counted(),)) is YES
    assert verdict("quota", QUOTA, counted=(counted(), counted())) is NO
    assert verdict("quota", QUOTA, of=rest, counted=(counted(),)) is NO


def test_a_unit_named_with_nothing_has_no_places() -> None:
    none = QUOTA | {"named": [{"name": "示例学会", "limit": 0}]}
    finding = judge("quota", none)
    assert finding.verdict is NO
    assert "no places" in finding.message


def test_unlimited_takes_any_number() -> None:
    unlimited = QUOTA | {"limit": None}
    rest = type(unit())(2, "第二学会", "society")
    finding = judge("quota", unlimited, of=rest, counted=tuple(counted() for _ in range(30)))
    assert (finding.verdict, finding.left) == (YES, None)
    with pytest.raises(RuleViolation):
        validate_params("quota", {"limit": None, "scope": "call"})


# own history ----------------------------------------------------------------------------------


def project(**values: Any) -> PastProject:
    defaults: dict[str, Any] = {"title": "旧项目", "years_ago": 1, "ends_on": None, "own": True}
    return PastProject(**(defaults | values))


RUNNING = {"subject": "unit", "limit": 1}


@pytest.mark.parametrize(
    ("ends_on", "expected"),
    [
        (dt.date(2026, 5, 19), YES),
        (dt.date(2026, 5, 20), NO),
        (dt.date(2026, 5, 21), NO),
        (None, UNKNOWN),
    ],
)
def test_a_project_runs_to_its_last_planned_day(ends_on: Any, expected: Verdict) -> None:
    past = (project(ends_on=ends_on),)
    assert verdict("running_project", RUNNING, past=past, today=TODAY) is expected


def test_running_projects_count_up_to_the_limit_and_are_the_units_own() -> None:
    runs = project(ends_on=dt.date(2027, 1, 1))
    two = RUNNING | {"limit": 2}
    assert verdict("running_project", two, past=(runs,), today=TODAY) is YES
    assert verdict("running_project", two, past=(runs, runs), today=TODAY) is NO
    others = project(ends_on=dt.date(2027, 1, 1), own=False)
    assert verdict("running_project", RUNNING, past=(others,), today=TODAY) is YES
    finding = judge("running_project", RUNNING, past=(runs,), today=TODAY)
    assert "旧项目" in finding.message


@pytest.mark.parametrize(("years_ago", "expected"), [(0, NO), (1, NO), (2, NO), (3, YES)])
def test_an_earlier_award_is_in_the_way_for_so_many_years(
    years_ago: int, expected: Verdict
) -> None:
    params = {"subject": "unit", "years": 2}
    assert verdict("earlier_award", params, past=(project(years_ago=years_ago),)) is expected
    others = (project(years_ago=years_ago, own=False),)
    assert verdict("earlier_award", params, past=others) is YES


def test_history_of_the_unit_is_judged_before_anything_is_filled_in() -> None:
    from calls.rules import KINDS
    from calls.rules.facts import Stage

    kind = KINDS["earlier_award"]
    assert kind.stage_for({"subject": "unit", "years": 1}) is Stage.ELIGIBILITY
    assert kind.stage_for({"subject": "person", "years": 1}) is Stage.OBJECT


@pytest.mark.parametrize(
    "params",
    [{"subject": "unit", "role": "leader", "limit": 1}, {"subject": "person", "limit": 1}],
)
def test_the_role_is_named_exactly_for_persons(params: dict[str, Any]) -> None:
    with pytest.raises(RuleViolation):
        validate_params("running_project", params)


# money ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "expected"), [("50000.00", YES), ("50000.01", NO), ("0.00", YES)]
)
def test_the_amount_keeps_its_share_of_the_cost(amount: str, expected: Verdict) -> None:
    answers = {"amount": amount, "total_cost": "100000.00"}
    assert verdict("cost_share", {"max_percent": 50}, answers=answers) is expected


@pytest.mark.parametrize(("matching", "expected"), [("29999.99", NO), ("30000.00", YES)])
def test_matching_funds_come_to_their_share_of_the_amount(matching: str, expected: Verdict) -> None:
    answers = {"amount": "30000.00", "matching": matching}
    assert verdict("matching", {"min_percent": 100}, answers=answers) is expected


def test_without_both_sums_nothing_is_said() -> None:
    assert judge("cost_share", {"max_percent": 50}, answers={"amount": "1.00"}) is None
    assert judge("matching", {"min_percent": 50}, answers={"matching": "1.00"}) is None


# declarations ---------------------------------------------------------------------------------


def test_a_declaration_may_be_asked_for_by_its_words() -> None:
    made = {"declarations": {"不涉密": True, "未重复申报": False}, "declaration": False}
    assert verdict("declaration", {"text": "不涉密"}, answers=made) is YES
    assert verdict("declaration", {"text": "未重复申报"}, answers=made) is NO
    assert verdict("declaration", {"text": "别的"}, answers=made) is None
    assert verdict("declaration", {}, answers=made) is NO


def test_paths_still_decide_whom_the_new_rules_cover() -> None:
    assert judge("region", REGIONS, spec={"category_path": (2,)}, path=(TOP, LEAF)) is None
