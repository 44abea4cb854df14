"""Merging units moves their work, unless both have places in the same call."""

from __future__ import annotations

import pytest

from applications.merging import move_applications
from applications.models import Packet, Participation, Partner, Version
from applications.models.partner import PartnerState
from calls.models import Grant, LateDoor
from portal.errors import RuleViolation
from portal.people.models import Organisation
from portal.register.merging import MERGERS
from tests.factories.applications import Scene
from tests.factories.people import OrganisationFactory


def move(scene: Scene, target: Organisation) -> None:
    move_applications(source=scene.unit.organisation, target=target, by=scene.officer)


def test_the_register_knows_who_moves_the_rows() -> None:
    assert move_applications in MERGERS


def test_work_doors_and_grants_move_and_what_was_signed_keeps_its_names(scene: Scene) -> None:
    target, source = OrganisationFactory(), scene.unit.organisation
    scene.handed_in()
    LateDoor.objects.create(
        call=scene.call,
        organisation=source,
        until=scene.call.closes_at,
        reason="停电",
        by=scene.officer,
    )
    Grant.objects.create(
        call=scene.call, organisation=source, rule=scene.quota_each, reason="同意", by=scene.officer
    )
    move(scene, target)
    for rows in (Packet.objects, Participation.objects, LateDoor.objects, Grant.objects):
        assert rows.get().organisation == target
    assert Version.objects.get().content["unit"]["name"] == source.name


def test_units_of_the_same_call_are_not_merged(scene: Scene) -> None:
    other = scene.another_unit()
    scene.drafted()
    scene.drafted(other)
    with pytest.raises(RuleViolation):
        move(scene, other.organisation)
    assert Packet.objects.filter(organisation=scene.unit.organisation).exists()


@pytest.mark.parametrize("as_lead", [True, False])
def test_two_sides_of_one_joint_application_are_not_merged(scene: Scene, as_lead: bool) -> None:
    lead, target = scene.another_unit(), OrganisationFactory()
    application = scene.drafted(lead)
    sides: list[Organisation] = (
        [scene.unit.organisation] if as_lead else [scene.unit.organisation, target]
    )
    for side in sides:
        Partner.objects.create(
            application=application, organisation=side, name=side.name, state=PartnerState.PENDING
        )
    with pytest.raises(RuleViolation):
        move(scene, lead.organisation if as_lead else target)
