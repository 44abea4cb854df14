"""What the register keeps for its own flows: uploaded lists awaiting a yes, and slowed logins."""

from __future__ import annotations

import uuid

from allauth.mfa.models import Authenticator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.people.models import Issuer, User


class ImportKind(models.TextChoices):
    """What a spreadsheet brings."""

    UNITS = "units", _("Units with their administrators")
    FACTS = "facts", _("Yearly facts")


class ImportRun(models.Model):
    """An uploaded spreadsheet between its dry run and the yes; afterwards its report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey(
        Issuer, models.CASCADE, related_name="import_runs", verbose_name=_("issuer")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind)
    filename = models.CharField(_("file"), max_length=200)
    # The parsed cells; emptied when applied, since the register holds them then.
    rows = models.JSONField(default=list)
    report = models.JSONField(_("report"), default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(rows=[]), name="applied_import_keeps_no_rows"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.filename}"


class LoginDelay(models.Model):
    """Failed attempts behind one key, and until when the next one waits; see login_delay.py."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("login delay")
        verbose_name_plural = _("login delays")

    def __str__(self) -> str:
        return f"{self.key[:8]}… ({self.failures})"


class SecondFactor(Authenticator):  # type: ignore[misc]
    """An authenticator under the portal's own name: the library's model has none in Chinese."""

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
