"""Yearly facts: every cell is new, changed, the same, of an unknown unit, or unreadable."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.people.enums import FactType
from portal.people.models import FactCode, Issuer, Organisation, StaffPost, User, YearlyFact
from portal.register.imports import facts, runs
from portal.register.imports.facts import Outcome, Planned
from portal.register.models import ImportKind, ImportRun
from tests.factories.people import (
    AffiliationFactory,
    FactCodeFactory,
    OrganisationFactory,
    YearlyFactFactory,
)
from tests.portal.register.imports.sheets import sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def nianjian(issuer: Issuer) -> FactCode:
    return FactCodeFactory.create(issuer=issuer, code="nianjian", label="年检合格")


@pytest.fixture
def grade(issuer: Issuer) -> FactCode:
    return FactCodeFactory.create(
        issuer=issuer, code="grade", label="评估等级", type=FactType.GRADE
    )


def upload(issuer: Issuer, *lines: dict[str, object]) -> io.BytesIO:
    columns = facts.columns(issuer)
    return sheet(
        [column.heading for column in columns],
        *[[line.get(column.key) for column in columns] for line in lines],
    )


def plan(issuer: Issuer, *lines: dict[str, object]) -> list[Planned]:
    return facts.plan(issuer=issuer, cells=facts.parse(upload(issuer, *lines), issuer))


def test_new_changed_and_same(
    officer: StaffPost, issuer: Issuer, unit: Organisation, nianjian: FactCode, grade: FactCode
) -> None:
    YearlyFactFactory.create(organisation=unit, code=nianjian, year=2024, value="no")
    YearlyFactFactory.create(organisation=unit, code=nianjian, year=2023, value="yes")
    planned = plan(
        issuer,
        {"name": unit.name, "year": 2025, "fact:nianjian": "合格", "fact:grade": "4A"},
        {"name": unit.name, "year": 2024, "fact:nianjian": "是"},
        {"uscc": unit.uscc, "name": unit.name, "year": "2023年", "fact:nianjian": "√"},
    )
    assert [(one.outcome, one.before, one.after) for one in planned] == [
        (Outcome.NEW, "", "4A"),
        (Outcome.NEW, "", "yes"),
        (Outcome.CHANGED, "no", "yes"),
        (Outcome.SAME, "yes", "yes"),
    ]
    report = facts.apply(by=officer.user, issuer=issuer, planned=planned)
    assert report.counts == {"new": 2, "changed": 1, "same": 1}
    assert AuditEntry.objects.filter(action="fact_imported").count() == 3
    again = plan(issuer, {"name": unit.name, "year": 2024, "fact:nianjian": "是"})
    assert again[0].outcome == Outcome.SAME


def test_an_empty_cell_means_unknown_and_changes_nothing(
    issuer: Issuer, unit: Organisation, nianjian: FactCode, grade: FactCode
) -> None:
    planned = plan(issuer, {"name": unit.name, "year": 2025, "fact:grade": "A"})
    assert [one.cell.code for one in planned] == ["grade"]


def test_units_of_others_stay_unknown(issuer: Issuer, nianjian: FactCode) -> None:
    foreign = AffiliationFactory.create().organisation
    planned = plan(
        issuer,
        {"name": foreign.name, "uscc": foreign.uscc, "year": 2025, "fact:nianjian": "是"},
        {"name": "没有这个单位", "year": 2025, "fact:nianjian": "是"},
    )
    assert {one.outcome for one in planned} == {Outcome.UNKNOWN_UNIT}
    assert all(one.organisation is None for one in planned)


@pytest.mark.parametrize(
    "line",
    [
        {"year": 2025, "fact:nianjian": "也许"},
        {"year": 2025, "fact:nianjian": "=TRUE()"},
        {"year": 1899, "fact:nianjian": "是"},
        {"year": "去年", "fact:nianjian": "是"},
        {"year": 2025, "fact:grade": "=cmd|' /C calc'!A0"},
    ],
)
def test_what_cannot_be_read_is_said_and_not_written(
    line: dict[str, object],
    officer: StaffPost,
    issuer: Issuer,
    unit: Organisation,
    nianjian: FactCode,
    grade: FactCode,
) -> None:
    planned = plan(issuer, {"name": unit.name, **line})
    assert [one.outcome for one in planned] == [Outcome.BAD_VALUE]
    assert planned[0].problem
    facts.apply(by=officer.user, issuer=issuer, planned=planned)
    assert not YearlyFact.objects.exists()


def test_a_code_of_another_unit_is_noticed(
    issuer: Issuer, unit: Organisation, nianjian: FactCode
) -> None:
    other = AffiliationFactory.create(issuer=issuer).organisation
    (one,) = plan(
        issuer, {"name": unit.name, "uscc": other.uscc, "year": 2025, "fact:nianjian": "是"}
    )
    assert one.outcome == Outcome.BAD_VALUE


def test_the_same_unit_and_year_twice_is_refused(
    issuer: Issuer, unit: Organisation, nianjian: FactCode
) -> None:
    line = {"name": unit.name, "year": 2025, "fact:nianjian": "是"}
    assert {one.outcome for one in plan(issuer, line, line)} == {Outcome.BAD_VALUE}


def test_the_template_has_the_issuers_own_kinds(issuer: Issuer, nianjian: FactCode) -> None:
    FactCodeFactory.create(code="foreign")
    assert [column.key for column in facts.columns(issuer)] == [
        "name",
        "uscc",
        "year",
        "fact:nianjian",
    ]


def test_a_run_writes_nothing_until_confirmed_and_once(
    officer: StaffPost, issuer: Issuer, unit: Organisation, nianjian: FactCode
) -> None:
    run = begin(officer, issuer, {"name": unit.name, "year": 2025, "fact:nianjian": "是"})
    assert not YearlyFact.objects.exists()
    shown = runs.fingerprint(runs.plan(run))
    applied = runs.confirm(by=officer.user, run=run, shown=shown)
    assert YearlyFact.objects.get().value == "yes"
    assert (applied.rows, applied.report) == ([], {"counts": {"new": 1}})
    again = runs.confirm(by=officer.user, run=run, shown=shown)
    assert again.report == applied.report
    assert AuditEntry.objects.filter(action="facts_imported").count() == 1


def test_a_register_that_moved_on_asks_for_a_second_look(
    officer: StaffPost, issuer: Issuer, unit: Organisation, nianjian: FactCode
) -> None:
    run = begin(officer, issuer, {"name": unit.name, "year": 2025, "fact:nianjian": "是"})
    shown = runs.fingerprint(runs.plan(run))
    YearlyFactFactory.create(organisation=unit, code=nianjian, value="no")
    with pytest.raises(RuleViolation):
        runs.confirm(by=officer.user, run=run, shown=shown)
    assert YearlyFact.objects.get().value == "no"


def test_a_new_upload_replaces_the_unconfirmed_one(
    officer: StaffPost, issuer: Issuer, unit: Organisation, nianjian: FactCode
) -> None:
    line = {"name": unit.name, "year": 2025, "fact:nianjian": "是"}
    old = begin(officer, issuer, line)
    new = begin(officer, issuer, line)
    assert list(ImportRun.objects.values_list("pk", flat=True)) == [new.pk]
    assert old.pk != new.pk


def test_lists_nobody_confirmed_are_forgotten(
    officer: StaffPost, issuer: Issuer, unit: Organisation, nianjian: FactCode, stranger: User
) -> None:
    forgotten, waiting = (
        ImportRun.objects.create(issuer=issuer, kind="units", filename="x", by=stranger)
        for _number in range(2)
    )
    ImportRun.objects.filter(pk=forgotten.pk).update(
        created_at=clock.now() - runs.FORGOTTEN_AFTER - dt.timedelta(seconds=1)
    )
    new = begin(officer, issuer, {"name": unit.name, "year": 2025, "fact:nianjian": "是"})
    assert set(ImportRun.objects.values_list("pk", flat=True)) == {waiting.pk, new.pk}


def begin(officer: StaffPost, issuer: Issuer, *lines: dict[str, object]) -> ImportRun:
    return runs.begin(
        by=officer.user,
        issuer=issuer,
        kind=ImportKind.FACTS,
        filename="facts.xlsx",
        file=upload(issuer, *lines),
    )


def test_a_unit_that_has_no_code_yet_is_found_by_name(issuer: Issuer, nianjian: FactCode) -> None:
    unit = OrganisationFactory.create(uscc=None)
    AffiliationFactory.create(organisation=unit, issuer=issuer)
    (one,) = plan(
        issuer,
        {"name": unit.name, "uscc": "523300000000000010", "year": 2025, "fact:nianjian": "是"},
    )
    assert one.outcome == Outcome.NEW


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("2026-12-31", "2026-12-31"),
        ("2026年5月1日", "2026-05-01"),
        ("2026-02-30", None),
        ("是", None),
    ],
)
def test_a_fact_may_hold_until_a_day(issuer: Issuer, word: str, kept: str | None) -> None:
    ban = FactCodeFactory.create(issuer=issuer, code="ban", label="禁止申报", type=FactType.UNTIL)
    assert facts.value_of(ban, word) == kept


@pytest.mark.parametrize(
    ("word", "kept"),
    [("1200", "1200"), ("12,000", "12000"), ("１２００", "1200"), ("0", "0"),
     ("约三百", None), ("-5", None), ("1.5", None)],
)  # fmt: skip
def test_a_fact_may_be_a_number(issuer: Issuer, word: str, kept: str | None) -> None:
    members = FactCodeFactory.create(
        issuer=issuer, code="members", label="个人会员数", type=FactType.NUMBER
    )
    assert facts.value_of(members, word) == kept
