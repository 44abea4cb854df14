"""The verification page tells the truth about a code and nothing about a person."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.documents import limits, pages, services
from portal.documents.models import Document
from portal.documents.render.pdf import render_pdf
from portal.documents.scans import Reading, Sheet
from tests.factories.people import IssuerFactory, OrganisationFactory
from tests.portal.documents import samples
from tests.portal.documents.conftest import HASH, unsaved

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 the one and only"


@pytest.fixture
def document(db: None) -> Document:
    """A receipt that is ready, with a name and a phone in its payload."""
    payload = samples.receipt()
    payload["facts"] = [{"label": "提交人", "value": "王祎 0000-7654321"}]
    unit = OrganisationFactory(name="示例省光学学会")
    document = services.request_document(
        kind="receipt", payload=payload, title="回执", unit_name=unit.name, number="R2026-1",
        version_no=3, content_sha256=HASH, issuer_id=IssuerFactory().pk, organisation_id=unit.pk,
        subject_label="applications.handin:1",
    )  # fmt: skip
    with mock.patch("portal.documents.render.pdf.render_pdf", return_value=PDF):
        services.render_document(document.pk)
    document.refresh_from_db()
    return document


def _page(client: Client, document: Document) -> str:
    response = client.get(f"/verify/{document.code}/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_valid_document_is_described_to_anybody(client: Client, document: Document) -> None:
    page = _page(client, document)
    for shown in ("示例省光学学会", "R2026-1", document.shown_code, "9f3c 71aa", "success"):
        assert shown in page


def test_no_personal_data_is_shown(client: Client, document: Document) -> None:
    page = _page(client, document)
    assert "王祎" not in page
    assert "7654321" not in page


def test_the_code_is_read_as_people_type_it(client: Client, document: Document) -> None:
    response = client.get("/verify/", {"code": document.shown_code.lower()})
    assert response.status_code == 302
    assert response["Location"] == f"/verify/{document.code}/"


def test_an_impossible_code_is_explained(client: Client) -> None:
    response = client.get("/verify/", {"code": "0000"})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.content.decode()


@pytest.mark.parametrize("code", ["222222222222", "nonsense", "'; drop table"])
def test_an_unknown_code_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/verify/{code}/").status_code == 404


def test_a_draft_is_unknown(client: Client, document: Document) -> None:
    draft = services.request_document(
        kind="receipt", payload=samples.receipt(), title="回执", unit_name="", number="",
        version_no=0, content_sha256=HASH, issuer_id=document.issuer_id, organisation_id=None,
        subject_label="", draft=True,
    )  # fmt: skip
    assert client.get(f"/verify/{draft.code}/").status_code == 404


def test_a_superseded_version_is_said_to_be_no_longer_valid(
    client: Client, document: Document
) -> None:
    services.supersede(subject_label=document.subject_label)
    page = _page(client, document)
    assert "box warning" in page
    assert "box success" not in page


def _compare(client: Client, document: Document, data: bytes) -> str:
    upload = SimpleUploadedFile("x.pdf", data, content_type="application/pdf")
    response = client.post(f"/verify/{document.code}/", {"file": upload})
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_same_bytes_are_recognised(client: Client, document: Document) -> None:
    assert 'role="status"' in _compare(client, document, PDF)


@pytest.mark.parametrize("data", [PDF + b" ", PDF[:-1], b"%PDF-1.7 another"])
def test_other_bytes_are_not(client: Client, document: Document, data: bytes) -> None:
    page = _compare(client, document, data)
    assert 'role="alert"' in page
    assert 'role="status"' not in page


def test_a_post_without_a_file_is_explained(client: Client, document: Document) -> None:
    response = client.post(f"/verify/{document.code}/", {})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.content.decode()


def test_an_address_that_asks_too_often_has_to_wait(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ASKS_PER_MINUTE", 3)
    monkeypatch.setattr(limits, "WINDOW", 10**9)
    answers = [client.get("/verify/").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert client.get("/verify/", REMOTE_ADDR="192.0.2.9").status_code == 200


def test_looking_writes_nothing(
    client: Client, document: Document, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        _page(client, document)


def _file(client: Client, data: bytes) -> tuple[int, str]:
    upload = SimpleUploadedFile("x.pdf", data, content_type="application/pdf")
    response = client.post("/verify/", {"file": upload})
    return response.status_code, response.content.decode()


def test_a_file_alone_finds_its_document(client: Client, document: Document) -> None:
    status, page = _file(client, PDF)
    assert status == 200
    assert document.shown_code in page
    assert 'role="status"' in page
    assert "王祎" not in page


def test_a_file_saved_again_is_found_by_the_code_on_its_pages(
    client: Client, document: Document
) -> None:
    printed = render_pdf(pages.html_of(document), pages.css())
    status, page = _file(client, printed + b"\n% saved again")
    assert status == 200
    assert document.shown_code in page
    assert 'role="alert"' in page
    assert 'role="status"' not in page
    assert "box success" not in page, (
        "nothing on the page speaks for a file that is not to be trusted"
    )


def test_a_picture_of_the_paper_leads_to_what_it_is_to_be_compared_with(
    client: Client, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Reading([Sheet([(document.code, 1)], pictured=True)])
    monkeypatch.setattr("portal.documents.views.read", lambda *_: found)
    status, page = _file(client, b"%PDF-1.7 scanned")
    assert (status, document.shown_code in page) == (200, True)
    for verdict in ("box error", "box success"):
        assert verdict not in page, "a picture is neither the file nor a forgery of it"


def test_a_paper_with_a_forged_code_is_unknown(client: Client, document: Document) -> None:
    forged = unsaved("receipt", code="22222222AAAA")
    status, page = _file(client, render_pdf(pages.html_of(forged), pages.css()))
    assert status == 404
    assert "2222-2222-AAAA" in page


def test_codes_of_several_documents_are_told_apart(
    client: Client, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Reading([Sheet([(document.code, 1), ("22222222AAAA", 1)])])
    monkeypatch.setattr("portal.documents.views.read", lambda *_: found)
    status, page = _file(client, b"%PDF-1.7 bound together")
    assert status == 200
    assert document.shown_code in page
    assert "2222-2222-AAAA" in page


@pytest.mark.parametrize("data", [b"%PDF-1.7 no pages", b"plain words"])
def test_a_file_without_a_code_is_explained_at_the_field(client: Client, data: bytes) -> None:
    status, page = _file(client, data)
    assert status == 200
    assert 'aria-invalid="true"' in page


def test_reading_files_is_rationed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WINDOW", 10**8)
    monkeypatch.setattr("portal.documents.views.read", lambda *_: Reading())
    answers = [_file(client, b"%PDF-1.7 no pages")[0] for _ in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]
