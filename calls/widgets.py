"""Controls for days and for tables that are filled in row by row, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; ``field`` reads and checks its cells."""

    code: str
    label: Any
    kind: str
    field: forms.Field
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()


class DayInput(forms.DateInput):
    """The browser's date picker; a half-typed day of a draft is shown as it is."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayRangeWidget(forms.MultiWidget):
    """Two date pickers, named after the question with ``_start`` and ``_end``."""

    template_name = "portal/widgets/date_range.html"
    labels = (_("From"), _("To"))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"start": DayInput(), "end": DayInput()}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Take an answer apart into its two days."""
        if isinstance(value, Mapping):
            return [value.get("start"), value.get("end")]
        return [None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give each picker its label."""
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], self.labels, strict=True):
            part["label"] = label
        return context


class RowsWidget(forms.Widget):
    """A table with rows to add and take away; its cells are named ``name-<row>-<column>``.

    Without scripts ``add_row`` and ``remove_row`` are submit buttons: the page is shown again with
    a row more or less, see ``asks_for_rows``.
    """

    template_name = "portal/widgets/table.html"
    use_fieldset = True

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        proposed: Sequence[Mapping[str, str]] = (),
        total: str = "",
    ) -> None:
        super().__init__()
        self.columns, self.proposed, self.total = list(columns), list(proposed), total

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> list[Row]:
        """Gather the rows that were sent, in their order, after the button that was pressed."""
        pattern = re.compile(rf"^{re.escape(name)}-(\d{{1,4}})-(.+)$")
        sent: dict[int, Row] = {}
        for key in data:
            if match := pattern.match(key):
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
        """Lay the rows out for ``_rows.html``."""
        context = super().get_context(name, None, attrs)
        rows = self.format_value(value)
        context["widget"] |= {
            "columns": self.columns,
            "rows": [self._row(name, index, row) for index, row in enumerate(rows)],
            "total_code": self.total,
            "total": self._total(rows) if self.total else "",
        }
        return context

    def _row(self, name: str, index: int, row: Row) -> dict[str, Any]:
        return {
            "index": index,
            "cells": [self._cell(name, index, column, row) for column in self.columns],
        }

    def _cell(self, name: str, index: int, column: Column, row: Row) -> dict[str, Any]:
        value = row.get(column.code, "")
        cell = f"{name}-{index}-{column.code}"
        return {
            "column": column,
            "name": cell,
            "id": f"id_{cell}",
            "value": value,
            "errors": self._errors(column, value),
        }

    @staticmethod
    def _errors(column: Column, value: Any) -> list[str]:
        """Say at the cell what is wrong with what stands in it."""
        if value in ("", None):
            return []
        try:
            column.field.clean(value)
        except ValidationError as error:
            return error.messages
        return []

    def _total(self, rows: Sequence[Row]) -> str:
        total = Decimal(0)
        for row in rows:
            try:
                total += Decimal(str(row.get(self.total) or 0))
            except InvalidOperation:
                continue
        return f"{total:,.2f}"


def asks_for_rows(data: Mapping[str, Any]) -> bool:
    """Tell whether a form was sent only to get a row more or less."""
    return "add_row" in data or "remove_row" in data
