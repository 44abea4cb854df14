"""Which packets have come to the end of their time, which soon will, and what holds one longer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from applications.capacity import works_for
from applications.models import Application, Erasure, Hold, Packet, StateLog
from applications.retention import end_of, months_of
from applications.services import locking
from applications.states import Action, State
from calls.models import Call, DeliverableRule, FormRevision
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import Issuer, User

# States after which nothing is decided or asked any more.
_OVER = (
    State.NOT_RECOMMENDED, State.NOT_ACCEPTED, State.NOT_SELECTED, State.RESERVE, State.WITHDRAWN,
    State.CLOSED, State.ARCHIVED, State.TERMINATED,
)  # fmt: skip

# Why packets are kept beyond their time, by their keys, as sentences.
Holder = Callable[[Collection[UUID]], Mapping[UUID, str]]
# Filled from the ``ready()`` of apps above, such as by open objections.
HOLDERS: list[Holder] = []


@dataclass(frozen=True, slots=True)
class Kept:
    """A packet that is over: since when, and from which day nothing of it may be kept."""

    packet: UUID
    number: str
    unit: str
    call: str
    ended_on: dt.date
    due_on: dt.date
    # Why it stays nevertheless; empty: it goes on its day.
    held: str = ""


def ending_by(day: dt.date, *, issuers: Collection[Issuer] | None = None) -> list[Kept]:
    """Return the packets that come to their end by a day, that day included, the first first.

    ``issuers`` narrows it to the calls of some associations. The number of queries is fixed.
    """
    calls = Call.objects.filter(closes_at__lte=clock.now(), packets__erasure=None)
    if issuers is not None:
        calls = calls.filter(issuer__in=issuers)
    return _ending_by(day, calls.filter(packets__isnull=False).distinct())


def of_packet(packet: Packet) -> Kept | None:
    """Return where one packet stands; None while it is not over or when it was erased."""
    calls = Call.objects.filter(pk=packet.call_id)
    found = _ending_by(dt.date.max, calls, packet)
    return found[0] if found else None


def _ending_by(day: dt.date, calls: QuerySet[Call], packet: Packet | None = None) -> list[Kept]:
    by_key = {call.pk: call for call in calls}
    months = _months(by_key)
    ended = _ended(by_key, packet)
    rows = Packet.objects.filter(pk__in=ended).values_list(
        "pk", "number", "organisation__name", "call"
    )
    found = []
    for key, number, unit, call in rows:
        since = max(ended[key], clock.local(by_key[call].closes_at).date())
        due = end_of(since, months[call])
        if due <= day:
            found.append(Kept(key, number or "", unit, by_key[call].title, since, due))
    return _with_holds(sorted(found, key=lambda one: (one.due_on, one.number)))


def _months(calls: Collection[int]) -> dict[int, int]:
    """Return for how many months the forms of each call are kept after its end."""
    schemas = defaultdict(list)
    for call, schema in FormRevision.objects.filter(call__in=calls).values_list("call", "schema"):
        schemas[call].append(schema)
    return {call: months_of(schemas[call], settings.RETENTION_MONTHS) for call in calls}


def _ended(calls: Collection[int], packet: Packet | None) -> dict[UUID, dt.date]:
    """Return the day on which each packet was over, without those that are not or were erased."""
    steps = StateLog.objects.filter(application=OuterRef("pk")).exclude(action=Action.ARCHIVE)
    over = Coalesce(Subquery(steps.order_by("-pk").values("at")[:1]), F("state_since"))
    asked = DeliverableRule.objects.filter(call=OuterRef("packet__call"))
    rows = Application.objects.filter(packet__call__in=calls, packet__erasure=None)
    if packet is not None:
        rows = rows.filter(packet=packet)
    dated = rows.annotate(asks=Exists(asked)).annotate(
        over=Case(
            When(state__in=_OVER, then=over),
            # Where nothing is asked for after the selection, it is the end.
            When(state=State.SELECTED, packet__call__agreement="", asks=False, then=over),
            # A draft is over with the time in which it could have been handed in.
            When(handed_in_at=None, then=F("updated_at")),
        )
    )
    last: dict[UUID, dt.datetime | None] = {}
    for key, at in dated.order_by().values_list("packet", "over"):
        known = last.get(key, at)
        last[key] = max(known, at) if known and at else None
    return {key: clock.local(at).date() for key, at in last.items() if at is not None}


def _with_holds(found: list[Kept]) -> list[Kept]:
    """Say of each packet what holds it: staff, or something that is not settled yet."""
    keys = [one.packet for one in found]
    reasons: dict[UUID, list[str]] = defaultdict(list)
    for key, reason in (
        Hold.objects.all().standing().filter(packet__in=keys).values_list("packet", "reason")
    ):
        reasons[key].append(reason)
    for holder in HOLDERS:
        for key, reason in holder(keys).items():
            reasons[key].append(reason)
    return [_held(one, reasons[one.packet]) for one in found]


def _held(one: Kept, reasons: list[str]) -> Kept:
    return Kept(
        one.packet, one.number, one.unit, one.call, one.ended_on, one.due_on, "；".join(reasons)
    )


@transaction.atomic
def hold(*, packet_id: UUID, reason: str, by: User) -> Hold:
    """Keep a packet beyond its time until somebody lifts it, for a dispute or an inquiry.

    Raises RuleViolation without a reason, when it is held already or was erased.
    """
    packet = locking.lock_packet(packet_id)
    _require_staff(packet, by)
    reasons = []
    if not reason.strip():
        reasons.append(_("Say why it has to be kept."))
    if Erasure.objects.filter(packet=packet).exists():
        reasons.append(_("It was erased already."))
    if Hold.objects.all().standing().filter(packet=packet).exists():
        reasons.append(_("It is being kept already."))
    if reasons:
        raise RuleViolation(reasons)
    made = Hold.objects.create(packet=packet, reason=reason.strip(), by=by, at=clock.now())
    _record("retention_held", packet, by)
    return made


@transaction.atomic
def lift(*, packet_id: UUID, by: User) -> None:
    """Let a packet go at its time again; a second click changes nothing."""
    packet = locking.lock_packet(packet_id)
    _require_staff(packet, by)
    if (
        Hold.objects.all()
        .standing()
        .filter(packet=packet)
        .update(lifted_by=by, lifted_at=clock.now())
    ):
        _record("retention_lifted", packet, by)


def _require_staff(packet: Packet, by: User) -> None:
    if not works_for(by, packet.call.issuer_id):
        raise PermissionDenied


def _record(action: str, packet: Packet, by: User) -> None:
    record(
        action, by=by, target=packet, issuer=packet.call.issuer, organisation=packet.organisation
    )
