"""Experts an applicant asks not to be judged by; beside the form, for the association alone."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AvoidedExpert(models.Model):
    """One person with her unit, and why; never frozen or printed, never shown to an expert."""

    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="avoided_experts"
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    # Empty: everybody of that name keeps out.
    unit_name = models.CharField(_("unit"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    named_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        verbose_name = _("expert to avoid")
        verbose_name_plural = _("experts to avoid")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "application",
                Lower("name"),
                Lower("unit_name"),
                name="avoided_expert_once",
                violation_error_message=_("This expert is on the list already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(reason=""),
                name="avoided_expert_has_reason",
                violation_error_message=_("Say who it is and why."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
