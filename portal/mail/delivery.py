"""Sends what waits in the outbox: claim one, send it, write down what became of it."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Collection
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from portal import clock
from portal.mail.models import Message, MessageState
from portal.mail.transport import NotSent, ServerAway, Transport, Unclear
from portal.people.models import Issuer

logger = logging.getLogger(__name__)

# Minutes until the next attempt; after the last one the message has failed.
RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 720)
DEMO_NOTE = "demo: not sent outside"

# Claiming and sending must be two commits: a worker that dies in between leaves the message
# claimed, and nobody sends it a second time. Two workers never meet at one row.
_CLAIM = """
    UPDATE mail_message
    SET state = 'sending', claimed_at = clock_timestamp(), attempts = attempts + 1, last_error = ''
    WHERE id = (
        SELECT id FROM mail_message
        WHERE state = 'waiting' AND not_before <= clock_timestamp() {among}
        ORDER BY not_before, created_at
        LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    RETURNING *
"""


def deliver(*, only: Collection[str] | None = None, seconds: float = 55.0) -> int:
    """Send waiting messages over one connection, first come first served; return how many left.

    ``only`` restricts it to these ids. Stops after ``seconds``, when nothing is left to send or
    when the mail server is away. Any number of workers may run it at once; each message is sent
    by one of them.
    """
    until = time.monotonic() + seconds
    sent = 0
    issuers: dict[int, Issuer] = {}
    with Transport() as transport:
        message = _claim(only)
        while message is not None:
            try:
                transport.send(_email(message, issuers))
            except ServerAway as fault:
                _give_back(message, str(fault))
                logger.warning("mail server away: %s", fault)
                return sent
            except (NotSent, Unclear) as fault:
                _note_failure(message, fault)
                message = _claim(only) if time.monotonic() < until else None
            else:
                sent += 1
                more = time.monotonic() < until
                message = _confirm_and_claim(message, only, more=more, outside=transport.outside)
    return sent


def _claim(only: Collection[str] | None) -> Message | None:
    among = "AND id = ANY(%s::uuid[])" if only is not None else ""
    parameters = [list(only)] if only is not None else []
    return next(iter(Message.objects.raw(_CLAIM.format(among=among), parameters)), None)


def _confirm_and_claim(
    message: Message, only: Collection[str] | None, *, more: bool, outside: bool
) -> Message | None:
    """Write down that a message has left and take the next one, both in one commit."""
    with transaction.atomic():
        changes = {
            "state": MessageState.SENT,
            "sent_at": clock.now(),
            "last_error": "" if outside else DEMO_NOTE,
        }
        # In the demo nobody receives it, so that it stays readable for the superuser.
        if message.sensitive and outside:
            changes["body"] = ""
        Message.objects.filter(pk=message.pk, state=MessageState.SENDING).update(**changes)
        return _claim(only) if more else None


def _give_back(message: Message, reason: str) -> None:
    """Let a message wait again that never met a mail server; the attempt does not count."""
    Message.objects.filter(pk=message.pk, state=MessageState.SENDING).update(
        state=MessageState.WAITING, attempts=message.attempts - 1, last_error=reason[:300]
    )


def _note_failure(message: Message, fault: NotSent | Unclear) -> None:
    """Let a message that was not taken wait for its next attempt, or fail.

    What is unclear stays claimed: only a person decides whether it goes again.
    """
    logger.warning("mail %s not confirmed: %s", message.pk, type(fault).__name__)
    changes: dict[str, object] = {"last_error": str(fault)[:300]}
    if isinstance(fault, NotSent):
        if fault.final or message.attempts > len(RETRY_MINUTES):
            changes["state"] = MessageState.FAILED
            if message.sensitive:
                changes["body"] = ""
        else:
            wait = dt.timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
            changes |= {"state": MessageState.WAITING, "not_before": clock.now() + wait}
    Message.objects.filter(pk=message.pk, state=MessageState.SENDING).update(**changes)


def _email(message: Message, issuers: dict[int, Issuer]) -> EmailMessage:
    """Build the mail: one recipient, never a copy, answers go to the association."""
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    reply_to: list[str] = []
    if message.issuer_id is not None:
        if message.issuer_id not in issuers:
            issuers[message.issuer_id] = Issuer.objects.get(pk=message.issuer_id)
        issuer = issuers[message.issuer_id]
        name = issuer.short_name
        reply_to = [issuer.contact_email] if issuer.contact_email else []
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=formataddr((name, sender)) if name else sender,
        to=[formataddr((message.to_name, message.to_email))],
        reply_to=reply_to,
        headers={
            # The same at every attempt, so that a mailbox can tell a second copy.
            "Message-ID": f"<{message.pk}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
    )
