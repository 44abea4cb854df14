"""What the public may learn about a document from its code: no personal data, no file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from portal.documents.models import Document
from portal.documents.payloads import DocumentKind
from portal.documents.wording import grouped


@dataclass(frozen=True)
class Finding:
    """The public facts of one document."""

    kind: str | Promise
    issuer: str
    unit: str
    title: str
    number: str
    version_no: int
    content_hash: str
    file_hash: str
    ordered_at: dt.datetime
    ready_at: dt.datetime | None
    erased_at: dt.datetime | None
    code: str
    valid: bool
    superseded: bool
    demo: bool


def find(code: str) -> Document | None:
    """Return the document a code belongs to; drafts and unknown codes alike give None."""
    return (
        Document.objects.verifiable()
        .select_related("issuer__organisation")
        .filter(code=code)
        .first()
    )


def find_file(chunks: Iterable[bytes]) -> Document | None:
    """Return the document whose file has exactly these bytes; a draft's file gives None."""
    digest = _sha256(chunks)
    documents = Document.objects.verifiable().select_related("issuer__organisation")
    return documents.filter(file_sha256=digest).first()


def finding_of(document: Document) -> Finding:
    """Return what may be shown of a document."""
    return Finding(
        kind=DocumentKind(document.kind).label,
        issuer=document.issuer.organisation.name,
        unit=document.unit_name,
        title=document.title,
        number=document.number,
        version_no=document.version_no,
        content_hash=grouped(document.content_sha256),
        file_hash=grouped(document.file_sha256),
        ordered_at=document.created_at,
        ready_at=document.ready_at,
        erased_at=document.erased_at,
        code=document.shown_code,
        valid=document.is_ready and not document.superseded,
        superseded=document.superseded,
        demo=document.demo,
    )


def is_same_file(document: Document, chunks: Iterable[bytes]) -> bool:
    """Tell whether the bytes are exactly those of the stored file."""
    return bool(document.file_sha256) and _sha256(chunks) == document.file_sha256


def _sha256(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
