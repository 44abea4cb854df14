"""Papers of a review: an expert's score sheet to sign, the summary, the minutes of a meeting."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from portal.people.access import Visitor
from portal.people.models import User
from reviews.models.expert import Expert
from reviews.models.meeting import Meeting
from reviews.models.panel import Panel

# Purpose of a stored signature that was written on the screen and printed on the paper itself.
DRAWN = "signature"


class RecordKind(TextChoices):
    """Which paper it is."""

    SHEET = "sheet", _("Score sheet of an expert")
    SUMMARY = "summary", _("Summary of the review")
    MINUTES = "minutes", _("Minutes of the meeting")


class ReviewRecordQuerySet(models.QuerySet["ReviewRecord"]):
    """Sets of papers."""

    def of_expert(self, user: Visitor) -> ReviewRecordQuerySet:
        """One person's own score sheets."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(kind=RecordKind.SHEET, expert__user=user, expert__ended_at=None)


class ReviewRecord(models.Model):
    """One printing; what it says is named by its hash, so that a later change shows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    panel = models.ForeignKey(Panel, models.PROTECT, related_name="records")
    kind = models.CharField(_("kind"), max_length=8, choices=RecordKind)
    expert = models.ForeignKey(
        Expert, models.PROTECT, null=True, blank=True, related_name="records"
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="records"
    )
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    content_sha256 = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # The paper with its signature: a scan, or drawn by finger.
    signed = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed copy uploaded"), null=True, blank=True)

    objects: ClassVar[ReviewRecordQuerySet] = ReviewRecordQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("paper of a review")
        verbose_name_plural = _("papers of a review")
        ordering = ["-made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=RecordKind.SHEET, expert__isnull=False, meeting=None)
                | Q(kind=RecordKind.SUMMARY, expert=None, meeting=None)
                | Q(kind=RecordKind.MINUTES, expert=None, meeting__isnull=False),
                name="record_has_its_subject",
            ),
            models.CheckConstraint(
                condition=Q(signed=None, signed_by=None, signed_at=None)
                | Q(signed__isnull=False, signed_by__isnull=False, signed_at__isnull=False),
                name="signed_record_says_by_whom",
            ),
        ]

    @property
    def is_drawn(self) -> bool:
        """Tell whether the signature was written on the screen: the paper itself bears it."""
        return self.signed is not None and self.signed.purpose == DRAWN

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.panel}"
