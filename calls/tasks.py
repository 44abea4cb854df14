"""Background work of calls; each task calls one service and can run twice."""

from __future__ import annotations

from celery import shared_task

from calls.services import blank_forms


@shared_task(name="calls.tasks.order_blank_forms")
def order_blank_forms(call_id: int | None = None) -> int:
    """Order the empty forms of one call after its change, of all open calls as a sweep."""
    return blank_forms.order_blank_forms(call_id)
