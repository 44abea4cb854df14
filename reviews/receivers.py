"""What reviews do when a call was made from another one, or a document could not be set."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from applications.capacity import staff_of
from calls.models import Call
from calls.signals import call_cloned
from portal.documents.models import Document
from portal.documents.signals import document_failed
from portal.mail.services import queue
from reviews.models import CheckItem


@receiver(call_cloned, dispatch_uid="copy-the-checklist")
def copy_checklist(origin: Call, call: Call, **_sent: Any) -> None:
    """Give the new call the points staff had added to the checklist of the old one."""
    CheckItem.objects.bulk_create(
        CheckItem(call=call, text=item.text, position=item.position)
        for item in origin.check_items.all()
    )


@receiver(document_failed, dispatch_uid="tell-staff-what-was-not-set")
def tell_of_failure(document: Document, **_sent: Any) -> None:
    """Tell the association's staff why a document could not be set; a preview is nobody's loss."""
    if document.draft:
        return
    for user in staff_of(document.issuer_id):
        queue(
            to=user,
            template="reviews/document_failed",
            context={"document": document},
            # Once for the first failure, once more when the second try failed as well.
            occasion=f"document-failed:{document.pk}:{int(document.retried)}",
            issuer=document.issuer,
            url=reverse("admin:documents_document_change", args=[document.pk]),
        )
