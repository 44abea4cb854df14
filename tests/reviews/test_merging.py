"""Experts follow their unit when two rows of it become one."""

from __future__ import annotations

from portal.people.models import Organisation
from portal.register.merging import merge
from tests.factories.experts import ExpertFactory
from tests.factories.people import IssuerFactory, OrganisationFactory, UserFactory


def test_an_expert_belongs_to_the_unit_that_stays(db: None) -> None:
    source: Organisation = OrganisationFactory(uscc=None)
    target: Organisation = OrganisationFactory()
    expert = ExpertFactory(organisation=source)
    merge(by=UserFactory(), source=source, target=target, issuer=IssuerFactory())
    expert.refresh_from_db()
    assert expert.organisation == target
