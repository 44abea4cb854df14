"""Who may hand in, begin and sign off around each end: one second before, at it, after it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications import doors
from applications.models import Application
from applications.overview import standing_of_packet
from applications.services import drafting, handin, signoff
from applications.services.reminding import remind_of_deadlines
from calls.models import Call, LateDoor
from calls.signals import tell_call_changed
from portal import clock
from portal.errors import RuleViolation
from portal.face.wording import until
from portal.mail.models import Message
from tests.factories.applications import Scene, Unit, make_scene

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def scene() -> Scene:
    return make_scene(sealing="none", seal_days=None)


def give_drafts_more_time(scene: Scene) -> dt.datetime:
    until = scene.call.closes_at + DAY
    Call.objects.filter(pk=scene.call.pk).update(drafts_until=until)
    scene.call.refresh_from_db()
    return until


def hand_in(application: Application, unit: Unit, at: dt.datetime) -> Any:
    return handin.hand_in(
        packet_id=application.packet_id, by=unit.filler, key=uuid.uuid4(), arrived_at=at
    )


def signed(scene: Scene, unit: Unit | None = None) -> Application:
    unit = unit or scene.unit
    application = scene.drafted(unit)
    signoff.request_signoff(packet_id=application.packet_id, by=unit.filler)
    signoff.sign_off(packet_id=application.packet_id, by=unit.approver)
    return application


@pytest.mark.parametrize(
    ("offset", "taken"), [(-SECOND, True), (dt.timedelta(0), False), (SECOND, False)]
)
def test_a_draft_of_before_has_until_its_own_end(
    scene: Scene, offset: dt.timedelta, taken: bool
) -> None:
    application, until = signed(scene), give_drafts_more_time(scene)
    if taken:
        assert hand_in(application, scene.unit, until + offset)
        return
    with pytest.raises(RuleViolation) as refused:
        hand_in(application, scene.unit, until + offset)
    assert refused.value.reasons[0].code == "closed"


@pytest.mark.parametrize(
    ("offset", "taken"), [(-SECOND, True), (dt.timedelta(0), False), (SECOND, False)]
)
def test_a_draft_begun_at_the_deadline_or_later_has_no_more_time(
    scene: Scene, offset: dt.timedelta, taken: bool
) -> None:
    application = signed(scene)
    give_drafts_more_time(scene)
    begun = scene.call.closes_at + offset
    Application.objects.filter(pk=application.pk).update(created_at=begun)
    if taken:
        assert hand_in(application, scene.unit, scene.call.closes_at + HOUR)
        return
    with pytest.raises(RuleViolation):
        hand_in(application, scene.unit, scene.call.closes_at + HOUR)


@pytest.mark.parametrize(
    ("offset", "begins"), [(-SECOND, True), (dt.timedelta(0), False), (SECOND, False)]
)
def test_nothing_new_is_begun_in_the_time_given_to_drafts(
    scene: Scene, offset: dt.timedelta, begins: bool
) -> None:
    scene.drafted()
    give_drafts_more_time(scene)
    given: dict[str, Any] = {
        "category": scene.categories[1],
        "organisation": scene.unit.organisation,
        "by": scene.unit.filler,
        "has_confidential": False,
        "arrived_at": scene.call.closes_at + offset,
    }
    if begins:
        assert drafting.start(**given)
        return
    with pytest.raises(RuleViolation):
        drafting.start(**given)


def test_a_unit_without_a_draft_has_the_deadline_of_all(scene: Scene) -> None:
    application, new = scene.drafted(), scene.categories[1]
    until = give_drafts_more_time(scene)
    application.packet.call.refresh_from_db()
    assert doors.end_of(application, None) == until
    new.call.refresh_from_db()
    assert doors.refusal_to_begin(new, None, scene.call.closes_at - SECOND) is None
    assert doors.refusal_to_begin(new, None, scene.call.closes_at)


def test_a_late_door_that_is_later_still_wins(scene: Scene) -> None:
    application = scene.drafted()
    until = give_drafts_more_time(scene)
    packet = application.packet
    packet.call.refresh_from_db()
    assert doors.end_of_packet(packet, None, until - SECOND) == until
    assert doors.end_of_packet(packet, until + DAY, until) == until + DAY
    LateDoor.objects.create(
        call=scene.call,
        organisation=scene.unit.organisation,
        until=until + DAY,
        reason="断网",
        by=scene.officer,
    )
    assert doors.late_end(scene.call, scene.unit.organisation) == until + DAY


def test_holders_of_drafts_are_reminded_by_their_own_end(scene: Scene) -> None:
    scene.drafted()
    until = give_drafts_more_time(scene)
    remind_of_deadlines(until - HOUR)
    mails = Message.objects.filter(occasion__startswith="deadline_draft:")
    assert mails.exists()
    assert all(f"{until:%Y%m%d%H%M}" in mail.occasion for mail in mails)


# the unit's sign-off --------------------------------------------------------------------------


def asked(scene: Scene) -> tuple[Application, dt.datetime]:
    """Return an application that waits for the approver, and the end for her."""
    end = scene.call.closes_at - HOUR
    Call.objects.filter(pk=scene.call.pk).update(signoff_by=end)
    application = scene.drafted()
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    return application, end


def sign(scene: Scene, application: Application, at: dt.datetime) -> Any:
    return signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver, arrived_at=at)


@pytest.mark.parametrize(
    ("offset", "taken"), [(-SECOND, True), (dt.timedelta(0), False), (SECOND, False)]
)
def test_the_approver_signs_off_before_her_own_end(
    scene: Scene, offset: dt.timedelta, taken: bool
) -> None:
    application, end = asked(scene)
    if taken:
        assert sign(scene, application, end + offset)
        return
    with pytest.raises(RuleViolation) as refused:
        sign(scene, application, end + offset)
    assert refused.value.reasons[0].code == "closed"


def test_a_unit_with_a_late_door_signs_off_until_it_closes(scene: Scene) -> None:
    application, end = asked(scene)
    until = scene.call.closes_at + HOUR
    LateDoor.objects.create(
        call=scene.call,
        organisation=scene.unit.organisation,
        until=until,
        reason="断网",
        by=scene.officer,
    )
    with pytest.raises(RuleViolation):
        sign(scene, application, until)
    assert sign(scene, application, max(end, until - SECOND))


def test_the_step_is_due_by_the_end_of_the_sign_off(scene: Scene) -> None:
    application, end = asked(scene)
    packet = application.packet
    packet.call.refresh_from_db()
    standing = standing_of_packet(packet, None, end - SECOND)
    assert (standing.due, standing.overdue) == (end, False)
    assert standing_of_packet(packet, None, end).overdue


def test_the_call_page_says_until_when_drafts_have_more_time(
    scene: Scene, client: Client, english: None
) -> None:
    scene.drafted()
    client.force_login(scene.unit.filler)
    now = clock.now()
    address = reverse("calls:detail", args=[scene.call.pk])
    said = "Drafts your unit began before the deadline are taken until"
    for closes, drafts, is_said in (
        (now + HOUR, now + DAY, False),
        (now - HOUR, now + DAY, True),
        (now - DAY, now - HOUR, False),
    ):
        Call.objects.filter(pk=scene.call.pk).update(closes_at=closes, drafts_until=drafts)
        tell_call_changed(scene.call.pk)
        page = client.get(address, headers={"accept-language": "en"}).text
        assert (f"{said} {until(drafts)}" in page) is is_said
        assert "/my/start/" not in page or not is_said, "nothing new can be begun"
