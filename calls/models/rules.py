"""Rules of a call as rows: kind, parameters, mode, and the notice's clause beside each."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.enums import DeliverableKind, DeliverableTable, RuleMode
from calls.shifting import shift_years
from portal import clock

# Nobody is asked for longer than this, whatever the end of a project says.
MOST_YEARS = 20


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
    """What is handed in, within so many days of the completion or by a fixed day.

    By a fixed day it may be asked for once, or every year again on that day.
    """

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
    # ``due_on`` is then the day of the first year.
    yearly = models.BooleanField(_("every year again"), default=False)
    # In all; empty: every year until the project ends.
    times = models.PositiveSmallIntegerField(_("how many years in all"), null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(yearly=False) | Q(due_on__isnull=False),
                name="deliverable_yearly_by_a_day",
                violation_error_message=_(
                    "What is asked for every year needs a fixed day, that of the first year."
                ),
            ),
            models.CheckConstraint(
                condition=Q(times=None) | Q(yearly=True, times__gte=2, times__lte=MOST_YEARS),
                name="deliverable_times_of_a_yearly_one",
                violation_error_message=_(
                    "A number of years, from 2 to 20, belongs to what is asked for every year."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def day_of(self, turn: int) -> dt.date:
        """Return the day by which a yearly one is due for the ``turn``-th time, from 1 on."""
        assert self.due_on is not None, "a constraint of the database"
        return shift_years(self.due_on, turn - 1)

    def turns(self, last: dt.date | None) -> int:
        """Return how often it is asked for in a project that ends on ``last``.

        At least once; a project without a known end is asked up to the first day still to come.
        """
        if not self.yearly or self.times is not None:
            return self.times or 1
        turn = 1
        if last is None:
            today = clock.today()
            while turn < MOST_YEARS and self.day_of(turn) < today:
                turn += 1
            return turn
        while turn < MOST_YEARS and self.day_of(turn + 1) <= last:
            turn += 1
        return turn
