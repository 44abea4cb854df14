"""The archive of a call: one file with every paper, its manifest, and when it was last checked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ArchiveRun(models.Model):
    """A call as it was laid into the archive; the hash of its manifest stands in the audit too."""

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="archive_runs")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    # {"call", "applications", "entries": [{"path", "size", "sha256", "title", "available"}]}
    manifest = models.JSONField()
    manifest_sha256 = models.CharField(_("hash of the manifest"), max_length=64, unique=True)
    applications = models.PositiveIntegerField(_("applications"))
    papers = models.PositiveIntegerField(_("papers"))
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))
    checked_at = models.DateTimeField(_("last checked"), null=True)
    # When the file was destroyed, the time of a form in it being over; the manifest's hash stays.
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)
    # Sentences about what did not agree; empty when everything did.
    problems = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("archive of a call")
        verbose_name_plural = _("archives of calls")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(manifest_sha256__regex="^[0-9a-f]{64}$"),
                name="archive_manifest_has_hash",
            ),
            models.CheckConstraint(
                condition=Q(problems=[]) | Q(checked_at__isnull=False),
                name="archive_problems_were_found",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} · {self.at:%Y-%m-%d}"
