"""What a project's pages show: where it stands, what is owed and when, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.deliverable_forms import wanted_words
from applications.models import (
    Application,
    ChangeRequest,
    Deliverable,
    DeliverableLog,
    Payment,
    Project,
)
from applications.models.deliverable import OPEN, SETTLED, DeliverableState, Step
from applications.services import deliverables, projects
from applications.states import UNDER_WAY, State
from portal import clock
from portal.face.wording import listed
from portal.people.models import Organisation

# A task of "my work" is urgent from so many days before its end.
SOON = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Item:
    """One deliverable as lists show it."""

    deliverable: Deliverable
    wanted: str
    overdue: bool
    # Why it cannot be worked on now; empty when it can.
    not_yet: str
    # What the association said when it returned it last.
    reason: str

    @property
    def is_open(self) -> bool:
        """Whether the unit can work on it now."""
        return self.deliverable.is_open and not self.not_yet

    @property
    def word(self) -> str:
        """What its badge says; of a project that was ended nothing more is asked."""
        deliverable = self.deliverable
        if self.overdue:
            return _("Overdue")
        if deliverable.is_open and deliverable.project.application.state == State.TERMINATED:
            return _("No longer asked for")
        return str(deliverable.get_state_display())

    @property
    def tone(self) -> str:
        """The colour of its badge; the word stands beside it."""
        if self.overdue:
            return "no"
        return _TONES[DeliverableState(self.deliverable.state)]


_TONES = {
    DeliverableState.DUE: "idle",
    DeliverableState.HANDED_IN: "info",
    DeliverableState.RETURNED: "warn",
    DeliverableState.ACCEPTED: "yes",
    DeliverableState.WAIVED: "idle",
}


@dataclass(frozen=True, slots=True)
class Board:
    """A project on one page."""

    project: Project
    items: list[Item]
    payments: list[Payment]
    changes: list[ChangeRequest]
    now: dt.datetime
    executes: bool

    @property
    def application(self) -> Application:
        """The application it came from."""
        return self.project.application

    @property
    def state(self) -> str:
        """Where the application stands."""
        return self.application.state

    @property
    def waits_for_agreement(self) -> bool:
        """Whether agreement or plan must be confirmed before anything else."""
        return self.state == State.SELECTED and bool(self.application.packet.call.agreement)

    @property
    def may_complete(self) -> bool:
        """Whether the completion can be reported now."""
        running = self.state in (State.SELECTED, State.RUNNING)
        return self.executes and running and not self.waits_for_agreement

    @property
    def under_way(self) -> bool:
        """Whether the project goes on."""
        return self.state in UNDER_WAY

    @property
    def late_to_complete(self) -> bool:
        """Whether the planned end has passed without a completion."""
        end = self.project.planned_end
        return self.may_complete and end is not None and self.now >= clock.end_of(end)

    @property
    def open_items(self) -> list[Item]:
        """What the unit can hand in now, the most urgent first."""
        return sorted((i for i in self.items if i.is_open), key=_by_due)

    @property
    def overdue(self) -> list[Item]:
        """What is late."""
        return [item for item in self.items if item.overdue]

    @property
    def waiting(self) -> list[Item]:
        """What lies before the association."""
        return [i for i in self.items if i.deliverable.state == DeliverableState.HANDED_IN]

    @property
    def may_close(self) -> bool:
        """Whether everything is accepted and the project can be closed."""
        done = all(i.deliverable.state in SETTLED for i in self.items)
        return self.state == State.COMPLETED and done

    @property
    def paid(self) -> Decimal:
        """What was paid so far, in yuan."""
        return sum((p.paid for p in self.payments if p.paid is not None), Decimal(0))


def _by_due(item: Item) -> tuple[bool, dt.datetime | None]:
    return item.deliverable.due is None, item.deliverable.due


def board_of(project: Project, now: dt.datetime) -> Board:
    """Read everything a page of the project shows, in a fixed number of queries."""
    rows = list(project.deliverables.select_related("rule"))
    for row in rows:
        row.project = project
    reasons = _last_returns(rows)
    return Board(
        project=project,
        items=[item_of(row, now, reasons.get(row.pk, "")) for row in rows],
        payments=list(project.payments.all()),
        changes=list(project.changes.select_related("by", "decided_by")),
        now=now,
        executes=projects.executes(project.application.packet.call),
    )


def item_of(deliverable: Deliverable, now: dt.datetime, reason: str = "") -> Item:
    """Return one deliverable as lists show it."""
    not_yet = deliverables.not_yet(deliverable)
    return Item(
        deliverable=deliverable,
        wanted=listed(wanted_words(deliverables.asked(deliverable))),
        overdue=deliverable.is_overdue(now) and not not_yet,
        not_yet=not_yet,
        reason=reason,
    )


def _last_returns(rows: Iterable[Deliverable]) -> dict[object, str]:
    """Return why each returned deliverable came back, the last time."""
    returned = [row.pk for row in rows if row.state == DeliverableState.RETURNED]
    if not returned:
        return {}
    logs = DeliverableLog.objects.filter(deliverable__in=returned, step=Step.RETURNED)
    return {log.deliverable_id: log.note for log in logs.order_by("pk")}


@dataclass(frozen=True, slots=True)
class Task:
    """What a project asks of its unit next, for "my work"."""

    project: Project
    words: str
    url: str
    due: dt.datetime | None
    overdue: bool
    urgent: bool


def tasks_of(unit: Organisation, now: dt.datetime) -> list[Task]:
    """Return what each project of the unit under way asks next, the most urgent first."""
    rows = list(
        Project.objects.filter(
            application__packet__organisation=unit,
            application__state__in=sorted(UNDER_WAY),
        )
        .select_related("application__packet__call__issuer", "application__category")
        .prefetch_related("deliverables__rule")
    )
    tasks = [task for project in rows if (task := _task(project, now))]
    return sorted(tasks, key=lambda t: (not t.overdue, t.due is None, t.due or now))


def _task(project: Project, now: dt.datetime) -> Task | None:
    """Return the next thing a project asks for: a deliverable, else the day of completion."""
    open_rows = []
    for row in project.deliverables.all():
        row.project = project
        if row.state in OPEN and not deliverables.not_yet(row):
            open_rows.append(row)
    if open_rows:
        row = min(open_rows, key=lambda r: (r.due is None, r.due))
        return _made(
            project,
            _("Hand in: %(title)s") % {"title": row.title},
            reverse("applications:deliverable", args=[row.pk]),
            row.due,
            now,
        )
    state, call = project.application.state, project.application.packet.call
    if state == State.COMPLETED or (state == State.SELECTED and call.agreement):
        return None
    if not project.deliverables.all() and not call.agreement:
        return None
    end = project.planned_end
    url = reverse("applications:completion", args=[project.application_id])
    return _made(
        project, _("Report the day of completion"), url, clock.end_of(end) if end else None, now
    )


def _made(
    project: Project, words: str, url: str, due: dt.datetime | None, now: dt.datetime
) -> Task:
    return Task(
        project=project,
        words=words,
        url=url,
        due=due,
        overdue=due is not None and now >= due,
        urgent=due is not None and due - now < SOON,
    )
