"""What the database itself refuses of people and units, whatever the code above does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from stdnum.cn import uscc as gb32100

from portal import clock
from portal.people import uscc
from portal.people.enums import Right, VerificationState
from portal.people.models import Invitation, MembershipRequest, Organisation, User
from tests.factories.people import (
    AffiliationFactory,
    FactCodeFactory,
    IssuerFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffPostFactory,
    UserFactory,
    YearlyFactFactory,
    sound_uscc,
)

pytestmark = pytest.mark.django_db


def refused(write: Callable[[], object]) -> bool:
    """Tell whether the database refuses the write."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    else:
        return False


def test_the_tests_own_codes_are_sound() -> None:
    assert all(gb32100.is_valid(sound_uscc(number)) for number in (0, 7, 123_456_789))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" 5233 0000-0000 0000 12 ", "523300000000000012"),
        ("5233000000000000 1x", "52330000000000001X"),
        ("", ""),
    ],
)
def test_codes_are_written_as_registers_write_them(typed: str, code: str) -> None:
    assert uscc.normalise(typed) == code


@pytest.mark.parametrize("code", ["", "123", "52330000000000001x", "52330000000000001 "])
def test_a_code_has_18_digits_and_capitals(code: str) -> None:
    assert refused(lambda: OrganisationFactory.create(uscc=code))


def test_a_wrong_check_digit_is_odd_until_accepted() -> None:
    unit = OrganisationFactory.create(uscc="523300000000000010")
    assert unit.uscc_is_odd
    unit.uscc_accepted_by = UserFactory.create()
    unit.save()
    assert not Organisation.objects.get(pk=unit.pk).uscc_is_odd
    assert not OrganisationFactory.create().uscc_is_odd
    assert not OrganisationFactory.create(uscc=None).uscc_is_odd


def test_one_live_unit_per_name_and_one_unit_per_code() -> None:
    known = OrganisationFactory.create()
    assert refused(lambda: OrganisationFactory.create(name=known.name))
    assert refused(lambda: OrganisationFactory.create(uscc=known.uscc))
    assert OrganisationFactory.create(name=known.name, merged_into=known).pk


@pytest.mark.parametrize("column", ["parent", "merged_into"])
def test_a_unit_is_not_its_own_parent_or_duplicate(column: str) -> None:
    unit = OrganisationFactory.create()
    assert refused(lambda: Organisation.objects.filter(pk=unit.pk).update(**{column: unit}))


def test_mailboxes_are_one_whatever_the_case() -> None:
    person = UserFactory.create(email="a@example.org")
    assert refused(lambda: UserFactory.create(email="A@example.org", confirmed=False))
    assert User.objects.get_by_natural_key("A@EXAMPLE.ORG") == person
    assert User.objects.create_user("B@Example.ORG").email == "b@example.org"


def test_one_standing_affiliation_per_association() -> None:
    one = AffiliationFactory.create()
    again = {"organisation": one.organisation, "issuer": one.issuer}
    assert refused(lambda: AffiliationFactory.create(**again))
    assert AffiliationFactory.create(**again, state=VerificationState.ENDED).pk


def test_a_refusal_has_a_reason() -> None:
    assert refused(lambda: AffiliationFactory.create(state=VerificationState.REFUSED, reason=""))


def test_one_active_membership_and_post_per_person() -> None:
    member, post = MembershipFactory.create(), StaffPostFactory.create()
    ended = clock.now()
    again = {"user": member.user, "organisation": member.organisation}
    assert refused(lambda: MembershipFactory.create(**again))
    assert MembershipFactory.create(**again, ended_at=ended).pk
    assert refused(lambda: StaffPostFactory.create(user=post.user, issuer=post.issuer))
    assert StaffPostFactory.create(user=post.user, issuer=post.issuer, ended_at=ended).pk


def test_a_membership_carries_a_right() -> None:
    assert refused(lambda: MembershipFactory.create(is_filler=False))
    member = MembershipFactory.create(is_approver=True)
    assert member.rights == [Right.FILLER, Right.APPROVER]
    member.ended_at = clock.now()
    assert not member.has(Right.FILLER)


def test_one_fact_per_unit_kind_and_year() -> None:
    fact = YearlyFactFactory.create()
    again = {"organisation": fact.organisation, "code": fact.code, "year": fact.year}
    assert refused(lambda: YearlyFactFactory.create(**again, value="no"))
    assert refused(lambda: YearlyFactFactory.create(year=1900))


def test_kinds_of_facts_are_unique_within_an_association_alone() -> None:
    issuer = IssuerFactory.create()
    FactCodeFactory.create(issuer=issuer, code="nianjian")
    assert refused(lambda: FactCodeFactory.create(issuer=issuer, code="nianjian"))
    assert FactCodeFactory.create(code="nianjian").pk


def invitation(**changes: object) -> Invitation:
    row: dict[str, object] = {
        "organisation": OrganisationFactory.create(),
        "email": "a@example.org",
        "code_sha256": "0" * 64,
        "invited_by": UserFactory.create(),
        "expires_at": clock.now() + dt.timedelta(days=1),
    }
    return Invitation.objects.create(**{**row, **changes})


def test_an_invitation_by_mail_has_a_mailbox_and_every_one_a_right() -> None:
    assert refused(lambda: invitation(email=""))
    assert refused(lambda: invitation(is_filler=False))
    assert invitation(email="", by_mail=False).pk


def test_invitations_stand_until_used_revoked_or_expired() -> None:
    row, now = invitation(), clock.now()
    assert list(Invitation.objects.standing(now)) == [row]
    assert not Invitation.objects.standing(row.expires_at).exists()
    for column in ("accepted_at", "revoked_at"):
        Invitation.objects.update(accepted_at=None, revoked_at=None)
        Invitation.objects.update(**{column: now})
        assert not Invitation.objects.standing(now).exists()


def test_one_open_request_per_person_and_unit() -> None:
    unit, user = OrganisationFactory.create(), UserFactory.create()
    MembershipRequest.objects.create(organisation=unit, user=user)
    assert refused(lambda: MembershipRequest.objects.create(organisation=unit, user=user))
    MembershipRequest.objects.update(state="declined")
    assert MembershipRequest.objects.create(organisation=unit, user=user).pk
