"""A unit and an association with their seals, and a printed form between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from unittest import mock

import pytest
from django.utils import translation

from portal.documents.models import Document
from portal.people.models import Issuer, Organisation, User
from portal.seals.demo_authority import DemoAuthority
from portal.seals.enums import Party
from portal.seals.models import Seal, SealUse
from portal.seals.services import sealing
from tests.factories.people import IssuerFactory, MembershipFactory, OrganisationFactory
from tests.factories.seals import (
    PASSWORD,
    keeper_of,
    ready_document,
    seal_of,
    trusted_authority,
)
from tests.portal.documents.conftest import set_one, unsaved


@cache
def form_pdf(number: str = "SK-2026-0142", kind: str = "application_form") -> bytes:
    """Set a form once for all tests."""
    return set_one(unsaved(kind, number=number))


@dataclass
class Desk:
    """Everything needed to seal one document twice."""

    issuer: Issuer
    unit: Organisation
    keeper: User
    filler: User
    clerk: User
    authority: DemoAuthority
    seal: Seal
    acceptance: Seal
    document: Document

    def seal_it(self, **changed: object) -> SealUse:
        """Seal for the unit."""
        wanted: dict[str, object] = {
            "document": self.document, "seal": self.seal, "by": self.keeper,
            "password": PASSWORD, "party": Party.UNIT, "reason": "申报单位盖章",
            "place": "示例市", "written_by": [self.filler.pk],
        }  # fmt: skip
        return sealing.seal_pdf(**{**wanted, **changed})  # type: ignore[arg-type]

    def accept_it(self, **changed: object) -> SealUse:
        """Seal for the association."""
        return self.seal_it(
            **{
                "seal": self.acceptance, "by": self.clerk, "party": Party.ISSUER,
                "reason": "受理", "written_by": [], **changed,
            }
        )  # fmt: skip


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read sentences as they stand in the code."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def no_broker() -> Iterator[None]:
    """Keep every test away from a real broker."""
    with mock.patch("portal.documents.tasks.render.apply_async"):
        yield


@pytest.fixture
def desk(db: None) -> Desk:
    """Give a unit, an association, both with seal and keeper, and a form of the unit."""
    issuer, unit = IssuerFactory(), OrganisationFactory(name="示例省光学学会")
    keeper, clerk = keeper_of(unit), keeper_of(issuer.organisation)
    authority = trusted_authority()
    return Desk(
        issuer=issuer,
        unit=unit,
        keeper=keeper,
        filler=MembershipFactory(organisation=unit).user,
        clerk=clerk,
        authority=authority,
        seal=seal_of(unit, authority, by=keeper),
        acceptance=seal_of(issuer.organisation, authority, by=clerk, elliptic=False),
        document=ready_document(issuer, unit, form_pdf()),
    )
