"""An application as staff see it: a proxy, so that the admin lists what was handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Flag, SignedScan, Version
from applications.models.version import ScanMatch
from applications.states import FREED, State
from calls.enums import Sealing
from portal.people.models import Issuer

# Handed in before and in the unit's hands again for correction.
IN_CORRECTION = (
    State.RETURNED,
    State.AWAITING_SIGNOFF,
    State.SIGNED_OFF,
    State.SEALED,
)
# States that keep a list from being published: nobody has judged these yet.
UNFINISHED = (State.SUBMITTED, *IN_CORRECTION)
# A returned application comes back with a new scan, a decided one was accepted with one.
SCAN_EXPECTED = (State.SUBMITTED, State.ACCEPTED)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Sets of applications that were handed in."""

    def handed_in_to(self, issuers: Iterable[Issuer]) -> SubmissionQuerySet:
        """Applications for calls of these associations."""
        return self.filter(packet__call__issuer__in=[issuer.pk for issuer in issuers])

    def to_check(self) -> SubmissionQuerySet:
        """Handed in and not looked at."""
        return self.filter(state=State.SUBMITTED)

    def overdue(self, instant: dt.datetime) -> SubmissionQuerySet:
        """In the unit's hands for correction beyond the time given for it."""
        return self.filter(state__in=IN_CORRECTION, correction_due__lte=instant)

    def with_open_work(self) -> SubmissionQuerySet:
        """Annotate what is still to be looked at: flags, scan to compare, scan missing.

        A scan waiting to be compared by eye is there; what it lacks is a look.
        """
        open_flags = Flag.objects.filter(application=OuterRef("pk"), settled_at=None)
        scans = SignedScan.objects.standing().filter(version=OuterRef("version_in_hand"))
        in_hand = Version.objects.filter(packet=OuterRef("packet"), handin__isnull=False)
        expected = Q(state__in=SCAN_EXPECTED, packet__call__sealing=Sealing.SCAN)
        return self.annotate(
            version_in_hand=Subquery(in_hand.order_by("-no").values("pk")[:1])
        ).annotate(
            has_open_flag=Exists(open_flags),
            has_scan_to_compare=Exists(scans.filter(match=ScanMatch.BY_EYE)),
            is_without_scan=Case(
                When(expected & ~Exists(scans), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
        )

    def without_scan(self) -> SubmissionQuerySet:
        """The stamped scan is still to come; needs ``with_open_work``."""
        return self.filter(state__in=SCAN_EXPECTED, is_without_scan=True)  # type: ignore[misc]

    def to_compare(self) -> SubmissionQuerySet:
        """The scan could not be read by machine; needs ``with_open_work``."""
        return self.filter(state__in=SCAN_EXPECTED, has_scan_to_compare=True)  # type: ignore[misc]

    def flagged(self) -> SubmissionQuerySet:
        """A flag waits to be settled; needs ``with_open_work``."""
        return self.filter(has_open_flag=True).exclude(state__in=FREED)  # type: ignore[misc]


_Manager = models.Manager.from_queryset(SubmissionQuerySet)


class SubmissionManager(_Manager["Submission"]):
    """Leaves out what was never handed in: a draft is the unit's own affair."""

    def get_queryset(self) -> SubmissionQuerySet:
        """Return everything handed in at least once."""
        return SubmissionQuerySet(self.model, using=self._db).filter(handed_in_at__isnull=False)


class Submission(Application):
    """An application that was handed in, as the association works on it."""

    objects: ClassVar[SubmissionManager] = SubmissionManager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-handed_in_at"]
