"""Two rows for one unit become one, and nothing of either is lost."""

from __future__ import annotations

import pytest

from portal.errors import RuleViolation
from portal.people.enums import Right, VerificationState
from portal.people.models import Organisation, StaffPost, User
from portal.register import merging
from portal.register.services import members
from portal.seals.models import Seal
from portal.seals.services import keeping
from tests.factories.people import (
    AffiliationFactory,
    FactCodeFactory,
    IssuerFactory,
    MembershipFactory,
    OrganisationFactory,
    YearlyFactFactory,
)
from tests.factories.seals import keeper_of, seal_of, trusted_authority

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Organisation:
    return OrganisationFactory.create(name="示例市光学会", uscc=None)


@pytest.fixture
def target() -> Organisation:
    return OrganisationFactory.create(name="示例市光学学会", uscc=None, address="")


@pytest.fixture(autouse=True)
def own_mergers(monkeypatch: pytest.MonkeyPatch) -> list[merging.Merger]:
    """Begin with no app above registered; tests add what they need."""
    mergers: list[merging.Merger] = []
    monkeypatch.setattr(merging, "MERGERS", mergers)
    return mergers


def merge(officer: StaffPost, source: Organisation, target: Organisation) -> None:
    merging.merge(by=officer.user, source=source, target=target, issuer=officer.issuer)
    source.refresh_from_db()
    target.refresh_from_db()


def test_the_source_stays_as_a_sign(
    officer: StaffPost, source: Organisation, target: Organisation
) -> None:
    merge(officer, source, target)
    assert source.merged_into == target
    assert source not in Organisation.objects.live()


def test_code_and_missing_columns_move(officer: StaffPost, target: Organisation) -> None:
    source = OrganisationFactory.create(address="示例路1号", uscc_accepted_by=officer.user)
    code = source.uscc
    merge(officer, source, target)
    assert (target.uscc, target.address) == (code, "示例路1号")
    assert target.uscc_accepted_by == officer.user
    assert source.uscc is None


def test_two_different_codes_are_refused(officer: StaffPost) -> None:
    source, target = OrganisationFactory.create_batch(2)
    with pytest.raises(RuleViolation):
        merge(officer, source, target)
    source.refresh_from_db()
    assert source.merged_into is None


def test_a_member_of_both_keeps_the_rights_of_both(
    officer: StaffPost, source: Organisation, target: Organisation
) -> None:
    here = MembershipFactory.create(organisation=target)
    MembershipFactory.create(
        organisation=source, user=here.user, is_filler=False, is_administrator=True
    )
    alone = MembershipFactory.create(organisation=source)
    merge(officer, source, target)
    here.refresh_from_db()
    assert here.rights == [Right.ADMINISTRATOR, Right.FILLER]
    assert target.memberships.filter(user=here.user, ended_at=None).count() == 1
    alone.refresh_from_db()
    assert alone.organisation == target
    assert alone.ended_at is None


@pytest.mark.parametrize(
    ("there", "here", "stands"),
    [
        (VerificationState.VERIFIED, VerificationState.PENDING, "source"),
        (VerificationState.PENDING, VerificationState.VERIFIED, "target"),
        (VerificationState.VERIFIED, VerificationState.VERIFIED, "target"),
    ],
)
def test_the_further_advanced_affiliation_stands(
    there: str,
    here: str,
    stands: str,
    officer: StaffPost,
    source: Organisation,
    target: Organisation,
) -> None:
    moved = AffiliationFactory.create(organisation=source, issuer=officer.issuer, state=there)
    kept = AffiliationFactory.create(organisation=target, issuer=officer.issuer, state=here)
    elsewhere = AffiliationFactory.create(organisation=source)
    merge(officer, source, target)
    standing = target.affiliations.exclude(state=VerificationState.ENDED)
    winner = moved if stands == "source" else kept
    assert set(standing.values_list("pk", flat=True)) == {winner.pk, elsewhere.pk}
    assert target.affiliations.count() == 3


def test_facts_move_and_equal_ones_fall_together(
    officer: StaffPost, source: Organisation, target: Organisation
) -> None:
    code = FactCodeFactory.create()
    YearlyFactFactory.create(organisation=source, code=code, year=2024, value="no")
    YearlyFactFactory.create(organisation=source, code=code, year=2025)
    YearlyFactFactory.create(organisation=target, code=code, year=2025)
    merge(officer, source, target)
    assert set(target.facts.values_list("year", "value")) == {(2024, "no"), (2025, "yes")}


def test_contradicting_facts_stop_the_merge(
    officer: StaffPost, source: Organisation, target: Organisation
) -> None:
    code = FactCodeFactory.create(label="年检合格")
    YearlyFactFactory.create(organisation=source, code=code, value="no")
    YearlyFactFactory.create(organisation=target, code=code, value="yes")
    with pytest.raises(RuleViolation, match="年检合格"):
        merge(officer, source, target)
    assert source.facts.count() == 1


def test_branches_and_earlier_duplicates_follow(
    officer: StaffPost, source: Organisation, target: Organisation
) -> None:
    branch = OrganisationFactory.create(parent=source)
    earlier = OrganisationFactory.create(uscc=None, merged_into=source)
    target.parent = source
    target.save()
    merge(officer, source, target)
    branch.refresh_from_db()
    earlier.refresh_from_db()
    assert branch.parent == target
    assert earlier.merged_into == target
    assert target.parent is None


def test_who_asked_both_units_asks_once(
    officer: StaffPost, source: Organisation, target: Organisation, newcomer: User
) -> None:
    members.ask(by=newcomer, organisation=source)
    members.ask(by=newcomer, organisation=target)
    merge(officer, source, target)
    assert target.requests.filter(state="open").count() == 1


def test_an_association_is_not_merged_away(officer: StaffPost, target: Organisation) -> None:
    with pytest.raises(RuleViolation):
        merge(officer, IssuerFactory.create().organisation, target)


def test_a_merged_unit_is_not_merged_again(
    officer: StaffPost, source: Organisation, target: Organisation
) -> None:
    merge(officer, source, target)
    with pytest.raises(RuleViolation):
        merge(officer, source, OrganisationFactory.create(uscc=None))
    with pytest.raises(RuleViolation):
        merge(officer, target, target)


def test_apps_above_move_their_rows_and_may_refuse(
    officer: StaffPost,
    source: Organisation,
    target: Organisation,
    own_mergers: list[merging.Merger],
) -> None:
    seen = []

    def note(*, source: Organisation, target: Organisation, by: User) -> None:
        seen.append((source.pk, target.pk, by.pk))

    def refuse(*, source: Organisation, target: Organisation, by: User) -> None:
        raise RuleViolation(["两个单位都已申报同一类别"])

    own_mergers += [note, refuse]
    with pytest.raises(RuleViolation, match="两个单位"):
        merge(officer, source, target)
    source.refresh_from_db()
    assert source.merged_into is None
    assert seen == [(source.pk, target.pk, officer.user.pk)]


def test_rows_that_nobody_moved_stop_the_merge(
    officer: StaffPost,
    source: Organisation,
    target: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    MembershipFactory.create(organisation=source)
    monkeypatch.setattr(merging, "_move_memberships", lambda *args: None)
    with pytest.raises(RuleViolation):
        merge(officer, source, target)
    source.refresh_from_db()
    assert source.merged_into is None


def test_one_certificate_at_both_units_is_refused(
    officer: StaffPost, source: Organisation, target: Organisation
) -> None:
    moved = seal_of(source, trusted_authority(), by=keeper_of(source))
    kept = Seal.objects.get(pk=moved.pk)
    kept.pk, kept.organisation = None, target
    kept.save()
    with pytest.raises(RuleViolation):
        merge(officer, source, target)
    keeping.revoke(seal=moved, reason="重复登记", by=officer.user)
    merge(officer, source, target)
    assert target.seals.count() == 2
