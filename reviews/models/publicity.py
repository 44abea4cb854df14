"""Names shown to the public before they are selected, and what anybody objects against them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.access import Visitor, issuers_of


class PublicityState(TextChoices):
    """Where a publicity stands; that its time is over follows from its end."""

    RUNNING = "running", _("Being shown")
    CALLED_OFF = "called_off", _("Called off")
    ANNOUNCED = "announced", pgettext_lazy("a list", "Announced")


class PublicityQuerySet(models.QuerySet["Publicity"]):
    """Sets of lists shown to the public."""

    def running(self) -> PublicityQuerySet:
        """Lists being shown, or shown until now without an announcement."""
        return self.filter(state=PublicityState.RUNNING)


class Publicity(models.Model):
    """One list shown by a notice from an instant to an exclusive end."""

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="publicities")
    notice = models.OneToOneField("calls.Notice", models.PROTECT, related_name="publicity")
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    state = models.CharField(
        _("state"), max_length=12, choices=PublicityState, default=PublicityState.RUNNING
    )
    # The fingerprint of the decisions shown, see reviews.board.
    seen = models.CharField(max_length=64, editable=False)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    called_off_reason = models.TextField(_("called off because"), blank=True)

    objects: ClassVar[PublicityQuerySet] = PublicityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = pgettext_lazy("period before a result counts", "publicity")
        verbose_name_plural = _("publicity periods of lists")
        ordering = ["-begins_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(state=PublicityState.RUNNING),
                name="one_running_publicity_per_call",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")), name="publicity_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state=PublicityState.CALLED_OFF) | ~Q(called_off_reason=""),
                name="called_off_publicity_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.notice)

    @property
    def is_running(self) -> bool:
        """Whether the names are being shown, or were until now without an announcement."""
        return self.state == PublicityState.RUNNING

    def is_over(self, now: dt.datetime) -> bool:
        """Tell whether its end has come; the end is exclusive."""
        return now >= self.ends_at

    def takes_objections(self, arrived_at: dt.datetime) -> bool:
        """Tell whether an objection that arrives at this instant is in time."""
        return self.is_running and self.begins_at <= arrived_at < self.ends_at


class Standing(TextChoices):
    """How one project on the list stands."""

    SHOWN = "shown", _("No objection pending")
    SUSPENDED = "suspended", _("Suspended")
    STRUCK = "struck", _("Struck from the list")
    WITHDRAWN = "withdrawn", _("Withdrawn by its unit")


class PublicityEntry(models.Model):
    """One application on the list."""

    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="entries")
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="publicity_entries"
    )
    standing = models.CharField(_("state"), max_length=10, choices=Standing, default=Standing.SHOWN)
    # When it was announced, struck after the announcement, or withdrawn; empty while it is open.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("project on a publicity list")
        verbose_name_plural = _("projects on a publicity list")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publicity", "application"], name="on_a_publicity_list_once"
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.SUSPENDED) | Q(settled_at=None),
                name="suspended_entry_is_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)


class ObjectionState(TextChoices):
    """Where the handling of an objection stands."""

    FILED = "filed", pgettext_lazy("an objection", "Received")
    EXAMINED = "examined", _("Being examined")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Not upheld")
    NOT_ADMITTED = "not_admitted", _("Not admitted")


OPEN_STATES = (ObjectionState.FILED, ObjectionState.EXAMINED)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    """Sets of objections."""

    def visible_to(self, user: Visitor) -> ObjectionQuerySet:
        """Objections to lists of the person's own associations; nobody else ever sees one."""
        issuers = [issuer.pk for issuer in issuers_of(user)]
        return self.filter(publicity__call__issuer__in=issuers)

    def unsettled(self) -> ObjectionQuerySet:
        """Objections not decided yet."""
        return self.filter(state__in=OPEN_STATES)


class Objection(models.Model):
    """What somebody objects, under her own name; only the association's staff read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="objections")
    # The project it is about; empty: the list as a whole.
    entry = models.ForeignKey(
        PublicityEntry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
        verbose_name=_("project"),
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    # Of the code with which the person looks up what became of it.
    code_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    unit_name = models.CharField(_("unit"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=30)
    email = models.EmailField(_("mailbox"), blank=True)
    text = models.TextField(_("objection"))
    filed_at = models.DateTimeField(_("received"))
    state = models.CharField(
        _("state"), max_length=14, choices=ObjectionState, default=ObjectionState.FILED
    )
    # What the person is told, by mail and on the page of her receipt.
    answer = models.TextField(_("answer"), blank=True)

    objects: ClassVar[ObjectionQuerySet] = ObjectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["filed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES) | ~Q(answer=""),
                name="decided_objection_has_answer",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in OPEN_STATES


class ObjectionFile(models.Model):
    """A file sent with an objection."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="files")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of an objection")
        verbose_name_plural = _("files of an objection")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)


class ObjectionStep(TextChoices):
    """What was done with an objection."""

    FILED = "filed", _("objection received")
    TAKEN_UP = "taken_up", _("taken up for examination")
    ABOUT = "about", _("assigned to a project")
    SUSPENDED = "suspended", _("project suspended")
    RESUMED = "resumed", _("suspension lifted")
    NOTED = "noted", _("noted")
    DECIDED = "decided", _("decided")


class ObjectionLog(models.Model):
    """The handling record: who did what when, with what was found out."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="log")
    step = models.CharField(_("step"), max_length=12, choices=ObjectionStep)
    note = models.TextField(_("note for the file"), blank=True)
    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("step of handling an objection")
        verbose_name_plural = _("steps of handling objections")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.objection} · {self.get_step_display()}"
