"""A category that closes before its call: begin, hand in, late door, reminder, pages."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications import doors
from applications.models import Application, Packet
from applications.overview import standing_of_packet
from applications.services import drafting, lifecycle, signoff
from applications.services.reminding import remind_of_deadlines
from calls.enums import PacketMode
from calls.explained import explain, load
from calls.models import Call, Category, LateDoor
from calls.services.exceptions import open_late_door
from calls.signals import tell_call_changed
from portal import clock
from portal.errors import Refusal, RuleViolation
from portal.face.wording import until
from portal.mail.models import Message
from tests.factories.applications import Scene, make_scene

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def close_early(scene: Scene, end: dt.datetime | None = None, category: int = 0) -> dt.datetime:
    """Let a category of the scene close before its call, in three days unless told otherwise."""
    row = scene.categories[category]
    row.closes_at = end or clock.now() + 3 * DAY
    row.save()
    tell_call_changed(scene.call.pk)
    return row.closes_at


def plain_scene(**given: Any) -> Scene:
    return make_scene(sealing="none", seal_days=None, **given)


def begin(scene: Scene, category: Category, at: dt.datetime) -> Application:
    return drafting.start(
        category=category,
        organisation=scene.unit.organisation,
        by=scene.unit.filler,
        has_confidential=False,
        arrived_at=at,
    )


def refused(packet: Packet, scene: Scene, at: dt.datetime) -> list[Refusal]:
    with pytest.raises(RuleViolation) as told:
        scene.hand_in(packet, arrived_at=at)
    return told.value.reasons


def test_the_last_microsecond_is_in_time_and_the_end_is_not(english: None) -> None:
    scene = plain_scene()
    end = close_early(scene)
    packet = scene.signed()
    (sentence,) = refused(packet, scene, end)
    assert sentence.code == "closed"
    assert sentence.message == (
        f"“示例学术论坛” is too late: “示例类别0” closed on {until(end)} by the server's clock,"
        " earlier than the call."
    )
    assert scene.hand_in(packet, arrived_at=end - TICK)
    with pytest.raises(RuleViolation, match=r"“示例类别0” closed on .+ nothing is taken"):
        begin(scene, scene.categories[0], end)
    assert begin(scene, scene.categories[1], end)
    # a correction keeps its own term
    application = packet.applications.get()
    lifecycle.return_for_changes(
        application_id=application.pk, by=scene.officer, reason="补充", items={}, due=end + DAY
    )
    application.refresh_from_db()
    assert doors.refusals_to_hand_in(packet, [application], end + HOUR) == []


def test_a_part_closes_with_the_category_above_unless_it_says_otherwise() -> None:
    scene = plain_scene()
    end = close_early(scene)
    part = Category.objects.create(
        call=scene.call,
        parent=scene.categories[0],
        code="part",
        title="子类",
        slots_kind="unlimited",
    )
    assert part.own_end == end
    assert doors.refusal_to_begin(part, None, end - TICK) is None
    assert doors.refusal_to_begin(part, None, end)
    part.closes_at = end + DAY
    assert doors.refusal_to_begin(part, None, end) is None
    assert scene.categories[1].own_end is None


def test_a_late_door_beats_the_category_and_more_time_for_drafts_does_not() -> None:
    scene = plain_scene()
    end = close_early(scene)
    packet = scene.signed()
    Call.objects.filter(pk=scene.call.pk).update(drafts_until=scene.call.closes_at + DAY)
    assert refused(packet, scene, end)
    with pytest.raises(RuleViolation):
        open_late_door(
            scene.call, organisation=scene.unit.organisation, until=end, reason="断网",
            by=scene.officer,
        )  # fmt: skip
    # a door may close before the call does: it is later than the category's end
    open_late_door(
        scene.call, organisation=scene.unit.organisation, until=end + DAY, reason="断网",
        by=scene.officer,
    )  # fmt: skip
    assert refused(packet, scene, end + DAY)
    assert scene.hand_in(packet, arrived_at=end + DAY - TICK)


def test_of_two_in_one_packet_the_one_that_is_over_is_named(client: Client) -> None:
    scene = plain_scene(packet_mode=PacketMode.PLAN)
    early, other = scene.drafted(), scene.drafted(category=1, answers={"basics.title": "另一论坛"})
    packet = early.packet
    drafting.save_answer(
        packet_id=packet.pk, application_id=None, key="plan.principles", value="公开公平",
        revision=0, by=scene.unit.filler,
    )  # fmt: skip
    signoff.request_signoff(packet_id=packet.pk, by=scene.unit.filler)
    signoff.sign_off(packet_id=packet.pk, by=scene.unit.approver)
    end = close_early(scene)
    packet = Packet.objects.get(pk=packet.pk)
    assert doors.end_of_packet(packet, None, end - TICK) == end
    assert doors.end_of_packet(packet, None, end) == scene.call.closes_at
    named, advice = refused(packet, scene, end + HOUR)
    assert ("示例学术论坛" in named.message, "另一论坛" in named.message) == (True, False)
    # the page says it before anybody tries
    passed = until(close_early(scene, clock.now() - HOUR))
    client.force_login(scene.unit.filler)
    for name in ("packet", "hand_in"):
        page = html.unescape(
            client.get(reverse(f"applications:{name}", args=[packet.pk])).content.decode()
        )
        assert named.message.replace(until(end), passed) in page
        assert advice.message in page
    # what is left goes in
    signoff.take_back(packet_id=packet.pk, by=scene.unit.filler)
    lifecycle.withdraw(application_id=early.pk, by=scene.unit.filler)
    signoff.request_signoff(packet_id=packet.pk, by=scene.unit.filler)
    signoff.sign_off(packet_id=packet.pk, by=scene.unit.approver)
    assert scene.hand_in(Packet.objects.get(pk=packet.pk), arrived_at=end + HOUR)
    other.refresh_from_db()
    assert other.handed_in_at == end + HOUR


def test_holders_are_reminded_by_the_end_of_their_category() -> None:
    scene = plain_scene()
    end = close_early(scene)
    scene.drafted()
    late = scene.another_unit()
    scene.drafted(late)
    LateDoor.objects.create(
        call=scene.call, organisation=late.organisation, until=end + DAY, reason="断网",
        by=scene.officer,
    )  # fmt: skip
    scene.drafted(scene.another_unit(), category=1)
    for _again in range(2):
        remind_of_deadlines(end - HOUR)
    mails = Message.objects.filter(occasion__startswith="deadline_draft:")
    at_end = [mail.to_email for mail in mails if f"{end:%Y%m%d%H%M}:3" in mail.occasion]
    assert sorted(at_end) == sorted([scene.unit.filler.email, scene.unit.administrator.email])
    others = mails.exclude(occasion__contains=f"{end:%Y%m%d%H%M}:")
    ends = {end + DAY: 48, scene.call.closes_at: 168}
    assert {mail.occasion.split(":", 3)[3] for mail in others} == {
        f"{at:%Y%m%d%H%M}:{hours}" for at, hours in ends.items()
    }


def test_pages_show_the_nearest_end_and_do_not_offer_what_is_closed(client: Client) -> None:
    scene = plain_scene()
    end = close_early(scene)
    application = scene.drafted()
    packet = Packet.objects.get(pk=application.packet_id)
    assert standing_of_packet(packet, None, end - TICK).due == end
    assert standing_of_packet(packet, None, end).overdue
    client.force_login(scene.unit.filler)
    addresses = [
        reverse("applications:my"),
        reverse("applications:packet", args=[packet.pk]),
        reverse("applications:start", args=[scene.categories[0].pk]),
        reverse("calls:detail", args=[scene.call.pk]),
        reverse("calls:calendar", args=[scene.call.pk]),
    ]
    for address in (*addresses[:4], reverse("home"), reverse("calls:list")):
        assert until(end) in client.get(address).content.decode()
    ics = client.get(addresses[4]).content.decode()
    assert f"close-{scene.categories[0].pk}@" in ics
    close_early(scene, clock.now() - HOUR)
    start = reverse("applications:start", args=[scene.categories[0].pk])
    assert 'name="has_confidential"' not in client.get(start).content.decode()
    assert client.post(start, {"has_confidential": "no"}).status_code == 409
    detail = client.get(addresses[3]).content.decode()
    assert start not in detail
    assert reverse("applications:start", args=[scene.categories[1].pk]) in detail


def test_a_kept_page_ends_at_the_end_of_a_category(client: Client) -> None:
    scene = plain_scene()
    now = clock.now()
    end = close_early(scene, now + HOUR)
    page = explain(load(Call.objects.all(), scene.call.pk), now)
    assert page.good_until == end
    assert [(row.closes, row.closed) for row in page.rows] == [(until(end), False), ("", False)]
    after = explain(load(Call.objects.all(), scene.call.pk), end)
    assert after.rows[0].closed
    assert after.good_until == scene.call.closes_at
