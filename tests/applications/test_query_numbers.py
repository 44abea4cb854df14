"""The pages members open most ask few questions of the database, however much a unit has."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.applications import Scene, Unit, make_scene

pytestmark = pytest.mark.django_db

# What an administrator alone is asked costs one more.
MY_WORK = 9
STEP = 11


def signed_in(unit: Unit, *, as_administrator: bool = False) -> Client:
    client = Client()
    client.force_login(unit.administrator if as_administrator else unit.filler)
    return client


def filled(scene: Scene, rows: int) -> None:
    """Give the unit so many applications signed off, one of them with its scan."""
    for row in range(rows):
        packet = scene.signed(category=row % len(scene.categories))
        if row == 0:
            scene.scan(packet)


@pytest.mark.parametrize("rows", [1, 3])
def test_my_work_takes_the_same_few_queries(rows: int, django_assert_num_queries: Any) -> None:
    scene = make_scene()
    filled(scene, rows)
    client = signed_in(scene.unit)
    client.get(reverse("applications:my"))
    with django_assert_num_queries(MY_WORK):
        shown = client.get(reverse("applications:my"))
    assert shown.content.decode().count("示例") >= rows
    administrator = signed_in(scene.unit, as_administrator=True)
    with django_assert_num_queries(MY_WORK + 1):
        administrator.get(reverse("applications:my"))


def test_a_step_of_the_form_takes_few_queries(django_assert_num_queries: Any) -> None:
    scene = make_scene()
    application = scene.drafted()
    client = signed_in(scene.unit)
    step = reverse("applications:step", args=[application.pk, "basics"])
    client.get(step)
    with django_assert_num_queries(STEP):
        client.get(step)
