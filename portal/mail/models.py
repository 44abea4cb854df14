"""The outbox, which is its own ledger of who was told what, and the inbox inside the portal."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """Where a message is on its way."""

    WAITING = "waiting", _("Waiting")
    HELD = "held", _("Held by staff")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped by staff")


class MessageQuerySet(models.QuerySet["Message"]):
    """Sets of messages."""

    def waiting(self) -> MessageQuerySet:
        """Messages the worker will take, first come first served."""
        return self.filter(state=MessageState.WAITING).order_by("not_before", "created_at")

    def unsent(self) -> MessageQuerySet:
        """Messages that have not begun to leave: they may still be edited or stopped."""
        return self.filter(
            state__in=(
                MessageState.WAITING,
                MessageState.HELD,
                MessageState.FAILED,
                MessageState.STOPPED,
            )
        )


class Message(models.Model):
    """One mail to one person about one occasion.

    The unique pair of mailbox and occasion is the ledger: whoever queues the same occasion again,
    after a crash or from a second scheduler, meets the row and sends nothing. A message is claimed
    (``sending``) before it leaves; one that stays claimed may or may not have arrived, so only a
    person decides whether it goes again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey(
        "people.Issuer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issuer"),
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recipient"),
    )
    to_email = models.EmailField(_("mailbox"))
    to_name = models.CharField(_("recipient's name"), max_length=60, blank=True)
    subject = models.CharField(_("subject line"), max_length=200)
    body = models.TextField(_("text"))
    occasion = models.CharField(_("occasion"), max_length=200)
    # Holds a link or code that opens an account: blanked once it left, never shown to staff.
    sensitive = models.BooleanField(_("holds a secret"), default=False, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=MessageState, default=MessageState.WAITING
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    not_before = models.DateTimeField(_("not before"))
    claimed_at = models.DateTimeField(_("claimed"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)

    objects: ClassVar[models.Manager[Message]] = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["not_before", "created_at"],
                condition=Q(state="waiting"),
                name="message_waiting",
            ),
            models.Index(
                fields=["claimed_at"], condition=Q(state="sending"), name="message_unconfirmed"
            ),
            models.Index(fields=["issuer", "-created_at"], name="message_of_issuer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["to_email", "occasion"],
                name="message_once_per_occasion",
                violation_error_message=_("This person has been told of this already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="message_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False),
                name="message_sending_is_claimed",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class InboxItemQuerySet(models.QuerySet["InboxItem"]):
    """Sets of inbox items."""

    def visible_to(self, user: object) -> InboxItemQuerySet:
        """Items addressed to this person."""
        return self.filter(user=getattr(user, "pk", None))

    def unread(self) -> InboxItemQuerySet:
        """Items not opened yet."""
        return self.filter(read_at=None)


class InboxItem(models.Model):
    """The same news inside the portal, for those who read no mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox")
    subject = models.CharField(_("subject line"), max_length=200)
    body = models.TextField(_("text"))
    url = models.CharField(_("link"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects: ClassVar[models.Manager[InboxItem]] = InboxItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("inbox item")
        verbose_name_plural = _("inbox items")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="inbox_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="inbox_unread"),
        ]

    def __str__(self) -> str:
        return self.subject
