"""Rules about persons accept and refuse at the edge: age, quality, places, history."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import translation

from calls.rules import validate_params
from calls.rules.facts import Elsewhere, PastProject, Person, Verdict
from portal.errors import RuleViolation
from tests.calls.judging import LEAF, NO, OTHER, TOP, UNKNOWN, YES, judge, verdict

TODAY = dt.date(2026, 5, 20)
# A woman born on 1949-12-31, from the examples of the standard.
CARD = "11010519491231002X"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def leader(**row: str) -> dict[str, Any]:
    return {"leader": [{"name": "张三"} | row]}


# age ------------------------------------------------------------------------------------------

YOUNG = {
    "role": "leader",
    "born_from": "1986-01-01",
    "others": [{"column": "sex", "equals": "female", "born_from": "1984-01-01"}],
}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"sex": "male", "born": "1985-12-31"}, NO),
        ({"sex": "male", "born": "1986-01-01"}, YES),
        ({"sex": "female", "born": "1983-12-31"}, NO),
        ({"sex": "female", "born": "1984-01-01"}, YES),
        # the sex decides only in between
        ({"born": "1985-06-01"}, UNKNOWN),
        ({"born": "1983-12-31"}, NO),
        ({"born": "1986-01-01"}, YES),
        ({"sex": "male"}, UNKNOWN),
        ({"id_number": CARD}, NO),
    ],
)
def test_a_day_of_birth_at_its_edge_with_another_limit_by_sex(
    row: dict[str, str], expected: Verdict
) -> None:
    assert verdict("person_age", YOUNG, answers=leader(**row)) is expected


WOMEN_OF_LETTERS = {
    "role": "leader",
    "born_from": "1986-01-01",
    "others": [
        {"column": "sex", "equals": "female", "and_column": "field", "and_equals": "人文",
         "born_from": "1981-01-01"},
        {"column": "sex", "equals": "female", "born_from": "1984-01-01"},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"sex": "female", "field": "人文", "born": "1981-01-01"}, YES),
        ({"sex": "female", "field": "人文", "born": "1980-12-31"}, NO),
        ({"sex": "female", "field": "光学", "born": "1983-12-31"}, NO),
        ({"sex": "female", "field": "光学", "born": "1984-01-01"}, YES),
        ({"sex": "male", "field": "人文", "born": "1985-12-31"}, NO),
        # the field decides only in between, and only of a woman
        ({"sex": "female", "born": "1983-12-31"}, UNKNOWN),
        ({"sex": "male", "born": "1983-12-31"}, NO),
    ],
)
def test_a_day_of_birth_with_another_limit_by_sex_and_field_together(
    row: dict[str, str], expected: Verdict
) -> None:
    assert verdict("person_age", WOMEN_OF_LETTERS, answers=leader(**row)) is expected


OF_45 = {"role": "leader", "age_max": 45, "age_on": "2026-03-01"}


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ("1980-03-02", YES),  # 45, and 46 on the morrow
        ("1980-03-01", NO),  # 46 that day
        ("1980-02-29", NO),
        ("2001-01-01", YES),
    ],
)
def test_full_years_are_counted_on_the_day(born: str, expected: Verdict) -> None:
    assert verdict("person_age", OF_45, answers=leader(born=born)) is expected


def test_the_last_day_of_birth_counts_too() -> None:
    grown = {"role": "leader", "born_to": "2008-05-01"}
    assert verdict("person_age", grown, answers=leader(born="2008-05-01")) is YES
    assert verdict("person_age", grown, answers=leader(born="2008-05-02")) is NO


def test_everybody_in_the_role_is_held_to_it_and_the_refused_is_named() -> None:
    rows = [{"name": "张三", "born": "1990-01-01"}, {"name": "李四", "born": "1970-01-01"}]
    finding = judge("person_age", YOUNG | {"role": "members"}, answers={"members": rows})
    assert finding.blocks
    assert "李四" in finding.message
    assert "张三" not in finding.message
    assert judge("person_age", YOUNG, answers={"members": rows}) is None


@pytest.mark.parametrize(
    "params",
    [
        {"role": "leader"},
        {"role": "leader", "age_max": 45},
        {"role": "leader", "born_from": "1990-01-01", "age_on": "2026-01-01"},
        {"role": "leader", "born_from": "1990-01-01", "born_to": "1980-01-01"},
        {"role": "leader", "born_from": "1990-01-01", "others": [{"column": "sex", "equals": "x"}]},
        {"role": "attendees", "born_from": "1990-01-01"},
    ],
)
def test_limits_of_age_that_say_nothing_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(RuleViolation):
        validate_params("person_age", params)


# quality --------------------------------------------------------------------------------------

DOCTORS = {"role": "members", "column": "degree", "any_of": ["doctor", "master"]}


def members(*degrees: str) -> dict[str, Any]:
    return {"members": [{"name": f"成员{n}", "degree": d} for n, d in enumerate(degrees)]}


@pytest.mark.parametrize(
    ("degrees", "share", "expected"),
    [
        (["doctor", "master"], 100, YES),
        (["doctor", "bachelor"], 100, NO),
        (["doctor", ""], 100, UNKNOWN),
        (["doctor", "bachelor"], 50, YES),
        (["doctor", "bachelor", "bachelor"], 50, NO),
        (["doctor", "", "bachelor"], 50, UNKNOWN),
    ],
)
def test_everybody_or_a_share_of_them_has_the_quality(
    degrees: list[str], share: int, expected: Verdict
) -> None:
    params = DOCTORS | {"min_share": share}
    assert verdict("person_quality", params, answers=members(*degrees)) is expected


TITLE_OR_DEGREE = {
    "role": "leader", "column": "title", "any_of": ["副高级", "正高级"],
    "or_column": "degree", "or_any_of": ["doctor"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("title", "degree", "expected"),
    [
        ("正高级", "master", YES),
        ("中级", "doctor", YES),
        ("", "doctor", YES),
        ("中级", "master", NO),
        ("中级", "", UNKNOWN),
        ("", "master", UNKNOWN),
    ],
)
def test_a_title_or_a_degree_is_enough(title: str, degree: str, expected: Verdict) -> None:
    leader = {"leader": [{"name": "林知远", "title": title, "degree": degree}]}
    assert verdict("person_quality", TITLE_OR_DEGREE, answers=leader) is expected


@pytest.mark.parametrize(
    "change",
    [{"or_any_of": None}, {"or_column": None}, {"or_column": "title"}],
    ids=["no answers", "no column", "the same column"],
)
def test_another_column_has_answers_of_its_own(change: dict[str, Any]) -> None:
    params = {k: v for k, v in (TITLE_OR_DEGREE | change).items() if v is not None}
    with pytest.raises(RuleViolation):
        validate_params("person_quality", params)


def test_a_finding_on_people_writes_what_they_are_in_words() -> None:
    finding = judge("person_quality", DOCTORS, answers=members("doctor", "other"))
    assert "Doctor" in finding.message
    assert finding.facts == ("成员0: Doctor.", "成员1: Other.")


# places of persons ----------------------------------------------------------------------------

ONE_CHANNEL = {"roles": ["candidates"], "limit": 1}
LOAD = {"roles": ["leader", "members"], "limit": 2}


def person(role: str = "candidates", prints: tuple[str, str, str] = ("card", "", "")) -> Person:
    return Person(role, "张三", prints)


def elsewhere(
    role: str = "candidates",
    prints: tuple[str, str, str] = ("card", "", ""),
    path: tuple[int, ...] = (OTHER,),
    of: uuid.UUID | None = None,
) -> Elsewhere:
    return Elsewhere(person(role, prints), of or uuid.uuid4(), path)


def test_a_candidate_has_one_channel() -> None:
    people = (person(),)
    assert verdict("person_places", ONE_CHANNEL, people=people) is YES
    finding = judge("person_places", ONE_CHANNEL, people=people, elsewhere=(elsewhere(),))
    assert finding.blocks
    assert "张三" in finding.message
    assert finding.in_the_way == ()


def test_leading_and_taking_part_count_together() -> None:
    people = (person("leader"),)
    one, two = (elsewhere("members"),), (elsewhere("members"), elsewhere("leader"))
    assert verdict("person_places", LOAD, people=people, elsewhere=one) is YES
    assert verdict("person_places", LOAD, people=people, elsewhere=two) is NO
    other_role = (elsewhere("members"), elsewhere("convenors"))
    assert verdict("person_places", LOAD, people=people, elsewhere=other_role) is YES


def test_two_roles_in_one_application_are_one_place() -> None:
    same = uuid.uuid4()
    both = (elsewhere("members", of=same), elsewhere("leader", of=same))
    assert verdict("person_places", LOAD, people=(person("leader"),), elsewhere=both) is YES


def test_a_rule_of_a_category_counts_that_category() -> None:
    there, here = (elsewhere(path=(OTHER,)),), (elsewhere(path=(TOP, LEAF)),)
    of_top = {"category_path": (TOP,)}
    people = (person(),)
    assert verdict("person_places", ONE_CHANNEL, people=people, elsewhere=there, spec=of_top) is YES
    assert verdict("person_places", ONE_CHANNEL, people=people, elsewhere=here, spec=of_top) is NO


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        (("a", "", ""), ("a", "", ""), True),
        (("a", "n", "u"), ("b", "n", "u"), False),
        (("", "n", "u"), ("b", "n", "x"), True),
        (("", "n", "u"), ("", "m", "u"), False),
        (("", "", "u"), ("b", "n", "u"), True),
        (("a", "", ""), ("", "n", "u"), False),
    ],
)
def test_persons_are_the_same_by_the_surest_print_both_have(
    mine: Any, theirs: Any, same: bool
) -> None:
    assert person(prints=mine).is_same_as(person(prints=theirs)) is same


# persons' history -----------------------------------------------------------------------------

RUNNING = {"subject": "person", "role": "leader", "limit": 1}


def past(role: str = "leader", **values: Any) -> PastProject:
    defaults: dict[str, Any] = {
        "title": "别家的项目",
        "years_ago": 1,
        "ends_on": TODAY,
        "own": False,
        "people": (person(role),),
    }
    return PastProject(**(defaults | values))


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        (past(), NO),
        (past(ends_on=TODAY - dt.timedelta(days=1)), YES),
        (past(ends_on=None), UNKNOWN),
        (past(role="members"), YES),
        (past(people=(person("leader", ("other", "", "")),)), YES),
    ],
)
def test_a_leader_has_no_other_project_that_runs(project: PastProject, expected: Verdict) -> None:
    people = (person("leader"),)
    found = judge("running_project", RUNNING, people=people, past=(project,), today=TODAY)
    assert found.verdict is expected
    assert "别家的项目" not in found.message
    assert found.facts == ()


@pytest.mark.parametrize(("years_ago", "expected"), [(3, NO), (4, YES)])
def test_a_person_selected_before_waits_so_many_years(years_ago: int, expected: Verdict) -> None:
    params = {"subject": "person", "role": "leader", "years": 3}
    people = (person("leader"),)
    projects = (past(years_ago=years_ago),)
    assert verdict("earlier_award", params, people=people, past=projects) is expected
