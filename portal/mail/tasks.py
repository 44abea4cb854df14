"""Sending outside the request; both tasks may run twice and at once."""

from __future__ import annotations

from celery import shared_task

from portal.mail.delivery import deliver
from portal.mail.services import forget_old


@shared_task
def send(message_ids: list[str]) -> None:
    """Send the messages just committed, as far as nobody else has taken them."""
    deliver(only=message_ids)


@shared_task
def sweep() -> None:
    """Send whatever waits: what a lost broker message left behind, retries, held-back mails."""
    deliver()


@shared_task
def forget() -> None:
    """Delete what was sent or shown so long ago that nobody needs it any more; called by beat."""
    forget_old()
