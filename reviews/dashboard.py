"""What waits for a member of staff today: counts that are links, and a card for each call."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Count, Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from applications.models import ChangeRequest, Deliverable, Project
from applications.models.project import ChangeState
from calls.enums import CallState
from calls.models import Call
from portal import clock
from portal.mail.models import Message, MessageState
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Issuer
from reviews.models import Submission
from reviews.tallies import CallTally, tally_calls
from reviews.waiting import Wait, url_of, waiting

SOON = dt.timedelta(days=3)
_URGENT = (Wait.OBJECTIONS, Wait.OVER)


@dataclass(frozen=True, slots=True)
class Tile:
    """One count that leads to the list it counts."""

    label: str | Promise
    count: int
    url: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A call on the dashboard; ``phase`` is what `phase_of` says of it."""

    tally: CallTally
    phase: str

    @property
    def call(self) -> Call:
        """The call itself."""
        return self.tally.call


def dashboard(issuers: Sequence[Issuer]) -> dict[str, object]:
    """Return the index page's inputs; the number of queries does not grow with the work."""
    now = clock.now()
    calls = list(
        Call.objects.filter(issuer__in=issuers)
        .exclude(state=CallState.ARCHIVED)
        .select_related("issuer__organisation")
        .order_by("closes_at")
    )
    cards = [Card(t, phase_of(t.call, now)) for t in tally_calls(calls)]
    return {
        "tiles": _tiles(issuers, calls, now),
        "cards": sorted(cards, key=_by_urgency),
        "now": now,
        "several_issuers": len(issuers) > 1,
    }


def phase_of(call: Call, now: dt.datetime) -> str:
    """Say where the call's door stands for staff at an instant.

    "draft", "coming", "open", "soon" (closing within three days) or "closed"; what is done behind
    a closed door is told by `reviews.tallies.Tally.work`.
    """
    if call.state == CallState.DRAFT:
        return "draft"
    if now < call.opens_at:
        return "coming"
    if now >= call.closes_at:
        return "closed"
    return "soon" if call.closes_at - now <= SOON else "open"


_ORDER = ("soon", "open", "closed", "coming", "draft")


def _by_urgency(card: Card) -> tuple[int, dt.datetime]:
    return _ORDER.index(card.phase), card.call.closes_at


def _tiles(issuers: Sequence[Issuer], calls: Sequence[Call], now: dt.datetime) -> list[Tile]:
    """Count what waits, each count with the list that shows exactly these."""
    own = Submission.objects.handed_in_to(issuers)
    pieces = Deliverable.objects.filter(project__application__packet__call__issuer__in=issuers)
    changes = ChangeRequest.objects.filter(
        project__application__packet__call__issuer__in=issuers, state=ChangeState.PENDING
    )
    closing = [call for call in calls if phase_of(call, now) == "soon"]
    mails = _mails_by_state(issuers)
    pending = Affiliation.objects.filter(issuer__in=issuers, state=VerificationState.PENDING)
    return [
        Tile(_("To check"), own.to_check().count(), queue_url(state="to_check")),
        Tile(_("Correction overdue"), own.overdue(now).count(), queue_url(due="overdue"), True),
        Tile(_("Stamped scan outstanding"), own.without_scan().count(), queue_url(scan="missing")),
        Tile(_("Scan to compare by eye"), own.to_compare().count(), queue_url(scan="compare")),
        Tile(_("Flags to settle"), own.flagged().count(), queue_url(flag="open")),
        *(
            Tile(wait.label, waiting(wait, issuers, now).count(), url_of(wait), wait in _URGENT)
            for wait in Wait
        ),
        Tile(
            _("Deliverables overdue"),
            pieces.overdue(now).count(),
            _list_of(Project, work="overdue"),
            True,
        ),
        Tile(
            _("Deliverables to look at"),
            pieces.waiting().count(),
            _list_of(Project, work="waiting"),
        ),
        Tile(_("Changes to decide"), changes.count(), _list_of(Project, work="changes")),
        Tile(_("Closing within three days"), len(closing), _first_of(closing), True),
        Tile(
            _("Units to verify"),
            pending.count(),
            _list_of(Affiliation, state__exact=VerificationState.PENDING),
        ),
        Tile(
            _("Mails waiting"),
            mails[MessageState.WAITING],
            _list_of(Message, state__exact=MessageState.WAITING),
        ),
        Tile(
            _("Mails failed"),
            mails[MessageState.FAILED],
            _list_of(Message, state__exact=MessageState.FAILED),
            True,
        ),
    ]


def _mails_by_state(issuers: Sequence[Issuer]) -> Counter[str]:
    """Count mails that have not left, by state."""
    rows = Message.objects.filter(issuer__in=issuers).unsent().order_by()
    return Counter(dict(rows.values_list("state").annotate(number=Count("pk"))))


def queue_url(**filters: str) -> str:
    """Return the address of the queue with its filters."""
    return f"{reverse('admin:reviews_submission_changelist')}?{urlencode(filters)}"


def _first_of(closing: Sequence[Call]) -> str:
    """Lead to the call that closes first."""
    return reverse("admin:reviews_call", args=[closing[0].pk]) if closing else ""


def _list_of(model: type[Model], **filters: str) -> str:
    """Return the address of a model's list with filters, or nothing where it has no list."""
    if not admin.site.is_registered(model):
        return ""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return f"{reverse(name)}?{urlencode(filters)}"
