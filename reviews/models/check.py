"""The formal check: points of a call's checklist, and what was found about one version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _


class CheckItem(models.Model):
    """A point staff add to the checklist of a call, beside those that follow from its rules."""

    call = models.ForeignKey(
        "calls.Call", models.CASCADE, related_name="check_items", verbose_name=_("call")
    )
    text = models.CharField(_("point to check"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("point of the checklist")
        verbose_name_plural = _("points of the checklist")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "text"],
                name="check_item_once_per_call",
                violation_error_message=_("This point is on the checklist already."),
            )
        ]

    def __str__(self) -> str:
        return self.text


class CheckOutcome(TextChoices):
    """How a formal check ended."""

    OPEN = "open", _("In progress")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned for correction")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")


class FormalCheckQuerySet(models.QuerySet["FormalCheck"]):
    """Sets of formal checks."""

    def in_progress(self) -> FormalCheckQuerySet:
        """Checks begun and not concluded."""
        return self.filter(outcome=CheckOutcome.OPEN)


class FormalCheck(models.Model):
    """What staff found about one version; concluded ones are kept as they were."""

    application = models.ForeignKey(
        "applications.Application",
        models.PROTECT,
        related_name="checks",
        verbose_name=_("application"),
    )
    version = models.ForeignKey(
        "applications.Version", models.PROTECT, related_name="+", verbose_name=_("version")
    )
    # [{"code": …, "label": …, "ok": true | false | null, "note": …}] in the checklist's order.
    items = models.JSONField(_("points"), default=list)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=CheckOutcome, default=CheckOutcome.OPEN
    )
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        "people.User", models.PROTECT, related_name="+", verbose_name=_("checked by")
    )
    at = models.DateTimeField(_("time"))

    objects: ClassVar[models.Manager[FormalCheck]] = FormalCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("formal check")
        verbose_name_plural = _("formal checks")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(outcome=CheckOutcome.OPEN),
                name="one_open_check_per_application",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=CheckOutcome.values), name="check_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[CheckOutcome.OPEN, CheckOutcome.ACCEPTED]) | ~Q(reason=""),
                name="unfavourable_check_has_reason",
                violation_error_message=_("Say why, so that the unit knows what to do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.get_outcome_display()}"
