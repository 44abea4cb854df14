"""Queueing: a message is written in the caller's transaction and leaves after its commit."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from typing import Any, TypeAlias

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from portal import clock
from portal.mail.models import InboxItem, Message, MessageState
from portal.mail.rendering import one_line, render
from portal.people.models import Issuer, User
from portal.publishing import publish

# A person with an account, or mailbox and name of one who has none yet.
Recipient: TypeAlias = User | tuple[str, str]

# Above this number a run of the sweeper on one connection is quicker than naming each message.
MANY = 50


def queue(
    *,
    to: Recipient,
    template: str,
    context: Mapping[str, Any],
    occasion: str,
    issuer: Issuer | None = None,
    url: str = "",
    sensitive: bool = False,
) -> Message | None:
    """Write a mail, and a note in the inbox, from ``templates/mail/<template>.txt``.

    ``occasion`` says why this person is told, for example ``result:17:selected``: the same mailbox
    is never told twice of one occasion, None is returned for the second time. ``issuer`` decides
    which association's staff may see the mail. ``url`` is a path inside the portal, shown as the
    link of the inbox note and given to the template as ``link``. ``sensitive`` texts hold a secret:
    no inbox note, never shown to staff, blanked once sent.
    """
    _email, name = _address(to)
    link = f"{settings.SITE_URL}{url}" if url else ""
    subject, body = render(
        template, {"to_name": name, "issuer": issuer, "link": link, **context}, _language_of(to)
    )
    return queue_rendered(
        to=to, subject=subject, body=body, occasion=occasion, issuer=issuer, url=url,
        sensitive=sensitive,
    )  # fmt: skip


def queue_rendered(
    *,
    to: Recipient,
    subject: str,
    body: str,
    occasion: str,
    issuer: Issuer | None = None,
    url: str = "",
    sensitive: bool = False,
) -> Message | None:
    """Write a mail whose text is ready, as :func:`queue` does; allauth's own mails come here."""
    if url and not (url.startswith("/") and not url.startswith("//")):
        raise ValueError("an inbox note leads to a path inside the portal")
    email, name = _address(to)
    user = to if isinstance(to, User) else None
    message = Message(
        issuer=issuer, to_user=user, to_email=email, to_name=name, subject=one_line(subject),
        body=body, occasion=occasion, sensitive=sensitive,
        not_before=clock.now() + dt.timedelta(seconds=_hold(sensitive)),
    )  # fmt: skip
    with transaction.atomic():
        # The ledger decides: of two who queue the same occasion at once one writes nothing.
        Message.objects.bulk_create([message], ignore_conflicts=True)
        if not Message.objects.filter(pk=message.pk).exists():
            return None
        if user is not None and not sensitive:
            InboxItem.objects.create(user=user, subject=message.subject, body=body, url=url)
        _send_after_commit(message)
    return message


def unread_count(user: User) -> int:
    """Return how many inbox notes the person has not opened."""
    return InboxItem.objects.visible_to(user).unread().count()


def mark_read(items: QuerySet[InboxItem]) -> None:
    """Note when the person opened these; what was opened before keeps its time."""
    items.filter(read_at=None).update(read_at=clock.now())


def forget_old() -> int:
    """Delete mails that have left or were stopped, and inbox items, when they are old.

    How old is said by the setting MESSAGE_DAYS; what still waits stays. Returns how many went.
    """
    limit = clock.now() - dt.timedelta(days=settings.MESSAGE_DAYS)
    over = (MessageState.SENT, MessageState.STOPPED)
    mails, _each = Message.objects.filter(state__in=over, created_at__lt=limit).delete()
    items, _each = InboxItem.objects.filter(created_at__lt=limit).delete()
    return mails + items


def _address(to: Recipient) -> tuple[str, str]:
    email, name = (to.email, to.name) if isinstance(to, User) else to
    return email.strip().lower(), name


def _language_of(to: Recipient) -> str:
    """Return the language a mail is written in: the person's where she chose one."""
    return getattr(to, "language", "") or settings.LANGUAGE_CODE


def _hold(sensitive: bool) -> int:
    """Seconds a mail waits so that staff can stop it; a reset link is waited for."""
    return 0 if sensitive else settings.MAIL_HOLD_SECONDS


class _Pending(threading.local):
    """Ids queued in the running transaction, so that many mails cost one message to the broker."""

    def __init__(self) -> None:
        self.ids: list[str] = []


_pending = _Pending()


def _send_after_commit(message: Message) -> None:
    if _hold(message.sensitive):
        return  # the sweeper takes it when its time has come
    if not any(waiting[1] is _hand_over for waiting in connection.run_on_commit):
        _pending.ids = []  # a new transaction; the one before was rolled back
    _pending.ids.append(str(message.pk))
    transaction.on_commit(_hand_over)


def _hand_over() -> None:
    """Tell the worker of all messages just committed; ids of a rollback claim nothing there."""
    ids, _pending.ids = _pending.ids, []
    if not ids:
        return
    if len(ids) > MANY:
        publish("portal.mail.tasks.sweep")
    else:
        publish("portal.mail.tasks.send", message_ids=ids)
