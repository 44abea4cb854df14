"""A list proposed by one person and approved by another, for calls that ask for two."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ListApproval(models.Model):
    """One proposal: exactly these decisions; a changed decision needs a new one."""

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="list_approvals")
    # The fingerprint of the decisions, see reviews.board.
    seen = models.CharField(max_length=64, editable=False)
    proposed_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    # Whoever approved it or sent it back.
    judged_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    reason = models.TextField(_("sent back because"), blank=True)

    class Meta:
        verbose_name = _("approval of a list")
        verbose_name_plural = _("approvals of lists")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(approved=None), name="one_proposed_list_per_call"
            ),
            models.CheckConstraint(
                condition=Q(approved=None, judged_by=None, judged_at=None)
                | Q(approved__isnull=False, judged_by__isnull=False, judged_at__isnull=False),
                name="judged_list_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(approved=True) | ~Q(judged_by=F("proposed_by")),
                name="list_approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(approved=False) | ~Q(reason=""), name="list_sent_back_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} · {self.seen[:8]}"
