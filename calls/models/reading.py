"""What the reading of a notice left to people: points that a draft's editor lists."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OpenPoint(models.Model):
    """Something the notice says that is not entered yet, with the notice's own sentence."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="open_points")
    words = models.CharField(pgettext_lazy("open point", "what"), max_length=300)
    reason = models.CharField(_("why it is left to you"), max_length=300)
    sentence = models.TextField(_("sentence of the notice"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("open point")
        verbose_name_plural = _("open points")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.words
