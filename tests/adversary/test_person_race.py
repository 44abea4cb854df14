"""Two units hand in the same candidate at once: exactly one gets through, whoever it is.

The threads meet at a barrier; with the lock on persons switched off and the count held apart from
the write, both must get through, else the test would prove nothing.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from applications.models import Application, Packet
from applications.services import handin, history, standing
from portal import clock
from portal.errors import RuleViolation
from tests.factories.applications import CANDIDATES, Scene, Unit, make_scene

ROUNDS = 5
ONE_CHANNEL = ("person_places", {"roles": ["candidates"], "limit": 1})
# The two name each other's candidates in opposite order, so that a lock taken in the order of the
# table would wait in a circle.
PEOPLE = [{"name": "张三", "born": "1990-01-01"}, {"name": "李四", "born": "1991-02-02"}]


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene(fields=[CANDIDATES], rules=[ONE_CHANNEL])


def together(*posts: Callable[[], str]) -> list[str]:
    """Run the posts in threads of their own, begun at one instant."""
    barrier = threading.Barrier(len(posts))

    def run(post: Callable[[], str]) -> str:
        barrier.wait(10)
        try:
            return post()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(run, posts))


def post(packet: Packet, unit: Unit) -> Callable[[], str]:
    """Return the hand-in of one unit; it answers with what was refused, or nothing."""

    def hand_in() -> str:
        try:
            handin.hand_in(
                packet_id=packet.pk, by=unit.filler, key=uuid.uuid4(), arrived_at=clock.now()
            )
        except RuleViolation as refusal:
            return ",".join(reason.code for reason in refusal.reasons)
        return ""

    return hand_in


def rivals(scene: Scene) -> list[Callable[[], str]]:
    """Sign the same candidates off in two units."""
    posts = []
    for rows in (PEOPLE, PEOPLE[::-1]):
        unit = scene.another_unit()
        packet = scene.signed(unit, answers={"basics.candidates": rows})
        posts.append(post(packet, unit))
    return posts


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_hand_ins_of_one_candidate_exactly_one_passes(scene: Scene, _round: int) -> None:
    answers = together(*rivals(scene))
    assert sorted(answers) == ["", "person_places"]
    assert Application.objects.counting_against_quota().count() == 1


def test_without_the_lock_both_get_through(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    posts, counted = rivals(scene), threading.Barrier(2)
    judged = standing.packet_findings

    def judged_together(applications: Any) -> Any:
        found = judged(applications)
        counted.wait(10)
        return found

    monkeypatch.setattr(history, "lock_people", lambda *_args: None)
    monkeypatch.setattr(handin, "packet_findings", judged_together)
    assert together(*posts) == ["", ""]
