"""The packet a unit hands in, and the row by which its places are counted."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from applications.states import State
from portal.people.access import Visitor, issuers_of
from portal.people.models import Organisation, User

if TYPE_CHECKING:
    from applications.models.application import Application
    from applications.models.version import Version


class Participation(models.Model):
    """A unit in a call; made with its first draft, locked by every change that counts places.

    Several are locked in ascending primary key, so that two hand-ins cannot wait for each other.
    """

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="participations")
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, related_name="participations"
    )
    # None until asked; the question comes before anything is filled in.
    has_confidential = models.BooleanField(_("confidential content"), null=True)
    confidential_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    confidential_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["call", "organisation"], name="one_participation")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.call}"


class PacketQuerySet(models.QuerySet["Packet"]):
    """Sets of packets."""

    def visible_to(self, user: Visitor) -> PacketQuerySet:
        """Packets of the person's own units; partners and staff have their own ways in."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(organisation__in=Organisation.objects.all().of_member(user))

    def for_staff(self, user: Visitor) -> PacketQuerySet:
        """Packets handed in to the person's issuers."""
        return self.filter(call__issuer__in=[i.pk for i in issuers_of(user)])

    def with_scan(self) -> PacketQuerySet:
        """Packets that know ``is_scanned`` and ``last_correction_due`` at once, for lists."""
        from applications.models.log import CorrectionRequest
        from applications.models.version import SignedScan, Version

        newest = Version.objects.filter(packet=OuterRef(OuterRef("pk"))).order_by("-no")
        scans = SignedScan.objects.all().standing()
        there = Exists(scans.filter(version=Subquery(newest.values("pk")[:1])))
        corrections = CorrectionRequest.objects.filter(application__packet=OuterRef("pk"))
        due = Subquery(corrections.order_by("-due").values("due")[:1])
        return self.annotate(has_scan=there, last_due=due)

    def with_execution(self) -> PacketQuerySet:
        """Packets with ``executes``: whether their call asks for something after the selection."""
        from calls.models import DeliverableRule

        rules = DeliverableRule.objects.filter(call=OuterRef("call"))
        return self.annotate(executes=~Q(call__agreement="") | Q(Exists(rules)))


class Packet(models.Model):
    """What a unit hands in at once: one application, or a plan with a list of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="packets")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="packets")
    # The unit asked to recommend it, where the call has recommending levels.
    recommender = models.ForeignKey(
        "people.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recommending unit"),
    )
    form_revision = models.ForeignKey("calls.FormRevision", models.PROTECT, related_name="packets")
    # Answers of the plan's sections, see calls.forms_schema; empty where the call has no plan.
    plan = models.JSONField(default=dict, blank=True)
    # Given at the first freeze; random, so that nobody can count or guess.
    number = models.CharField(  # noqa: DJ001 - unique where given, absent before the freeze
        _("number"), max_length=40, null=True, unique=True
    )
    created_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PacketQuerySet.as_manager()

    class Meta:
        verbose_name = _("packet")
        verbose_name_plural = _("packets")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="packet_number_not_blank")
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)

    @property
    def shown_applications(self) -> list[Application]:
        """Applications people see: discarded drafts are left out. Reads what was prefetched."""
        return [a for a in self.applications.all() if a.state != State.WITHDRAWN or a.handed_in_at]

    @cached_property
    def is_scanned(self) -> bool:
        """Whether the newest version has a scan nobody refused."""
        if "has_scan" in self.__dict__:
            return bool(self.__dict__["has_scan"])
        version = self.latest_version()
        return version is not None and version.scans.standing().exists()

    @cached_property
    def last_correction_due(self) -> dt.datetime | None:
        """The last term of a correction, if anything came back; the scan may follow until then."""
        from applications.models.log import CorrectionRequest

        corrections = CorrectionRequest.objects.filter(application__packet=self)
        due: dt.datetime | None = (
            self.__dict__["last_due"]
            if "last_due" in self.__dict__
            else corrections.aggregate(last=Max("due"))["last"]
        )
        return due

    @property
    def is_carried_out(self) -> bool:
        """Whether a selected application is under way; for packets ``with_execution()``."""
        return bool(self.__dict__.get("executes"))

    def has_confidential_part(self) -> bool:
        """Tell whether the unit said that a part is confidential: that part comes offline."""
        said = Participation.objects.filter(call=self.call_id, organisation=self.organisation_id)
        return said.filter(has_confidential=True).exists()

    def latest_version(self) -> Version | None:
        """Return the newest freeze, or None while nothing was frozen."""
        return self.versions.order_by("-no").first()
