"""Persons, units, associations and what ties them, for every test."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal.people.enums import (
    FactType,
    Level,
    OrganisationKind,
    StaffRole,
    VerificationState,
)
from portal.people.models import (
    Affiliation,
    FactCode,
    Issuer,
    Membership,
    Organisation,
    StaffPost,
    User,
    YearlyFact,
)
from portal.roles import equip

PASSWORD = "correct-horse-battery"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@cache
def hashed_password() -> str:
    """Hash PASSWORD once for all persons: a hash is meant to take 50 ms."""
    return make_password(PASSWORD)


def sound_uscc(number: int) -> str:
    """Make an invented social credit code whose check digit is right."""
    body = f"52330000{number:09d}"
    weights = (pow(3, i, 31) * ALPHABET.index(c) for i, c in enumerate(body))
    return body + ALPHABET[(31 - sum(weights) % 31) % 31]


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person with a confirmed mailbox and the password PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"测试人{n}")
    phone = factory.Sequence(lambda n: f"0000-{n:07d}")
    password = factory.LazyFunction(hashed_password)

    @factory.post_generation
    def confirmed(self, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        """Confirm the mailbox; ``confirmed=False`` leaves it open."""
        if create and extracted is not False:
            EmailAddress.objects.create(
                user=self,
                email=self.email,
                verified=True,
                primary=True,
            )


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    """An invented unit with a sound social credit code."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"示例学会{n}")
    uscc = factory.Sequence(sound_uscc)
    region = "示例市"
    phone = factory.Sequence(lambda n: f"0000-8{n:06d}")
    head_name = "甲示例"


class IssuerFactory(factory.django.DjangoModelFactory[Issuer]):
    """An association that publishes calls."""

    class Meta:
        model = Issuer

    organisation = factory.SubFactory(
        OrganisationFactory, name=factory.Sequence(lambda n: f"示例市科学技术协会{n}")
    )
    slug = factory.Sequence(lambda n: f"issuer-{n}")
    short_name = factory.Sequence(lambda n: f"示例科协{n}")
    contact_name = "乙示例"
    contact_phone = "0000-9000000"
    contact_email = factory.Sequence(lambda n: f"contact{n}@issuer.example.org")


class AffiliationFactory(factory.django.DjangoModelFactory[Affiliation]):
    """A verified provincial society; pass ``state`` for another stage."""

    class Meta:
        model = Affiliation

    organisation = factory.SubFactory(OrganisationFactory)
    issuer = factory.SubFactory(IssuerFactory)
    kind = OrganisationKind.SOCIETY
    level = Level.PROVINCIAL
    state = VerificationState.VERIFIED


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """A filler; pass ``is_administrator=True`` and the like for more rights."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class StaffPostFactory(factory.django.DjangoModelFactory[StaffPost]):
    """An officer of an issuer, with the groups that the post carries."""

    class Meta:
        model = StaffPost
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory, is_staff=True)
    issuer = factory.SubFactory(IssuerFactory)
    role = StaffRole.OFFICER

    @factory.post_generation
    def groups(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Give the user the permissions of the posts held, as the register does."""
        if create:
            equip(cast(StaffPost, self).user)


class FactCodeFactory(factory.django.DjangoModelFactory[FactCode]):
    """A yes-or-no fact such as 年检合格."""

    class Meta:
        model = FactCode

    issuer = factory.SubFactory(IssuerFactory)
    code = factory.Sequence(lambda n: f"fact-{n}")
    label = factory.Sequence(lambda n: f"年检合格{n}")
    type = FactType.YES_NO


class YearlyFactFactory(factory.django.DjangoModelFactory[YearlyFact]):
    """The fact stands for 2025."""

    class Meta:
        model = YearlyFact

    organisation = factory.SubFactory(OrganisationFactory)
    code = factory.SubFactory(FactCodeFactory)
    year = 2025
    value = "yes"
