"""A list of units is planned against the register and applied once."""

from __future__ import annotations

import io

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from portal.mail.models import Message
from portal.people.enums import VerificationState
from portal.people.models import Invitation, Issuer, Organisation, StaffPost
from portal.register.imports import units
from portal.register.imports.units import Outcome, Planned
from tests.factories.people import (
    AffiliationFactory,
    MembershipFactory,
    OrganisationFactory,
    sound_uscc,
)
from tests.portal.register.imports.sheets import sheet

pytestmark = pytest.mark.django_db

ODD_CODE = "523300000000000010"


def upload(*lines: dict[str, str]) -> io.BytesIO:
    with override("en"):
        columns = units.columns()
    return sheet(
        [column.heading for column in columns],
        *[[line.get(column.key) for column in columns] for line in lines],
    )


def plan(issuer: Issuer, *lines: dict[str, str]) -> list[Planned]:
    return units.plan(issuer=issuer, lines=units.parse(upload(*lines)))


def test_a_new_unit_is_verified_and_its_clerk_invited(officer: StaffPost, issuer: Issuer) -> None:
    planned = plan(
        issuer,
        {
            "name": "示例县学会",
            "uscc": sound_uscc(9),
            "kind": "Society",
            "level": "County",
            "clerk_name": "甲示例",
            "clerk_email": "Clerk@Example.org",
        },
    )
    assert planned[0].outcome == Outcome.NEW
    assert not Organisation.objects.filter(name="示例县学会").exists()
    report = units.apply(by=officer.user, issuer=issuer, planned=planned)
    unit = Organisation.objects.get(name="示例县学会")
    affiliation = unit.affiliations.get()
    assert (affiliation.kind, affiliation.level, affiliation.state) == (
        "society",
        "county",
        "verified",
    )
    assert Invitation.objects.get().is_administrator
    assert Message.objects.get().to_email == "clerk@example.org"
    assert (report.counts, report.invited, report.to_print) == ({"new": 1}, 1, [])


def test_without_mailbox_the_code_is_to_be_printed(officer: StaffPost, issuer: Issuer) -> None:
    planned = plan(issuer, {"name": "示例县学会", "kind": "society", "clerk_name": "甲示例"})
    report = units.apply(by=officer.user, issuer=issuer, planned=planned)
    assert report.to_print == [Invitation.objects.get().pk]
    assert not Message.objects.exists()


def test_applying_the_same_list_again_changes_nothing(officer: StaffPost, issuer: Issuer) -> None:
    line = {"name": "示例县学会", "kind": "society", "clerk_name": "甲示例", "region": "示例县"}
    units.apply(by=officer.user, issuer=issuer, planned=plan(issuer, line))
    planned = plan(issuer, line)
    assert planned[0].outcome == Outcome.SAME
    units.apply(by=officer.user, issuer=issuer, planned=planned)
    assert Organisation.objects.filter(name="示例县学会").count() == 1
    assert Invitation.objects.count() == 1


def test_known_units_are_completed_never_overwritten(officer: StaffPost, issuer: Issuer) -> None:
    unit = OrganisationFactory.create(region="旧地区", address="")
    AffiliationFactory.create(organisation=unit, issuer=issuer)
    (one,) = plan(
        issuer,
        {
            "name": "别的写法",
            "uscc": unit.uscc or "",
            "kind": "society",
            "region": "新地区",
            "address": "示例路1号",
        },
    )
    assert one.outcome == Outcome.CHANGED
    assert [(before, after) for _label, before, after in one.changes] == [("", "示例路1号")]
    assert any("旧地区" in note for note in one.notes)
    units.apply(by=officer.user, issuer=issuer, planned=[one])
    unit.refresh_from_db()
    assert (unit.region, unit.address) == ("旧地区", "示例路1号")
    assert unit.name != "别的写法"


def test_kind_and_level_follow_the_list(officer: StaffPost, issuer: Issuer) -> None:
    affiliation = AffiliationFactory.create(issuer=issuer)
    (one,) = plan(
        issuer, {"name": affiliation.organisation.name, "kind": "society", "level": "city"}
    )
    units.apply(by=officer.user, issuer=issuer, planned=[one])
    affiliation.refresh_from_db()
    assert affiliation.level == "city"


@pytest.mark.parametrize("state", [VerificationState.PENDING, VerificationState.REFUSED])
def test_the_list_verifies_who_waits(state: str, officer: StaffPost, issuer: Issuer) -> None:
    affiliation = AffiliationFactory.create(
        issuer=issuer, state=state, reason="x" if state == "refused" else ""
    )
    (one,) = plan(issuer, {"name": affiliation.organisation.name, "kind": "society"})
    assert one.outcome == Outcome.CHANGED
    units.apply(by=officer.user, issuer=issuer, planned=[one])
    affiliation.refresh_from_db()
    assert (affiliation.state, affiliation.decided_by) == ("verified", officer.user)


def test_another_associations_unit_joins(officer: StaffPost, issuer: Issuer) -> None:
    unit = AffiliationFactory.create().organisation
    (one,) = plan(issuer, {"name": unit.name, "kind": "society", "level": "city"})
    assert one.outcome == Outcome.JOINS
    units.apply(by=officer.user, issuer=issuer, planned=[one])
    assert unit.affiliations.count() == 2


def test_a_unit_with_an_administrator_gets_no_second(officer: StaffPost, issuer: Issuer) -> None:
    unit = AffiliationFactory.create(issuer=issuer).organisation
    MembershipFactory.create(organisation=unit, is_administrator=True)
    (one,) = plan(issuer, {"name": unit.name, "kind": "society", "clerk_email": "x@example.org"})
    assert (one.outcome, one.invites) == (Outcome.SAME, False)


@pytest.mark.parametrize(
    "line",
    [
        {"name": "甲学会"},
        {"name": "甲学会", "kind": "club"},
        {"name": "甲学会", "kind": "society", "level": "planet"},
        {"name": "甲学会", "kind": "society", "uscc": "123"},
        {"name": "甲学会", "kind": "society", "clerk_email": "not a mailbox"},
        {"kind": "society"},
    ],
)
def test_lines_that_cannot_be_taken_are_named_and_left_out(
    line: dict[str, str], officer: StaffPost, issuer: Issuer
) -> None:
    (one,) = plan(issuer, line)
    assert one.outcome == Outcome.BAD
    assert one.problems
    units.apply(by=officer.user, issuer=issuer, planned=[one])
    assert not Organisation.objects.filter(name="甲学会").exists()


def test_twice_in_the_list_is_refused(issuer: Issuer) -> None:
    line = {"name": "甲学会", "kind": "society"}
    assert {one.outcome for one in plan(issuer, line, line)} == {Outcome.BAD}


def test_name_and_code_of_two_units_are_refused(issuer: Issuer) -> None:
    one, two = OrganisationFactory.create_batch(2)
    (planned,) = plan(issuer, {"name": one.name, "uscc": two.uscc or "", "kind": "society"})
    assert planned.outcome == Outcome.BAD


def test_an_odd_code_is_said_and_accepted_by_importing(officer: StaffPost, issuer: Issuer) -> None:
    (one,) = plan(issuer, {"name": "甲学会", "uscc": ODD_CODE, "kind": "society"})
    assert one.outcome == Outcome.NEW
    assert one.notes
    units.apply(by=officer.user, issuer=issuer, planned=[one])
    assert Organisation.objects.get(name="甲学会").uscc_accepted_by == officer.user


@pytest.mark.parametrize("word", ["society", "Society", "SOCIETY"])
def test_kinds_are_understood_as_value_and_as_word(word: str, issuer: Issuer) -> None:
    assert plan(issuer, {"name": "甲学会", "kind": word})[0].line.kind == "society"


def test_planning_asks_the_database_the_same_for_one_and_many(
    issuer: Issuer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 20):
        known = [a.organisation for a in AffiliationFactory.create_batch(count, issuer=issuer)]
        lines = units.parse(upload(*({"name": one.name, "kind": "society"} for one in known)))
        with django_assert_num_queries(5):
            units.plan(issuer=issuer, lines=lines)


def test_lines_survive_being_kept(issuer: Issuer) -> None:
    lines = units.parse(upload({"name": "甲学会", "kind": "club"}))
    assert units.from_rows(units.to_rows(lines)) == lines
