"""What staff allowed one unit beyond the rules: exceptions and late doors, each with its reason."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Grant(models.Model):
    """An exception from an in-principle rule for one unit."""

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="grants")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="grants")
    rule = models.ForeignKey("calls.Rule", models.PROTECT, related_name="grants")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "organisation"], name="one_grant_per_unit_rule"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="grant_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.rule}"


class LateDoor(models.Model):
    """A later deadline for one unit; never an earlier one."""

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="late_doors")
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, related_name="late_doors", verbose_name=_("unit")
    )
    until = models.DateTimeField(_("open until"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("late door")
        verbose_name_plural = _("late doors")
        constraints = [
            models.UniqueConstraint(fields=["call", "organisation"], name="one_late_door_per_unit"),
            models.CheckConstraint(condition=~Q(reason=""), name="late_door_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.until:%m-%d %H:%M}"
