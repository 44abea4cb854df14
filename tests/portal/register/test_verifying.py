"""An association decides what a unit is to it, once, with reasons and a trace."""

from __future__ import annotations

import pytest

from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.mail.models import InboxItem, Message
from portal.people.enums import Level, OrganisationKind, VerificationState
from portal.people.models import Affiliation, Issuer, StaffPost
from portal.register.services import verifying
from tests.factories.people import AffiliationFactory, MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

ODD_CODE = "523300000000000010"


@pytest.fixture
def pending(issuer: Issuer) -> Affiliation:
    affiliation = AffiliationFactory.create(issuer=issuer, state=VerificationState.PENDING)
    MembershipFactory.create(organisation=affiliation.organisation, is_administrator=True)
    MembershipFactory.create(organisation=affiliation.organisation)
    return affiliation


def verify(officer: StaffPost, affiliation: Affiliation, **more: bool) -> Affiliation:
    return verifying.verify(
        by=officer.user,
        affiliation=affiliation,
        kind=OrganisationKind.INSTITUTE,
        level=Level.CITY,
        number="A-1",
        **more,
    )


def test_verified_as_staff_say_and_administrators_are_told(
    officer: StaffPost, pending: Affiliation
) -> None:
    row = verify(officer, pending)
    assert (row.state, row.kind, row.level, row.number) == ("verified", "institute", "city", "A-1")
    assert row.decided_by == officer.user
    administrator = pending.organisation.memberships.get(is_administrator=True).user
    message = Message.objects.get()
    assert message.to_user == administrator
    assert message.issuer == pending.issuer
    assert pending.organisation.name in message.subject
    assert InboxItem.objects.get().user == administrator
    assert AuditEntry.objects.filter(action="affiliation_verified").count() == 1


def test_refused_with_the_reason_the_administrators_read(
    officer: StaffPost, pending: Affiliation
) -> None:
    verifying.refuse(by=officer.user, affiliation=pending, reason=" 登记证书已过期 ")
    pending.refresh_from_db()
    assert (pending.state, pending.reason) == ("refused", "登记证书已过期")
    assert "登记证书已过期" in Message.objects.get().body


def test_a_refusal_without_reason_is_none(officer: StaffPost, pending: Affiliation) -> None:
    with pytest.raises(RuleViolation):
        verifying.refuse(by=officer.user, affiliation=pending, reason="  ")
    pending.refresh_from_db()
    assert pending.state == VerificationState.PENDING


@pytest.mark.parametrize("state", [VerificationState.VERIFIED, VerificationState.ENDED])
def test_what_is_decided_is_not_decided_again(
    state: str, officer: StaffPost, issuer: Issuer
) -> None:
    decided = AffiliationFactory.create(issuer=issuer, state=state)
    with pytest.raises(RuleViolation):
        verify(officer, decided)
    with pytest.raises(RuleViolation):
        verifying.refuse(by=officer.user, affiliation=decided, reason="x")


def test_second_refusal_after_a_second_try_is_told_again(
    officer: StaffPost, pending: Affiliation
) -> None:
    verifying.refuse(by=officer.user, affiliation=pending, reason="一")
    Affiliation.objects.update(state=VerificationState.PENDING)
    verifying.refuse(by=officer.user, affiliation=pending, reason="二")
    assert Message.objects.count() == 2


def test_an_odd_code_needs_an_explicit_yes(officer: StaffPost, pending: Affiliation) -> None:
    unit = pending.organisation
    unit.uscc = ODD_CODE
    unit.save()
    assert unit.uscc_is_odd
    with pytest.raises(RuleViolation) as refusal:
        verify(officer, pending)
    assert refusal.value.reasons[0].code == verifying.ODD_CODE
    verify(officer, pending, accept_odd_code=True)
    unit.refresh_from_db()
    assert unit.uscc_accepted_by == officer.user
    assert not unit.uscc_is_odd


def test_a_sound_code_needs_no_acceptance(officer: StaffPost, issuer: Issuer) -> None:
    with pytest.raises(RuleViolation):
        verifying.accept_uscc(
            by=officer.user, organisation=OrganisationFactory.create(), issuer=issuer
        )


def test_kind_and_level_change_with_a_trace(officer: StaffPost, affiliation: Affiliation) -> None:
    verifying.change(
        by=officer.user,
        affiliation=affiliation,
        kind=OrganisationKind.SOCIETY,
        level=Level.COUNTY,
        number="",
    )
    affiliation.refresh_from_db()
    assert affiliation.level == "county"
    entry = AuditEntry.objects.get(action="affiliation_changed")
    assert entry.data["before"]["level"] == "provincial"
    assert entry.data["after"]["level"] == "county"


def test_an_ended_affiliation_makes_room_for_a_new_one(
    officer: StaffPost, affiliation: Affiliation, owner: object
) -> None:
    verifying.end(by=officer.user, affiliation=affiliation, reason="已注销")
    affiliation.refresh_from_db()
    assert affiliation.state == "ended"
    assert "已注销" in Message.objects.get().body
    assert AffiliationFactory.create(
        organisation=affiliation.organisation, issuer=affiliation.issuer
    ).pk
