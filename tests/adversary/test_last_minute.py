"""Around the deadline and at once: the instant decides, threads change nothing in it."""

from __future__ import annotations

import datetime as dt
import random
import threading
import uuid
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from applications.models import Application, HandIn, Packet, StateLog
from applications.services import drafting, handin, lifecycle, partners, signoff
from applications.states import State
from calls.models import Category, Rule
from portal import clock
from portal.errors import Conflict, RuleViolation
from tests.adversary.scale import SCALE
from tests.adversary.test_quota_race import signed_packets
from tests.factories.applications import Scene, Unit, make_scene

HAND_INS, SEED = 200 * SCALE, 20260306


def test_around_the_instant_none_late_gets_in_and_none_early_is_refused(db: None) -> None:
    """200 hand-ins within 50 ms before and after the deadline, and on the very instant."""
    plenty = {"limit": 1000, "scope": "call"}
    scene = make_scene(quota_each=plenty, sealing="none", seal_days=None)
    Rule.objects.filter(pk=scene.quota_all.pk).update(params=plenty)
    draw = random.Random(SEED)
    end = scene.call.closes_at
    offsets = [0, -1, 1] + [draw.randint(-50_000, 50_000) for _n in range(HAND_INS - 3)]
    units = [scene.another_unit() for _n in range(HAND_INS // 5)]
    waiting = [(unit, packet) for unit in units for packet in signed_packets(scene, unit)]
    wrong = []
    for micros, (unit, packet) in zip(offsets, waiting, strict=True):
        arrival = end + dt.timedelta(microseconds=micros)
        taken = _try(
            lambda p=packet, u=unit, a=arrival: handin.hand_in(  # type: ignore[misc]
                packet_id=p.pk, by=u.filler, key=uuid.uuid4(), arrived_at=a
            )
        )
        if (taken == "done") is not (micros < 0):
            wrong.append(micros)
    assert wrong == []
    assert HandIn.objects.count() == sum(micros < 0 for micros in offsets)


def _try(act: Callable[[], Any]) -> str:
    try:
        act()
    except (RuleViolation, Conflict, PermissionDenied) as refused:
        return type(refused).__name__
    return "done"


# At once ------------------------------------------------------------------------------------


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene(sealing="none", seal_days=None)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Let each act run in a thread of its own, all let go at the same moment; return their ends."""
    gate, ends = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            ends[place] = _try(act)
        except Exception as fault:  # noqa: BLE001 - the test judges every end
            ends[place] = repr(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "two of them wait for each other"
    return ends


def fault_free(ends: list[str]) -> bool:
    return set(ends) <= {"done", "RuleViolation", "Conflict", "PermissionDenied"}


def hand_in(packet: Packet, unit: Unit) -> Callable[[], Any]:
    return lambda: handin.hand_in(
        packet_id=packet.pk, by=unit.filler, key=uuid.uuid4(), arrived_at=clock.now()
    )


@pytest.mark.parametrize("round_", range(4))
def test_withdraw_hand_in_and_return_at_once_leave_one_sensible_end(
    scene: Scene, round_: int
) -> None:
    packet = scene.signed()
    scene.hand_in(packet)
    application = packet.applications.get()
    due = clock.now() + dt.timedelta(days=3)
    ends = at_once(
        lambda: lifecycle.withdraw(
            application_id=application.pk, by=scene.unit.filler, reason="另有安排"
        ),
        lambda: lifecycle.return_for_changes(
            application_id=application.pk, by=scene.officer, reason="请补充", items={}, due=due
        ),
        lambda: lifecycle.accept(application_id=application.pk, by=scene.officer),
        hand_in(packet, scene.unit),
        lambda: lifecycle.not_accept(
            application_id=application.pk, by=scene.officer, reason="不符"
        ),
    )
    assert fault_free(ends), ends
    application.refresh_from_db()
    logs = list(StateLog.objects.filter(application=application).order_by("pk"))
    assert logs[-1].target == application.state
    for earlier, later in pairwise(logs):
        assert earlier.target == later.source, "each step begins where the one before ended"
    assert HandIn.objects.filter(packet=packet).count() == 1


def test_the_freed_place_is_given_once(scene: Scene) -> None:
    """One withdraws while three wait for the place: at most one of them gets it."""
    first = scene.handed_in()
    waiting = [scene.signed() for _n in range(3)]
    ends = at_once(
        lambda: lifecycle.withdraw(
            application_id=first.pk, by=scene.unit.filler, reason="改报其他"
        ),
        *(hand_in(packet, scene.unit) for packet in waiting),
    )
    assert fault_free(ends), ends
    assert ends[0] == "done"
    counting = Application.objects.counting_against_quota()
    assert counting.filter(category=scene.categories[0]).count() <= 1


def test_two_people_save_one_answer_at_once(scene: Scene) -> None:
    application = scene.drafted()
    ends = at_once(
        *(
            lambda text=text: drafting.save_answer(
                packet_id=application.packet_id,
                application_id=application.pk,
                key="basics.title",
                value=text,
                revision=1,
                by=scene.unit.filler,
            )
            for text in ("甲", "乙", "丙", "丁")
        )
    )
    assert sorted(ends) == ["Conflict", "Conflict", "Conflict", "done"]
    application.refresh_from_db()
    assert application.answers["basics.title"] == ("甲", "乙", "丙", "丁")[ends.index("done")]


def test_two_tabs_fill_two_questions_at_once_and_both_stay(scene: Scene) -> None:
    application = scene.drafted()
    ends = at_once(
        *(
            lambda key=key: drafting.save_answer(
                packet_id=application.packet_id,
                application_id=application.pk,
                key=key,
                value="新",
                revision=1,
                by=scene.unit.filler,
            )
            for key in ("basics.title", "basics.purpose")
        )
    )
    assert ends == ["done", "done"]
    application.refresh_from_db()
    assert application.answers == {"basics.title": "新", "basics.purpose": "新"}


def test_sign_off_and_take_back_at_once(scene: Scene) -> None:
    application = scene.drafted()
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    ends = at_once(
        lambda: signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver),
        lambda: signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver),
        lambda: signoff.take_back(packet_id=application.packet_id, by=scene.unit.filler),
    )
    assert fault_free(ends), ends
    application.refresh_from_db()
    assert application.state in (State.DRAFT, State.SIGNED_OFF)
    assert application.packet.versions.count() <= 1


def test_the_answer_of_a_partner_and_the_hand_in_at_once(scene: Scene) -> None:
    """The partner has one place: either the joint application has it or the partner's own."""
    Category.objects.update(joint="allowed")
    jointly = {"limit": 1, "scope": "call", "joint": "all"}
    Rule.objects.filter(pk=scene.quota_all.pk).update(params=jointly)
    partner = scene.another_unit()
    mine = scene.drafted()
    row = partners.add_partner(
        application_id=mine.pk, organisation=partner.organisation, by=scene.unit.filler
    )
    signoff.request_signoff(packet_id=mine.packet_id, by=scene.unit.filler)
    signoff.sign_off(packet_id=mine.packet_id, by=scene.unit.approver)
    theirs = scene.signed(partner)
    ends = at_once(
        lambda: partners.answer(partner_id=row.pk, confirm=True, by=partner.administrator),
        hand_in(mine.packet, scene.unit),
        hand_in(theirs, partner),
    )
    assert fault_free(ends), ends
    row.refresh_from_db()
    mine.refresh_from_db()
    own = theirs.applications.get()
    taken = (own.handed_in_at is not None) + (
        row.state == "confirmed" and mine.handed_in_at is not None
    )
    assert taken <= 1, ends


def test_drafts_begun_at_once_share_one_participation(scene: Scene) -> None:
    ends = at_once(*[lambda: scene.drafted() for _n in range(4)])
    assert ends == ["done"] * 4
    assert scene.call.participations.filter(organisation=scene.unit.organisation).count() == 1
