"""A selected application on its way to the end: what was granted, changed, completed and paid."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils.translation import gettext_lazy as _


class Project(models.Model):
    """What an application became once it was selected; one row for each.

    Title, leader, days and budget stand here only where a change was approved; else they are those
    of the application, which stays as it was handed in.
    """

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, primary_key=True, related_name="project"
    )
    # In yuan; empty where the call gives no money or does not say how much.
    granted = models.DecimalField(
        _("amount granted (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    leader = models.CharField(_("person in charge"), max_length=100, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    # [{"item", "amount", "note"}, …]; None: as applied for.
    budget = models.JSONField(_("budget"), null=True, blank=True)
    # The day on which the project really ended; deliverables are due from it.
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(granted=None) | Q(granted__gte=0), name="project_grant_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="project_days_in_order",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.application)

    @property
    def planned_start(self) -> dt.date | None:
        """The first day as it stands now."""
        return self.starts_on or self.application.starts_on

    @property
    def planned_end(self) -> dt.date | None:
        """The day by which the project is to be completed, that day included."""
        application = self.application
        return self.ends_on or application.ends_on or application.category.window_end


class ChangeKind(TextChoices):
    """What a unit asks to change after the selection."""

    TITLE = "title", _("Title")
    LEADER = "leader", _("Person in charge")
    DATES = "dates", _("Planned dates, or more time")
    BUDGET = "budget", _("Budget")
    TERMINATION = "termination", _("End the project early")


class ChangeState(TextChoices):
    """Where a request for a change stands."""

    PENDING = "pending", _("Waiting for the association")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Not approved")
    TAKEN_BACK = "taken_back", _("Taken back")


class ChangeRequest(models.Model):
    """A change the unit asks for, with what stood before; nothing changes before it is approved."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="changes")
    kind = models.CharField(_("what changes"), max_length=12, choices=ChangeKind)
    # {"title"} · {"leader"} · {"starts_on", "ends_on"} · {"budget": [lines]} · {} for termination
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(_("reason"))
    state = models.CharField(
        _("state"), max_length=10, choices=ChangeState, default=ChangeState.PENDING
    )
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(state="pending"),
                name="one_pending_change_of_a_kind",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="change_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "taken_back"]) | Q(decided_at__isnull=False),
                name="decided_change_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Payment(models.Model):
    """One payment to the unit as the association planned and made it; no money moves here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="payments")
    title = models.CharField(_("when it is paid"), max_length=120)
    planned = models.DecimalField(
        _("planned (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    paid = models.DecimalField(
        _("paid (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["position", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(paid=None, paid_on=None) | Q(paid__gt=0, paid_on__isnull=False),
                name="payment_has_amount_and_day",
                violation_error_message=_("A payment has an amount and a day."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
