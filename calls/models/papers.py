"""What is handed in beside the form, on paper or as a file: copies, formats, blind or named."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PaperRule(models.Model):
    """One paper of the notice: 申报书, 汇总表, 公函 and the like."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="papers")
    category = models.ForeignKey(
        "calls.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name=_("category"),
    )
    title = models.CharField(_("title"), max_length=120)
    copies = models.PositiveSmallIntegerField(_("copies on paper"), default=0)
    # Endings of files such as "docx"; empty: on paper only.
    formats = ArrayField(
        models.CharField(max_length=8), verbose_name=_("as a file"), default=list, blank=True
    )
    blind = models.BooleanField(_("without names of units and persons"), default=False)
    clause = models.TextField(_("clause of the notice"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(copies__gt=0) | ~Q(formats=[]),
                name="paper_is_handed_in_somehow",
                violation_error_message=_("State a number of copies, a kind of file, or both."),
            )
        ]

    def __str__(self) -> str:
        return self.title
