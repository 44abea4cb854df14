"""The form as a Word file: the same text as the PDF, in official faces, never taken for it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import docx
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from portal.audit.models import AuditEntry
from portal.documents import word
from portal.documents.payloads import DocumentKind
from portal.files.inspection import inspect
from tests.factories.applications import make_scene
from tests.portal.documents import samples
from tests.portal.documents.conftest import unsaved


def read(kind: str = "application_form", **changed: object) -> WordDocument:
    return docx.Document(io.BytesIO(word.word_of(unsaved(kind, **changed))))  # type: ignore[arg-type]


def texts(found: WordDocument) -> Iterator[str]:
    """Every text of the file with its footers, without white space."""
    for part in (found.element.body, *(s.footer._element for s in found.sections)):
        for paragraph in part.iter(qn("w:p")):
            yield "".join("".join(t.text or "" for t in paragraph.iter(qn("w:t"))).split())


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item) if key not in {"kind", "align", "currency_unit"} else ()
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str):
        yield from value.split("\n")


@pytest.mark.parametrize("kind", sorted(word.KINDS))
def test_it_says_what_the_pdf_says(kind: str) -> None:
    whole = "\n".join(texts(read(kind)))
    payload = samples.PAYLOADS[DocumentKind(kind)]()
    said = {"".join(leaf.split()) for leaf in leaves(payload)}
    # Dates and amounts are written out, hashes shortened, as in the PDF.
    missing = {s for s in said if s and s not in whole and not s[0].isdigit() and len(s) < 60}
    assert not missing
    assert "2026年4月9日" in whole or kind != "application_form"


def test_it_bears_number_version_and_hash_but_neither_code_nor_picture() -> None:
    data = word.word_of(unsaved("application_form"))
    whole = "\n".join(texts(docx.Document(io.BytesIO(data))))
    assert "编号SK-2026-0142" in whole
    assert "第2版" in whole
    assert "9f3c71aa0b52d8e6" in whole
    assert "以同编号、同版本的PDF为准" in whole
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert not [name for name in names if "media" in name]
    assert "7K4M" not in whole


def test_page_and_faces_are_those_of_an_official_document() -> None:
    found = read()
    for section in found.sections:
        sides = (
            section.top_margin,
            section.right_margin,
            section.bottom_margin,
            section.left_margin,
        )
        assert [round(side.mm) for side in sides if side is not None] == [37, 26, 35, 28]
    faces = {fonts.get(qn("w:eastAsia")) for fonts in found.element.body.iter(qn("w:rFonts"))}
    assert faces == {"仿宋", "黑体", "宋体"}


def test_a_field_with_a_rare_character_is_in_one_face() -> None:
    runs = [r for r in read().element.body.iter(qn("w:r")) if "䶮" in "".join(r.itertext())]
    assert runs
    for run in runs:
        assert run.find(qn("w:rPr")).find(qn("w:rFonts")).get(qn("w:eastAsia")) == "宋体"


def test_what_people_wrote_stays_text_and_the_file_is_one_the_portal_would_take() -> None:
    payload = samples.application_form()
    payload["cover"][0]["value"] = "<w:br/>\x07&nbsp;{{ x }}\u202e"
    data = word.word_of(unsaved("application_form", payload))
    assert "<w:br/>&nbsp;{{x}}" in "\n".join(texts(docx.Document(io.BytesIO(data))))
    kind = inspect(ContentFile(data), name="申报书.docx", allowed={"docx"})
    assert kind.content_type == word.CONTENT_TYPE


def test_the_demo_says_so_and_drafts_and_other_kinds_have_none() -> None:
    found = read(demo=True)
    assert "演示" in found.sections[0].header.paragraphs[0].text
    assert not word.has_word(unsaved("application_form", draft=True, number=""))
    with pytest.raises(ValueError, match="receipt"):
        word.word_of(unsaved("receipt"))


@pytest.mark.django_db
def test_unit_and_staff_download_it_and_strangers_do_not() -> None:
    scene = make_scene()
    packet = scene.signed()
    scene.hand_in(packet)
    address = reverse("applications:version_word", args=[packet.pk, 1])
    stranger = scene.another_unit()
    for user, status in (
        (scene.unit.filler, 200), (scene.officer, 200), (stranger.filler, 404),
    ):  # fmt: skip
        client = Client()
        client.force_login(user)
        answer = client.get(address)
        assert answer.status_code == status
        if status == 200:
            assert answer["Content-Type"] == word.CONTENT_TYPE
            assert "示例学术论坛" in "\n".join(texts(docx.Document(io.BytesIO(answer.content))))
    assert (
        AuditEntry.objects.filter(action="form_downloaded", actor_id=scene.officer.pk).count() == 1
    )
