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
def test_every_link_of_my_work_opens(scene: Scene, client: Client, who: str) -> None:
    scene.drafted()
    scene.signed(category=1)
    client.force_login(getattr(scene.unit, who))
    waiting, seen = [reverse("applications:my")], set[str]()
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
