"""What comes next for a packet, for whom, and until when."""

from __future__ import annotations

import datetime as dt

import pytest

from applications.models import Application, Packet
from applications.overview import Task, next_step, standing_of_packet
from applications.services import lifecycle, signoff
from portal import clock
from portal.people.models import Membership, User
from tests.factories.applications import Scene, make_scene

HOUR = dt.timedelta(hours=1)


def packet_of(application: Application) -> Packet:
    return Packet.objects.with_scan().prefetch_related("applications").get(pk=application.packet_id)


def step(application: Application) -> Task | None:
    packet = packet_of(application)
    return next_step(packet, packet.shown_applications)


def member(user: User) -> Membership:
    return Membership.objects.get(user=user)


def test_the_way_of_a_packet_from_draft_to_scan(scene: Scene) -> None:
    application = scene.drafted()
    packet_id, unit = application.packet_id, scene.unit
    assert step(application) is Task.FILL
    signoff.request_signoff(packet_id=packet_id, by=unit.filler)
    assert step(application) is Task.SIGN_OFF
    signoff.sign_off(packet_id=packet_id, by=unit.approver)
    assert step(application) is Task.HAND_IN, "the scan may follow"
    scene.hand_in(application.packet)
    assert step(application) is Task.SCAN_FOLLOWS
    scene.scan(application.packet)
    assert step(application) is None


def test_a_scan_that_may_not_follow_comes_first(db: None) -> None:
    scene = make_scene(seal_days=None)
    packet = scene.signed()
    application = packet.applications.get()
    assert step(application) is Task.STAMP
    scene.scan(packet)
    assert step(application) is Task.HAND_IN


def test_the_least_advanced_application_decides(db: None) -> None:
    scene = make_scene(packet_mode="plan")
    first, second = scene.drafted(), scene.drafted(category=1)
    Application.objects.filter(pk=first.pk).update(state="signed_off")
    assert step(second) is Task.FILL
    Application.objects.filter(pk=second.pk).update(state="returned", handed_in_at=clock.now())
    assert step(first) is Task.CORRECT


def test_each_task_stands_with_who_can_take_it(scene: Scene) -> None:
    application = scene.drafted()
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    packet, now = packet_of(application), clock.now()
    asked = standing_of_packet(packet, member(scene.unit.approver), now)
    waiting = standing_of_packet(packet, member(scene.unit.filler), now)
    helping = standing_of_packet(packet, None, now)
    assert (asked.task, waiting.task, helping.task) == (Task.SIGN_OFF, None, None)
    assert asked.next is waiting.next is Task.SIGN_OFF


@pytest.mark.parametrize(
    ("late_by", "overdue"),
    [(-dt.timedelta(microseconds=1), False), (0 * HOUR, True), (HOUR, True)],
)
def test_the_deadline_itself_is_too_late(
    scene: Scene, late_by: dt.timedelta, overdue: bool
) -> None:
    packet = packet_of(scene.drafted())
    standing = standing_of_packet(packet, member(scene.unit.filler), scene.call.closes_at + late_by)
    assert (standing.due, standing.overdue) == (scene.call.closes_at, overdue)
    assert (standing.task is None) is overdue


def test_a_later_door_moves_the_end_and_an_earlier_one_does_not(scene: Scene) -> None:
    packet, end = packet_of(scene.drafted()), scene.call.closes_at
    for until, due in ((end + HOUR, end + HOUR), (end - HOUR, end)):
        standing = standing_of_packet(packet, None, clock.now(), late_until=until)
        assert standing.due == due


def test_a_correction_has_its_own_end(scene: Scene) -> None:
    application = scene.handed_in()
    due = clock.now() + dt.timedelta(days=3)
    lifecycle.return_for_changes(
        application_id=application.pk, by=scene.officer, reason="请补充", items={}, due=due
    )
    standing = standing_of_packet(packet_of(application), None, clock.now())
    assert (standing.next, standing.due, standing.group) == (Task.CORRECT, due, "handed_in")


def test_packets_stand_under_drafts_handed_in_and_decided(scene: Scene) -> None:
    draft, handed_in = scene.drafted(), scene.handed_in(category=1)
    ended = scene.handed_in(other := scene.another_unit())
    lifecycle.withdraw(application_id=ended.pk, by=other.filler, reason="另有安排")
    groups = [
        standing_of_packet(packet_of(one), None, clock.now()).group
        for one in (draft, handed_in, ended)
    ]
    assert groups == ["drafts", "handed_in", "decided"]
