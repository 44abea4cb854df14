"""Staff see, read and retry the documents of their own association, and change none."""

from __future__ import annotations

from unittest import mock

import pytest
from django.test import Client

from portal.audit.models import AuditEntry
from portal.documents import services
from portal.documents.models import Document, DocumentState
from portal.documents.render.pdf import RenderError
from portal.people.enums import StaffRole
from tests.factories.people import IssuerFactory, StaffPostFactory
from tests.portal.documents import samples
from tests.portal.documents.conftest import HASH

pytestmark = pytest.mark.django_db
LIST = "/admin/documents/document/"


@pytest.fixture
def document(db: None) -> Document:
    return services.request_document(
        kind="receipt", payload=samples.receipt(), title="回执", unit_name="示例学会", number="R1",
        version_no=1, content_sha256=HASH, issuer_id=IssuerFactory().pk, organisation_id=None,
        subject_label="x:1",
    )  # fmt: skip


def _set(document: Document, error: str = "") -> None:
    outcome = {"side_effect": RenderError(error)} if error else {"return_value": b"%PDF-1.7"}
    with mock.patch("portal.documents.render.pdf.render_pdf", **outcome):
        services.render_document(document.pk)
    document.refresh_from_db()


@pytest.fixture
def staff(client: Client, document: Document, settings: object) -> Client:
    """An officer of the document's association."""
    settings.DEMO = True  # type: ignore[attr-defined]  # no second factor
    client.force_login(StaffPostFactory(issuer=document.issuer).user)
    return client


@pytest.fixture
def stranger(document: Document, settings: object) -> Client:
    """An officer of another association."""
    settings.DEMO = True  # type: ignore[attr-defined]
    other = Client()
    other.force_login(StaffPostFactory().user)
    return other


def test_staff_see_their_documents_and_strangers_none(
    staff: Client, stranger: Client, document: Document
) -> None:
    assert "示例学会" in staff.get(LIST).content.decode()
    assert "示例学会" not in stranger.get(LIST).content.decode()
    assert staff.get(f"{LIST}{document.pk}/change/").status_code == 200
    assert stranger.get(f"{LIST}{document.pk}/change/").status_code == 302


def test_the_file_is_handed_out_and_written_down(
    staff: Client, stranger: Client, document: Document
) -> None:
    address = f"{LIST}{document.pk}/file"
    assert staff.get(address).status_code == 404
    _set(document)
    response = staff.get(address)
    assert b"".join(response.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
    assert AuditEntry.objects.filter(action="document_read").count() == 1
    assert stranger.get(address).status_code == 404
    assert AuditEntry.objects.filter(action="document_read").count() == 1


def test_nothing_can_be_changed_added_or_deleted(staff: Client, document: Document) -> None:
    assert staff.post(f"{LIST}{document.pk}/change/", {"title": "别的"}).status_code == 403
    assert staff.get(f"{LIST}add/").status_code == 403
    assert staff.post(f"{LIST}{document.pk}/delete/", {"post": "yes"}).status_code == 403


def _try_again(client: Client, document: Document) -> None:
    client.post(LIST, {"action": "try_again", "_selected_action": [str(document.pk)]})
    document.refresh_from_db()


def test_a_failed_document_is_set_again_by_its_staff_only(
    staff: Client, stranger: Client, document: Document
) -> None:
    _set(document, "太久")
    _try_again(stranger, document)
    assert document.state == DocumentState.FAILED
    _try_again(staff, document)
    assert document.state == DocumentState.QUEUED


def test_an_official_who_only_reads_sets_nothing_again(client: Client, document: Document) -> None:
    post = StaffPostFactory(issuer=document.issuer, role=StaffRole.OFFICIAL)
    _set(document, "太久")
    client.force_login(post.user)
    _try_again(client, document)
    assert document.state == DocumentState.FAILED
