"""Recommending levels: through which units an application passes before the association."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.enums import Sealing


class RecommendingLevel(models.Model):
    """One level of recommendation; a call without rows takes applications from units directly.

    Who may recommend is the union of what is stated: the unit's own parent, units of certain
    kinds, units named. The level's deadline ends the list, the call's own ends the applications.
    """

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="levels")
    no = models.PositiveSmallIntegerField(_("level"), choices=[(1, "1"), (2, "2")], default=1)
    title = models.CharField(
        _("what the recommending unit is called"), max_length=60, default="推荐单位"
    )
    by_parent = models.BooleanField(_("the unit's own parent recommends"), default=False)
    # Lines as in the rule ``kinds``: [{"kind": …, "levels": […]}].
    who = models.JSONField(_("kinds of units that recommend"), default=list, blank=True)
    # [{"name": …, "uscc": …}]; the code may be missing.
    named = models.JSONField(_("units that recommend, by name"), default=list, blank=True)
    # Exclusive, as every end.
    closes_at = models.DateTimeField(_("list to be handed in by"))
    opinion_max = models.PositiveSmallIntegerField(
        _("opinion on each application, characters at most"),
        default=200,
        help_text=_("0: no opinion is asked for."),
    )
    ranks = models.BooleanField(_("the list is ranked"), default=True)
    letter = models.BooleanField(_("a covering letter is handed in with the list"), default=False)
    list_sealed = models.BooleanField(
        _("the summary table is stamped before it is handed in"),
        default=True,
        help_text=_(
            "Where the forms of the call are sealed in the portal, the table is sealed there too;"
            " otherwise it is printed, stamped and scanned."
        ),
    )
    opinion_shown = models.BooleanField(_("applicants may read the opinion on them"), default=False)
    clause = models.TextField(_("clause of the notice"), blank=True)

    class Meta:
        verbose_name = _("recommending level")
        verbose_name_plural = _("recommending levels")
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "no"],
                name="recommending_level_once",
                violation_error_message=_("This call has this level already."),
            ),
            models.CheckConstraint(
                condition=Q(no__in=[1, 2]),
                name="recommending_level_one_or_two",
                violation_error_message=_("There are at most two recommending levels."),
            ),
            models.CheckConstraint(
                condition=Q(by_parent=True) | ~Q(who=[]) | ~Q(named=[]),
                name="recommending_level_names_somebody",
                violation_error_message=_("Say who recommends."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def list_sealing(self) -> Sealing:
        """How the summary table gets its seal: in the portal where the forms do, else on paper."""
        if not self.list_sealed:
            return Sealing.NONE
        way = Sealing(self.call.sealing)
        return way if way.in_portal else Sealing.SCAN
