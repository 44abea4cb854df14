"""My work: what needs me today, then drafts, handed-in and closed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from applications import project_board
from applications.models import Application, Packet, Partner
from applications.models.partner import PartnerState
from applications.overview import Standing, standing_of_packet
from applications.recommend_board import late_doors, tasks_of
from applications.states import UNDER_WAY, State
from calls.enums import CallState
from calls.models import Call
from portal import clock
from portal.people.enums import Right
from portal.people.models import Membership, Organisation, User
from portal.register.access import current_unit, membership_in, on_behalf
from portal.register.adapter import landing


@dataclass(frozen=True, slots=True)
class Group:
    """Packets under one heading."""

    code: str
    packets: list[Standing]


@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """Show the current unit's packets, the tasks of this person first."""
    unit = current_unit(request)
    if unit is None:
        assert isinstance(request.user, User)
        return redirect(landing(request.user))
    now = clock.shown()
    membership = membership_in(request, unit)
    doors = late_doors(unit)
    standings = [
        standing_of_packet(
            packet,
            membership,
            now,
            late_until=doors.get(packet.call_id),
        )
        for packet in _packets(unit, request)
        if packet.shown_applications
    ]
    recommending = tasks_of(unit, now, doors)
    return render(
        request,
        "applications/my.html",
        {
            "unit": unit,
            "tasks": [s for s in standings if s.task],
            "groups": _groups(standings),
            "recommending": [task for task in recommending if task.urgent],
            "recommends": bool(recommending),
            "project_tasks": _project_tasks(unit, membership, standings, now),
            "asked": _asked(unit, membership),
            "open_calls": _open_calls(unit, now),
            "now": now,
        },
    )


def _project_tasks(
    unit: Organisation,
    membership: Membership | None,
    standings: list[Standing],
    now: dt.datetime,
) -> list[project_board.Task]:
    """Return what running projects ask of who fills in; a unit without any costs no query."""
    if membership is not None and not membership.has(Right.FILLER):
        return []
    under_way = any(a.state in UNDER_WAY for s in standings for a in s.applications)
    return project_board.tasks_of(unit, now) if under_way else []


def _packets(unit: Organisation, request: HttpRequest) -> list[Packet]:
    """Read the unit's packets with everything the page shows, in a fixed number of queries."""
    applications = (
        Application.objects.select_related("category__parent")
        # a list says where things stand: what was answered stays in the database
        .only(
            "packet", "category__title", "category__closes_at", "category__parent__title",
            "category__parent__closes_at", "state", "title", "handed_in_at", "correction_due",
            "created_at", "position",
        )
    )  # fmt: skip
    packets = (
        Packet.objects.filter(organisation=unit)
        .select_related("call__issuer")
        .defer("plan")
        .with_scan()
        .with_execution()
        .prefetch_related(Prefetch("applications", queryset=applications))
        .order_by("call__closes_at", "-created_at")
    )
    acting = on_behalf(request)
    if acting is not None and acting.unit == unit:
        packets = packets.filter(call__issuer=acting.issuer)
    return list(packets)


def _groups(standings: list[Standing]) -> list[Group]:
    order = ("drafts", "handed_in", "running", "decided")
    return [Group(code, [s for s in standings if s.group == code]) for code in order]


def _asked(unit: Organisation, membership: Membership | None) -> list[Partner]:
    """Return joint applications that wait for this unit's word; its administrators answer."""
    if membership is None or not membership.has(Right.ADMINISTRATOR):
        return []
    return list(
        Partner.objects.filter(organisation=unit, state=PartnerState.PENDING)
        .exclude(application__state=State.WITHDRAWN)
        .select_related("application__packet__call", "application__packet__organisation")
        .only(
            "application__title",
            "application__packet__call__title",
            "application__packet__organisation__name",
        )
    )


def _open_calls(unit: Organisation, now: object) -> list[Call]:
    """Return open calls of associations the unit belongs to, the nearest deadline first."""
    return list(
        Call.objects.filter(
            state=CallState.PUBLISHED,
            opens_at__lte=now,
            closes_at__gt=now,
            issuer__affiliations__organisation=unit,
        )
        .select_related("issuer__organisation")
        .only("title", "closes_at", "issuer__organisation__name")
        .order_by("closes_at")
    )
