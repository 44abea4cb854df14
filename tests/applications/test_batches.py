"""Batches: where a hand-in falls, what the receipt and staff see of it, places counted in each."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from applications.batches import batch_of
from applications.models import Application
from calls.models import Batch, Rule
from portal import clock
from portal.errors import RuleViolation
from tests.factories.applications import Scene, make_scene

DAY = dt.timedelta(days=1)


@pytest.fixture
def scene(db: None) -> Scene:
    """A call in two batches that gives each unit one place in each of them."""
    scene = make_scene(quota_each={"limit": 1, "scope": "call", "per_batch": True})
    Rule.objects.filter(pk=scene.quota_all.pk).delete()
    now = clock.now()
    Batch.objects.create(call=scene.call, title="第一批", closes_at=now + DAY)
    Batch.objects.create(call=scene.call, title="第二批", closes_at=now + 3 * DAY)
    return scene


def test_a_place_of_one_batch_is_free_again_in_the_next(scene: Scene) -> None:
    first = scene.handed_in()
    with pytest.raises(RuleViolation, match="1"):
        scene.handed_in(category=1)
    # The first batch has ended since; what was handed in stays in it.
    Batch.objects.filter(title="第一批").update(
        closes_at=first.handed_in_at + dt.timedelta.resolution
    )
    second = scene.handed_in(scene.unit, category=1)
    found = [batch_of(one.packet) for one in (first, second)]
    assert [batch.title for batch in found if batch] == ["第一批", "第二批"]
    with pytest.raises(RuleViolation):
        scene.handed_in(category=0)


def test_without_batches_the_whole_call_is_counted(scene: Scene) -> None:
    Batch.objects.all().delete()
    application = scene.handed_in()
    assert batch_of(application.packet) is None
    with pytest.raises(RuleViolation):
        scene.handed_in(category=1)


def test_receipt_queue_and_page_of_staff_name_the_batch(scene: Scene, settings: Any) -> None:
    settings.DEMO = True
    application: Application = scene.handed_in()
    unit, staff = Client(), Client()
    unit.force_login(scene.unit.filler)
    staff.force_login(scene.officer)
    receipt = application.packet.handins.get()
    page = unit.get(f"/my/packets/{application.packet_id}/receipts/{receipt.receipt_number}/")
    assert "第一批" in page.content.decode()
    for address in ("", f"{application.pk}/change/"):
        page = staff.get(f"/admin/reviews/submission/{address}", follow=True)
        assert "第一批" in page.content.decode(), address
