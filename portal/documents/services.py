"""Ordering, setting and replacing documents."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import clock
from portal.audit.services import record
from portal.documents import pages
from portal.documents.attached import attached_of
from portal.documents.models import Document, DocumentState, Queue
from portal.documents.payloads import check_payload
from portal.documents.signals import document_failed, document_ready
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.files.services import erase as erase_files
from portal.files.services import store_bytes
from portal.people.models import User
from portal.publishing import publish

logger = logging.getLogger(__name__)

RENDER_TASK = "portal.documents.tasks.render"
MAX_ATTEMPTS = 3
# A claim older than this belongs to a worker that is gone: a rendering is ended after a minute.
CLAIM_LASTS = dt.timedelta(minutes=3)
# Queued longer than this means that the message was lost.
LOST_AFTER = dt.timedelta(minutes=2)
DRAFT_LASTS = dt.timedelta(days=1)


def request_document(
    *,
    kind: str,
    payload: Mapping[str, Any],
    title: str,
    unit_name: str,
    number: str,
    version_no: int,
    content_sha256: str,
    issuer_id: int,
    organisation_id: int | None,
    subject_label: str,
    queue: str = Queue.HANDIN,
    draft: bool = False,
) -> Document:
    """Order a document inside the caller's transaction; it is set after the commit.

    ``subject_label`` says what it is about (``applications.version:12``) and comes back with the
    signal ``document_ready``. Ordering the same again gives the same document, so that a download
    never renders anew; a failed one is ordered afresh. Never waits for or depends on the broker.

    Raises PayloadError when the payload does not follow its type (see payloads).
    """
    check_payload(kind, payload)
    # What is no frozen version of something has the hash of what it says.
    content_sha256 = content_sha256 or _sha256(payload)
    ordered = {
        "kind": str(kind), "payload": payload, "title": title, "unit_name": unit_name,
        "number": number, "version_no": version_no, "content_sha256": content_sha256,
        "issuer_id": issuer_id, "organisation_id": organisation_id,
        "subject_label": subject_label, "draft": draft, "demo": settings.DEMO,
    }  # fmt: skip
    key = _render_key(ordered)
    # On a conflict nothing is raised and the transaction lives on: the other row is ours too.
    Document.objects.bulk_create(
        [Document(**ordered, render_key=key, queue=queue, created_at=clock.now())],
        ignore_conflicts=True,
    )
    document = Document.objects.exclude(state=DocumentState.FAILED).get(
        render_key=key, superseded=False
    )
    if document.state == DocumentState.QUEUED:
        transaction.on_commit(lambda: _hand_over(document))
    return document


def render_document(document_id: UUID | str) -> bool:
    """Set one document and keep its file; return whether this call did it.

    May be called twice and at once: a claim on the row lets one caller through. A document that
    cannot be set fails with a sentence; a fault outside it (disk, database) puts it back in the
    queue, three times at most.
    """
    document = _claim(document_id)
    if document is None:
        return False
    # Imported here: only a process that renders needs WeasyPrint and its libraries.
    from portal.documents.render.pdf import RenderError, render_pdf

    attached = attached_of(document)
    with override(settings.LANGUAGE_CODE):
        try:
            data = render_pdf(pages.html_of(document), pages.css(), attached=attached)
            return _finish(document, data)
        except RenderError as error:
            _fail(document, str(error))
        except Exception:
            logger.exception("document %s was not set", document.pk)
            _put_back(document)
    return False


@transaction.atomic
def retry(document: Document, *, by: User) -> bool:
    """Have a failed document set once more by hand; return False when it needs none any more.

    Staff may do so once for each document, operators again after they have mended the cause.
    Raises RuleViolation for a second time.
    """
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    twin = Document.objects.filter(render_key=document.render_key, superseded=False)
    if document.state != DocumentState.FAILED or twin.exclude(state=DocumentState.FAILED).exists():
        return False
    if document.retried and not by.is_superuser:
        raise RuleViolation(
            [
                _(
                    "It was set again by hand already and failed for the same cause: "
                    "%(failure)s Mend that first, or ask the operator of the portal."
                )
                % {"failure": document.failure}
            ]
        )
    Document.objects.filter(pk=document.pk).update(
        state=DocumentState.QUEUED, failure="", attempts=0, retried=True
    )
    record("document_set_again", by=by, target=document, issuer=document.issuer)
    transaction.on_commit(lambda: _hand_over(document))
    return True


def supersede(*, subject_label: str, keep: Document | None = None) -> int:
    """Mark the documents of a subject as replaced by a later version; return how many.

    Call it with the labels of older versions when a new one is frozen, and when a document is
    withdrawn: verification then says that it is not the valid version.
    """
    replaced = Document.objects.about(subject_label).filter(superseded=False)
    if keep is not None:
        replaced = replaced.exclude(pk=keep.pk)
    return int(replaced.update(superseded=True))


def sweep() -> int:
    """Hand over again what a lost message or a dead worker left waiting; return how many."""
    now = clock.now()
    lost = Q(state=DocumentState.QUEUED, created_at__lt=now - LOST_AFTER)
    dead = Q(state=DocumentState.RENDERING, claimed_at__lt=now - CLAIM_LASTS)
    waiting = Document.objects.filter(lost | dead).order_by("created_at")
    count = 0
    for document in waiting[:200]:
        if not _hand_over(document):
            break
        count += 1
    return count


def erase(subject_labels: Iterable[str]) -> list[UUID]:
    """Destroy content and files of everything printed about these subjects; return their keys.

    What the verification page tells stays: kind, unit, number, version and both hashes. One that
    was still to be set is not set any more.
    """
    documents = Document.objects.filter(
        subject_label__in=list(subject_labels), erased_at=None, draft=False
    )
    ending = list(documents.values_list("pk", "file"))
    keys = [pk for pk, _file in ending]
    waiting = Document.objects.filter(pk__in=keys).exclude(state=DocumentState.READY)
    waiting.update(state=DocumentState.FAILED, failure=_("Its time was over before it was set."))
    Document.objects.filter(pk__in=keys).update(payload={}, erased_at=clock.now())
    erase_files(file for _pk, file in ending if file is not None)
    return keys


def forget_old_drafts() -> int:
    """Delete previews older than a day with their files; return how many."""
    old = Document.objects.filter(draft=True, created_at__lt=clock.now() - DRAFT_LASTS)
    count = 0
    for document in old.select_related("file")[:500]:
        with transaction.atomic():
            document.delete()
            if document.file:
                document.file.file.delete(save=False)
                document.file.delete()
        count += 1
    return count


def _render_key(ordered: Mapping[str, Any]) -> str:
    """Return the fingerprint of everything that decides how the document looks."""
    whole = {**ordered, "layout": pages.layout_version(ordered["kind"])}
    return _sha256(whole)


def _sha256(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _hand_over(document: Document) -> bool:
    return publish(RENDER_TASK, queue=document.queue, document_id=str(document.pk))


def _claim(document_id: UUID | str) -> Document | None:
    """Take the document for this worker, or return None if it is not to be set (any more)."""
    now = clock.now()
    free = Q(state=DocumentState.QUEUED) | Q(
        state=DocumentState.RENDERING, claimed_at__lt=now - CLAIM_LASTS
    )
    claimed = Document.objects.filter(free, pk=document_id).update(
        state=DocumentState.RENDERING, claimed_at=now, attempts=F("attempts") + 1
    )
    return Document.objects.get(pk=document_id) if claimed else None


def _mine(document: Document) -> Any:
    """The row, as long as it is still held by the claim of this worker."""
    return Document.objects.filter(
        pk=document.pk, state=DocumentState.RENDERING, claimed_at=document.claimed_at
    )


def _finish(document: Document, data: bytes) -> bool:
    """Keep the file and make the document ready, unless another worker took it over meanwhile."""
    with transaction.atomic():
        if not _mine(document).select_for_update().exists():
            return False
        stored = store_bytes(
            data, name=_file_name(document), content_type="application/pdf", by=None,
            purpose="document",
        )  # fmt: skip
        try:
            _mine(document).update(
                state=DocumentState.READY,
                file=stored,
                file_sha256=stored.sha256,
                ready_at=clock.now(),
                failure="",
            )
            document.refresh_from_db()
            document_ready.send(sender=Document, document=document)
        except BaseException:
            # The row goes with the transaction, the bytes would stay.
            _remove_bytes(stored)
            raise
    return True


def _remove_bytes(stored: StoredFile) -> None:
    stored.file.delete(save=False)


@transaction.atomic
def _fail(document: Document, sentence: str) -> None:
    """Write down why it could not be set, and say so to whoever listens."""
    logger.warning("document %s failed: %s", document.pk, sentence)
    if _mine(document).update(state=DocumentState.FAILED, failure=sentence):
        document.refresh_from_db()
        document_failed.send(sender=Document, document=document)


def _put_back(document: Document) -> None:
    """Queue it again after a fault that is not its own, or give up after the last attempt."""
    if document.attempts < MAX_ATTEMPTS:
        _mine(document).update(state=DocumentState.QUEUED)
        return
    _fail(
        document,
        _("The document could not be kept. Staff can have it set again in the administration."),
    )


def _file_name(document: Document) -> str:
    """Return the name people get on download: title, number and version."""
    if document.draft:
        return f"{document.title}-草稿.pdf"
    parts = [document.title, document.number, f"v{document.version_no}"]
    return "-".join(part for part in parts if part) + ".pdf"
