"""Work of the audit outside the request."""

from __future__ import annotations

from celery import shared_task

from portal.audit import sealing


@shared_task
def seal_chain() -> None:
    """Chain the rows committed since the last run; runs every minute and may run twice at once."""
    sealing.seal()
