"""Lists and objections that wait for the association, over all its calls, one set a heading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from calls.models import Call
from portal import clock
from portal.people.models import Issuer
from reviews.models import ListApproval, Objection, Publicity


class Wait(TextChoices):
    """What waits."""

    OBJECTIONS = "objections", _("Objections to decide")
    APPROVAL = "approval", _("Lists for a second person")
    ENDING = "ending", _("Publicity ending today or tomorrow")
    OVER = "over", _("Lists to announce")


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing that waits: what it is, where it is done, and since or until when."""

    title: str
    url: str
    call: Call
    at: dt.datetime
    by: str = ""


def waiting(wait: Wait, issuers: Sequence[Issuer], now: dt.datetime) -> QuerySet[Any]:
    """Return the rows behind one heading, longest waiting first, to be counted or listed."""
    if wait is Wait.OBJECTIONS:
        objections = Objection.objects.filter(publicity__call__issuer__in=issuers)
        return objections.unsettled().order_by("filed_at", "number")
    if wait is Wait.APPROVAL:
        return ListApproval.objects.filter(call__issuer__in=issuers, approved=None).order_by(
            "proposed_at", "pk"
        )
    running = Publicity.objects.running().filter(call__issuer__in=issuers).order_by("ends_at", "pk")
    if wait is Wait.OVER:
        return running.filter(ends_at__lte=now)
    tomorrow = clock.local(now).date() + dt.timedelta(days=1)
    return running.filter(ends_at__gt=now, ends_at__lte=clock.end_of(tomorrow))


def url_of(wait: Wait) -> str:
    """Return the address of the page that lists exactly these."""
    return f"{reverse('admin:reviews_waiting')}?show={wait.value}"


def rows_of(wait: Wait, issuers: Sequence[Issuer], now: dt.datetime) -> list[WaitingRow]:
    """Return what the page shows under one heading; the number of queries does not grow."""
    found = waiting(wait, issuers, now)
    if wait is Wait.OBJECTIONS:
        return [_of_objection(one) for one in found.select_related("publicity__call", "entry")]
    if wait is Wait.APPROVAL:
        return [_of_approval(one) for one in found.select_related("call", "proposed_by")]
    return [_of_publicity(one) for one in found.select_related("call", "notice")]


def _of_objection(one: Objection) -> WaitingRow:
    url = reverse("admin:reviews_objection", args=[one.pk])
    return WaitingRow(one.number, url, one.publicity.call, one.filed_at)


def _of_approval(one: ListApproval) -> WaitingRow:
    url = reverse("admin:reviews_deciding", args=[one.call_id])
    return WaitingRow(str(_("Proposed list")), url, one.call, one.proposed_at, one.proposed_by.name)


def _of_publicity(one: Publicity) -> WaitingRow:
    url = reverse("admin:reviews_publicity", args=[one.call_id])
    return WaitingRow(one.notice.title, url, one.call, one.ends_at)
