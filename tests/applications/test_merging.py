"""Merging units moves their work, unless both have places in the same call."""

from __future__ import annotations

import datetime as dt

import pytest

from applications.merging import move_applications
from applications.models import (
    Packet,
    Participation,
    Partner,
    PersonPlace,
    Recommendation,
    RecommendationList,
    Version,
)
from applications.models.partner import PartnerState
from applications.services import drafting
from calls.models import Grant, LateDoor
from portal import clock
from portal.errors import RuleViolation
from portal.people.models import Organisation
from portal.register.merging import MERGERS, merge
from tests.factories.applications import Scene, Unit, make_scene
from tests.factories.people import OrganisationFactory


@pytest.fixture
def levelled(db: None) -> Scene:
    """A call whose applications pass through one recommending unit."""
    return make_scene(levels=1)


@pytest.fixture
def recommender(levelled: Scene) -> Unit:
    return levelled.recommender()


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


def test_the_register_merges_two_units_with_all_their_work(
    levelled: Scene, recommender: Unit
) -> None:
    """The whole way of staff: nothing stays at the duplicate, and both names lead to one unit."""
    handed_in = levelled.before(recommender)
    first = levelled.unit.organisation
    joint = levelled.drafted(levelled.another_unit())
    Partner.objects.create(
        application=joint, organisation=first, name=first.name, state=PartnerState.PENDING
    )
    second = levelled.another_unit()
    for unit in (levelled.unit, recommender):
        Organisation.objects.filter(pk=unit.organisation.pk).update(uscc=None)
    PersonPlace.objects.create(application=handed_in, role="lead", unit_print="x" * 64)
    for source, target in ((first, second), (recommender.organisation, levelled.recommender())):
        merge(
            by=levelled.officer, source=source, target=target.organisation, issuer=levelled.issuer
        )
    packet = Packet.objects.get(pk=handed_in.packet_id)
    assert packet.organisation == second.organisation
    assert packet.recommender == Recommendation.objects.get().organisation
    assert packet.recommender != recommender.organisation
    assert Partner.objects.get().organisation == second.organisation
    assert PersonPlace.objects.filter(application__packet=packet).exists()
    moved = Packet.objects.visible_to(second.filler)
    assert list(moved) == [packet], "the people of the unit that stays find the work"
    assert list(Packet.objects.visible_to(levelled.unit.filler)) == [packet]
    drafting.start(
        category=levelled.categories[1],
        organisation=second.organisation,
        by=second.filler,
        has_confidential=False,
        arrived_at=clock.now(),
    )
    assert Participation.objects.filter(organisation=second.organisation).count() == 1


@pytest.mark.parametrize("source_is_later", [True, False])
def test_of_two_late_doors_the_later_stays_open(scene: Scene, source_is_later: bool) -> None:
    source, target = scene.unit.organisation, OrganisationFactory()
    for unit, is_later in ((source, source_is_later), (target, not source_is_later)):
        LateDoor.objects.create(
            call=scene.call,
            organisation=unit,
            until=scene.call.closes_at + dt.timedelta(days=2 if is_later else 1),
            reason=f"停电{is_later}",
            by=scene.officer,
        )
        Grant.objects.create(
            call=scene.call,
            organisation=unit,
            rule=scene.quota_each,
            reason="留" if unit == target else "去",
            by=scene.officer,
        )
    move(scene, target)
    door, grant = LateDoor.objects.get(), Grant.objects.get()
    assert (door.organisation, door.reason) == (target, "停电True")
    assert (grant.organisation, grant.reason) == (target, "留")


def test_two_lists_in_the_making_are_not_merged(levelled: Scene, recommender: Unit) -> None:
    other = levelled.recommender()
    for unit in (recommender, other):
        RecommendationList.objects.create(
            level=levelled.call.levels.get(), organisation=unit.organisation
        )
    with pytest.raises(RuleViolation) as refused:
        move_applications(
            source=other.organisation, target=recommender.organisation, by=levelled.officer
        )
    assert "推荐名单" in str(refused.value.reasons[0].message)
    RecommendationList.objects.filter(organisation=other.organisation).delete()
    move_applications(
        source=other.organisation, target=recommender.organisation, by=levelled.officer
    )


@pytest.mark.parametrize("applicant_stays", [True, False])
def test_nobody_becomes_the_own_recommender(
    levelled: Scene, recommender: Unit, applicant_stays: bool
) -> None:
    levelled.before(recommender)
    pair = [recommender.organisation, levelled.unit.organisation]
    source, target = pair if applicant_stays else pair[::-1]
    with pytest.raises(RuleViolation):
        move_applications(source=source, target=target, by=levelled.officer)
    assert Packet.objects.get().organisation == levelled.unit.organisation


def test_units_of_the_same_call_are_not_merged(scene: Scene) -> None:
    other = scene.another_unit()
    scene.drafted()
    scene.drafted(other)
    with pytest.raises(RuleViolation):
        move(scene, other.organisation)
    assert Packet.objects.filter(organisation=scene.unit.organisation).exists()


def test_the_lead_is_not_merged_into_its_own_partner(scene: Scene) -> None:
    partner: Organisation = OrganisationFactory()
    Partner.objects.create(
        application=scene.drafted(),
        organisation=partner,
        name=partner.name,
        state=PartnerState.PENDING,
    )
    with pytest.raises(RuleViolation):
        move(scene, partner)


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
