"""What waits for a member of staff today, with what to do about it, and a card for each call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Count, Min, Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from applications.models import ChangeRequest, Deliverable, Project
from applications.models.project import ChangeState
from calls.enums import CallState
from calls.models import Call, Category
from portal import clock
from portal.mail.models import Message, MessageState
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Issuer
from reviews.models import Submission
from reviews.tallies import CallTally, tally_calls
from reviews.waiting import Wait, url_of, waiting

SOON = dt.timedelta(days=3)
_URGENT = (Wait.OBJECTIONS, Wait.OVER)


# What is done about each kind of list or objection that waits.
_TODO = {
    Wait.OBJECTIONS: _("Examine, answer whoever objects, and decide."),
    Wait.APPROVAL: _("Somebody else than who proposed it approves it or sends it back."),
    Wait.ENDING: _("Watch for objections until then; afterwards it can be announced."),
    Wait.OVER: _("Announce what nobody objects against."),
}
# The column that says since when each waits, or until when it lasts.
_MOMENT = {
    Wait.OBJECTIONS: "filed_at",
    Wait.APPROVAL: "proposed_at",
    Wait.ENDING: "ends_at",
    Wait.OVER: "ends_at",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One count that leads to the list it counts, and what is to be done about it.

    ``first`` is when the one that waits longest began to wait; with ``is_due`` it is when the
    first one's time ends or ended.
    """

    label: str | Promise
    todo: str | Promise
    count: int
    url: str
    first: dt.datetime | None = None
    is_due: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A call on the dashboard; ``phase`` is what `phase_of` says of it."""

    tally: CallTally
    phase: str
    # When the call or the first of its categories closes.
    next_end: dt.datetime

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
    ends = next_ends(calls, now)
    cards = [
        Card(t, phase_of(t.call, now, ends[t.call.pk]), ends[t.call.pk]) for t in tally_calls(calls)
    ]
    tiles = _tiles(issuers, calls, ends, now)
    return {
        "tiles": sorted((tile for tile in tiles if tile.count), key=lambda tile: not tile.urgent),
        "idle": [tile for tile in tiles if not tile.count],
        "cards": sorted(cards, key=_by_urgency),
        "now": now,
        "several_issuers": len(issuers) > 1,
    }


def next_ends(calls: Sequence[Call], now: dt.datetime) -> dict[int, dt.datetime]:
    """Return by call the next instant at which it or one of its categories closes."""
    early = dict(
        Category.objects.filter(call__in=calls, closes_at__gt=now)
        .order_by()
        .values_list("call")
        .annotate(first=Min("closes_at"))
    )
    return {call.pk: min(early.get(call.pk, call.closes_at), call.closes_at) for call in calls}


def phase_of(call: Call, now: dt.datetime, next_end: dt.datetime) -> str:
    """Say where the call's door stands for staff at an instant; ``next_end`` as of `next_ends`.

    "draft", "coming", "open", "soon" (it or a category of it closing within three days) or
    "closed"; what is done behind a closed door is told by `reviews.tallies.Tally.work`.
    """
    if call.state == CallState.DRAFT:
        return "draft"
    if now < call.opens_at:
        return "coming"
    if now >= call.closes_at:
        return "closed"
    return "soon" if next_end - now <= SOON else "open"


_ORDER = ("soon", "open", "closed", "coming", "draft")


def _by_urgency(card: Card) -> tuple[int, dt.datetime]:
    return _ORDER.index(card.phase), card.next_end


def _tiles(
    issuers: Sequence[Issuer],
    calls: Sequence[Call],
    ends: Mapping[int, dt.datetime],
    now: dt.datetime,
) -> list[Tile]:
    """Count what waits for a person, each count with the list that shows exactly these."""
    return [
        *_of_applications(issuers, now),
        *(
            _tile(
                (wait.label, _TODO[wait]), waiting(wait, issuers, now), url_of(wait),
                _MOMENT[wait], is_due=wait in (Wait.ENDING, Wait.OVER), urgent=wait in _URGENT,
            )
            for wait in Wait
        ),
        *_of_projects(issuers, now),
        _of_closing([c for c in calls if phase_of(c, now, ends[c.pk]) == "soon"], ends),
        _tile(
            (_("Units to verify"), _("Hold them against the register; confirm or refuse.")),
            Affiliation.objects.filter(issuer__in=issuers, state=VerificationState.PENDING),
            _list_of(Affiliation, state__exact=VerificationState.PENDING),
            "created_at",
        ),
        _tile(
            (_("Mails failed"), _("See why, and send them again.")),
            Message.objects.filter(issuer__in=issuers, state=MessageState.FAILED),
            _list_of(Message, state__exact=MessageState.FAILED),
            "created_at", urgent=True,
        ),
    ]  # fmt: skip


def _tile(
    words: tuple[str | Promise, str | Promise],
    rows: QuerySet[Any],
    url: str,
    moment: str,
    *,
    is_due: bool = False,
    urgent: bool = False,
) -> Tile:
    """Count rows and find the first of their moments in one query; ``words``: label and task."""
    found = rows.order_by().aggregate(count=Count("pk"), first=Min(moment))
    return Tile(*words, found["count"], url, found["first"], is_due, urgent)


def _of_applications(issuers: Sequence[Issuer], now: dt.datetime) -> list[Tile]:
    """Count what the formal check has to do."""
    own, since = Submission.objects.handed_in_to(issuers), "handed_in_at"
    return [
        _tile(
            (_("To check"), _("Look at every point; accept, return or do not accept.")),
            own.to_check(), queue_url(state="to_check"), since,
        ),
        _tile(
            (_("Correction overdue"), _("Call the unit; give more time or do not accept.")),
            own.overdue(now), queue_url(due="overdue"), "correction_due", is_due=True, urgent=True,
        ),
        _tile(
            (_("Stamped scan outstanding"), _("Remind the unit of its stamped scan.")),
            own.without_scan(), queue_url(scan="missing"), since,
        ),
        _tile(
            (_("Scan to compare by eye"), _("Hold the scan beside the form: the same or not?")),
            own.to_compare(), queue_url(scan="compare"), since,
        ),
        _tile(
            (_("Flags to settle"), _("Find out what the portal could not, and settle it.")),
            own.flagged(), queue_url(flag="open"), since,
        ),
    ]  # fmt: skip


def _of_projects(issuers: Sequence[Issuer], now: dt.datetime) -> list[Tile]:
    """Count what selected projects owe, and what they wait for."""
    own = Q(project__application__packet__call__issuer__in=issuers)
    pieces = Deliverable.objects.filter(own)
    return [
        _tile(
            (_("Deliverables overdue"), _("Remind the unit, or give more time.")),
            pieces.overdue(now), _list_of(Project, work="overdue"), "due", is_due=True, urgent=True,
        ),
        _tile(
            (_("Deliverables to look at"), _("Read them; accept, or return with a reason.")),
            pieces.waiting(), _list_of(Project, work="waiting"), "handed_in_at",
        ),
        _tile(
            (_("Changes to decide"), _("Approve what the unit asks for, or refuse it.")),
            ChangeRequest.objects.filter(own, state=ChangeState.PENDING),
            _list_of(Project, work="changes"), "at",
        ),
    ]  # fmt: skip


def _of_closing(calls: Sequence[Call], ends: Mapping[int, dt.datetime]) -> Tile:
    """Lead to the call that closes first, or has the category that does, of those closing soon."""
    first = min(calls, key=lambda call: ends[call.pk], default=None)
    return Tile(
        _("Closing within three days"),
        _("See who has begun and not handed in."),
        len(calls),
        reverse("admin:reviews_evening", args=[first.pk]) if first else "",
        ends[first.pk] if first else None,
        is_due=True,
        urgent=True,
    )


def queue_url(**filters: str) -> str:
    """Return the address of the queue with its filters."""
    return f"{reverse('admin:reviews_submission_changelist')}?{urlencode(filters)}"


def _list_of(model: type[Model], **filters: str) -> str:
    """Return the address of a model's list with filters, or nothing where it has no list."""
    if not admin.site.is_registered(model):
        return ""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return f"{reverse(name)}?{urlencode(filters)}"
