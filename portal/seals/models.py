"""Seals, what they are made of under lock, each use of one, and the trusted authorities."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.people.models import Organisation
from portal.seals.enums import Party, SealState, Way

# Millimetres: 42 for local bodies and most societies, 45 for national ones.
SMALLEST, USUAL, LARGEST = Decimal(38), Decimal(42), Decimal(50)
# So many wrong passwords are free; each further one doubles the wait.
FREE_TRIES, LONGEST_WAIT = 5, dt.timedelta(minutes=15)


class SealQuerySet(models.QuerySet["Seal"]):
    """Sets of seals."""

    def of(self, organisation: Organisation) -> SealQuerySet:
        """Seals of one unit, those in use first, the newest first."""
        return self.filter(organisation=organisation).order_by("state", "-added_at")

    def usable(self) -> SealQuerySet:
        """Seals that may be used now, as far as their state says."""
        return self.filter(state=SealState.ACTIVE)


class Seal(models.Model):
    """A unit's seal as everybody in the unit may know it; what it is made of lies in the vault."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, related_name="seals", verbose_name=_("unit")
    )
    title = models.CharField(_("name of the seal"), max_length=60)
    way = models.CharField(_("kind of seal"), max_length=12, choices=Way)
    diameter = models.DecimalField(
        _("diameter in mm"), max_digits=3, decimal_places=1, default=USUAL,
        validators=[MinValueValidator(SMALLEST), MaxValueValidator(LARGEST)],
    )  # fmt: skip
    two_persons = models.BooleanField(
        _("never by who filled in"),
        default=True,
        help_text=_("Whoever wrote an application does not seal it."),
    )
    state = models.CharField(_("state"), max_length=10, choices=SealState)
    demo = models.BooleanField(_("sample seal of the demonstration"), default=False)

    # What the certificate says; empty for an image.
    holder = models.CharField(_("name on the certificate"), max_length=200, blank=True)
    subject = models.CharField(_("holder in full"), max_length=600, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=600, blank=True)
    serial = models.CharField(_("serial number"), max_length=64, blank=True)
    fingerprint = models.CharField(_("fingerprint (SHA-256)"), max_length=64, blank=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_to = models.DateTimeField(_("valid until"), null=True, blank=True)
    reference = models.CharField(_("seal at the e-seal service"), max_length=120, blank=True)

    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("added by"),
    )  # fmt: skip
    added_at = models.DateTimeField(_("added"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("other name accepted by"),
    )  # fmt: skip
    accepted_at = models.DateTimeField(_("other name accepted"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("revoked by"),
    )  # fmt: skip
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    reason = models.TextField(_("why it was revoked"), blank=True)

    # Guessing a password is slowed down, whoever guesses.
    wrong_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    wrong_at = models.DateTimeField(null=True, editable=False)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        permissions = [("accept_seal", "Can accept a seal in another name")]
        ordering = ["organisation", "state", "-added_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(diameter__gte=SMALLEST, diameter__lte=LARGEST),
                name="seal_diameter_38_to_50",
                violation_error_message=_("A seal measures 38 to 50 mm."),
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | (~Q(reason="") & Q(revoked_at__isnull=False)),
                name="seal_revoked_says_why",
                violation_error_message=_("Say why the seal is revoked."),
            ),
            models.CheckConstraint(
                condition=Q(way="image", fingerprint="", valid_to=None)
                | Q(
                    ~Q(way="image"),
                    ~Q(holder=""),
                    fingerprint__regex="^[0-9a-f]{64}$",
                    valid_from__isnull=False,
                    valid_to__isnull=False,
                ),
                name="seal_has_its_certificate",
            ),
            models.UniqueConstraint(
                fields=["organisation", "fingerprint"],
                condition=~Q(state="revoked") & ~Q(fingerprint=""),
                name="seal_certificate_once",
                violation_error_message=_("This certificate is kept here already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.title}"

    @property
    def is_electronic(self) -> bool:
        """Tell whether the seal signs, so that a change to the file can be seen."""
        return self.way != Way.IMAGE

    def wait_until(self) -> dt.datetime | None:
        """Return until when no password is looked at after too many wrong ones, or None."""
        beyond = self.wrong_tries - FREE_TRIES
        if beyond < 0 or self.wrong_at is None:
            return None
        return self.wrong_at + min(dt.timedelta(seconds=2 ** min(beyond + 1, 20)), LONGEST_WAIT)


class SealedContent(models.Model):
    """What a seal is made of, unreadable without the vault's key; gone when it is revoked."""

    seal = models.OneToOneField(Seal, models.CASCADE, primary_key=True, related_name="+")
    locked = models.BinaryField()

    class Meta:
        verbose_name = _("content of a seal")
        verbose_name_plural = _("contents of seals")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class SealUseQuerySet(models.QuerySet["SealUse"]):
    """Sets of uses."""

    def of_document(self, document_id: uuid.UUID) -> SealUseQuerySet:
        """Uses on one document in the order they happened, with who sealed."""
        return (
            self.filter(document_id=document_id)
            .select_related("seal__organisation", "file")
            .order_by("at", "pk")
        )


class SealUse(models.Model):
    """One use of a seal; a trigger keeps these rows as they were written."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="uses", verbose_name=_("seal"))
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, related_name="seal_uses", verbose_name=_("document")
    )
    party = models.CharField(_("sealed for"), max_length=10, choices=Party)
    # As it was at that moment, whatever the seal's row says later.
    way = models.CharField(_("kind of seal"), max_length=12, choices=Way)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("what for"), max_length=120)
    place = models.CharField(_("place"), max_length=60, blank=True)
    base_sha256 = models.CharField(_("hash before sealing"), max_length=64)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("sealed file")
    )
    file_sha256 = models.CharField(_("hash of the sealed file"), max_length=64)

    objects = SealUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a seal")
        verbose_name_plural = _("uses of seals")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "party"],
                name="sealed_once_for_each",
                violation_error_message=_("This document bears that seal already."),
            ),
            # Each seal goes onto the file with the seals before it: a chain, never a fork.
            models.UniqueConstraint(fields=["document", "base_sha256"], name="seals_in_a_chain"),
            models.CheckConstraint(
                condition=Q(file_sha256__regex="^[0-9a-f]{64}$"), name="seal_use_has_its_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.seal}"


class AuthorityQuerySet(models.QuerySet["Authority"]):
    """Sets of authorities."""

    def trusted(self) -> AuthorityQuerySet:
        """Authorities whose certificates count: those of the demonstration only there."""
        found = self.filter(ended_at=None)
        return found if settings.DEMO else found.filter(demo=False)


class Authority(models.Model):
    """A certificate authority whose seals are believed (电子认证服务机构)."""

    name = models.CharField(_("name"), max_length=200)
    certificate = models.BinaryField(_("certificate"))
    fingerprint = models.CharField(_("fingerprint (SHA-256)"), max_length=64, unique=True)
    valid_to = models.DateTimeField(_("valid until"))
    demo = models.BooleanField(_("authority of the demonstration"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("added by"),
    )  # fmt: skip
    added_at = models.DateTimeField(_("added"))
    ended_at = models.DateTimeField(_("trusted no longer since"), null=True, blank=True)
    # The newest revocation list an operator has taken in: serial numbers and since when.
    revoked = models.JSONField(default=dict, editable=False)
    list_issued_at = models.DateTimeField(_("revocation list of"), null=True, editable=False)
    list_good_until = models.DateTimeField(_("next list due"), null=True, editable=False)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("trusted authority")
        verbose_name_plural = _("trusted authorities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
