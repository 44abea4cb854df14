"""Reminds units of what their projects owe: before the end, at it, and while it is overdue.

A reminder is due from its hour on until the next one's; of several that have passed only the last
is sent. What a project owes by the same end is named in one message. The mail ledger refuses the
second message of one occasion to one person.
"""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from applications.models import Deliverable, Project
from applications.models.deliverable import OPEN
from applications.services import deliverables, project_notices, projects
from applications.states import State
from portal import clock

# Hours before (and, negative, after) the end of a deliverable.
HOURS = (168, 72, 24, 0, -72, -168, -336)
# Days after the planned end of a project that reported no completion.
DAYS = (1, 7, 30)
# Nobody is written to for ever: staff have the list of what is overdue.
LONGEST = dt.timedelta(days=30)


def remind_of_projects(now: dt.datetime) -> int:
    """Queue every reminder about projects that is due now; returns how many are new.

    Gives each project the rows it lacks first, so that a rule added later is reminded of too.
    """
    projects.complete_all()
    return _remind_of_deliverables(now) + _remind_of_completions(now)


def _remind_of_deliverables(now: dt.datetime) -> int:
    rows = (
        Deliverable.objects.all()
        .alive()
        .filter(state__in=sorted(OPEN), due__gt=now - LONGEST, due__lte=now + dt.timedelta(7))
        .select_related(
            "rule",
            "project__application__packet__call__issuer__organisation",
            "project__application__packet__organisation",
        )
        .order_by("project", "due", "position")
    )
    waiting = (row for row in rows if not deliverables.not_yet(row))
    together = groupby(waiting, key=lambda row: (row.project_id, row.due))
    return sum(_remind(list(pieces), now) for _same, pieces in together)


@transaction.atomic
def _remind(pieces: list[Deliverable], now: dt.datetime) -> int:
    """Tell of what one project owes by one end; a moved end is a new occasion."""
    due = pieces[0].due
    assert due is not None
    hours = min(h for h in HOURS if now >= due - dt.timedelta(hours=h))
    only = reverse("applications:deliverable", args=[pieces[0].pk]) if len(pieces) == 1 else ""
    return project_notices.tell(
        pieces[0].project.application,
        "deliverable_due",
        f"deliverables-due:{due:%Y%m%d%H%M}:{hours}",
        {"pieces": [piece.title for piece in pieces], "due": due, "overdue": now >= due},
        url=only,
    )


def _remind_of_completions(now: dt.datetime) -> int:
    """Ask units whose planned end has passed to report the completion or ask for more time."""
    today = clock.local(now).date()
    rows = Project.objects.filter(
        Q(ends_on__lt=today) | Q(ends_on=None, application__ends_on__lt=today),
        application__state__in=[State.SELECTED, State.RUNNING],
    ).select_related(
        "application__packet__call__issuer__organisation",
        "application__packet__organisation",
        "application__category",
    )
    return sum(_ask_for_completion(row, today) for row in rows)


@transaction.atomic
def _ask_for_completion(project: Project, today: dt.date) -> int:
    end, application = project.planned_end, project.application
    call = application.packet.call
    if end is None or not projects.executes(call):
        return 0
    if application.state == State.SELECTED and call.agreement:
        return 0
    passed = [days for days in DAYS if today >= end + dt.timedelta(days=days)]
    if not passed or today > end + dt.timedelta(days=60):
        return 0
    return project_notices.tell(
        application,
        "completion_wanted",
        f"completion:{end:%Y%m%d}:{max(passed)}",
        {"end": end},
        url=reverse("applications:completion", args=[application.pk]),
    )
