"""The empty forms of a call: ordered when its form is published, found again for whoever reads."""

from __future__ import annotations

from calls.blank_form import blank_payload, kind_of, title_of
from calls.enums import CallState
from calls.models import Call, Category, FormRevision
from portal import clock
from portal.documents.models import Document, Queue
from portal.documents.services import request_document, supersede
from portal.publishing import publish

TASK = "calls.tasks.order_blank_forms"


def label_of(category: Category) -> str:
    """Return the subject under which a category's empty form is kept among the documents."""
    return f"calls.blank:{category.call_id}:{category.pk}"


def order_soon(call_id: int) -> None:
    """Let a worker order the empty forms of a call that has changed."""
    publish(TASK, call_id=call_id)


def order_blank_forms(call_id: int | None = None) -> int:
    """Order what is missing, of one call or of all that still take applications; return how many.

    Ordering the same twice gives the same document, so this may run at any time and at once. A
    form that has changed takes the place of the one before.
    """
    calls = Call.objects.filter(state=CallState.PUBLISHED, closes_at__gt=clock.now())
    if call_id is not None:
        calls = calls.filter(pk=call_id)
    return sum(_order(call) for call in calls.select_related("issuer__organisation"))


def _order(call: Call) -> int:
    revision = call.form_revisions.order_by("-no").first()
    if revision is None:
        return 0
    leaves = call.categories.filter(children=None).select_related("parent", "call")
    for category in leaves:
        document = _request(call, category, revision)
        supersede(subject_label=label_of(category), keep=document)
    return len(leaves)


def _request(call: Call, category: Category, revision: FormRevision) -> Document:
    return request_document(
        kind=kind_of(call),
        payload=blank_payload(call, category, revision.schema),
        title=title_of(call),
        unit_name="",
        number="",
        version_no=revision.no,
        content_sha256=revision.sha256,
        issuer_id=call.issuer_id,
        organisation_id=None,
        subject_label=label_of(category),
        queue=Queue.BATCH,
    )


def blank_form_of(category: Category) -> Document | None:
    """Return the newest empty form of a category, set or still to be set."""
    return Document.objects.filter(subject_label=label_of(category), superseded=False).last()
