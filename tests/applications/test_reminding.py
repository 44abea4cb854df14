"""Reminders: due at their hour, once for each person and end, to those who can still do something."""

from __future__ import annotations

import datetime as dt

import pytest

from applications.services import lifecycle
from applications.services.reminding import due_offset, remind_of_deadlines
from calls.models import Call, LateDoor
from calls.services.publish import extend_deadline
from portal import clock
from portal.mail.models import Message
from tests.factories.applications import Scene, make_scene
from tests.factories.people import OrganisationFactory

HOUR = dt.timedelta(hours=1)
TICK = dt.timedelta(microseconds=1)
END = dt.datetime(2026, 3, 6, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("before_end", "offset"),
    [
        (168 * HOUR + TICK, None),
        (168 * HOUR, 168),
        (72 * HOUR + TICK, 168),
        (72 * HOUR, 72),
        (24 * HOUR, 24),
        (TICK, 24),
        (0 * HOUR, None),
        (-HOUR, None),
    ],
)
def test_a_reminder_is_due_from_its_hour_until_the_next(
    before_end: dt.timedelta, offset: int | None
) -> None:
    assert due_offset([168, 72, 24], END, END - before_end) == offset


def test_no_offsets_no_reminders() -> None:
    assert due_offset([], END, END - HOUR) is None


@pytest.fixture
def scene(scene: Scene) -> Scene:
    Call.objects.filter(pk=scene.call.pk).update(reminder_hours=[72, 24])
    scene.call.refresh_from_db()
    return scene


def reminded(template: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for mail in Message.objects.filter(occasion__startswith=template):
        found[mail.to_email] = found.get(mail.to_email, 0) + 1
    return found


def test_those_who_work_on_a_draft_are_reminded_once_for_each_hour(scene: Scene) -> None:
    scene.drafted()
    end = scene.call.closes_at
    for instant in (end - 71 * HOUR, end - 71 * HOUR, end - 30 * HOUR):
        remind_of_deadlines(instant)
    people = {scene.unit.filler.email, scene.unit.administrator.email}
    assert reminded("deadline_draft") == dict.fromkeys(people, 1)
    remind_of_deadlines(end - 23 * HOUR)
    assert reminded("deadline_draft") == dict.fromkeys(people, 2)


def test_what_is_handed_in_or_discarded_is_left_in_peace(scene: Scene) -> None:
    scene.handed_in()
    other = scene.another_unit()
    discarded = scene.drafted(other)
    lifecycle.withdraw(application_id=discarded.pk, by=other.filler)
    remind_of_deadlines(scene.call.closes_at - HOUR)
    assert reminded("deadline_draft") == {}


def test_an_extension_reminds_again(scene: Scene) -> None:
    scene.drafted()
    remind_of_deadlines(scene.call.closes_at - HOUR)
    later = scene.call.closes_at + 48 * HOUR
    call = extend_deadline(scene.call, by=scene.officer, closes_at=later, reason="系统维护")
    remind_of_deadlines(call.closes_at - HOUR)
    assert set(reminded("deadline_draft").values()) == {2}


def test_units_that_may_apply_and_never_began_are_told_through_their_administrator(
    scene: Scene,
) -> None:
    scene.drafted()
    waiting, county = scene.another_unit(), scene.another_unit(level="county")
    stranger = OrganisationFactory()
    remind_of_deadlines(scene.call.closes_at - HOUR)
    assert reminded("deadline_unbegun") == {waiting.administrator.email: 1}
    assert not stranger.memberships.exists()
    assert county.administrator.email not in reminded("deadline_unbegun")


def test_a_unit_with_a_later_door_is_reminded_by_its_own_end(scene: Scene) -> None:
    scene.drafted()
    until = scene.call.closes_at + 100 * HOUR
    LateDoor.objects.create(
        call=scene.call,
        organisation=scene.unit.organisation,
        until=until,
        reason="停电",
        by=scene.officer,
    )
    remind_of_deadlines(scene.call.closes_at - HOUR)
    assert reminded("deadline_draft") == {}
    remind_of_deadlines(until - HOUR)
    assert set(reminded("deadline_draft").values()) == {1}


def test_a_door_that_an_extension_overtook_holds_nobody_back(scene: Scene) -> None:
    scene.drafted()
    LateDoor.objects.create(
        call=scene.call,
        organisation=scene.unit.organisation,
        until=scene.call.closes_at + HOUR,
        reason="停电",
        by=scene.officer,
    )
    later = scene.call.closes_at + 48 * HOUR
    extend_deadline(scene.call, by=scene.officer, closes_at=later, reason="系统维护")
    remind_of_deadlines(later - HOUR)
    assert set(reminded("deadline_draft").values()) == {1}


def test_a_plan_of_which_one_part_was_discarded_is_still_reminded(db: None) -> None:
    made = make_scene(packet_mode="plan")
    Call.objects.filter(pk=made.call.pk).update(reminder_hours=[24])
    first, second = made.drafted(), made.drafted(category=1)
    assert first.packet_id == second.packet_id
    lifecycle.withdraw(application_id=first.pk, by=made.unit.filler)
    remind_of_deadlines(made.call.closes_at - HOUR)
    assert set(reminded("deadline_draft")) == {
        made.unit.filler.email,
        made.unit.administrator.email,
    }


def test_nothing_is_sent_before_the_first_hour_or_after_the_end(scene: Scene) -> None:
    scene.drafted()
    for instant in (scene.call.closes_at - 73 * HOUR, scene.call.closes_at, clock.now()):
        remind_of_deadlines(instant)
    assert Message.objects.filter(occasion__startswith="deadline").count() == 0
