"""Every kind keeps the archive format PDF/A-3b, and carries what names no person as data."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from portal.documents.payloads import DocumentKind
from tests.portal.documents import samples
from tests.portal.documents.archive import faults
from tests.portal.documents.pdfs import Pdf

Sample = Callable[[str], Pdf]
Print = Callable[..., Pdf]


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_every_kind_keeps_the_archive_format(sample_pdf: Sample, kind: str) -> None:
    assert faults(sample_pdf(kind).path.read_bytes()) == []


def test_what_breaks_the_format_is_found(sample_pdf: Sample) -> None:
    """The look itself is no good unless it sees what it is there for."""
    whole = sample_pdf("receipt").path.read_bytes()
    assert "bytes after the end" in faults(whole + b"more")
    writer = PdfWriter(clone_from=io.BytesIO(whole))
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )
    writer.add_annotation(0, Link(rect=(10, 10, 50, 50), url="https://example.invalid"))
    intents: Any = writer.root_object["/OutputIntents"]
    del intents[0]
    changed = io.BytesIO()
    writer.write(changed)
    found = faults(changed.getvalue())
    assert {"JavaScript", "output intent", "/Link does not print"} <= set(found)


def data_in(pdf: Pdf) -> dict[str, Any]:
    """Read the data that go along in a file."""
    (content,) = PdfReader(pdf.path).attachments["data.json"]
    data: dict[str, Any] = json.loads(content)
    return data


def test_data_go_along_but_none_that_name_a_person(sample_pdf: Sample) -> None:
    data = data_in(sample_pdf("application_form"))
    assert (data["number"], data["version"], data["code"]) == ("SK-2026-0142", 2, "7K4MQ2XD93HW")
    said = {answer["label"]: answer for answer in data["answers"]}
    assert said["参会人数"] == {"heading": "基本情况", "label": "参会人数", "value": "260人"}
    assert said["支出预算"]["total"] == "30000.00"
    # On the page, and said of by nobody to name no person: the people, the files, a long text.
    assert "周堃䶮" in sample_pdf("application_form").flat()
    assert not {"主要人员", "附件清单", "活动内容与组织实施方案"} & set(said)
    assert "周堃䶮" not in json.dumps(data, ensure_ascii=False)


def test_a_result_list_carries_its_table_and_a_draft_nothing(
    sample_pdf: Sample, print_pdf: Print
) -> None:
    groups = data_in(sample_pdf("result_list"))["groups"]
    assert groups == samples.result_list()["groups"]
    assert not PdfReader(print_pdf("receipt", draft=True).path).attachments
    empty = {**samples.application_form(), "blank": True}
    assert not PdfReader(print_pdf("application_form", empty).path).attachments
