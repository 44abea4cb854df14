"""An application as staff see it: a proxy, so that the admin lists what was handed in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Flag, Recommendation, SignedScan, Version
from applications.models.recommendation import Stand
from applications.models.version import ScanMatch
from applications.states import FREED, HANDED_ON, TO_CHECK, State
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
UNFINISHED = (*sorted(HANDED_ON), *IN_CORRECTION)
# A returned application comes back with a new scan, a decided one was accepted with one.
SCAN_EXPECTED = (*sorted(HANDED_ON), State.ACCEPTED)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Sets of applications that were handed in."""

    def handed_in_to(self, issuers: Iterable[Issuer]) -> SubmissionQuerySet:
        """Applications for calls of these associations."""
        return self.filter(packet__call__issuer__in=[issuer.pk for issuer in issuers])

    def to_check(self) -> SubmissionQuerySet:
        """Handed in and not looked at."""
        return self.filter(state__in=sorted(TO_CHECK))

    def overdue(self, instant: dt.datetime) -> SubmissionQuerySet:
        """In the unit's hands for correction beyond the time given for it."""
        return self.filter(state__in=IN_CORRECTION, correction_due__lte=instant)

    def without_scan(self) -> SubmissionQuerySet:
        """The stamped scan of the last hand-in is still to come."""
        expected = self.filter(state__in=SCAN_EXPECTED, packet__call__sealing=Sealing.SCAN)
        return expected.filter(~Exists(_scans_in_hand()))

    def to_compare(self) -> SubmissionQuerySet:
        """A scan is there, but no machine could read it and nobody has looked yet.

        Its own, or that of the summary table of the list it was recommended on.
        """
        newer = SignedScan.objects.standing().filter(
            version=OuterRef("version"), at__gt=OuterRef("at")
        )
        unread = _scans_in_hand().filter(~Exists(newer), match=ScanMatch.BY_EYE)
        lists = Recommendation.objects.filter(
            application=OuterRef("pk"),
            state=Stand.RECOMMENDED,
            list__scan_match=ScanMatch.BY_EYE,
        )
        return self.filter(Exists(unread) | Exists(lists), state__in=SCAN_EXPECTED)

    def flagged(self) -> SubmissionQuerySet:
        """A flag waits to be settled."""
        flags = Flag.objects.filter(settled_at=None).values("application")
        return self.filter(pk__in=flags).exclude(state__in=FREED)


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is still to be looked at in one submission."""

    without_scan: bool
    to_compare: bool
    flagged: bool


def open_work_of(submissions: Iterable[Submission]) -> dict[uuid.UUID, OpenWork]:
    """Return the open work of the rows of a page, by the same rules as the filters.

    Asked apart from the list itself, for a page's rows alone: as columns of a long list the
    database would reckon them for every row it skips.
    """
    rows = Submission.objects.filter(pk__in=[submission.pk for submission in submissions])
    found = {
        name: set(getattr(rows, name)().values_list("pk", flat=True))
        for name in ("without_scan", "to_compare", "flagged")
    }
    return {
        pk: OpenWork(**{name: pk in keys for name, keys in found.items()})
        for pk in set().union(*found.values())
    }


def _scans_in_hand() -> QuerySet[SignedScan]:
    """Scans of an outer application's packet that stand, of the version handed in last."""
    later = Version.objects.filter(
        packet=OuterRef("version__packet"), no__gt=OuterRef("version__no"), handin__isnull=False
    )
    own = SignedScan.objects.standing().filter(version__packet=OuterRef("packet"))
    return own.filter(~Exists(later), version__handin__isnull=False)


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
