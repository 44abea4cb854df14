"""Frozen versions of a packet and the stamped scans that belong to them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Version(models.Model):
    """What was signed: immutable, hashed over answers, files, unit and partners.

    A trigger of the database refuses any later change.
    """

    packet = models.ForeignKey("applications.Packet", models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField(_("version"))
    form_revision = models.ForeignKey("calls.FormRevision", models.PROTECT, related_name="+")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The head's signature by hand, given on the screen at the sign-off; printed in its box.
    signature = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("handwritten signature"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["packet", "no"], name="version_no_once")]

    def __str__(self) -> str:
        return f"{self.packet} · {self.no}"


class ScanMatch(TextChoices):
    """Whether the stamped scan shows the version it was uploaded for."""

    MATCHED = "matched", _("Matched by its code")
    BY_EYE = "by_eye", _("To be compared by eye")
    COMPARED = "compared", _("Compared by eye")
    REFUSED = "refused", _("Shows something else")


class SignedScanQuerySet(models.QuerySet["SignedScan"]):
    """Sets of scans."""

    def standing(self) -> SignedScanQuerySet:
        """Scans nobody has refused."""
        return self.exclude(match=ScanMatch.REFUSED)


class SignedScan(models.Model):
    """The signed and stamped form as a scan; another version's scan is refused at upload."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="scans")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    match = models.CharField(_("match"), max_length=10, choices=ScanMatch)
    # Titles of the boxes of others that the unit said are signed and stamped on it.
    boxes = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = SignedScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("stamped scan")
        verbose_name_plural = _("stamped scans")
        ordering = ["-at"]

    def __str__(self) -> str:
        return str(self.version)
