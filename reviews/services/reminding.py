"""Reminds staff of unchecked applications, and experts of score sheets, as dates come near."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from applications.capacity import staff_of
from applications.states import State
from calls.enums import CallState
from calls.models import Call
from portal import clock
from portal.mail.services import queue
from reviews.dashboard import queue_url
from reviews.models import Assignment, Expert, Panel, Submission

# Hours before and after the end at which experts are reminded; negative ones: it is late.
SHEET_HOURS = (72, 24, 3, -24, -72)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One reminder that is due: before which date, and how many hours before."""

    what: str
    when: dt.datetime
    hours: int

    def key(self, call: Call) -> str:
        """Name the occasion so that a moved date is a new one and a second run is not."""
        return f"unchecked:{call.pk}:{self.what}:{self.when:%Y%m%dT%H%M}:{self.hours}"


def due_occasions(call: Call, now: dt.datetime) -> Iterator[Occasion]:
    """Yield what is due for a call at an instant: before the deadline and before the result.

    Of several offsets that have passed only the last one is due: after a night without a
    scheduler nobody gets four reminders at once.
    """
    dates = [("closes", call.closes_at)]
    if call.result_by is not None:
        dates.append(("result", clock.end_of(call.result_by)))
    for what, when in dates:
        passed = [h for h in call.reminder_hours if when - dt.timedelta(hours=h) <= now < when]
        if passed:
            yield Occasion(what, when, min(passed))


def remind_staff() -> int:
    """Queue every reminder that is due now; return how many were new.

    May run twice and at once: the outbox takes each person and occasion only once.
    """
    now = clock.now()
    rows = Submission.objects.to_check().order_by().values_list("packet__call")
    unchecked = dict(rows.annotate(number=Count("pk")))
    calls = Call.objects.filter(
        pk__in=unchecked, state=CallState.PUBLISHED, opens_at__lte=now
    ).select_related("issuer__organisation")
    return sum(
        _tell_staff(call, occasion, unchecked[call.pk])
        for call in calls
        for occasion in due_occasions(call, now)
    )


def _tell_staff(call: Call, occasion: Occasion, number: int) -> int:
    """Tell everyone who works on the call; officials only read and are left in peace."""
    url = queue_url(call=str(call.pk), state="to_check")
    told = 0
    for user in staff_of(call.issuer_id):
        message = queue(
            to=user,
            template="reviews/unchecked",
            context={
                "call": call,
                "number": number,
                "when": occasion.when,
                "before_result": occasion.what == "result",
            },
            occasion=occasion.key(call),
            issuer=call.issuer,
            url=url,
        )
        told += int(message is not None)
    return told


def remind_experts() -> int:
    """Queue every reminder of score sheets that is due now; return how many were new.

    One message per expert, panel and offset, before the end and after it. May run twice and at
    once: the outbox takes each person and occasion only once.
    """
    now = clock.now()
    waiting = (
        Assignment.objects.waiting()
        .filter(application__state=State.ACCEPTED, expert__ended_at=None)
        .order_by()
        .values_list("panel", "expert")
        .annotate(number=Count("pk"))
    )
    panels = Panel.objects.select_related("stage__call__issuer__organisation").in_bulk(
        {panel for panel, _expert, _number in waiting}
    )
    experts = Expert.objects.select_related("user").in_bulk(
        {expert for _panel, expert, _number in waiting}
    )
    told = 0
    for panel_id, expert_id, number in waiting:
        panel = panels[panel_id]
        passed = [h for h in SHEET_HOURS if panel.due_at - dt.timedelta(hours=h) <= now]
        # Long after the end staff replace the expert; nobody is written to for ever.
        if passed and now < panel.due_at + dt.timedelta(days=14):
            told += _tell_expert(panel, experts[expert_id], number, min(passed), now)
    return told


def _tell_expert(panel: Panel, expert: Expert, number: int, hours: int, now: dt.datetime) -> int:
    call = panel.stage.call
    message = queue(
        to=expert.user or (expert.email, expert.name),
        template="reviews/sheets_due",
        context={
            "call": call,
            "number": number,
            "due_at": panel.due_at,
            "late": panel.due_at <= now,
        },
        occasion=f"sheets-due:{panel.pk}:{panel.due_at:%Y%m%dT%H%M}:{hours}",
        issuer=call.issuer,
        url=reverse("desk:files"),
    )
    return int(message is not None)
