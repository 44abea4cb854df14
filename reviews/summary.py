"""The summary of a stage: every total, how they spread, the order, and where the line lies."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from applications.services.standing import findings_for
from calls.enums import FundingKind, TieBreak
from calls.models import Category, Criterion, ScoreSheet
from calls.rules.facts import Verdict
from reviews.files import reviewed
from reviews.models import (
    Assignment,
    AssignmentState,
    MeetingItem,
    MeetingState,
    Panel,
    Score,
    Submission,
)
from reviews.models.panel import HELD
from reviews.ranking import Cut, Entry, Line, cut, rank
from reviews.scoring import Line as TotalLine
from reviews.scoring import Summary, mean_of, summarise
from reviews.sheets import summing_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One expert's sheet in the summary: its total, or that it is still to come."""

    assignment: Assignment
    line: TotalLine | None


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One application with its sheets, its figure, its place and its side of the line."""

    submission: Submission
    cells: tuple[Cell, ...]
    summary: Summary | None
    cut: Cut
    lacking: int
    # The last vote of a meeting that is closed.
    vote: MeetingItem | None = None

    @property
    def waiting(self) -> int:
        """Sheets still to come."""
        return sum(cell.line is None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class SummaryGroup:
    """A category with its rows from the best down, and the line as it lies."""

    category: Category
    rows: tuple[SummaryRow, ...]
    line: Line

    @property
    def spent(self) -> Decimal:
        """Yuan for everything above the line."""
        return max((row.cut.money for row in self.rows), default=Decimal(0))

    @property
    def above(self) -> int:
        """Applications above the line."""
        return sum(row.cut.side == "above" for row in self.rows)


def summary_of(
    panel: Panel, sheet: ScoreSheet, lines: Mapping[int, tuple[int | None, int]] | None = None
) -> list[SummaryGroup]:
    """Return the summary by category.

    ``lines`` moves the line of a category, by its key: places and reserve tried instead of the
    notice's. Writes nothing. Priorities are asked for equal scores only.
    """
    submissions = reviewed(panel.stage.call)
    held: dict[uuid.UUID, list[Assignment]] = {}
    for one in panel.assignments.filter(state__in=HELD).select_related("expert"):
        held.setdefault(one.application_id, []).append(one)
    totals = {
        (a.application_id, a.expert_id): a.total
        for rows in held.values()
        for a in rows
        if a.state == AssignmentState.SUBMITTED and a.total is not None
    }
    summaries = summarise(totals, summing_of(sheet))
    heaviest = _heaviest(panel, sheet)
    votes = _votes(panel)
    groups: dict[Category, list[Submission]] = {}
    for submission in submissions:
        groups.setdefault(submission.category, []).append(submission)
    return [
        _group(panel, sheet, category, rows, held, summaries, heaviest, votes, (lines or {}))
        for category, rows in groups.items()
    ]


def _votes(panel: Panel) -> dict[uuid.UUID, MeetingItem]:
    """Return the last vote on each application in a closed meeting."""
    items = MeetingItem.objects.filter(
        meeting__panel=panel, meeting__state=MeetingState.CLOSED
    ).order_by("meeting__closed_at")
    return {item.application_id: item for item in items}


def _heaviest(panel: Panel, sheet: ScoreSheet) -> dict[uuid.UUID, Decimal]:
    """Return each application's mean score on the criterion that weighs most."""
    criterion = Criterion.objects.filter(sheet=sheet).order_by("-weight", "position", "pk").first()
    if criterion is None or TieBreak.HEAVIEST not in sheet.ties:
        return {}
    values: dict[uuid.UUID, list[Decimal]] = {}
    for application, value in Score.objects.filter(
        criterion=criterion,
        assignment__panel=panel,
        assignment__state=AssignmentState.SUBMITTED,
    ).values_list("assignment__application", "value"):
        values.setdefault(application, []).append(value)
    return {application: mean_of(found) for application, found in values.items()}


def _group(
    panel: Panel,
    sheet: ScoreSheet,
    category: Category,
    submissions: Sequence[Submission],
    held: Mapping[uuid.UUID, Sequence[Assignment]],
    summaries: Mapping[uuid.UUID, Summary],
    heaviest: Mapping[uuid.UUID, Decimal],
    votes: Mapping[uuid.UUID, MeetingItem],
    lines: Mapping[int, tuple[int | None, int]],
) -> SummaryGroup:
    slots, reserve = lines.get(category.pk, (category.slots_max, 0))
    line = Line(slots, category.total_max, panel.stage.pass_mark, reserve)
    scores = [s.score for s in summaries.values()]
    entries = [
        Entry(
            key=str(one.pk),
            score=summary.score if (summary := summaries.get(one.pk)) else None,
            breaks=_breaks(sheet, one, summary, heaviest, scores),
            amount=_amount(one),
        )
        for one in submissions
    ]
    ties = [TieBreak(tie) for tie in sheet.ties]
    by_key = {str(one.pk): one for one in submissions}
    rows = []
    for one in cut(rank(entries, ties), line):
        submission = by_key[one.placed.entry.key]
        summary = summaries.get(submission.pk)
        drawn = {found.expert: found for found in summary.lines} if summary else {}
        assigned = held.get(submission.pk, ())
        cells = tuple(Cell(a, drawn.get(a.expert_id)) for a in assigned)
        lacking = max(0, panel.per_file - len(assigned))
        vote = votes.get(submission.pk)
        rows.append(SummaryRow(submission, cells, summary, one, lacking, vote))
    return SummaryGroup(category, tuple(rows), line)


def _breaks(
    sheet: ScoreSheet,
    submission: Submission,
    summary: Summary | None,
    heaviest: Mapping[uuid.UUID, Decimal],
    scores: Sequence[Decimal | None],
) -> dict[TieBreak, Decimal]:
    """Return what may part an application from its equals."""
    if summary is None or summary.median is None:
        return {}
    found = {
        TieBreak.MEDIAN: summary.median,
        TieBreak.HIGHEST: max(line.raw for line in summary.lines),
        TieBreak.HEAVIEST: heaviest.get(submission.pk, Decimal(0)),
    }
    if TieBreak.PRIORITY in sheet.ties and scores.count(summary.score) > 1:
        given = [f for f in findings_for(submission) if f.priority and f.verdict is Verdict.YES]
        found[TieBreak.PRIORITY] = Decimal(len(given))
    return found


def _amount(submission: Submission) -> Decimal:
    """Return the yuan an application would take: the category's fixed amount, else what it asks."""
    category = submission.category
    if category.funding_kind == FundingKind.FIXED and category.amount_max is not None:
        return category.amount_max
    return submission.amount or Decimal(0)
