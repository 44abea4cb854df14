"""What happened to an application, and what staff asked to be corrected."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.states import Action, State


class StateLog(models.Model):
    """One change of state; written by the lifecycle only."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="log")
    action = models.CharField(max_length=20, choices=Action)
    source = models.CharField(max_length=20, choices=State)
    target = models.CharField(max_length=20, choices=State)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("state change")
        verbose_name_plural = _("state changes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class CorrectionRequest(models.Model):
    """A return for correction, with the version it speaks of."""

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="corrections"
    )
    version = models.ForeignKey("applications.Version", models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    due = models.DateTimeField(_("due"))
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("return for correction")
        verbose_name_plural = _("returns for correction")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.reason


class CorrectionItem(models.Model):
    """What is to be corrected in one section."""

    request = models.ForeignKey(CorrectionRequest, models.CASCADE, related_name="items")
    section = models.CharField(max_length=40)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("point to correct")
        verbose_name_plural = _("points to correct")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reason
