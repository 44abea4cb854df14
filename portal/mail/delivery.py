"""Sends what waits in the outbox: claim one, send it, write down what became of it."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Collection
from email.utils import formataddr, parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.utils.translation import gettext_lazy

from portal import clock
from portal.mail.models import Message, MessageState
from portal.mail.transport import NotSent, ServerAway, Transport, Unclear
from portal.people.models import Issuer

logger = logging.getLogger(__name__)

# Minutes until the next attempt; after the last one the message has failed.
RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 720)
DEMO_NOTE = gettext_lazy("demo: not sent outside")

# How many waiting messages are looked up at once; each is still claimed by itself.
LOOK_AHEAD = 200

# Claiming and sending must be two commits: a worker that dies in between leaves the message
# claimed, and nobody sends it a second time. The message sent before is confirmed by the same
# statement, since the commit is what a mail costs most.
_CONFIRM = """
    UPDATE mail_message
    SET state = 'sent', sent_at = clock_timestamp(), last_error = %(note)s,
        body = CASE WHEN sensitive AND %(outside)s THEN '' ELSE body END
    WHERE id = %(sent)s AND state = 'sending'
"""
_CONFIRM_AND_CLAIM = f"""
    WITH confirmed AS ({_CONFIRM})
    UPDATE mail_message
    SET state = 'sending', claimed_at = clock_timestamp(), attempts = attempts + 1, last_error = ''
    WHERE id = %(claimed)s AND state = 'waiting' AND not_before <= clock_timestamp()
    RETURNING *
"""  # noqa: S608 - no value enters by formatting


def deliver(*, only: Collection[str] | None = None, seconds: float = 55.0) -> int:
    """Send waiting messages over one connection, first come first served; return how many left.

    ``only`` restricts it to these ids. Stops after ``seconds``, when nothing is left to send or
    when the mail server is away. Any number of workers may run it at once; each message is sent
    by one of them.
    """
    until = time.monotonic() + seconds
    sent = 0
    issuers: dict[int, Issuer] = {}
    with Transport() as transport, _Outbox(only, outside=transport.outside) as outbox:
        while message := outbox.claim():
            try:
                transport.send(_email(message, issuers))
            except ServerAway as fault:
                _give_back(message, str(fault))
                logger.warning("mail server away: %s", fault)
                break
            except (NotSent, Unclear) as fault:
                _note_failure(message, fault)
            else:
                sent += 1
                outbox.confirm(message)
            if time.monotonic() >= until:
                break
    return sent


class _Outbox:
    """Claims messages one by one, confirming the one before in the same commit."""

    def __init__(self, only: Collection[str] | None, *, outside: bool) -> None:
        self._only = only
        self._parameters: dict[str, Any] = {
            "sent": None, "outside": outside, "note": "" if outside else str(DEMO_NOTE),
        }  # fmt: skip
        self._candidates: list[UUID] = []

    def __enter__(self) -> _Outbox:
        return self

    def __exit__(self, *exception: object) -> None:
        """Confirm the last message, also when the run ends by a fault."""
        if self._parameters["sent"] is not None:
            with connection.cursor() as cursor:
                cursor.execute(_CONFIRM, self._parameters)

    def claim(self) -> Message | None:
        """Take the next message that waits; None when there is no more."""
        while True:
            if not self._candidates and not self._look_ahead():
                return None
            parameters = {**self._parameters, "claimed": self._candidates.pop()}
            claimed = list(Message.objects.raw(_CONFIRM_AND_CLAIM, parameters))
            self._parameters["sent"] = None
            if claimed:  # else another worker was quicker, or staff stopped it
                return claimed[0]

    def confirm(self, message: Message) -> None:
        """Note that a message has left; written with the next claim or at the end."""
        self._parameters["sent"] = message.pk

    def _look_ahead(self) -> bool:
        waiting = Message.objects.filter(state=MessageState.WAITING, not_before__lte=clock.now())
        if self._only is not None:
            waiting = waiting.filter(pk__in=self._only)
        ordered = waiting.order_by("not_before", "created_at").values_list("pk", flat=True)
        self._candidates = list(ordered[:LOOK_AHEAD])[::-1]
        return bool(self._candidates)


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
