"""How a call is reviewed and shown to the public, as its notice says; no rows: not at all."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.enums import PublicityCounting, PublicityWhere, ReviewKind

# Stages in which experts score, and those in which nobody does.
SCORED = (ReviewKind.SCORING, ReviewKind.PANEL, ReviewKind.DEFENCE)
_UNSCORED = (ReviewKind.FORMAL, ReviewKind.LEADERSHIP)


class ReviewStage(models.Model):
    """One stage of the review; stages follow each other by position."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="review_stages")
    kind = models.CharField(_("kind"), max_length=12, choices=ReviewKind)
    experts = models.PositiveSmallIntegerField(_("number of experts"), null=True, blank=True)
    # Out of 100.
    pass_mark = models.DecimalField(
        _("pass mark (of 100)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    clause = models.TextField(_("clause of the notice"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("stage of the review")
        verbose_name_plural = _("stages of the review")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark=None) | Q(pass_mark__gt=0, pass_mark__lte=100),
                name="pass_mark_of_a_hundred",
                violation_error_message=_("The pass mark lies above 0 and at most at 100."),
            ),
            models.CheckConstraint(
                condition=Q(experts=None) | Q(experts__gt=0),
                name="review_stage_has_experts",
                violation_error_message=_("At least one expert, or leave the number empty."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=_UNSCORED) | Q(experts=None, pass_mark=None),
                name="unscored_stage_has_no_marks",
                violation_error_message=_(
                    "Experts and a pass mark belong to scoring, meeting and defence only."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class PublicityRule(models.Model):
    """How long, and counted how, names are shown before they count."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="publicity_rules")
    where = models.CharField(_("where"), max_length=12, choices=PublicityWhere)
    # In what ``counting`` says.
    length = models.PositiveSmallIntegerField(_("how long"))
    counting = models.CharField(
        _("counted in"),
        max_length=10,
        choices=PublicityCounting,
        default=PublicityCounting.WORKING,
    )
    first_day_counted = models.BooleanField(_("the first day counts"), default=False)
    # Empty: the end of the last day.
    closing_hour = models.TimeField(_("ends on the last day at"), null=True, blank=True)
    clause = models.TextField(_("clause of the notice"), blank=True)

    class Meta:
        verbose_name = _("publicity period")
        verbose_name_plural = _("publicity periods")
        # Before the recommendation, then after the review.
        ordering = ["-where", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "where"],
                name="one_publicity_period_each",
                violation_error_message=_("This call has such a publicity period already."),
            ),
            models.CheckConstraint(
                condition=Q(length__gt=0),
                name="publicity_lasts",
                violation_error_message=_("A publicity period lasts at least one day or hour."),
            ),
            models.CheckConstraint(
                condition=~Q(counting=PublicityCounting.HOURS)
                | Q(first_day_counted=False, closing_hour=None),
                name="publicity_in_hours_has_no_days",
                violation_error_message=_(
                    "Counted in hours there is neither a first day nor an hour of closing."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_where_display())
