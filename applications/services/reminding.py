"""Who is reminded of a deadline, and when; each person at most once for each occasion.

The offsets stand on the call (hours before the deadline). A reminder is due from its hour until
the next one's, so that a worker that was down does not send three at once, and none after the end.
The mail ledger refuses the second message of one occasion to one mailbox, whatever runs twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from applications.models import Application, Packet, Recommendation
from applications.recommenders import closes_for
from applications.services.notices import desk_url, packet_url, workers, workers_of
from applications.services.standing import standing_of
from calls.enums import CallState
from calls.models import Call, Category, LateDoor
from portal.mail.services import queue
from portal.people.enums import Right, VerificationState
from portal.people.models import Membership, Organisation, User


def remind_of_deadlines(now: dt.datetime) -> int:
    """Queue what is due at this instant for every open call; returns how many were looked at."""
    looked_at = 0
    for call in Call.objects.filter(state=CallState.PUBLISHED, opens_at__lte=now):
        looked_at += _remind_holders(call, now)
        hours = due_offset(call.reminder_hours, call.closes_at, now)
        if hours is not None:
            looked_at += _remind_unbegun(call, hours, now)
        looked_at += _remind_recommenders(call, now)
    return looked_at


def due_offset(offsets: Iterable[int], end: dt.datetime, now: dt.datetime) -> int | None:
    """Return the smallest offset whose hour has come, None before the first and after the end."""
    if now >= end:
        return None
    come = [hours for hours in offsets if now >= end - dt.timedelta(hours=hours)]
    return min(come, default=None)


def _remind_holders(call: Call, now: dt.datetime) -> int:
    """Remind everybody who works on a packet of what in it is not handed in, by its own end.

    Before the deadline every draft is one that an extension for existing drafts would let in.
    """
    ends: dict[dt.datetime, list[Category]] = {}
    for category in call.categories.select_related("parent"):
        ends.setdefault(category.own_end or call.last_end, []).append(category)
    looked_at = 0
    for end, categories in ends.items():
        packets = _unfinished(call, categories)
        # A door matters while it is later: an extension for all may have overtaken one.
        doors = LateDoor.objects.filter(call=call, until__gt=end)
        others = packets.exclude(organisation__in=doors.values("organisation"))
        looked_at += _remind_all(others, call.reminder_hours, end, now)
        for door in doors:
            let_in = packets.filter(organisation=door.organisation_id)
            looked_at += _remind_all(let_in, call.reminder_hours, door.until, now)
    return looked_at


def _remind_all(
    packets: QuerySet[Packet], offsets: Iterable[int], end: dt.datetime, now: dt.datetime
) -> int:
    hours = due_offset(offsets, end, now)
    if hours is None:
        return 0
    for packet in packets:
        _remind_packet(packet, hours, end)
    return len(packets)


def _remind_recommenders(call: Call, now: dt.datetime) -> int:
    """Remind units before which applications lie, each by the end of its own list."""
    rows = Recommendation.objects.filter(level__call=call).waiting()
    waiting = {
        (row.level_id, row.organisation_id): row
        for row in rows.select_related("level__call__issuer__organisation", "organisation")
    }
    for row in waiting.values():
        due = closes_for(row.level, row.organisation)
        hours = due_offset(call.reminder_hours, due, now)
        if hours is not None:
            _remind_recommender(row, hours, due)
    return len(waiting)


@transaction.atomic
def _remind_recommender(row: Recommendation, hours: int, due: dt.datetime) -> None:
    subject = f"{row.level_id}-{row.organisation_id}"
    for user in workers_of(row.organisation):
        _queue(row.level.call, user, "deadline_list", hours, due, desk_url(row.level), subject)


def _unfinished(call: Call, categories: Iterable[Category]) -> QuerySet[Packet]:
    """Return packets in which something was begun there and neither handed in nor discarded."""
    drafts = Application.objects.never_handed_in().filter(
        packet=OuterRef("pk"), category__in=categories
    )
    return Packet.objects.filter(Exists(drafts), call=call).select_related(
        "call__issuer__organisation", "organisation"
    )


@transaction.atomic
def _remind_packet(packet: Packet, hours: int, due: dt.datetime) -> None:
    for user in workers(packet):
        _queue(packet.call, user, "deadline_draft", hours, due, packet_url(packet), packet.pk.hex)


def _remind_unbegun(call: Call, hours: int, now: dt.datetime) -> int:
    """Tell administrators of units that never began and may apply for what is still open."""
    begun = Packet.objects.filter(call=call).values("organisation")
    units = Organisation.objects.filter(
        affiliations__issuer=call.issuer_id,
        affiliations__state=VerificationState.VERIFIED,
        merged_into=None,
    ).exclude(pk__in=begun)
    looked_at = 0
    for unit in units.select_related("parent"):
        looked_at += 1
        if any(
            standing.may_apply and ((end := standing.category.own_end) is None or now < end)
            for standing in standing_of(call, unit)
        ):
            _remind_administrators(call, unit, hours)
    return looked_at


@transaction.atomic
def _remind_administrators(call: Call, unit: Organisation, hours: int) -> None:
    memberships = Membership.objects.with_right(Right.ADMINISTRATOR).filter(organisation=unit)
    url = reverse("calls:detail", args=[call.pk])
    for membership in memberships.select_related("user"):
        _queue(call, membership.user, "deadline_unbegun", hours, call.closes_at, url, str(unit.pk))


def _queue(
    call: Call, user: User, template: str, hours: int, due: dt.datetime, url: str, subject: str
) -> None:
    """Queue one reminder; the end is part of the occasion, so that an extension reminds again."""
    queue(
        to=user,
        template=f"applications/{template}",
        context={"call": call, "due": due},
        occasion=f"{template}:{call.pk}:{subject}:{due:%Y%m%d%H%M}:{hours}",
        issuer=call.issuer,
        url=url,
    )
