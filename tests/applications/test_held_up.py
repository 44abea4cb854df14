"""A form that would be refused at the hand-in says so on every page before it, and stops nobody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Participation
from applications.services import drafting, lifecycle, signoff
from portal.errors import RuleViolation
from portal.people.models import User
from tests.factories.applications import Scene, make_scene

pytestmark = pytest.mark.django_db
HELD_UP = "现在不能提交"


def reads(user: User, name: str, *args: object) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(f"applications:{name}", args=args), follow=True).content.decode()


def test_a_used_up_place_is_told_from_the_first_step_to_the_hand_in(scene: Scene) -> None:
    first, unit = scene.handed_in(), scene.unit
    clause = scene.quota_each.clause
    second = scene.drafted()
    packet_id = second.packet_id
    for page in (
        reads(unit.filler, "application", second.pk),
        reads(unit.filler, "packet", packet_id),
        reads(unit.filler, "check", packet_id),
    ):
        assert HELD_UP in page
        assert clause in page
    signoff.request_signoff(packet_id=packet_id, by=unit.filler)
    page = reads(unit.approver, "signoff", packet_id)
    assert HELD_UP in page
    assert clause in page
    signoff.sign_off(packet_id=packet_id, by=unit.approver)
    page = reads(unit.filler, "packet", packet_id)
    assert HELD_UP in page
    assert "可在提交后补传" not in page
    assert f"填报人办理：{unit.filler.name}" in reads(unit.approver, "packet", packet_id)
    lifecycle.withdraw(application_id=first.pk, by=unit.filler, reason="并入")
    page = reads(unit.filler, "packet", packet_id)
    assert HELD_UP not in page
    assert "可在提交后补传" in page
    assert "办理：" not in page


def test_the_call_page_leads_to_what_waits_and_not_to_one_too_many(scene: Scene) -> None:
    begin = reverse("applications:start", args=[scene.categories[0].pk])
    other = reverse("applications:start", args=[scene.categories[1].pk])
    assert begin in reads_call(scene)
    packet = scene.signed()
    page = reads_call(scene)
    assert reverse("applications:packet", args=[packet.pk]) in page
    assert "已签批" in page
    assert begin not in page
    assert other in page


def test_a_unit_that_waits_for_its_verification_may_prepare_and_is_led_there(scene: Scene) -> None:
    scene.unit.organisation.affiliations.update(state="pending")
    page = reads_call(scene)
    assert "可先填报，核实后提交" in page
    assert reverse("applications:start", args=[scene.categories[0].pk]) in page


def test_a_unit_unknown_to_the_association_is_sent_to_register_first(scene: Scene) -> None:
    scene.drafted()
    begin = reverse("applications:start", args=[scene.categories[0].pk])
    for state, words in (("refused", "未通过"), ("ended", "尚未在发布本通知的科协登记")):
        scene.unit.organisation.affiliations.update(state=state, reason="材料不全")
        page = reads_call(scene)
        assert words in page
        assert "请先登记" in page
        assert "可先填报" not in page
        assert begin not in page
        status = reverse("register:status", args=[scene.unit.organisation.pk])
        assert f"{status}#associations" in page
        with pytest.raises(RuleViolation):
            scene.drafted()


def reads_call(scene: Scene) -> str:
    client = Client()
    client.force_login(scene.unit.filler)
    return client.get(reverse("calls:detail", args=[scene.call.pk])).content.decode()


def test_a_plan_offers_no_application_for_which_no_place_is_left(db: None) -> None:
    scene = make_scene(packet_mode="plan")
    page = reads(scene.unit.filler, "add", scene.drafted().packet_id)
    assert "本类已有的草稿已占满名额" in page
    assert reverse("applications:start", args=[scene.categories[0].pk]) not in page
    assert reverse("applications:start", args=[scene.categories[1].pk]) in page


def test_the_unit_reads_what_staff_wrote_for_it(scene: Scene) -> None:
    application = scene.drafted()
    page = reads(scene.unit.filler, "packet", application.packet_id)
    assert "代为填写" not in page
    drafting.save_answer(
        packet_id=application.packet_id,
        application_id=application.pk,
        key="basics.purpose",
        value="由科协代填。",
        revision=1,
        by=scene.officer,
    )
    page = reads(scene.unit.filler, "packet", application.packet_id)
    assert f"1 处由科协工作人员{scene.officer.name}代为填写" in page


def test_who_said_that_a_part_is_confidential_is_reminded_on_every_step(scene: Scene) -> None:
    application = scene.drafted()
    Participation.objects.update(has_confidential=True)
    for name, pk in (("application", application.pk), ("packet", application.packet_id)):
        assert "涉密内容不要在此填写或上传" in reads(scene.unit.filler, name, pk)
    Participation.objects.update(has_confidential=False)
    assert "涉密内容不要" not in reads(scene.unit.filler, "packet", application.packet_id)
