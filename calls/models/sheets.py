"""How a stage of the review is scored: criteria, weights, scales, and how totals become one."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from calls.enums import ScoreMethod, TieBreak
from calls.models.stages import ReviewStage


class ScoreSheet(models.Model):
    """The score sheet of one stage; a stage without one is not scored on line."""

    stage = models.OneToOneField(ReviewStage, models.CASCADE, related_name="sheet")
    blind = models.BooleanField(
        _("experts do not see who applies"),
        default=True,
        help_text=_("Names, units and phones are masked, answers marked so are left out."),
    )
    method = models.CharField(
        _("totals become one figure by"),
        max_length=8,
        choices=ScoreMethod,
        default=ScoreMethod.MEAN,
    )
    drop_over = models.PositiveSmallIntegerField(
        _("highest and lowest are dropped when there are more than"),
        null=True,
        blank=True,
        help_text=_("Experts for one application. Empty: nothing is dropped."),
    )
    normalise = models.BooleanField(
        _("even out who marks high or low"),
        default=False,
        help_text=_("Each expert's totals get the mean and the spread of all (z-scores)."),
    )
    # In points of the total; staff look at totals further than this from the median.
    tolerance = models.DecimalField(
        _("far off the median from (points)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(15),
    )
    ties = ArrayField(
        models.CharField(max_length=10, choices=TieBreak),
        verbose_name=_("equal scores are parted by, in this order"),
        default=list,
        blank=True,
    )
    opinion_required = models.BooleanField(_("an opinion on the whole is required"), default=True)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        constraints = [
            models.CheckConstraint(
                condition=Q(drop_over=None) | Q(drop_over__gte=2),
                name="sheet_drops_from_three",
                violation_error_message=_("Dropping needs more than two experts."),
            ),
            models.CheckConstraint(
                condition=Q(tolerance__gt=0),
                name="sheet_tolerance_positive",
                violation_error_message=_("The distance must lie above 0."),
            ),
            models.CheckConstraint(
                condition=Q(method__in=ScoreMethod.values), name="sheet_method_known"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Score sheet"))


class Criterion(models.Model):
    """One line of the sheet: a score on a scale, which counts with a weight."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="criteria")
    title = models.CharField(_("criterion"), max_length=60)
    help = models.CharField(_("what is looked at"), max_length=300, blank=True)
    # Points of the total that the top of the scale brings; all weights together are 100.
    weight = models.DecimalField(_("weight (of 100)"), max_digits=5, decimal_places=2)
    low = models.DecimalField(_("lowest score"), max_digits=5, decimal_places=1, default=Decimal(0))
    top = models.DecimalField(_("highest score"), max_digits=5, decimal_places=1)
    comment_required = models.BooleanField(_("needs a comment"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=100),
                name="criterion_weight_of_a_hundred",
                violation_error_message=_("A weight lies above 0 and at most at 100."),
            ),
            models.CheckConstraint(
                condition=Q(low__gte=0, top__gt=F("low")),
                name="criterion_scale_in_order",
                violation_error_message=_("The highest score must lie above the lowest."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
