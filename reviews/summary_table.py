"""The summary of a stage as lines of a workbook: every figure, every total, side of the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from reviews.exports import Cell
from reviews.models import Expert
from reviews.summary import SummaryGroup, SummaryRow

_HEADS: tuple[tuple[str | Promise, int], ...] = (
    (gettext_lazy("Category"), 24),
    (pgettext_lazy("in a ranking", "Place"), 8),
    (gettext_lazy("Number"), 22),
    (gettext_lazy("Title of the project"), 40),
    (gettext_lazy("Unit"), 34),
    (pgettext_lazy("of a ranking", "Figure"), 10),
    (gettext_lazy("Median"), 10),
    (gettext_lazy("Variance"), 10),
    (gettext_lazy("Line"), 14),
    (gettext_lazy("Amount, yuan"), 14),
    (gettext_lazy("Vote of the meeting"), 22),
)


def heads_of(experts: Sequence[Expert], *, named: bool) -> list[tuple[str | Promise, int]]:
    """Return the heads with their widths; experts by name, or numbered where it leaves the desk."""
    numbered = [_("Expert %(n)d") % {"n": n} for n in range(1, len(experts) + 1)]
    names = [expert.name for expert in experts] if named else numbered
    return [*_HEADS, *((name, 12) for name in names)]


def lines_of(groups: Sequence[SummaryGroup], experts: Sequence[Expert]) -> Iterator[Sequence[Cell]]:
    """Yield a line for each application, from the best down within its category."""
    for group in groups:
        for row in group.rows:
            yield [*_figures(group, row), *_totals(row, experts)]


def _figures(group: SummaryGroup, row: SummaryRow) -> list[Cell]:
    submission, summary, placed = row.submission, row.summary, row.cut.placed
    vote = row.vote
    return [
        group.category.full_title,
        placed.place,
        submission.number,
        submission.title,
        submission.packet.organisation.name,
        summary.score if summary else None,
        summary.median if summary else None,
        summary.variance if summary else None,
        str(row.cut.side.label),
        placed.entry.amount,
        f"{vote.votes_for} : {vote.votes_against} : {vote.abstained}" if vote else "",
    ]


def _totals(row: SummaryRow, experts: Sequence[Expert]) -> list[Cell]:
    given = {cell.assignment.expert_id: cell.line.raw for cell in row.cells if cell.line}
    return [given.get(expert.pk) for expert in experts]
