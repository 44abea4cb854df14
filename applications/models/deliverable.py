"""What a unit hands in after its selection, piece by piece, and what the association says to it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.project import Project
from applications.models.version import ScanMatch
from applications.states import UNDER_WAY
from calls.models import Call


class DeliverableState(TextChoices):
    """Where a deliverable stands."""

    DUE = "due", _("To be handed in")
    HANDED_IN = "handed_in", _("Handed in, being looked at")
    RETURNED = "returned", _("Returned for correction")
    ACCEPTED = "accepted", pgettext_lazy("a deliverable", "Accepted")
    WAIVED = "waived", _("Not needed")


# With the unit: it can write and hand in.
OPEN = frozenset({DeliverableState.DUE, DeliverableState.RETURNED})
# Nothing is asked any more.
SETTLED = frozenset({DeliverableState.ACCEPTED, DeliverableState.WAIVED})


class DeliverableQuerySet(models.QuerySet["Deliverable"]):
    """Sets of deliverables."""

    def alive(self) -> DeliverableQuerySet:
        """Of projects that go on; nobody waits for those of a closed or terminated one."""
        return self.filter(project__application__state__in=sorted(UNDER_WAY))

    def overdue(self, now: dt.datetime) -> DeliverableQuerySet:
        """With the unit beyond their time."""
        return self.alive().filter(state__in=sorted(OPEN), due__lte=now)

    def waiting(self) -> DeliverableQuerySet:
        """Before the association."""
        return self.alive().filter(state=DeliverableState.HANDED_IN)


class Deliverable(models.Model):
    """One thing a project has to hand in; made at the selection, due from the completion on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="deliverables")
    # None: the call's agreement or plan, or a rule that was taken out of the call since.
    rule = models.ForeignKey(
        "calls.DeliverableRule", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # calls.enums.DeliverableKind, or calls.enums.Agreement for what is confirmed at the beginning.
    kind = models.CharField(max_length=20)
    # Of what is asked for every year: for the how-many-th time; otherwise 1.
    turn = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("title"), max_length=140)
    # Exclusive end; None as long as nothing is due (before the completion).
    due = models.DateTimeField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliverableState, default=DeliverableState.DUE
    )
    # The question comes before anything is filled in, each time anew.
    has_confidential = models.BooleanField(_("confidential content"), null=True)
    confidential_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    confidential_at = models.DateTimeField(null=True)
    # Answers as they are typed, and the revision of each: who knows an older one is told so.
    answers = models.JSONField(default=dict, blank=True)
    revisions = models.JSONField(default=dict, blank=True)
    # The first hand-in came after its time; later returns change nothing about it.
    late = models.BooleanField(_("handed in late"), default=False)
    handed_in_at = models.DateTimeField(_("handed in"), null=True)
    settled_at = models.DateTimeField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = DeliverableQuerySet.as_manager()

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        ordering = ["position", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "rule", "turn"], name="one_deliverable_per_rule"
            ),
            models.CheckConstraint(
                condition=~Q(state="handed_in") | Q(handed_in_at__isnull=False),
                name="deliverable_handed_in_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliverableState.values), name="deliverable_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"],
                name="deliverable_open",
                condition=Q(state__in=sorted(OPEN)),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether the unit may write."""
        return self.state in OPEN

    def is_overdue(self, now: dt.datetime) -> bool:
        """Whether its time has passed while it is still with the unit."""
        return self.is_open and self.due is not None and now >= self.due

    def latest_version(self) -> DeliverableVersion | None:
        """Return what was handed in last, or None."""
        return self.versions.order_by("-no").first()


class DeliverableFile(models.Model):
    """A file of a deliverable; photos are counted apart."""

    deliverable = models.ForeignKey(Deliverable, models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    photo = models.BooleanField(_("photo"), default=False)
    # Length of its text in 字, where a limit asks for it and the file can be read.
    words = models.PositiveIntegerField(null=True)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("file of a deliverable")
        verbose_name_plural = _("files of deliverables")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)


class DeliverableVersion(models.Model):
    """A deliverable as it was handed in; a trigger of the database refuses any later change."""

    deliverable = models.ForeignKey(Deliverable, models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a deliverable")
        verbose_name_plural = _("versions of deliverables")
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["deliverable", "no"], name="deliverable_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.deliverable} · {self.no}"


class AccountsScan(models.Model):
    """The printed final accounts of a version, signed and stamped, as a scan."""

    version = models.ForeignKey(DeliverableVersion, models.PROTECT, related_name="scans")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    match = models.CharField(_("match"), max_length=10, choices=ScanMatch)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("stamped final accounts")
        verbose_name_plural = _("stamped final accounts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def call(self) -> Call:
        """The call of the project."""
        return self.version.deliverable.project.application.packet.call

    @property
    def waits(self) -> bool:
        """Whether staff have to compare it by eye."""
        return self.match == ScanMatch.BY_EYE


class Step(TextChoices):
    """What happened to a deliverable."""

    HANDED_IN = "handed_in", pgettext_lazy("what was done", "handed in")
    RETURNED = "returned", pgettext_lazy("what was done", "returned for correction")
    ACCEPTED = "accepted", pgettext_lazy("what was done", "accepted")
    WAIVED = "waived", _("not needed any more")
    EXTENDED = "extended", _("more time given")
    REOPENED = "reopened", _("asked for again")


class DeliverableLog(models.Model):
    """One step of a deliverable; never changed."""

    deliverable = models.ForeignKey(Deliverable, models.PROTECT, related_name="log")
    step = models.CharField(max_length=10, choices=Step)
    note = models.TextField(blank=True)
    due = models.DateTimeField(null=True)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("step of a deliverable")
        verbose_name_plural = _("steps of deliverables")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.get_step_display())
