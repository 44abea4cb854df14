"""A form field that is a table one fills in row by row: budget, people, any typed columns."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NotRequired, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Row = dict[str, Any]


class Column(TypedDict):
    """One column; ``kind`` is text, number, money, date or choice."""

    code: str
    label: str
    kind: str
    required: NotRequired[bool]
    suffix: NotRequired[str]
    options: NotRequired[list[tuple[str, str]]]


class RowsWidget(forms.Widget):
    """Shows the table; without scripts the buttons ``add_row`` and ``remove_row`` change it."""

    template_name = "_rows.html"
    use_fieldset = True

    def __init__(self, columns: Sequence[Column], total: str = "", spare: int = 1) -> None:
        """Take the columns, the code of the one to add up and how many empty rows to begin with."""
        super().__init__()
        self.columns = list(columns)
        self.total = total
        self.spare = spare
        # (row, column code) -> sentences; filled in by the field while it cleans.
        self.cell_errors: dict[tuple[int, str], list[str]] = {}

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> list[Row] | None:
        """Read the rows as typed: inputs ``name-0-code`` or, from a script, JSON under ``name``."""
        if isinstance(data.get(name), str):
            return _parsed(data[name])
        pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-(\w+)")
        rows: dict[int, Row] = {}
        for key in data:
            if match := pattern.fullmatch(key):
                rows.setdefault(int(match[1]), {})[match[2]] = data[key]
        removed = re.fullmatch(rf"{re.escape(name)}-(\d{{1,4}})", str(data.get("remove_row", "")))
        if removed:
            rows.pop(int(removed[1]), None)
        listed = [rows[index] for index in sorted(rows)]
        if data.get("add_row") == name:
            listed.append({})
        return listed

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Say whether the table was not part of what was sent."""
        return name not in data and not any(key.startswith(f"{name}-") for key in data)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template columns, rows and the total."""
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        shown = rows or [{} for _n in range(self.spare)]
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return context | {
            "name": name,
            "columns": self.columns,
            "rows": [
                {"index": i, "cells": [self._cell(name, i, column, row) for column in self.columns]}
                for i, row in enumerate(shown)
            ],
            "total_code": self.total,
            "total": f"{total_of(rows, self.total):,.2f}" if self.total else "",
        }

    def _cell(self, name: str, index: int, column: Column, row: Row) -> dict[str, Any]:
        """Describe one control for the template."""
        code = column["code"]
        return {
            "column": column,
            "name": f"{name}-{index}-{code}",
            "id": f"id_{name}-{index}-{code}",
            "value": row.get(code),
            "errors": self.cell_errors.get((index, code), []),
        }


class RowsField(forms.Field):
    """Cleans a table to a list of rows; money comes out as a string of two decimals."""

    widget: RowsWidget

    def __init__(
        self, *, columns: Sequence[Column], total: str = "", max_rows: int = 200, **kwargs: Any
    ) -> None:
        """Take the columns and the most rows that are accepted."""
        self.columns = list(columns)
        self.max_rows = max_rows
        super().__init__(widget=RowsWidget(columns, total), **kwargs)

    def clean(self, value: Any) -> list[Row]:
        """Return the filled rows; raise ValidationError and mark the cells that cannot be read."""
        given = [row for row in value or [] if isinstance(row, dict)]
        if len(given) > self.max_rows:
            raise ValidationError(_("At most %(number)d rows.") % {"number": self.max_rows})
        errors: dict[tuple[int, str], list[str]] = {}
        cleaned = []
        for index, row in enumerate(given):
            if any(str(part).strip() for part in row.values() if part is not None):
                cleaned.append(self._row(index, row, errors))
        self.widget.cell_errors = errors
        if errors:
            raise ValidationError(_("Some cells of the table cannot be accepted."))
        if self.required and not cleaned:
            raise ValidationError(self.error_messages["required"], code="required")
        return cleaned

    def _row(self, index: int, row: Row, errors: dict[tuple[int, str], list[str]]) -> Row:
        """Clean one row, writing what is wrong into ``errors``."""
        result: Row = {}
        for column in self.columns:
            code = column["code"]
            text = str(row.get(code) if row.get(code) is not None else "").strip()
            try:
                result[code] = _read(column, text)
            except ValueError as problem:
                errors.setdefault((index, code), []).append(str(problem))
        return result


def total_of(rows: Sequence[Row], code: str) -> Decimal:
    """Add up one column; cells that are no amounts count nothing."""
    total = Decimal(0)
    for row in rows:
        try:
            total += _amount(str(row.get(code) or "0"))
        except ValueError:
            continue
    return total


def _read(column: Column, text: str) -> str | int:
    """Turn one cell's text into what is stored; raise ValueError with a sentence."""
    if not text:
        if column.get("required"):
            raise ValueError(_("Please fill in."))
        return ""
    if column["kind"] == "money":
        return f"{_amount(text):.2f}"
    if column["kind"] == "number":
        if not re.fullmatch(r"-?\d{1,12}", text):
            raise ValueError(_("Please give a whole number."))
        return int(text)
    if column["kind"] == "date":
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(_("Please give a date such as 2027-05-01.")) from None
    if column["kind"] == "choice" and text not in {v for v, _label in column.get("options", [])}:
        raise ValueError(_("Please choose from the list."))
    return text


def _amount(text: str) -> Decimal:
    """Read an amount in yuan with at most two decimals; raise ValueError with a sentence."""
    try:
        amount = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise ValueError(_("Please give an amount in yuan.")) from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 12:
        raise ValueError(_("Please give an amount in yuan."))
    if amount != amount.quantize(Decimal("0.01")):
        raise ValueError(_("At most two decimals."))
    return amount


def _parsed(text: str) -> list[Row]:
    """Read rows sent as JSON; what is no list of rows is no row."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
