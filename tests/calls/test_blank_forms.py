"""The empty form of a category: every question, what is expected, no proof, anew when changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from calls.blank_form import blank_payload
from calls.enums import FieldKind, PacketMode
from calls.models import Call, FormField
from calls.services import blank_forms, form_revisions
from calls.services.editing import change_call
from portal.documents.models import Document
from portal.documents.payloads import check_payload
from portal.documents.services import render_document
from portal.seals.services.sealing import read_bytes
from tests.factories.applications import CANDIDATES, make_scene
from tests.portal.documents.pdfs import Pdf

pytestmark = pytest.mark.django_db

FIELDS: list[dict[str, Any]] = [
    {"code": "form", "label": "活动形式", "kind": FieldKind.CHOICES, "required": False,
     "options": {"choices": [{"value": "a", "label": "报告会"}, {"value": "b", "label": "论坛"}]}},
    {"code": "hall", "label": "会场", "kind": FieldKind.SHORT_TEXT,
     "condition": {"field": "form", "in": ["b"]}},
    {"code": "budget", "label": "经费预算", "kind": FieldKind.BUDGET},
    {"code": "papers", "label": "佐证材料", "kind": FieldKind.FILES,
     "options": {"types": ["pdf"], "max_files": 3}},
    CANDIDATES,
]  # fmt: skip


def pdf_of(document: Document | None, folder: Path) -> Pdf:
    assert document is not None
    assert render_document(document.pk)
    document.refresh_from_db()
    assert document.file is not None, document.failure
    return Pdf(read_bytes(document.file), folder)


def test_it_shows_every_question_and_bears_no_proof(tmp_path: Path) -> None:
    scene = make_scene(fields=FIELDS)
    assert blank_forms.order_blank_forms(scene.call.pk) == 2
    document = blank_forms.blank_form_of(scene.categories[0])
    pdf = pdf_of(document, tmp_path)
    said = pdf.flat()
    for words in (
        "项目名称", "不超过40字", "活动形式", "报告会", "可多选；选填", "会场", "仅当", "经费预算",
        "在线上传附件；格式：pdf；最多3个", "候选人", "身份证", "申报单位意见", "示例类别0",
        "空白样表", "样表",
    ):  # fmt: skip
        assert words in said, words
    assert document is not None
    for word in ("核验", "摘要", "编号SL", document.shown_code):
        assert word not in said
    # A box is ticked by nobody.
    payload: Any = document.payload
    rows = payload["sections"][0]["rows"]
    assert not [o for r in rows if r["kind"] == "choice" for o in r["value"] if o["chosen"]]


def test_a_plan_has_its_empty_form_too() -> None:
    scene = make_scene(packet_mode=PacketMode.PLAN)
    schema = scene.call.form_revisions.get().schema
    payload: Any = blank_payload(scene.call, scene.categories[1], schema)
    check_payload("recommendation_packet", payload)
    assert payload["entries"][0][0] == "示例类别1"
    assert payload["plan"][0]["title"] == "推荐原则"
    assert [row["label"] for row in payload["forms"][0]["rows"]] == ["项目名称", "目的与意义"]


def test_anybody_reads_it_once_it_is_set_and_is_told_to_wait_before() -> None:
    scene = make_scene()
    client = Client(headers={"accept-language": "en"})
    address = reverse("calls:blank_form", args=[scene.call.pk, scene.categories[0].pk])
    waiting = client.get(address)
    assert "is being set" in waiting.content.decode()
    blank_forms.order_blank_forms()
    document = blank_forms.blank_form_of(scene.categories[0])
    assert document is not None
    with mock.patch("portal.documents.render.pdf.render_pdf", return_value=b"%PDF-1.7 empty"):
        assert render_document(document.pk)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer) == b"%PDF-1.7 empty"
    page = client.get(reverse("calls:detail", args=[scene.call.pk])).content.decode()
    assert address in page
    other = make_scene(issuer=scene.issuer, year=2027)
    assert client.get(
        reverse("calls:blank_form", args=[other.call.pk, scene.categories[0].pk])
    ).status_code == 404  # fmt: skip
    Call.objects.filter(pk=scene.call.pk).update(state="draft")
    assert client.get(address).status_code == 404


def test_ordering_again_changes_nothing_and_a_new_form_takes_the_place() -> None:
    scene = make_scene()
    blank_forms.order_blank_forms()
    first = blank_forms.blank_form_of(scene.categories[0])
    blank_forms.order_blank_forms()
    assert first == blank_forms.blank_form_of(scene.categories[0])

    def longer(call: Call) -> None:
        FormField.objects.filter(section__call=call, code="title").update(label="活动名称")

    change_call(scene.call, by=scene.officer, part="form", change=longer, summary="改名称")
    pending = form_revisions.pending(scene.call)
    if pending is not None:
        form_revisions.publish_form(
            scene.call, by=scene.officer, summary="改名称", stamp=pending.stamp
        )
    blank_forms.order_blank_forms(scene.call.pk)
    second = blank_forms.blank_form_of(scene.categories[0])
    assert first is not None
    assert second is not None
    first.refresh_from_db()
    assert second != first
    assert first.superseded
    assert second.payload["sections"][0]["rows"][0]["label"] == "活动名称"
