"""The paper register: what came by post or was handed over, and what was booked in by mistake."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PaperArrivalQuerySet(models.QuerySet["PaperArrival"]):
    """Sets of arrivals."""

    def standing(self) -> PaperArrivalQuerySet:
        """Arrivals that nobody has taken back."""
        return self.filter(undone_at=None)


class PaperArrival(models.Model):
    """Papers of one packet that came together.

    The key comes from the form, so that a button pressed twice books in once. A mistake is taken
    back with its reason and stays to be read.
    """

    packet = models.ForeignKey("applications.Packet", models.PROTECT, related_name="paper_arrivals")
    key = models.UUIDField(unique=True, editable=False)
    # The version printed on the form; None where no form was among the papers.
    version = models.ForeignKey(
        "applications.Version", models.PROTECT, null=True, blank=True, related_name="+"
    )
    arrived_on = models.DateField(_("arrived on"))
    postmarked_on = models.DateField(_("postmark of"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(_("why it was taken back"), max_length=200, blank=True)

    objects = PaperArrivalQuerySet.as_manager()

    class Meta:
        verbose_name = _("arrival of papers")
        verbose_name_plural = _("arrivals of papers")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(postmarked_on=None) | Q(postmarked_on__lte=F("arrived_on")),
                name="paper_postmark_before_arrival",
                violation_error_message=_("A letter cannot arrive before its postmark."),
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undone_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason="")),
                name="paper_undone_says_why",
                violation_error_message=_("Say why it is taken back."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.packet} · {self.arrived_on}"


class PaperPiece(models.Model):
    """Copies of one paper within an arrival; the title stays when the notice's paper goes."""

    arrival = models.ForeignKey(PaperArrival, models.CASCADE, related_name="pieces")
    # None: the printed form, or a paper the call no longer names.
    paper = models.ForeignKey(
        "calls.PaperRule", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_form = models.BooleanField(default=False)
    title = models.CharField(_("paper"), max_length=120)
    copies = models.PositiveSmallIntegerField(_("copies"))

    class Meta:
        verbose_name = _("paper of an arrival")
        verbose_name_plural = _("papers of an arrival")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(copies__gt=0), name="paper_piece_has_copies"),
            models.CheckConstraint(
                condition=Q(is_form=False) | Q(paper=None), name="paper_piece_form_or_other"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} × {self.copies}"
