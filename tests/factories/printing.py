"""Printing without the work: what was ordered becomes a file at once."""

from __future__ import annotations

from unittest import mock

from portal.documents.models import Document, DocumentState
from portal.documents.services import render_document


def print_all() -> None:
    """Set whatever was ordered, as the worker does, each as an empty PDF."""
    with mock.patch("portal.documents.render.pdf.render_pdf", return_value=b"%PDF"):
        for document in Document.objects.filter(state=DocumentState.QUEUED):
            assert render_document(document.pk)
