"""A job: long work somebody started, how far it is and what came out."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued", _("Waiting for its turn")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class JobQuerySet(models.QuerySet["Job"]):
    """Sets of jobs."""

    def visible_to(self, user: object) -> JobQuerySet:
        """Jobs of this person; nobody sees another's, since results may hold personal data."""
        return self.filter(created_by=getattr(user, "pk", None)).exclude(created_by=None)

    def unfinished(self) -> JobQuerySet:
        """Jobs that wait or run."""
        return self.filter(state__in=(JobState.QUEUED, JobState.RUNNING))


class Job(models.Model):
    """One import, export or batch; the worker reports into this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    issuer = models.ForeignKey(
        "people.Issuer",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issuer"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    # What the worker needs to begin, kept here so that a lost message is sent again from the row.
    task = models.CharField(max_length=120)
    args = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState, default=JobState.QUEUED, editable=False
    )
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), default=0)
    message = models.TextField(_("message"), blank=True)
    result = models.ForeignKey(
        "files.StoredFile",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("result"),
    )
    # Where the person goes on: the report of an import, the list she came from.
    next_url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    alive_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects: ClassVar[models.Manager[Job]] = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["queued", "running"]),
                name="job_unfinished",
            ),
            models.Index(fields=["created_by", "-created_at"], name="job_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="job_finished_has_time",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing more will come."""
        return self.state in (JobState.DONE, JobState.FAILED)

    @property
    def percent(self) -> int:
        """How far the job is, 0 to 100; 0 while the number of steps is unknown."""
        if self.state == JobState.DONE:
            return 100
        return min(self.done * 100 // self.total, 100) if self.total else 0
