"""Experts an applicant asks to avoid: as many as the call allows, with reasons, for staff alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, AvoidedExpert
from applications.services import avoiding, signoff
from portal.errors import RuleViolation
from tests.factories.applications import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    """A call that lets two experts be avoided."""
    made = make_scene()
    made.call.avoid_experts_max = 2
    made.call.save(update_fields=["avoid_experts_max"])
    return made


def name(scene: Scene, application: Application, who: str, reason: str = "有学术分歧") -> None:
    avoiding.name_expert(
        application_id=application.pk, name=who, unit_name="示例大学", reason=reason,
        by=scene.unit.filler,
    )  # fmt: skip


def test_as_many_as_the_call_allows_each_once_and_with_a_reason(scene: Scene) -> None:
    application = scene.drafted()
    name(scene, application, "张示例")
    for who, reason in (("张示例", "再说一次"), ("李示例", "  "), ("", "无名")):
        with pytest.raises(RuleViolation):
            name(scene, application, who, reason)
    name(scene, application, "李示例")
    with pytest.raises(RuleViolation, match="2"):
        name(scene, application, "王示例")
    assert [one.name for one in application.avoided_experts.all()] == ["张示例", "李示例"]


def test_a_call_that_does_not_ask_has_no_such_step(scene: Scene) -> None:
    scene.call.avoid_experts_max = 0
    scene.call.save(update_fields=["avoid_experts_max"])
    application = scene.drafted()
    with pytest.raises(RuleViolation):
        name(scene, application, "张示例")
    client = Client()
    client.force_login(scene.unit.filler)
    page = client.get(reverse("applications:check", args=[application.packet_id]))
    address = reverse("applications:avoid", args=[application.pk])
    assert address not in page.text
    assert client.get(address).status_code == 404


def test_the_page_adds_and_removes_until_the_form_is_frozen(scene: Scene) -> None:
    application = scene.drafted()
    client = Client()
    client.force_login(scene.unit.filler)
    address = reverse("applications:avoid", args=[application.pk])
    data = {"name": "张示例", "unit_name": "", "reason": "曾有纠纷"}
    assert client.post(address, data).status_code == 302
    named = AvoidedExpert.objects.get()
    assert "曾有纠纷" in client.get(address).text
    assert client.post(address, {"remove": named.pk}).status_code == 302
    assert client.post(address, {"remove": named.pk}).status_code == 409
    client.post(address, data)
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    assert client.post(address, data | {"name": "李示例"}).status_code == 409
    signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    version = application.packet.versions.get()
    assert "张示例" not in str(version.content), "beside the form, not in it"
