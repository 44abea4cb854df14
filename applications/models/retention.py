"""When the time for keeping a packet was over, and what keeps one beyond it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """What was filled in, uploaded and printed of a packet is destroyed; numbers and hashes stay.

    The database lets a frozen form lose its content only where this row is.
    """

    packet = models.OneToOneField(
        "applications.Packet", models.PROTECT, primary_key=True, related_name="erasure"
    )
    # The day from which nothing was to be kept.
    due_on = models.DateField(_("kept until"))
    files = models.PositiveIntegerField(_("files"), default=0)
    documents = models.PositiveIntegerField(_("printed documents"), default=0)
    # None: the portal itself, on its daily round.
    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("erased form")
        verbose_name_plural = _("erased forms")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(self.packet)


class HoldQuerySet(models.QuerySet["Hold"]):
    """Sets of holds."""

    def standing(self) -> HoldQuerySet:
        """Holds that nobody has lifted."""
        return self.filter(lifted_at=None)


class Hold(models.Model):
    """Staff keep a packet beyond its time, for a dispute or an inquiry, until they lift it."""

    packet = models.ForeignKey("applications.Packet", models.PROTECT, related_name="holds")
    reason = models.CharField(_("why it is kept"), max_length=300)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))
    lifted_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("form kept longer")
        verbose_name_plural = _("forms kept longer")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["packet"], condition=Q(lifted_at=None), name="one_standing_hold"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="lifted_hold_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return str(self.packet)
