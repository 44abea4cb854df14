"""Reminds staff of applications nobody has checked, as the call's dates come near."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from calls.enums import CallState
from calls.models import Call
from portal import clock
from portal.mail.services import queue
from portal.people.enums import StaffRole
from portal.people.models import StaffPost
from reviews.dashboard import queue_url
from reviews.models import Submission


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
    posts = (
        StaffPost.objects.active()
        .filter(issuer=call.issuer, user__is_active=True)
        .exclude(role=StaffRole.OFFICIAL)
        .select_related("user")
    )
    told = 0
    for post in posts:
        message = queue(
            to=post.user,
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
