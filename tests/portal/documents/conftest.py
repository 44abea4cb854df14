"""Documents without a database, set once a session for all tests that only look at them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from portal.documents import pages
from portal.documents.attached import attached_of
from portal.documents.models import Document
from portal.documents.payloads import DocumentKind
from portal.documents.render.pdf import render_pdf
from tests.portal.documents import samples
from tests.portal.documents.pdfs import Pdf

HASH = "9f3c71aa0b52d8e6" * 4


def unsaved(kind: str, payload: dict[str, Any] | None = None, **changed: Any) -> Document:
    """A document row that is in no database."""
    fields = {
        "title": samples.TITLES[DocumentKind(kind)],
        "unit_name": "示例省光学学会",
        "number": "SK-2026-0142",
        "version_no": 2,
        "content_sha256": HASH,
        "code": "7K4MQ2XD93HW",
        "created_at": dt.datetime(2026, 4, 9, 6, 5, 4, tzinfo=dt.UTC),
        **changed,
    }
    return Document(kind=kind, payload=payload or samples.PAYLOADS[DocumentKind(kind)](), **fields)


def set_one(document: Document) -> bytes:
    """Set a document as the worker does."""
    return render_pdf(pages.html_of(document), pages.css(), attached=attached_of(document))


@cache
def _set_sample(kind: str) -> bytes:
    return set_one(unsaved(kind))


@pytest.fixture
def sample_pdf(tmp_path: Path) -> Callable[[str], Pdf]:
    """Give the printed sample of a kind."""
    return lambda kind: Pdf(_set_sample(kind), tmp_path)


@pytest.fixture
def print_pdf(tmp_path: Path) -> Callable[..., Pdf]:
    """Print a document with a payload or columns of one's own."""

    def print_one(kind: str, payload: dict[str, Any] | None = None, **changed: Any) -> Pdf:
        return Pdf(set_one(unsaved(kind, payload, **changed)), tmp_path)

    return print_one
