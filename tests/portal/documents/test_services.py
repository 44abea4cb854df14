"""Ordering, setting once, failing with a sentence, being replaced."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, connection, transaction
from kombu.exceptions import OperationalError

from portal import clock, publishing
from portal.audit.models import AuditEntry
from portal.documents import services
from portal.documents.models import Document, DocumentState
from portal.documents.payloads import PayloadError
from portal.documents.render.pdf import RenderError
from portal.documents.signals import document_failed, document_ready
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.mail.models import Message
from portal.people.enums import StaffRole
from tests.factories.people import (
    IssuerFactory,
    OrganisationFactory,
    StaffPostFactory,
    UserFactory,
)
from tests.portal.documents import samples
from tests.portal.documents.conftest import HASH

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def broker_closed() -> Any:
    """Keep every test away from a real broker and the circuit breaker closed."""
    publishing._silent_until = 0.0
    with mock.patch("portal.documents.tasks.render.apply_async") as send:
        yield send
    publishing._silent_until = 0.0


@pytest.fixture
def order(db: None) -> Any:
    """Order the sample receipt, with columns of one's own."""
    issuer, unit = IssuerFactory(), OrganisationFactory()

    def order_one(**changed: Any) -> Document:
        fields: dict[str, Any] = {
            "kind": "receipt",
            "payload": samples.receipt(),
            "title": "回执",
            "unit_name": unit.name,
            "number": "R2026-1",
            "version_no": 1,
            "content_sha256": HASH,
            "issuer_id": issuer.pk,
            "organisation_id": unit.pk,
            "subject_label": "applications.handin:1",
        }
        return services.request_document(**{**fields, **changed})

    return order_one


@pytest.fixture
def quick_render() -> Any:
    """Stand in for the slow part; the real one is tested in test_pdf."""
    with mock.patch("portal.documents.render.pdf.render_pdf", return_value=b"%PDF-1.7 x") as render:
        yield render


def test_the_task_is_sent_after_the_commit_and_not_before(
    order: Any, broker_closed: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        document = order(queue="preview")
        broker_closed.assert_not_called()
    broker_closed.assert_called_once_with(
        kwargs={"document_id": str(document.pk)}, queue="preview", retry=False
    )


def test_a_rolled_back_order_leaves_nothing(order: Any) -> None:
    with transaction.atomic():
        order()
        transaction.set_rollback(True)
    assert not Document.objects.exists()


def test_a_broken_broker_does_not_break_the_order(
    order: Any, broker_closed: Any, django_capture_on_commit_callbacks: Any
) -> None:
    broker_closed.side_effect = OperationalError("gone")
    with django_capture_on_commit_callbacks(execute=True):
        document = order()
    assert document.state == DocumentState.QUEUED


def test_ordering_the_same_again_gives_the_same_document(order: Any) -> None:
    assert order().pk == order().pk


@pytest.mark.parametrize(
    "changed",
    [
        {"version_no": 2}, {"number": "R2026-2"}, {"title": "受理回执"},
        {"subject_label": "applications.handin:2"}, {"payload": {**samples.receipt(), "contact": ""}},
    ],
)  # fmt: skip
def test_ordering_anything_else_gives_another_document(order: Any, changed: dict[str, Any]) -> None:
    assert order().pk != order(**changed).pk


def test_a_wrong_payload_is_refused_at_once(order: Any) -> None:
    with pytest.raises(PayloadError):
        order(payload={"issuer": "某科协"})


def test_a_rendered_document_is_ready_with_its_file(order: Any) -> None:
    document = order()
    assert services.render_document(document.pk)
    document.refresh_from_db()
    assert document.is_ready
    assert document.file
    assert document.file.file.read().startswith(b"%PDF-1.7")
    assert document.file_sha256 == document.file.sha256
    assert document.file.name == "回执-R2026-1-v1.pdf"


def test_a_document_is_never_rendered_twice(order: Any, quick_render: Any) -> None:
    document = order()
    assert services.render_document(document.pk)
    assert not services.render_document(document.pk)
    assert quick_render.call_count == 1
    assert StoredFile.objects.count() == 1


def test_readiness_is_told_once_within_the_transaction(order: Any, quick_render: Any) -> None:
    told: list[Document] = []

    def receiver(document: Document, **_: Any) -> None:
        assert connection.in_atomic_block
        told.append(document)

    document_ready.connect(receiver)
    try:
        document = order()
        services.render_document(document.pk)
        services.render_document(document.pk)
    finally:
        document_ready.disconnect(receiver)
    assert [d.pk for d in told] == [document.pk]
    assert told[0].is_ready


def test_a_receiver_that_fails_leaves_no_file_and_the_document_waiting(
    order: Any, quick_render: Any
) -> None:
    def receiver(**_: Any) -> None:
        raise ZeroDivisionError

    document_ready.connect(receiver)
    try:
        document = order()
        assert not services.render_document(document.pk)
    finally:
        document_ready.disconnect(receiver)
    document.refresh_from_db()
    assert document.state == DocumentState.QUEUED
    assert not StoredFile.objects.exists()


def test_a_document_that_cannot_be_set_fails_with_its_sentence(
    order: Any, quick_render: Any
) -> None:
    quick_render.side_effect = RenderError("字库中没有这个字")
    document = order()
    services.render_document(document.pk)
    document.refresh_from_db()
    assert (document.state, document.failure) == (DocumentState.FAILED, "字库中没有这个字")


def test_a_failed_document_is_ordered_afresh(order: Any, quick_render: Any) -> None:
    quick_render.side_effect = RenderError("太久")
    failed = order()
    services.render_document(failed.pk)
    assert order().pk != failed.pk


def test_staff_can_retry_what_failed_once(order: Any, quick_render: Any) -> None:
    clerk, operator = UserFactory(), UserFactory(is_staff=True, is_superuser=True)
    quick_render.side_effect = RenderError("太久")
    document = order()
    services.render_document(document.pk)
    assert services.retry(document, by=clerk)
    services.render_document(document.pk)
    with pytest.raises(RuleViolation, match="太久"):
        services.retry(document, by=clerk)
    quick_render.side_effect = None
    # The operator has mended the cause.
    assert services.retry(document, by=operator)
    assert services.render_document(document.pk)
    assert not services.retry(document, by=operator)
    tries = AuditEntry.objects.filter(action="document_set_again")
    assert list(tries.order_by("pk").values_list("actor_id", flat=True)) == [clerk.pk, operator.pk]


def test_what_was_ordered_afresh_meanwhile_is_not_set_twice(order: Any, quick_render: Any) -> None:
    quick_render.side_effect = RenderError("太久")
    failed = order()
    services.render_document(failed.pk)
    assert order().pk != failed.pk
    assert not services.retry(failed, by=UserFactory())


def test_a_failure_is_told_with_its_reason_but_not_of_a_preview(
    order: Any, quick_render: Any
) -> None:
    told: list[str] = []

    def receiver(document: Document, **_sent: Any) -> None:
        told.append(document.failure)

    quick_render.side_effect = RenderError("字库中没有这个字")
    document = order()
    StaffPostFactory(issuer=document.issuer)
    official = StaffPostFactory(issuer=document.issuer, role=StaffRole.OFFICIAL)
    document_failed.connect(receiver)
    try:
        services.render_document(document.pk)
        services.render_document(order(draft=True, number="").pk)
    finally:
        document_failed.disconnect(receiver)
    assert told == ["字库中没有这个字"] * 2
    mail = Message.objects.get(occasion__startswith="document-failed")
    assert "字库中没有这个字" in mail.body
    assert mail.to_user != official.user


def test_a_fault_outside_the_document_is_tried_three_times(order: Any, quick_render: Any) -> None:
    quick_render.side_effect = OSError("disk")
    document = order()
    for attempt in (1, 2, 3):
        services.render_document(document.pk)
        document.refresh_from_db()
        assert document.attempts == attempt
    assert document.state == DocumentState.FAILED
    assert document.failure


def test_the_sweeper_sends_lost_and_abandoned_documents_again(
    order: Any, broker_closed: Any
) -> None:
    now = clock.now()
    fresh, lost, dead, busy = (order(number=f"R{n}") for n in range(4))
    _age(lost, created_at=now - dt.timedelta(minutes=3))
    _age(dead, state="rendering", claimed_at=now - dt.timedelta(minutes=4))
    _age(busy, state="rendering", claimed_at=now - dt.timedelta(minutes=1))
    assert services.sweep() == 2
    sent = {call.kwargs["kwargs"]["document_id"] for call in broker_closed.call_args_list}
    assert sent == {str(lost.pk), str(dead.pk)}
    assert str(fresh.pk) not in sent


def test_an_abandoned_document_is_taken_over_and_the_late_worker_keeps_nothing(
    order: Any, quick_render: Any
) -> None:
    document = order()
    slow = services._claim(document.pk)
    assert slow
    _age(document, claimed_at=clock.now() - dt.timedelta(minutes=4))
    assert services.render_document(document.pk)
    assert not services._finish(slow, b"%PDF late")
    assert StoredFile.objects.count() == 1


def test_previews_live_for_a_day(order: Any, quick_render: Any) -> None:
    old, young = (order(draft=True, number="", title=t) for t in ("旧", "新"))
    for document in (old, young):
        services.render_document(document.pk)
    _age(old, created_at=clock.now() - dt.timedelta(days=1, seconds=1))
    assert services.forget_old_drafts() == 1
    assert list(Document.objects.all()) == [young]
    assert StoredFile.objects.count() == 1


def test_a_superseded_document_gives_way_to_a_new_one(order: Any) -> None:
    first = order()
    assert services.supersede(subject_label=first.subject_label) == 1
    second = order()
    assert second.pk != first.pk
    assert services.supersede(subject_label=first.subject_label, keep=second) == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", {}), ("title", "别的"), ("number", "X"), ("version_no", 9), ("unit_name", "别的"),
        ("code", "222222222222"), ("content_sha256", "0" * 64), ("draft", True), ("subject_label", "x"),
    ],
)  # fmt: skip
def test_what_was_ordered_never_changes(order: Any, column: str, value: Any) -> None:
    document = order()
    with pytest.raises(IntegrityError, match="stays as it was ordered"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**{column: value})


@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "queued"), ("file", None), ("file_sha256", "0" * 64), ("attempts", 7)],
)
def test_a_ready_document_keeps_its_file(
    order: Any, quick_render: Any, column: str, value: Any
) -> None:
    document = order()
    services.render_document(document.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**{column: value})


def test_only_drafts_can_be_deleted(order: Any) -> None:
    document, draft = order(), order(draft=True, number="")
    draft.delete()
    with pytest.raises(IntegrityError, match="only drafts"), transaction.atomic():
        document.delete()


def test_superseded_stays_superseded(order: Any) -> None:
    document = order()
    services.supersede(subject_label=document.subject_label)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(superseded=False)


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "ready"},
        {"state": "failed"},
        {"draft": True, "number": "R1"},
    ],
)
def test_the_database_refuses_documents_that_make_no_sense(
    order: Any, columns: dict[str, Any]
) -> None:
    document = order()
    fields = {f.attname: getattr(document, f.attname) for f in Document._meta.concrete_fields}
    fields |= {"id": None, "code": "333333333333", "render_key": "other", **columns}
    fields.pop("id")
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(**fields)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_render_one_file(order: Any, quick_render: Any) -> None:
    document = order()
    gate = threading.Barrier(4)
    done: list[bool] = []

    def work() -> None:
        gate.wait()
        try:
            done.append(services.render_document(document.pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == [False, False, False, True]
    assert StoredFile.objects.count() == 1
    assert quick_render.call_count == 1


@pytest.mark.django_db(transaction=True)
def test_ordering_at_once_gives_one_document(order: Any) -> None:
    gate = threading.Barrier(6)
    found: list[str] = []

    def work() -> None:
        gate.wait()
        try:
            with transaction.atomic():
                found.append(str(order().pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def _age(document: Document, **columns: Any) -> None:
    """Move a document in time, past the trigger that keeps what was ordered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE documents_document DISABLE TRIGGER documents_keep")
        Document.objects.filter(pk=document.pk).update(**columns)
        cursor.execute("ALTER TABLE documents_document ENABLE TRIGGER documents_keep")
