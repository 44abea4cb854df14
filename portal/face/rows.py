"""A form field that is a table one fills in row by row: budget, people, any typed columns.

The field and its control keep nothing of what they were given, so that one field may serve several
forms and threads at once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

Row = dict[str, Any]
MAX_ROWS = 60
# Stands for the number of the row in the empty one that static/face/rows.js copies.
BLANK = "__index__"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``field`` reads and checks its cells and lets empty ones pass.

    ``kind`` says how a cell is shown: ``number`` and ``money`` to the right, ``date`` with a date
    picker, ``choice`` as a list of ``options``, anything else as plain text.
    """

    code: str
    label: Any
    kind: str
    field: forms.Field
    required: bool = True
    options: tuple[tuple[str, Any], ...] = ()

    def clean(self, value: Any) -> str | int:
        """Return a cell as it is kept; raises ``ValidationError``."""
        cell = self.field.clean("" if value is None else value)
        if self.required and cell in self.field.empty_values:
            raise ValidationError(_("Please fill in."))
        return _kept(cell)


class RowsWidget(forms.Widget):
    """A table with rows to add and take away; its cells are named ``name-<row>-<column>``.

    Without scripts ``add_row`` and ``remove_row`` are submit buttons: the page is shown again with
    a row more or less, see ``asks_for_rows``.
    """

    template_name = "_rows.html"
    use_fieldset = True
    # What is wrong stands at the cell; beside the summary above a form that says it once.
    marks_cells = True

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        proposed: Sequence[Mapping[str, str]] = (),
        total: str = "",
    ) -> None:
        """Take the columns, the rows to begin with and the code of the column to add up."""
        super().__init__()
        self.columns, self.proposed, self.total = list(columns), list(proposed), total

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> list[Row]:
        """Gather the rows that were sent, in their order, after the button that was pressed."""
        pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-(.+)")
        sent: dict[int, Row] = {}
        for key in data:
            if match := pattern.fullmatch(key):
                sent.setdefault(int(match[1]), {})[match[2]] = data.get(key, "")
        row_name, _dash, index = data.get("remove_row", "").rpartition("-")
        if row_name == name and index.isdecimal():
            sent.pop(int(index), None)
        rows = [sent[index] for index in sorted(sent)]
        return [*rows, {}] if data.get("add_row") == name else rows

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> bool:
        """A table without any row sends nothing, which is an answer too."""
        return False

    def format_value(self, value: Any) -> list[Row]:
        """Return the rows to show: those there are, those proposed, or one to begin with."""
        rows = [row for row in value if isinstance(row, Mapping)] if value else []
        return [dict(row) for row in rows or self.proposed or [{}]]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Lay the rows out for ``_rows.html``; rows nobody has sent yet are not found wanting."""
        context = super().get_context(name, None, attrs)
        rows = self.format_value(value)
        context["widget"] |= {
            "columns": self.columns,
            "rows": [self._row(name, index, row, bool(value)) for index, row in enumerate(rows)],
            "blank": self._row(name, BLANK, {}, False),
            "total_code": self.total,
            "total": f"{total_of(rows, self.total):,.2f}" if self.total else "",
        }
        return context

    def _row(self, name: str, index: int | str, row: Row, judged: bool) -> dict[str, Any]:
        judged = judged and _is_filled(row)
        return {
            "index": index,
            "cells": [self._cell(name, index, column, row, judged) for column in self.columns],
        }

    @staticmethod
    def _cell(
        name: str, index: int | str, column: Column, row: Row, judged: bool
    ) -> dict[str, Any]:
        """Describe one control, with what is wrong with what stands in it."""
        value = row.get(column.code, "")
        cell = f"{name}-{index}-{column.code}"
        errors: list[str] = []
        if judged:
            try:
                column.clean(value)
            except ValidationError as error:
                errors = error.messages
        return {
            "column": column,
            "name": cell,
            "id": f"id_{cell}",
            "value": value,
            "errors": errors,
        }


class RowsField(forms.Field):
    """A table one fills in row by row; wholly empty rows count for nothing."""

    widget: RowsWidget

    def __init__(
        self,
        *,
        columns: Sequence[Column],
        most: int = MAX_ROWS,
        proposed: Sequence[Mapping[str, str]] = (),
        total: str = "",
        **kwargs: Any,
    ) -> None:
        """Take the columns, the most rows accepted, rows to begin with and what to add up."""
        self.columns, self.most = list(columns), most
        super().__init__(widget=RowsWidget(self.columns, proposed=proposed, total=total), **kwargs)

    def clean(self, value: Any) -> list[Row]:
        """Read every cell; raises ``ValidationError``, which names row and column."""
        rows = [row for row in value or () if _is_filled(row)]
        cleaned, wrong = [], []
        for number, row in enumerate(rows, 1):
            cells, sentences = self._clean_row(row, number)
            cleaned.append(cells)
            wrong += sentences
        if len(rows) > self.most:
            wrong.append(_("At most %(most)s rows.") % {"most": self.most})
        if wrong:
            raise ValidationError([ValidationError(sentence) for sentence in wrong])
        self.validate(cleaned)
        return cleaned

    def _clean_row(self, row: Mapping[str, Any], number: int) -> tuple[Row, list[str]]:
        cells: Row = {}
        wrong = []
        for column in self.columns:
            try:
                cells[column.code] = column.clean(row.get(column.code))
            except ValidationError as error:
                words = {"row": number, "column": column.label, "error": " ".join(error.messages)}
                wrong.append(_("Row %(row)s, %(column)s: %(error)s") % words)
        return cells, wrong


def asks_for_rows(data: Mapping[str, Any]) -> bool:
    """Tell whether a form was sent only to get a row more or less."""
    return "add_row" in data or "remove_row" in data


def total_of(rows: Iterable[Mapping[str, Any]], code: str) -> Decimal:
    """Add up one column, in yuan; cells that are no amounts count nothing."""
    total = Decimal(0)
    for row in rows:
        try:
            amount = Decimal(str(row.get(code) or 0).replace(",", ""))
        except InvalidOperation:
            continue
        if amount.is_finite():
            total += amount
    return total


def _is_filled(row: Mapping[str, Any]) -> bool:
    return any(str(cell).strip() for cell in row.values() if cell is not None)


def _kept(cell: Any) -> str | int:
    """Return a cell as it is kept: amounts as text, days in ISO, nothing as the empty text."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return cell if isinstance(cell, int) else str(cell)
