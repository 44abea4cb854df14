"""A unit enters the register once, however it is spelt and however many try."""

from __future__ import annotations

import pytest

from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.people.enums import Level, OrganisationKind, Right, VerificationState
from portal.people.models import Issuer, Organisation, User
from portal.register.services import registering
from portal.register.services.registering import Identity, Wish
from tests.factories.people import (
    AffiliationFactory,
    IssuerFactory,
    OrganisationFactory,
    sound_uscc,
)

pytestmark = pytest.mark.django_db


def wish(issuer: Issuer) -> Wish:
    return Wish(issuer=issuer, kind=OrganisationKind.SOCIETY, level=Level.CITY)


def test_registrant_becomes_administrator_and_filler_and_waits(
    issuer: Issuer, newcomer: User
) -> None:
    unit = registering.register(
        by=newcomer, identity=Identity("示例市光学学会", uscc=sound_uscc(77)), wishes=[wish(issuer)]
    )
    membership = unit.memberships.get()
    assert membership.user == newcomer
    assert membership.rights == [Right.ADMINISTRATOR, Right.FILLER]
    affiliation = unit.affiliations.get()
    assert (affiliation.state, affiliation.kind, affiliation.level) == (
        "pending",
        "society",
        "city",
    )
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "organisation_registered",
        "affiliation_asked",
    }


def test_each_association_is_asked_for_itself(issuer: Issuer, newcomer: User) -> None:
    second = IssuerFactory.create()
    unit = registering.register(
        by=newcomer,
        identity=Identity("示例大学"),
        wishes=[wish(issuer), Wish(second, OrganisationKind.UNIVERSITY)],
    )
    assert {(a.issuer, a.kind) for a in unit.affiliations.all()} == {
        (issuer, "society"),
        (second, "university"),
    }


def test_without_an_association_nothing_is_registered(newcomer: User) -> None:
    with pytest.raises(RuleViolation):
        registering.register(by=newcomer, identity=Identity("示例市光学学会"), wishes=[])
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("name", ["示例市光学学会", "示例市 光学学会", "  示例市光学学会\u3000"])
def test_same_name_is_the_same_unit_whatever_the_blanks(
    name: str, issuer: Issuer, newcomer: User
) -> None:
    OrganisationFactory.create(name="示例市光学学会")
    with pytest.raises(RuleViolation) as refusal:
        registering.register(by=newcomer, identity=Identity(name), wishes=[wish(issuer)])
    assert refusal.value.reasons[0].code == registering.UNIT_EXISTS


def test_blanks_inside_latin_words_stay() -> None:
    assert Identity("示例 ABC Lab 学会").cleaned().name == "示例 ABC Lab 学会"


def test_same_code_is_the_same_unit_whatever_the_dashes(issuer: Issuer, newcomer: User) -> None:
    known = OrganisationFactory.create()
    assert known.uscc
    code = f" {known.uscc[:8].lower()}-{known.uscc[8:].lower()} "
    assert registering.find_existing(name="别的名称", code=code) == known
    with pytest.raises(RuleViolation):
        registering.register(
            by=newcomer, identity=Identity("别的名称", uscc=code), wishes=[wish(issuer)]
        )


def test_a_merged_unit_frees_its_name(issuer: Issuer, newcomer: User) -> None:
    OrganisationFactory.create(
        name="示例市光学学会", uscc=None, merged_into=OrganisationFactory.create()
    )
    assert registering.register(
        by=newcomer, identity=Identity("示例市光学学会"), wishes=[wish(issuer)]
    ).pk


def test_a_refused_unit_may_ask_again_and_waits_anew(issuer: Issuer, newcomer: User) -> None:
    refused = AffiliationFactory.create(
        issuer=issuer, state=VerificationState.REFUSED, reason="缺登记证书"
    )
    again = registering.ask_association(
        by=newcomer, organisation=refused.organisation, wish=wish(issuer)
    )
    assert again.pk == refused.pk
    assert (again.state, again.reason, again.level) == ("pending", "", "city")


@pytest.mark.parametrize("state", [VerificationState.PENDING, VerificationState.VERIFIED])
def test_asking_twice_is_refused(state: str, issuer: Issuer, newcomer: User) -> None:
    affiliation = AffiliationFactory.create(issuer=issuer, state=state)
    with pytest.raises(RuleViolation):
        registering.ask_association(
            by=newcomer, organisation=affiliation.organisation, wish=wish(issuer)
        )
    affiliation.refresh_from_db()
    assert affiliation.state == state


def test_verified_identity_stands_fast(unit: Organisation, newcomer: User) -> None:
    name, code = unit.name, unit.uscc
    registering.correct_identity(
        by=newcomer,
        organisation=unit,
        identity=Identity("别的名称", uscc=sound_uscc(5), phone="0000-1", region="示例县"),
    )
    unit.refresh_from_db()
    assert (unit.name, unit.uscc, unit.phone, unit.region) == (name, code, "0000-1", "示例县")


def test_identity_moves_while_nobody_has_verified_it(newcomer: User) -> None:
    unit = OrganisationFactory.create(uscc_accepted_by=newcomer)
    registering.correct_identity(
        by=newcomer, organisation=unit, identity=Identity("别的名称", uscc=sound_uscc(5))
    )
    unit.refresh_from_db()
    assert (unit.name, unit.uscc, unit.uscc_accepted_by) == ("别的名称", sound_uscc(5), None)


def test_correcting_to_another_units_name_is_refused(newcomer: User) -> None:
    taken, unit = OrganisationFactory.create_batch(2)
    with pytest.raises(RuleViolation):
        registering.correct_identity(by=newcomer, organisation=unit, identity=Identity(taken.name))


def test_a_unit_cannot_lie_above_its_parent(newcomer: User) -> None:
    top = OrganisationFactory.create()
    below = OrganisationFactory.create(parent=top)
    with pytest.raises(RuleViolation):
        registering.correct_identity(
            by=newcomer, organisation=top, identity=Identity(top.name, parent=below)
        )
