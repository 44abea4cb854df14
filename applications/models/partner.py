"""Units that apply jointly; each confirms by its own administrator."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartnerState(TextChoices):
    """Whether a partner stands behind the application."""

    PENDING = "pending", _("Not confirmed yet")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    NAMED = "named", _("Named in text, with a letter")


class Partner(models.Model):
    """A partner: a registered unit, or a body that never registers, named in text."""

    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="partners"
    )
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="partnerships"
    )
    name = models.CharField(pgettext_lazy("of a unit", "name"), max_length=120)
    letter = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=PartnerState)
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "organisation"], name="partner_once",
                violation_error_message=_("This unit is a partner already."),
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(state="named"),
                name="only_named_partners_lack_a_unit",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
