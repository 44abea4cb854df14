"""Dates of a call that come several times: the batches of a rolling call."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Batch(models.Model):
    """One of several ends of a call: a hand-in falls into the first batch that is still to end."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="batches")
    title = models.CharField(_("title"), max_length=60)
    # Exclusive, like every end of a call.
    closes_at = models.DateTimeField(_("closes"))
    result_by = models.DateField(_("result by"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("one end of several", "batch")
        verbose_name_plural = _("batches")
        ordering = ["closes_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "closes_at"],
                name="batches_end_one_after_the_other",
                violation_error_message=_("Another batch of this call ends at the same time."),
            ),
            models.CheckConstraint(
                condition=models.Q(title__regex=r"\S"),
                name="batch_has_title",
                violation_error_message=_("Give the batch a title."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
