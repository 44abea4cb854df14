"""Rules of a call as rows: kind, parameters, mode, and the notice's clause beside each."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.enums import DeliverableKind, DeliverableTable, RuleMode


class Rule(models.Model):
    """One rule of the notice; calls.rules holds the pure function for each kind."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="rules")
    category = models.ForeignKey(
        "calls.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("category"),
        help_text=_("Empty: holds for the whole call. Rules of an upper category hold below it."),
    )
    kind = models.CharField(_("kind of rule"), max_length=40)
    # Empty for kinds that need none, such as every declaration ticked.
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    mode = models.CharField(_("mode"), max_length=12, choices=RuleMode, default=RuleMode.STRICT)
    clause = models.TextField(_("clause of the notice"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.clause or self.kind


class DeliverableRule(models.Model):
    """What is handed in after completion, within so many days of it or by a fixed day."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="deliverable_rules")
    category = models.ForeignKey(
        "calls.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deliverable_rules",
        verbose_name=_("category"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=DeliverableKind)
    title = models.CharField(_("title"), max_length=120)
    days_after = models.PositiveSmallIntegerField(_("days after completion"), null=True, blank=True)
    working_days = models.BooleanField(_("counted in working days"), default=False)
    # The day itself is included.
    due_on = models.DateField(_("by a fixed day"), null=True, blank=True)
    max_words = models.PositiveIntegerField(_("words at most"), null=True, blank=True)
    photos_min = models.PositiveSmallIntegerField(_("photos at least"), null=True, blank=True)
    photos_max = models.PositiveSmallIntegerField(_("photos at most"), null=True, blank=True)
    table = models.CharField(
        _("table"), max_length=12, choices=DeliverableTable, default="", blank=True
    )
    # Endings of files such as "docx"; empty: the usual ones.
    file_types = ArrayField(
        models.CharField(max_length=8), verbose_name=_("kinds of files"), default=list, blank=True
    )
    clause = models.TextField(_("clause of the notice"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        ordering = ["due_on", "days_after", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(photos_min=None)
                | Q(photos_max=None)
                | Q(photos_max__gte=models.F("photos_min")),
                name="deliverable_photos_in_order",
                violation_error_message=_("The greater number of photos must come second."),
            ),
            models.CheckConstraint(
                condition=Q(days_after__isnull=False, due_on=None)
                | Q(days_after=None, due_on__isnull=False),
                name="deliverable_due_once",
                violation_error_message=_(
                    "State the days after completion or a fixed day, one of both."
                ),
            ),
            models.CheckConstraint(
                condition=Q(working_days=False) | Q(days_after__lte=366),
                name="deliverable_working_days_countable",
                violation_error_message=_("At most 366 working days can be counted."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
