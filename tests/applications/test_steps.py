"""The page of a step: everything it asks for stands above the buttons that lead on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.completeness import application_url, plan_step_url, unanswered
from applications.models import Packet
from applications.rail import next_url, rail
from calls.enums import FieldKind
from calls.models import FormField, FormSection
from calls.services.editing import change_call
from tests.factories.applications import Scene, make_scene


@pytest.fixture
def page(scene: Scene) -> str:
    """A step that asks for texts and for files."""

    def ask_for_files(call: Any) -> None:
        section = FormSection.objects.get(call=call, code="basics")
        FormField.objects.create(
            section=section,
            code="letters",
            label="附件",
            kind=FieldKind.FILES,
            options={"types": ["pdf", "jpg"], "max_files": 2},
            position=9,
        )

    change_call(scene.call, by=scene.officer, part="form", change=ask_for_files, summary="附件")
    application = scene.drafted()
    client = Client()
    client.force_login(scene.unit.filler)
    answer = client.get(reverse("applications:step", args=[application.pk, "basics"]))
    return answer.content.decode()


def test_files_are_asked_for_before_the_buttons_that_lead_on(page: str) -> None:
    assert page.index('name="file"') < page.index("保存并继续")


def test_the_buttons_send_the_answers_although_they_stand_outside(page: str) -> None:
    form = re.search(r'<form id="step".*?</form>', page, re.DOTALL)
    assert form is not None
    assert "保存并继续" not in form[0]
    buttons = re.findall(r'<button[^>]* form="step"[^>]*>([^<]*)<', page)
    assert buttons == ["保存并继续", "保存"]


def test_the_files_taken_are_said_in_words(page: str) -> None:
    assert "PDF、JPG，最多 2 个文件。" in page
    assert 'accept=".pdf,.jpg"' in page


def test_a_step_of_files_alone_leads_to_the_next_step(scene: Scene) -> None:
    def put_files_first(call: Any) -> None:
        section = FormSection.objects.create(call=call, code="papers", title="材料", position=0)
        FormSection.objects.filter(call=call, code="basics").update(position=1)
        FormField.objects.create(
            section=section, code="letters", label="附件", kind=FieldKind.FILES, position=1,
            options={"types": ["pdf"], "max_files": 1},
        )  # fmt: skip

    change_call(scene.call, by=scene.officer, part="form", change=put_files_first, summary="附件")
    application = scene.drafted()
    client = Client()
    client.force_login(scene.unit.filler)
    page = client.get(reverse("applications:step", args=[application.pk, "papers"]))
    steps = page.context["steps"]
    current = next(i for i, one in enumerate(steps) if one.current)
    assert page.context["next_url"] == steps[current + 1].url
    assert f'<a class="button" href="{steps[current + 1].url}">' in page.content.decode()


def test_a_form_nobody_prints_says_so_after_a_while(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = scene.drafted()
    client = Client()
    client.force_login(scene.unit.filler)
    waiting = client.post(
        reverse("applications:preview", args=[application.packet_id]), follow=True
    )
    assert waiting.context["silent"] is False
    monkeypatch.setattr("applications.views.frozen.PATIENCE_SECONDS", -1)
    page = client.get(reverse("applications:form", args=[application.packet_id]))
    assert page.context["silent"] is True
    assert '<div class="box warning">' in page.content.decode()
    assert "hx-get" in page.content.decode(), "the page goes on asking"


def test_a_preview_is_called_one_and_the_frozen_form_is_not(scene: Scene) -> None:
    application = scene.drafted()
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.unit.filler)
    preview = client.post(
        reverse("applications:preview", args=[application.packet_id]), follow=True
    ).content.decode()
    assert "<title>Preview of the form" in preview
    assert re.search(rf"<h1>\s*{scene.call.form_title} \(Preview\)\s*</h1>", preview)
    packet = scene.handed_in(scene.another_unit()).packet
    client.force_login(packet.organisation.memberships.filter(is_filler=True)[0].user)
    frozen = client.get(reverse("applications:form", args=[packet.pk])).content.decode()
    assert "<title>Printed form" in frozen
    assert re.search(rf"<h1>\s*{scene.call.form_title}\s*</h1>", frozen)


def test_a_step_left_incomplete_says_so_on_the_way_to_the_next(scene: Scene) -> None:
    application = scene.drafted()
    client = Client()
    client.force_login(scene.unit.filler)
    step = reverse("applications:step", args=[application.pk, "basics"])
    sent = {"title": "", "purpose": "交流", "revision-title": "1", "revision-purpose": "1"}
    said = client.post(step, sent, follow=True).content.decode()
    assert "已保存，但还有 1 处未填或不符合要求" in said


def test_the_rail_leads_from_the_plan_through_its_applications_to_the_check(db: None) -> None:
    scene = make_scene(packet_mode="plan")
    first, second = scene.drafted(), scene.drafted(category=1, answers={"basics.purpose": ""})
    packet = Packet.objects.prefetch_related("applications__category").get(pk=first.packet_id)
    own = rail(packet, first, "basics")
    assert [(step.label, step.missing) for step in own[:2]] == [("推荐方案", 1), ("基本信息", 0)]
    assert [step.current for step in own] == [False, True] + [False] * (len(own) - 2)
    assert own[0].url == plan_step_url(packet, "plan")
    plan = rail(packet, None, "plan", unanswered(packet, [first, second]))
    assert [step.url for step in plan[1:3]] == [application_url(first), application_url(second)]
    assert [step.missing for step in plan] == [1, 0, 1, 0]
    assert next_url(plan) == application_url(first)
