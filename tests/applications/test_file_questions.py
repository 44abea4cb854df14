"""A question answered by files may hang on another answer, as every other question may."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from applications.services import signoff
from applications.states import State
from calls.enums import FieldKind
from portal.errors import RuleViolation
from tests.factories.applications import Scene, make_scene

FIELDS: list[dict[str, Any]] = [
    {
        "code": "joint",
        "label": "是否联合举办",
        "kind": FieldKind.CHOICE,
        "options": {"choices": [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]},
    },
    {
        "code": "agreement",
        "label": "联合举办协议",
        "kind": FieldKind.FILES,
        "options": {"types": ["pdf"]},
        "condition": {"field": "joint", "equals": "yes"},
    },
]


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene(fields=FIELDS)


def test_files_are_asked_for_only_where_the_answer_asks_for_them(scene: Scene) -> None:
    alone = scene.drafted(answers={"basics.joint": "no"})
    signoff.request_signoff(packet_id=alone.packet_id, by=scene.unit.filler)
    alone.refresh_from_db()
    assert alone.state == State.AWAITING_SIGNOFF
    together = scene.drafted(category=1, answers={"basics.joint": "yes"})
    with pytest.raises(RuleViolation, match="联合举办协议"):
        signoff.request_signoff(packet_id=together.packet_id, by=scene.unit.filler)


def test_the_step_says_when_the_files_are_wanted(scene: Scene) -> None:
    application = scene.drafted(answers={"basics.joint": "no"})
    client = Client()
    client.force_login(scene.unit.filler)
    page = client.get(f"/my/applications/{application.pk}/steps/basics/").content.decode()
    assert "“是否联合举办”是“是”" in page
