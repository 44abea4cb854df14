"""What units get after the decision: award notices, and feedback for those not selected."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AwardNotice(models.Model):
    """The association's notice to one unit about what was selected in one list.

    Its document lies among the documents under ``label``; the unit sees it once handed out.
    """

    notice = models.ForeignKey("calls.Notice", models.PROTECT, related_name="award_notices")
    packet = models.ForeignKey("applications.Packet", models.PROTECT, related_name="award_notices")
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    handed_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("award notice")
        verbose_name_plural = _("award notices")
        ordering = ["packet__number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "packet"], name="award_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.packet}"

    @property
    def label(self) -> str:
        """The subject under which its document is kept."""
        return f"reviews.award:{self.pk}"


class Feedback(models.Model):
    """What staff let a unit read about an application that was not selected."""

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, related_name="feedback"
    )
    text = models.TextField(_("feedback"))
    revision = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="feedback_says_something")
        ]

    def __str__(self) -> str:
        return str(self.application)
