"""The hand-in with its receipt, and what staff must look at because of it."""

from __future__ import annotations

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class HandIn(models.Model):
    """A receipt: this version was handed in at this instant of the database's clock.

    The key comes from the form: a second try with it finds the first receipt.
    """

    packet = models.ForeignKey("applications.Packet", models.PROTECT, related_name="handins")
    version = models.OneToOneField("applications.Version", models.PROTECT, related_name="handin")
    key = models.UUIDField(unique=True)
    receipt_number = models.CharField(_("receipt number"), max_length=40, unique=True)
    received_at = models.DateTimeField(_("received"))
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("hand-in")
        verbose_name_plural = _("hand-ins")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return self.receipt_number


class FlagKind(TextChoices):
    """Why staff must look."""

    IN_PRINCIPLE = "in_principle", _("Departs from a rule in principle")
    UNKNOWN = "unknown", _("Fact to be checked")


class Flag(models.Model):
    """A rule that let the hand-in pass but leaves something to staff."""

    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="flags"
    )
    rule = models.ForeignKey("calls.Rule", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=14, choices=FlagKind)
    message = models.TextField()
    # What the unit says to it when it hands in beyond an in-principle rule.
    unit_reason = models.TextField(blank=True)
    at = models.DateTimeField()
    settled_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.message
