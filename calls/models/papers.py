"""What is handed in beside the form, on paper or as a file: copies, formats, blind or named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.enums import PaperBox

if TYPE_CHECKING:
    from calls.models.category import Category


class PaperQuerySet(models.QuerySet["PaperRule"]):
    """Sets of papers."""

    def boxes_for(self, category: Category) -> PaperQuerySet:
        """Boxes that the printed form of a category has beside the unit's own, in their order."""
        here = Q(category=None) | Q(category__in=category.path)
        return self.filter(here, call=category.call_id).exclude(box=PaperBox.NONE)


class PaperRule(models.Model):
    """One paper of the notice: 申报书, 汇总表, 公函 and the like.

    Or the opinion of somebody else, 合作单位意见 or 伦理委员会意见: a box on the printed form,
    signed and stamped on paper by that body and uploaded with the unit's own scan.
    """

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
    box = models.CharField(
        _("box on the printed form"), max_length=6, choices=PaperBox, default="", blank=True
    )
    # Empty: the head of whoever gives the opinion.
    box_signer = models.CharField(_("who signs in the box"), max_length=40, blank=True)
    blind = models.BooleanField(_("without names of units and persons"), default=False)
    clause = models.TextField(_("clause of the notice"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(copies__gt=0) | ~Q(formats=[]) | ~Q(box=""),
                name="paper_is_handed_in_somehow",
                violation_error_message=_(
                    "State a number of copies, a kind of file, or both; or a box on the form."
                ),
            ),
            models.CheckConstraint(
                condition=Q(box="") | Q(copies=0, formats=[], blind=False),
                name="paper_box_is_on_the_form",
                violation_error_message=_(
                    "A box on the form is no paper of its own: no copies, files or blind one."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(box="") | Q(box_signer=""),
                name="paper_signer_has_a_box",
                violation_error_message=_("Who signs is said of a box on the form only."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
