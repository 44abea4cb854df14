"""Scores: what an expert types, kept at once, and the sheet as it was handed in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models.panel import Assignment


class SheetEntry(models.Model):
    """One answer of a sheet being filled in, sound or not; an older page is told, not obeyed."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="entries")
    # "score-<criterion>", "comment-<criterion>" or "opinion".
    key = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("entry of a score sheet")
        verbose_name_plural = _("entries of score sheets")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "key"], name="sheet_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} #{self.revision}"


class Score(models.Model):
    """One criterion of a sheet as handed in."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey("calls.Criterion", models.PROTECT, related_name="+")
    value = models.DecimalField(_("score"), max_digits=5, decimal_places=1)
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion__position", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="score_once"),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="score_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"
