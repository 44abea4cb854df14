"""What staff may do with a mail: hold it, let it go, stop it, send it again; all of it recorded."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.mail.models import Message, MessageState
from portal.people.models import User
from portal.publishing import publish

# A message claimed longer than this is not on its way any more: its worker is gone.
IN_FLIGHT = dt.timedelta(minutes=10)


def hold(message: Message, *, by: User) -> None:
    """Keep a waiting message back until it is released; raise ``RuleViolation`` if it has left."""
    _move(message, (MessageState.WAITING,), MessageState.HELD, "mail_held", by)


def release(message: Message, *, by: User) -> None:
    """Let a held message go; raise ``RuleViolation`` if it is not held."""
    _move(message, (MessageState.HELD,), MessageState.WAITING, "mail_released", by)


def stop(message: Message, *, by: User) -> None:
    """Stop a message for good; raise ``RuleViolation`` if it has left already."""
    _move(
        message, (MessageState.WAITING, MessageState.HELD), MessageState.STOPPED, "mail_stopped", by
    )


def resend(message: Message, *, by: User) -> None:
    """Send a message again, whatever became of it; the recipient may then have it twice.

    Raises ``RuleViolation`` while it is on its way, and for a message whose secret was blanked.
    """
    if not message.body:
        raise RuleViolation([_("This message held a secret and was blanked. Ask for a new one.")])
    if message.state == MessageState.SENDING and not is_unconfirmed(message):
        raise RuleViolation([_("This message is being sent at this moment.")])
    _move(
        message,
        (MessageState.FAILED, MessageState.STOPPED, MessageState.SENT, MessageState.SENDING),
        MessageState.WAITING,
        "mail_resent",
        by,
    )


def edit(message: Message, *, subject: str, body: str, by: User) -> None:
    """Change the words of a message that has not left; raise ``RuleViolation`` if it has."""
    with transaction.atomic():
        changed = (
            Message.objects.unsent()
            .filter(pk=message.pk, sensitive=False)
            .update(subject=" ".join(subject.split())[:200], body=body)
        )
        if not changed:
            raise RuleViolation([_("This message has left already and cannot be changed.")])
        record("mail_edited", by=by, target=message, issuer=message.issuer)


def is_unconfirmed(message: Message) -> bool:
    """Tell whether a message was claimed but nobody knows whether it arrived; asks no query."""
    return (
        message.state == MessageState.SENDING
        and message.claimed_at is not None
        and (bool(message.last_error) or message.claimed_at < clock.shown() - IN_FLIGHT)
    )


@transaction.atomic
def _move(
    message: Message, sources: tuple[MessageState, ...], to: MessageState, action: str, by: User
) -> None:
    """Change the state if it still is one of ``sources``; the worker may have been quicker."""
    changes: dict[str, object] = {"state": to}
    if to == MessageState.WAITING:
        changes |= {"attempts": 0, "not_before": clock.now(), "last_error": ""}
    if to == MessageState.STOPPED and message.sensitive:
        changes["body"] = ""
    moved = Message.objects.filter(pk=message.pk, state__in=sources).update(**changes)
    if not moved:
        raise RuleViolation([_("The message has moved on meanwhile. Please look at it again.")])
    record(action, by=by, target=message, issuer=message.issuer, was=message.state)
    if to == MessageState.WAITING:
        message_id = str(message.pk)
        transaction.on_commit(lambda: publish("portal.mail.tasks.send", message_ids=[message_id]))
    message.refresh_from_db()
