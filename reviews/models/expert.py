"""Experts of an association: who they are, how they are invited, what they declared once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.access import Visitor
from portal.people.models import User
from portal.phone import validate_phone


def _words(verbose_name: Any, help_text: Any) -> ArrayField[list[str], list[str]]:
    return ArrayField(
        models.CharField(max_length=40),
        verbose_name=verbose_name,
        help_text=help_text,
        default=list,
        blank=True,
    )


class ExpertQuerySet(models.QuerySet["Expert"]):
    """Sets of experts."""

    def standing(self) -> ExpertQuerySet:
        """Experts of the register; who left it is kept for old files only."""
        return self.filter(ended_at=None)

    def there_between(self, start: dt.date, end: dt.date) -> ExpertQuerySet:
        """Experts who are not away on any day from ``start`` to ``end``, both included."""
        return self.exclude(away_from__lte=end, away_until__gte=start)

    def of_user(self, user: Visitor) -> ExpertQuerySet:
        """The rows of one person, one for each association that knows her as an expert."""
        if not isinstance(user, User):
            return self.none()
        return self.standing().filter(user=user)


class Expert(models.Model):
    """A person as one association knows her: unit, title, fields, languages, when away."""

    issuer = models.ForeignKey(
        "people.Issuer", models.PROTECT, related_name="experts", verbose_name=_("issuer")
    )
    # Empty until the invitation is accepted.
    user = models.ForeignKey(
        "people.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="expertises",
        verbose_name=_("account"),
        editable=False,
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    email = models.EmailField(_("mailbox"))
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_phone])
    unit_name = models.CharField(_("unit"), max_length=120)
    # The unit's row where it is registered: recusal follows its parents and branches.
    organisation = models.ForeignKey(
        "people.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="experts",
        verbose_name=_("registered unit"),
        editable=False,
    )
    title = models.CharField(_("professional title"), max_length=60, blank=True)
    fields = _words(
        _("fields"), _("Divided by commas. A file fits whose topic or category names one of them.")
    )
    languages = _words(_("languages"), _("Divided by commas."))
    most_files = models.PositiveSmallIntegerField(
        _("files at most"), null=True, blank=True, help_text=_("In one review. Empty: any number.")
    )
    away_from = models.DateField(_("away from"), null=True, blank=True)
    away_until = models.DateField(_("away to"), null=True, blank=True)
    note = models.TextField(_("note for staff"), blank=True)
    ended_at = models.DateTimeField(_("left the register"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ExpertQuerySet] = ExpertQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                F("issuer"),
                Lower("email"),
                condition=Q(ended_at=None),
                name="expert_mailbox_once_per_issuer",
                violation_error_message=_("An expert with this mailbox is in the register."),
            ),
            models.UniqueConstraint(
                fields=["issuer", "user"],
                condition=Q(ended_at=None),
                name="expert_account_once_per_issuer",
            ),
            models.CheckConstraint(
                condition=Q(away_from=None, away_until=None)
                | Q(away_from__isnull=False, away_until__gte=F("away_from")),
                name="expert_absence_in_order",
                violation_error_message=_("Give the first and the last day of the absence."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExpertInvitationQuerySet(models.QuerySet["ExpertInvitation"]):
    """Sets of invitations."""

    def valid(self, now: dt.datetime) -> ExpertInvitationQuerySet:
        """Invitations that can still be accepted at the instant."""
        return self.filter(
            accepted_at=None, revoked_at=None, expires_at__gt=now, expert__ended_at=None
        )


class ExpertInvitation(models.Model):
    """A one-use link by which an expert takes her place; only its hash is kept."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="invitations")
    code_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[ExpertInvitationQuerySet] = ExpertInvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("invitation of an expert")
        verbose_name_plural = _("invitations of experts")

    def __str__(self) -> str:
        return f"{self.expert} · {self.expires_at:%Y-%m-%d}"


class ExpertTie(models.Model):
    """A conflict declared once: a unit, or one application; it keeps the expert out from then."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="ties")
    unit_name = models.CharField(_("unit"), max_length=120, blank=True)
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    declared_at = models.DateTimeField(_("declared"))

    class Meta:
        verbose_name = _("declared conflict")
        verbose_name_plural = _("declared conflicts")
        ordering = ["-declared_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(unit_name="", application=None), name="tie_says_to_what"
            )
        ]

    def __str__(self) -> str:
        return self.unit_name or str(self.application)


class ExpertList(models.Model):
    """An uploaded list of experts between its dry run and the yes; afterwards its report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey("people.Issuer", models.CASCADE, related_name="expert_lists")
    filename = models.CharField(_("file"), max_length=200)
    # The lines as read; emptied when applied, since the register holds them then.
    rows = models.JSONField(default=list)
    report = models.JSONField(_("report"), default=dict)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied"), null=True)

    class Meta:
        verbose_name = _("list of experts")
        verbose_name_plural = _("lists of experts")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(rows=[]), name="applied_expert_list_keeps_no_rows"
            )
        ]

    def __str__(self) -> str:
        return self.filename
