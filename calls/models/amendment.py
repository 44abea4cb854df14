"""What was changed in a published call, when, and from what to what."""

from __future__ import annotations

from typing import TypedDict

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Change(TypedDict):
    """One difference in words; an empty text stands for what was not there."""

    # Which part of the call: one of calls.differences.PARTS.
    part: str
    what: str
    before: str
    after: str


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    """Sets of amendments."""

    def untold(self) -> AmendmentQuerySet:
        """Amendments of which the holders of drafts have not been told yet."""
        return self.filter(told_at=None)


class Amendment(models.Model):
    """One change of a published call; the call's page lists them with their days."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="amendments")
    # The call's revision that began with it.
    revision = models.PositiveIntegerField(editable=False)
    summary = models.CharField(_("what was changed"), max_length=1000)
    # A list of ``Change`` in the portal's own language.
    changes = models.JSONField(default=list, blank=True)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(_("when"), editable=False)
    # When mail to everybody concerned was queued; a sweep finds those it is missing for.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "revision"], name="one_amendment_for_each_revision"
            ),
            models.CheckConstraint(condition=~Q(summary=""), name="amendment_has_summary"),
        ]

    def __str__(self) -> str:
        return self.summary
