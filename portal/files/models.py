"""A stored file: its bytes under a random name, its hash, and whether it may be handed out."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FileState(models.TextChoices):
    """Whether a file may be handed out."""

    CLEAN = "clean", _("Usable")
    PENDING = "pending", _("Being scanned")
    QUARANTINED = "quarantined", _("Quarantined")
    ERASED = "erased", pgettext_lazy("of a file", "Erased")


def random_path(instance: StoredFile, filename: str) -> str:
    """Return where the bytes lie: nothing of the given name, spread over 256 folders."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Sets of stored files."""

    def usable(self) -> StoredFileQuerySet:
        """Files that may be handed out."""
        return self.filter(state=FileState.CLEAN)

    def pending(self) -> StoredFileQuerySet:
        """Files the virus scanner has not seen yet, oldest first."""
        return self.filter(state=FileState.PENDING).order_by("created_at")

    def to_destroy(self) -> StoredFileQuerySet:
        """Files whose end is written down while their bytes are still there."""
        return self.filter(state=FileState.ERASED).exclude(file="")


class StoredFile(models.Model):
    """Bytes somebody uploaded or the portal made; the app that points here says who may read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty once the bytes were destroyed; size and hash stay.
    file = models.FileField(upload_to=random_path, editable=False)
    name = models.CharField(_("file name"), max_length=150)
    size = models.BigIntegerField(_("size in bytes"), editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    content_type = models.CharField(_("type"), max_length=100, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=FileState, default=FileState.CLEAN, editable=False
    )
    finding = models.CharField(_("finding of the scan"), max_length=200, blank=True, editable=False)
    purpose = models.CharField(_("purpose of the file"), max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("by"),
    )

    objects: ClassVar[models.Manager[StoredFile]] = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(state="pending"), name="file_awaiting_scan"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=0), name="file_size_not_negative"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_has_its_hash"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        """Tell whether the file may be handed out now."""
        return self.state == FileState.CLEAN
