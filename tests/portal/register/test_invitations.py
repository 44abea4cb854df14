"""Codes work once, for whom they are meant, and are kept nowhere."""

from __future__ import annotations

import datetime as dt

import pytest

from portal import clock
from portal.errors import RuleViolation
from portal.mail.models import InboxItem, Message
from portal.people.enums import Right
from portal.people.models import Invitation, Membership, Organisation, User
from portal.register.services import activation, handover, invitations
from tests.factories.people import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def invite(owner: Membership, email: str = "new@example.org") -> invitations.Issued:
    return invitations.invite(
        by=owner.user,
        organisation=owner.organisation,
        rights=[Right.FILLER, Right.APPROVER],
        email=email,
        name="丙示例",
    )


def test_the_mail_carries_the_code_the_table_does_not(owner: Membership) -> None:
    issued = invite(owner)
    message = Message.objects.get()
    assert message.to_email == "new@example.org"
    assert message.sensitive
    assert issued.code in message.body
    assert f"/register/activate/{issued.code}/" in message.body
    assert not InboxItem.objects.exists()
    row = Invitation.objects.values().get()
    assert all(issued.code not in str(value) for value in row.values())


def test_accepting_gives_the_rights_once(owner: Membership) -> None:
    issued = invite(owner)
    user = UserFactory.create(email="new@example.org")
    membership = invitations.accept(by=user, code=issued.code.lower().replace("-", " "))
    assert membership.rights == [Right.FILLER, Right.APPROVER]
    with pytest.raises(RuleViolation):
        invitations.accept(by=user, code=issued.code)


def test_a_mailed_code_serves_its_mailbox_alone(owner: Membership, newcomer: User) -> None:
    issued = invite(owner)
    with pytest.raises(RuleViolation):
        invitations.accept(by=newcomer, code=issued.code)
    assert not newcomer.memberships.exists()


def test_a_printed_code_serves_whoever_holds_it(owner: Membership, newcomer: User) -> None:
    issued = invitations.invite(
        by=owner.user, organisation=owner.organisation, rights=[Right.FILLER], by_mail=False
    )
    assert not Message.objects.exists()
    assert invitations.accept(by=newcomer, code=issued.code).user == newcomer


def test_expired_revoked_and_unknown_codes_are_refused_alike(owner: Membership) -> None:
    user = UserFactory.create(email="new@example.org")
    expired, revoked = invite(owner), None
    Invitation.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
    revoked = invite(owner)
    invitations.revoke(by=owner.user, invitation=revoked.invitation)
    said = set()
    for code in (expired.code, revoked.code, "AAAAA-BBBBB-CCCCC"):
        with pytest.raises(RuleViolation) as refusal:
            invitations.accept(by=user, code=code)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_a_fresh_invitation_kills_the_old_one(owner: Membership) -> None:
    old, new = invite(owner), invite(owner)
    assert invitations.find(old.code) is None
    assert invitations.find(new.code) == new.invitation


def test_renewing_keeps_rights_and_mailbox(owner: Membership) -> None:
    old = invite(owner)
    new = invitations.renew(by=owner.user, invitation=old.invitation)
    assert invitations.find(old.code) is None
    assert new.invitation.rights == old.invitation.rights
    assert new.invitation.email == "new@example.org"
    assert Message.objects.count() == 2


def test_members_are_not_invited_again(owner: Membership, colleague: Membership) -> None:
    with pytest.raises(RuleViolation):
        invite(owner, colleague.user.email.upper())


def test_an_existing_member_gains_rights_by_a_printed_code(
    owner: Membership, colleague: Membership
) -> None:
    issued = invitations.invite(
        by=owner.user, organisation=owner.organisation, rights=[Right.SEAL_KEEPER], by_mail=False
    )
    membership = invitations.accept(by=colleague.user, code=issued.code)
    assert membership.pk == colleague.pk
    assert membership.rights == [Right.FILLER, Right.SEAL_KEEPER]


def test_hand_over_ends_the_old_and_invites_the_new(
    owner: Membership, unit: Organisation, officer: object
) -> None:
    other = MembershipFactory.create(organisation=unit, is_administrator=True)
    issued = handover.hand_over(
        by=officer.user,  # type: ignore[attr-defined]
        issuer=officer.issuer,  # type: ignore[attr-defined]
        organisation=unit,
        leaving=owner,
        name="接任人",
        email="next@example.org",
    )
    owner.refresh_from_db()
    assert owner.ended_at is not None
    assert issued.invitation.rights == [Right.ADMINISTRATOR, Right.FILLER]
    told = set(Message.objects.values_list("to_email", flat=True))
    assert told == {"next@example.org", owner.user.email, other.user.email}


def test_hand_over_refuses_a_member_of_another_unit(
    unit: Organisation, officer: object, stranger: User
) -> None:
    with pytest.raises(ValueError, match="another unit"):
        handover.hand_over(
            by=officer.user,  # type: ignore[attr-defined]
            issuer=officer.issuer,  # type: ignore[attr-defined]
            organisation=unit,
            leaving=stranger.memberships.get(),
            name="接任人",
            email="next@example.org",
        )


def test_printed_codes_only_for_units_without_administrator(
    owner: Membership, officer: object
) -> None:
    waiting = OrganisationFactory.create()
    first = activation.print_codes(
        by=officer.user,  # type: ignore[attr-defined]
        issuer=officer.issuer,  # type: ignore[attr-defined]
        organisations=[owner.organisation, waiting],
    )
    assert [one.invitation.organisation for one in first] == [waiting]
    again = activation.print_codes(
        by=officer.user,  # type: ignore[attr-defined]
        issuer=officer.issuer,  # type: ignore[attr-defined]
        organisations=[waiting],
    )
    assert invitations.find(first[0].code) is None
    assert invitations.find(again[0].code) is not None
