"""Tables of how many each kind of unit may hand in, by category or in one number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from calls.reader.finding import Span
from calls.reader.notes import Notes
from calls.reader.text import Line
from calls.reader.who import OTHERS, names, units

_NUMBER_COLUMN = re.compile(r"名额|限额|指标|(?:推荐|报送|申报)(?:数|项数|数量)|数量|合计")
_FIGURE = re.compile(r"(\d{1,4})(?:项|个|名|件|篇|人|家|部|幅)?")
_RECOMMENDING = re.compile(r"推荐")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells and its place."""

    line: Line
    cells: list[str]


def tables(notes: Notes) -> Iterator[list[Row]]:
    """Yield the tables of the notice: neighbouring rows with cells."""
    rows: list[Row] = []
    for line in notes.doc.lines:
        if line.is_row:
            rows.append(Row(line, [cell.strip() for cell in line.text.split("\t")]))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def lists_units(rows: list[Row]) -> bool:
    """Tell whether the first column names kinds of units: then the table is one of limits."""
    named = [row for row in rows[1:] if row.cells[0]]
    return bool(named) and 2 * sum(bool(_units_of(row)) for row in named) > len(named)


def read_quota_tables(notes: Notes) -> None:
    """Note what each kind of unit may hand in, of each category that has a column."""
    titles = [one.title for one in notes.categories]
    for rows in tables(notes):
        if not lists_units(rows):
            continue
        columns = {
            place: cell if cell in titles else ""
            for place, cell in enumerate(rows[0].cells)
            if place and (cell in titles or _NUMBER_COLUMN.search(cell))
        }
        subject = "recommender" if _RECOMMENDING.search(_lead(notes, rows[0])) else "applicant"
        for row in rows[1:]:
            _note(notes, row, columns, subject)


def _note(notes: Notes, row: Row, columns: dict[int, str], subject: str) -> None:
    """Note the limits of one row; a cell without a figure (不限, —) limits nothing."""
    whose = _units_of(row)
    for place, category in columns.items():
        figure = _FIGURE.fullmatch(row.cells[place]) if place < len(row.cells) else None
        if not figure or not whose:
            continue
        notes.add(
            "quota", Span(row.line.start, row.line.end), limit=int(figure[1]), subject=subject,
            scope="category" if category else "call", category=category, units=whose,
        )  # fmt: skip


def _units_of(row: Row) -> str:
    """Return the units of the row's first cell as their names are joined."""
    cell = row.cells[0]
    found = names(units(cell))
    return found or (OTHERS if re.match(r"其他|其余", cell) else "")


def _lead(notes: Notes, head: Row) -> str:
    """Return the words that introduce a table: its headings, its head and the line above."""
    above = [line.text for line in notes.doc.lines if line.end < head.line.start][-1:]
    return " ".join((*head.line.titles, *head.cells, *above))
