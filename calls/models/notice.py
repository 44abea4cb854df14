"""Notices: what the public reads, in a plain text laid out like an official notice."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from calls.enums import NoticeKind, NoticeState
from portal.people.access import Visitor, issuers_of
from portal.search import ZhGrams, search


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Sets of notices."""

    def published(self) -> NoticeQuerySet:
        """Notices the public may read."""
        return self.filter(state=NoticeState.PUBLISHED)

    def with_deadline(self) -> NoticeQuerySet:
        """Notices with ``closes_at``, the deadline of the call that each of them announces."""
        return self.annotate(closes_at=F("call__closes_at"))

    def visible_to(self, user: Visitor) -> NoticeQuerySet:
        """Published notices and, for staff, every notice of their own issuers."""
        return self.filter(
            Q(state=NoticeState.PUBLISHED) | Q(issuer__in=[i.pk for i in issuers_of(user)])
        )

    def containing(self, text: str) -> NoticeQuerySet:
        """Notices whose title or text contains every word; an empty text keeps all."""
        return search(self, text, "grams", "title", "body")  # type: ignore[return-value]


class Notice(models.Model):
    """A notice of an issuer; results and publicity carry their frozen rows."""

    issuer = models.ForeignKey("people.Issuer", models.PROTECT, verbose_name=_("issuer"))
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    # Plain text with the levels 一、（一）1. of an official notice; calls.notice_text lays it out.
    body = models.TextField(_("text"), blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=NoticeState,
        default=NoticeState.DRAFT,
        editable=False,
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    # For publicity notices: the exclusive end of the time in which objections are taken.
    shown_until = models.DateTimeField(_("shown until"), null=True, blank=True, editable=False)
    # For results and publicity: the list as it was decided,
    # {"columns": […], "groups": [{"title", "rows"}]}.
    rows = models.JSONField(null=True, blank=True, editable=False)
    about = models.ForeignKey(
        "calls.Call",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="result_notices",
        verbose_name=_("about the call"),
    )
    # What Chinese search asks, see portal.search.
    grams = models.GeneratedField(
        expression=ZhGrams(Concat("title", Value(" "), "body", output_field=models.TextField())),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-published_at", "-pk"]
        indexes = [GinIndex(fields=["grams"], name="notice_grams")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=NoticeState.PUBLISHED) | Q(published_at__isnull=False),
                name="published_notice_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(kind=NoticeKind.PUBLICITY, shown_until__isnull=False)
                | (~Q(kind=NoticeKind.PUBLICITY) & Q(shown_until=None)),
                name="publicity_notice_has_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeAttachment(models.Model):
    """A file that goes with a notice; public as soon as the notice is."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
