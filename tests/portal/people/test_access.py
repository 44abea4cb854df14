"""Strangers get 404, colleagues without the right 403, readers 403 on writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal import clock
from portal.people import access
from portal.people.enums import Right, StaffRole
from tests.factories.people import (
    IssuerFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffPostFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def outcome(call: Any, *args: Any, **more: Any) -> int:
    """Return the status a view would answer with."""
    try:
        call(*args, **more)
    except Http404:
        return 404
    except PermissionDenied:
        return 403
    return 200


@pytest.mark.parametrize("right", list(Right))
def test_members_need_the_right_asked_for(right: Right) -> None:
    unit = OrganisationFactory.create()
    rights = {f"is_{one.value}": one == right for one in Right}
    holder = MembershipFactory.create(organisation=unit, **rights)
    lacks = {f"is_{one.value}": one != right for one in Right}
    colleague = MembershipFactory.create(organisation=unit, **lacks)
    assert outcome(access.require_member, holder.user, unit, right) == 200
    assert outcome(access.require_member, colleague.user, unit, right) == 403
    assert outcome(access.require_member, colleague.user, unit) == 200
    assert outcome(access.require_member, UserFactory.create(), unit, right) == 404
    assert outcome(access.require_member, AnonymousUser(), unit) == 404
    holder.ended_at = clock.now()
    holder.save()
    assert outcome(access.require_member, holder.user, unit) == 404


def test_staff_reach_their_own_association_and_officials_only_read() -> None:
    issuer = IssuerFactory.create()
    for role in StaffRole:
        user = StaffPostFactory.create(issuer=issuer, role=role).user
        reads = role == StaffRole.OFFICIAL
        assert outcome(access.require_staff, user, issuer) == (403 if reads else 200)
        assert outcome(access.require_staff, user, issuer, writes=False) == 200
        assert outcome(access.require_staff, user, IssuerFactory.create()) == 404
    assert outcome(access.require_staff, AnonymousUser(), issuer) == 404


def test_an_ended_post_opens_nothing() -> None:
    post = StaffPostFactory.create(ended_at=clock.now())
    assert outcome(access.require_staff, post.user, post.issuer) == 404
    assert access.issuers_of(post.user) == []


def test_operators_work_for_every_association() -> None:
    issuers = {IssuerFactory.create(), IssuerFactory.create()}
    operator = UserFactory.create(is_superuser=True)
    assert set(access.issuers_of(operator)) >= issuers
    assert all(outcome(access.require_staff, operator, issuer) == 200 for issuer in issuers)
