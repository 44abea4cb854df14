"""The decision on one application: a draft until it is published with the list."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from applications.states import State


class DecisionOutcome(TextChoices):
    """What is decided; a call words these in its own way (立项, 入选, 列入申报范围)."""

    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("Reserve")
    NOT_SELECTED = "not_selected", _("Not selected")


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Sets of decisions."""

    def to_publish(self) -> DecisionQuerySet:
        """Decisions with an outcome that no list has carried yet."""
        return self.filter(
            published_in=None,
            application__state__in=[State.ACCEPTED, State.RESERVE],
        ).exclude(outcome="")


class Decision(models.Model):
    """One application's outcome; ``revision`` lets the second of two staff see the first one's."""

    application = models.OneToOneField(
        "applications.Application",
        models.PROTECT,
        related_name="decision",
        verbose_name=_("application"),
    )
    # Empty while only an amount, a rank or a note is written down.
    outcome = models.CharField(_("outcome"), max_length=12, choices=DecisionOutcome, blank=True)
    amount = models.DecimalField(
        _("amount granted (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    note = models.CharField(_("note for the file"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(
        "people.User", models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    at = models.DateTimeField(_("time"))
    published_in = models.ForeignKey(
        "calls.Notice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("published in"),
    )

    objects: ClassVar[models.Manager[Decision]] = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = [F("rank").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=DecisionOutcome.values),
                name="decision_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="decision_amount_not_negative",
                violation_error_message=_("The amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(published_in=None) | ~Q(outcome=""),
                name="published_decision_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.get_outcome_display()}"
