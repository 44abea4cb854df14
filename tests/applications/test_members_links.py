"""No page of a unit leads a member where she is refused: what she may not do is not offered."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.applications import Scene, make_scene

LINK = re.compile(r'href="(/my/[^"#]+)"')


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


@pytest.mark.parametrize("who", ["approver", "administrator", "filler"])
def test_every_link_of_my_work_and_of_the_call_opens(
    scene: Scene, client: Client, who: str
) -> None:
    scene.drafted()
    scene.signed(category=1)
    client.force_login(getattr(scene.unit, who))
    waiting = [reverse("applications:my"), reverse("calls:detail", args=[scene.call.pk])]
    seen = set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        if "html" in answer["Content-Type"]:
            waiting += LINK.findall(answer.content.decode())
    assert len(seen) > 2


@pytest.mark.parametrize(("who", "begins"), [("approver", False), ("filler", True)])
def test_who_does_not_fill_in_is_not_offered_to_begin(
    scene: Scene, client: Client, who: str, begins: bool
) -> None:
    client.force_login(getattr(scene.unit, who))
    page = client.get(reverse("calls:detail", args=[scene.call.pk])).content.decode()
    assert ("/my/start/" in page) == begins
    assert ("填报人办理" in page) == (not begins)
