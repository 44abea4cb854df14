"""People and units that the tests of the register share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portal.people.enums import StaffRole
from portal.people.models import Affiliation, Issuer, Membership, Organisation, StaffPost, User
from tests.factories.people import (
    AffiliationFactory,
    IssuerFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffPostFactory,
    UserFactory,
)

SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def without_second_factor(settings: object) -> None:
    """Open the admin without an authenticator, as the demo does; it has a test of its own."""
    settings.DEMO = True  # type: ignore[attr-defined]


@pytest.fixture
def sign_in() -> SignIn:
    """Give a browser in which a person is signed in."""

    def begin(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return begin


@pytest.fixture
def issuer(db: None) -> Issuer:
    return IssuerFactory.create()


@pytest.fixture
def unit(issuer: Issuer) -> Organisation:
    """A verified unit of the issuer."""
    unit = OrganisationFactory.create()
    AffiliationFactory.create(organisation=unit, issuer=issuer)
    return unit


@pytest.fixture
def affiliation(unit: Organisation) -> Affiliation:
    return unit.affiliations.get()


@pytest.fixture
def owner(unit: Organisation) -> Membership:
    """The unit's only administrator."""
    return MembershipFactory.create(organisation=unit, is_administrator=True)


@pytest.fixture
def colleague(unit: Organisation) -> Membership:
    """A filler of the same unit."""
    return MembershipFactory.create(organisation=unit)


@pytest.fixture
def stranger(db: None) -> User:
    """Administrator of another unit."""
    return MembershipFactory.create(is_administrator=True).user


@pytest.fixture
def newcomer(db: None) -> User:
    """A person without a unit."""
    return UserFactory.create()


@pytest.fixture
def officer(issuer: Issuer) -> StaffPost:
    return StaffPostFactory.create(issuer=issuer)


@pytest.fixture
def head(issuer: Issuer) -> StaffPost:
    return StaffPostFactory.create(issuer=issuer, role=StaffRole.HEAD)


@pytest.fixture
def official(issuer: Issuer) -> StaffPost:
    return StaffPostFactory.create(issuer=issuer, role=StaffRole.OFFICIAL)


@pytest.fixture
def rival_officer(db: None) -> StaffPost:
    """An officer of another association."""
    return StaffPostFactory.create()
