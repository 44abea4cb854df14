"""The page of a step: everything it asks for stands above the buttons that lead on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from calls.enums import FieldKind
from calls.models import FormField, FormSection
from calls.services.editing import change_call
from tests.factories.applications import Scene


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
