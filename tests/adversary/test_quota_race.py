"""Parallel hand-ins: exactly the lawful number gets in, none over, none lawful refused.

20 units post 50 times each from 4 processes at once, 5 rounds, on PostgreSQL; with the lock
switched off the same must go over, else the test would prove nothing.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import uuid
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connection

from applications.freezing import content_of
from applications.models import Application, Packet, Participation, Version
from applications.services import handin, locking
from applications.states import State
from calls.forms_schema import digest
from portal import clock
from portal.errors import RuleViolation
from portal.people.models import User
from tests.adversary.scale import SCALE
from tests.factories.applications import Scene, Unit, make_scene

UNITS, POSTS, WORKERS, ROUNDS = 20, 50, 4, 5 * SCALE
# Three packets in one category and two in the other: two of the five may get in.
PACKETS = (0, 0, 0, 1, 1)
ALLOWED = 2


@dataclass(frozen=True)
class Post:
    """One request of the rush."""

    packet: uuid.UUID
    user: int
    arrived_at: dt.datetime


def signed_packets(scene: Scene, unit: Unit) -> list[Packet]:
    """Write packets as the sign-off leaves them, without its many steps."""
    packets = []
    for number, category in enumerate(PACKETS):
        packet = Packet.objects.create(
            call=scene.call,
            organisation=unit.organisation,
            form_revision=scene.call.form_revisions.latest("no"),
            number=f"SL-{unit.organisation.pk}-{number}",
            created_by=unit.filler,
        )
        application = Application.objects.create(
            packet=packet,
            category=scene.categories[category],
            state=State.SIGNED_OFF,
            title=f"示例论坛{number}",
            answers={"basics.title": f"示例论坛{number}", "basics.purpose": "交流"},
            created_by=unit.filler,
        )
        content = content_of(packet, [application])
        Version.objects.create(
            packet=packet,
            no=1,
            form_revision=packet.form_revision,
            content=content,
            sha256=digest(content),
            by=unit.approver,
            at=clock.now(),
        )
        packets.append(packet)
    return packets


def post(one: Post) -> str:
    """Hand in as a web worker would; runs in a child process."""
    try:
        receipt = handin.hand_in(
            packet_id=one.packet,
            by=User.objects.get(pk=one.user),
            key=uuid.uuid4(),
            arrived_at=one.arrived_at,
        )
    except RuleViolation as refusal:
        return ",".join(sorted({reason.code for reason in refusal.reasons}))
    return receipt.receipt_number


def begin_child() -> None:
    connection.close()


def rush(scene: Scene, seed: int, units_in_it: int = UNITS) -> Counter[int]:
    """Run one round; return how many places each unit took.

    A unit's posts follow each other, so that all processes are at the same unit at the same time.
    """
    units = [scene.another_unit() for _n in range(units_in_it)]
    now, posts = clock.now(), []
    for unit in units:
        packets = random.Random(seed).sample(signed_packets(scene, unit), len(PACKETS))
        posts += [Post(packets[n % len(packets)].pk, unit.filler.pk, now) for n in range(POSTS)]
    connection.close()
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(WORKERS, mp_context=fork, initializer=begin_child) as pool:
        answers = list(pool.map(post, posts, chunksize=1))
    assert set(answers) - {"quota"}, "somebody must get in"
    ids = [unit.organisation.pk for unit in units]
    taken = Application.objects.counting_against_quota().filter(packet__organisation__in=ids)
    return Counter(taken.values_list("packet__organisation", flat=True))


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene()


@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
def test_a_rush_never_goes_over_and_never_under(scene: Scene, seed: int) -> None:
    taken = rush(scene, seed)
    assert len(taken) == UNITS
    assert set(taken.values()) == {ALLOWED}
    assert Participation.objects.filter(call=scene.call).count() >= UNITS


def test_without_the_lock_the_same_rush_goes_over(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "lock_counting", lambda *_args: None)
    taken = rush(scene, seed=1, units_in_it=8)
    assert max(taken.values()) > ALLOWED
