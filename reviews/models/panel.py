"""A stage of the review under way: its experts, and which of them judges which application."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from portal.people.access import Visitor
from portal.people.models import User
from reviews.models.expert import Expert


class Panel(models.Model):
    """The review of one stage: made when staff first set it up; no row, no review."""

    stage = models.OneToOneField("calls.ReviewStage", models.PROTECT, related_name="panel")
    per_file = models.PositiveSmallIntegerField(_("experts for each application"), default=3)
    # Exclusive, as every end.
    due_at = models.DateTimeField(_("score sheets until"))
    fields_bind = models.BooleanField(
        _("only experts of the field"),
        default=False,
        help_text=_("Otherwise the field is preferred and an even load comes first."),
    )

    class Meta:
        verbose_name = _("panel")
        verbose_name_plural = _("panels")
        constraints = [
            models.CheckConstraint(
                condition=Q(per_file__gt=0),
                name="panel_has_experts",
                violation_error_message=_("At least one expert for each application."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage.call} · {self.stage}"


class PanelMember(models.Model):
    """An expert chosen for a panel."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="members")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="seats")

    class Meta:
        verbose_name = _("member of a panel")
        verbose_name_plural = _("members of a panel")
        ordering = ["expert__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "expert"], name="panel_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.expert} · {self.panel}"


class AssignmentState(TextChoices):
    """Where one expert stands with one application."""

    ASSIGNED = "assigned", _("Not opened")
    OPEN = "open", _("Being scored")
    SUBMITTED = "submitted", _("Score sheet handed in")
    RECUSED = "recused", _("Conflict declared")
    REPLACED = "replaced", _("Replaced")


# States in which the expert works on the file or has done so.
HELD = (AssignmentState.ASSIGNED, AssignmentState.OPEN, AssignmentState.SUBMITTED)
# Still to be scored.
WAITING = (AssignmentState.ASSIGNED, AssignmentState.OPEN)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Sets of assignments."""

    def held(self) -> AssignmentQuerySet:
        """Those that stand: neither recused nor replaced."""
        return self.filter(state__in=HELD)

    def waiting(self) -> AssignmentQuerySet:
        """Those still to be scored."""
        return self.filter(state__in=WAITING)

    def of_expert(self, user: Visitor) -> AssignmentQuerySet:
        """What one person judges; other experts' sheets are never among them."""
        if not isinstance(user, User):
            return self.none()
        return self.held().filter(expert__user=user, expert__ended_at=None)

    def overdue(self, now: dt.datetime) -> AssignmentQuerySet:
        """Still to be scored though the time is over."""
        return self.waiting().filter(panel__due_at__lte=now)


class Assignment(models.Model):
    """One expert and one application; its random id is all a blind reviewer knows it by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    panel = models.ForeignKey(Panel, models.PROTECT, related_name="assignments")
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="assignments"
    )
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="assignments")
    # What is judged: the version handed in when it was assigned.
    version = models.ForeignKey("applications.Version", models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=AssignmentState, default=AssignmentState.ASSIGNED
    )
    assigned_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    # When the expert declared to have no conflict; the file opens only then.
    cleared_at = models.DateTimeField(null=True, editable=False)
    submitted_at = models.DateTimeField(_("handed in"), null=True, editable=False)
    # The opinion on the whole, and the total of the sheet, as handed in.
    opinion = models.TextField(_("opinion"), blank=True, editable=False)
    total = models.DecimalField(
        _("total"), max_digits=5, decimal_places=2, null=True, editable=False
    )
    # Why it ended: the expert's conflict or why she was replaced.
    ended_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    # Why staff opened a sheet that was handed in; the expert reads it.
    reopened_reason = models.CharField(_("reopened because"), max_length=300, blank=True)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["assigned_at", "pk"]
        indexes = [models.Index(fields=["expert", "state"], name="assignment_by_expert")]
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "application", "expert"], name="assignment_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AssignmentState.values), name="assignment_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.SUBMITTED)
                | Q(submitted_at__isnull=False, total__isnull=False, cleared_at__isnull=False),
                name="submitted_sheet_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.OPEN) | Q(cleared_at__isnull=False),
                name="open_file_was_cleared",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[AssignmentState.RECUSED, AssignmentState.REPLACED])
                | ~Q(ended_reason=""),
                name="ended_assignment_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.alias

    @property
    def alias(self) -> str:
        """The number by which expert and staff speak of the file; says nothing of the applicant."""
        return self.id.hex[:8].upper()
