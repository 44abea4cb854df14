"""What a recommending unit's pages show: what lies before it, its list, and the places left."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from applications import presenting
from applications.models import HandIn, Recommendation, RecommendationList, Version
from applications.models.recommendation import ListState, Stand
from applications.recommenders import closes_for
from applications.services.listing import list_findings
from applications.states import State
from calls.entitled import entitled_levels
from calls.models import LateDoor, RecommendingLevel
from calls.rules.facts import Finding
from portal.counting import count
from portal.people.models import Organisation

# So many applications stand side by side on a wide screen.
COMPARED = 4


@dataclass(frozen=True, slots=True)
class Task:
    """One level of one call before a unit, as the list of desks shows it."""

    level: RecommendingLevel
    due: dt.datetime
    waiting: int
    listed: int
    handed_in: int
    overdue: bool

    @property
    def urgent(self) -> bool:
        """Whether somebody must still do something before the deadline."""
        return not self.overdue and bool(self.waiting or self.listed)


def tasks_of(
    unit: Organisation, now: dt.datetime, doors: Mapping[int, dt.datetime] | None = None
) -> list[Task]:
    """Return where the unit recommends, in a fixed number of queries, what is due next first.

    ``doors`` are the unit's own later ends by call, where they were read already.
    """
    counts = _counts(unit)
    levels = {level.pk: level for level in entitled_levels(unit)}
    if missing := [pk for pk in counts if pk not in levels]:
        asked = RecommendingLevel.objects.select_related("call__issuer__organisation")
        levels |= asked.in_bulk(missing)
    if doors is None:
        doors = late_doors(unit)
    tasks = [_task(level, counts.get(level.pk, {}), doors, now) for level in levels.values()]
    return sorted(tasks, key=lambda task: (task.overdue, task.due, task.level.pk))


def late_doors(unit: Organisation) -> dict[int, dt.datetime]:
    """Return the unit's own later ends, by call."""
    return dict(LateDoor.objects.filter(organisation=unit).values_list("call_id", "until"))


def _task(
    level: RecommendingLevel,
    counts: Mapping[str, Any],
    doors: Mapping[int, dt.datetime],
    now: dt.datetime,
) -> Task:
    door = doors.get(level.call_id)
    due = max(level.closes_at, door) if door else level.closes_at
    return Task(
        level=level,
        due=due,
        waiting=counts.get("waiting", 0),
        listed=counts.get("listed", 0),
        handed_in=counts.get("handed_in", 0),
        overdue=now >= due,
    )


def _counts(unit: Organisation) -> dict[int, dict[str, Any]]:
    """Count what lies before the unit by level, in one query."""
    standing = Q(state=Stand.PENDING, application__state=State.RECOMMENDING)
    rows = (
        Recommendation.objects.filter(organisation=unit)
        .order_by()
        .values("level")
        .annotate(
            waiting=Count("pk", filter=standing & Q(list=None)),
            listed=Count("pk", filter=standing & Q(list__isnull=False)),
            handed_in=Count("pk", filter=Q(state=Stand.RECOMMENDED)),
        )
    )
    return {int(row["level"]): dict(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on one desk; ``current`` is the list being drawn up, if there is one."""

    current: RecommendationList | None
    listed: list[Recommendation]
    waiting: list[Recommendation]
    put_aside: list[Recommendation]
    lists: list[RecommendationList]
    findings: list[Finding]
    due: dt.datetime
    overdue: bool

    @property
    def frozen(self) -> bool:
        """Whether the list waits for its seal and is not changed now."""
        return self.current is not None and self.current.state == ListState.FROZEN

    @property
    def changes(self) -> bool:
        """Whether the list can be worked on."""
        return not self.frozen and not self.overdue


def board_of(level: RecommendingLevel, unit: Organisation, now: dt.datetime) -> Board:
    """Gather a desk in a fixed number of queries."""
    rows = list(
        Recommendation.objects.filter(level=level, organisation=unit)
        .select_related(
            "application__category__parent", "application__packet__organisation", "list", "level"
        )
        .order_by("rank", "at", "pk")
    )
    lists = list(RecommendationList.objects.filter(level=level, organisation=unit))
    current = next((one for one in lists if one.state != ListState.HANDED_IN), None)
    due = closes_for(level, unit)
    standing = [r for r in rows if _stands(r)]
    return Board(
        current=current,
        listed=[r for r in standing if r.list_id is not None],
        waiting=[r for r in standing if r.list_id is None],
        put_aside=[r for r in rows if not _stands(r) and r.state != Stand.RECOMMENDED],
        lists=[one for one in lists if one.state == ListState.HANDED_IN],
        findings=list_findings(level, unit),
        due=due,
        overdue=now >= due,
    )


def _stands(row: Recommendation) -> bool:
    return row.state == Stand.PENDING and row.application.state == State.RECOMMENDING


def opinion_length(row: Recommendation) -> int:
    """Return how long an opinion is, counted as the limit is."""
    return count(row.opinion)


def versions_in_hand(rows: Sequence[Recommendation]) -> dict[int, Version]:
    """Return by recommendation the version last handed in, in one query."""
    packets = {row.application.packet_id for row in rows}
    newest: dict[object, Version] = {}
    receipts = HandIn.objects.filter(packet__in=packets).select_related("version__form_revision")
    for receipt in receipts.order_by("version__no"):
        newest[receipt.packet_id] = receipt.version
    return {row.pk: newest[row.application.packet_id] for row in rows}


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One question with the answers of the applications side by side."""

    section: str
    label: str
    answers: list[str]
    differs: bool


def compare(rows: Sequence[Recommendation]) -> list[ComparedRow]:
    """Return the answers of several applications beside each other, in the form's order."""
    versions = versions_in_hand(rows)
    texts = [presenting.texts(versions[row.pk], row.application) for row in rows]
    order: dict[tuple[str, str], None] = {}
    for one in texts:
        order |= dict.fromkeys(one)
    found = []
    for section, label in order:
        answers = [one.get((section, label), "") for one in texts]
        found.append(ComparedRow(section, label, answers, len(set(answers)) > 1))
    return found


def beside(rows: Sequence[ComparedRow]) -> dict[str, list[ComparedRow]]:
    """Group compared rows by their section, in order."""
    grouped: dict[str, list[ComparedRow]] = defaultdict(list)
    for row in rows:
        grouped[row.section].append(row)
    return dict(grouped)
