"""The columns of a table question, between what is kept and the rows staff fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from calls.enums import FieldKind
from calls.fields import RowsField, column_for
from calls.forms_schema import COLUMN_KINDS
from calls.services.editing import free_code

Column = Mapping[str, Any]
REQUIRED, OPTIONAL = "required", "optional"
_COMMA = re.compile("[,，、;；]")


def columns_field() -> RowsField:
    """Return the input: one row for each column of the table."""
    kinds: Any = [(kind, FieldKind(kind).label) for kind in COLUMN_KINDS]
    needed: Any = [(REQUIRED, _("required")), (OPTIONAL, _("optional"))]
    columns = [
        column_for("label", _("Name of the column"), "short_text"),
        column_for("kind", _("Takes"), "choice", choices=kinds),
        column_for("needed", _("Required?"), "choice", required=False, choices=needed),
        column_for("choices", _("Choices, parted by commas"), "short_text", required=False),
    ]
    return RowsField(columns=columns, most=12, label=_("Columns"))


def as_rows(columns: Sequence[Column]) -> list[dict[str, str]]:
    """Return what is kept as the rows of the input."""
    return [
        {
            "label": column["label"],
            "kind": column["kind"],
            "needed": REQUIRED if column.get("required", True) else OPTIONAL,
            "choices": "，".join(choice["label"] for choice in column.get("choices", ())),
        }
        for column in columns
    ]


def from_rows(rows: Sequence[Mapping[str, Any]], before: Sequence[Column]) -> list[dict[str, Any]]:
    """Return rows as they are kept; a column that keeps its name keeps its code and values.

    A new column of days is called ``date`` where no other is: the rule on earlier editions reads
    that one.
    """
    known = {column["label"]: column for column in before}
    taken = {column["code"] for column in before}
    columns: list[dict[str, Any]] = []
    for row in rows:
        old = known.get(row["label"], {})
        code = old.get("code") or _new_code(row, taken)
        taken.add(code)
        column = {"code": code, "label": row["label"], "kind": row["kind"]}
        if row.get("needed") == OPTIONAL:
            column["required"] = False
        if row["kind"] == "choice":
            column["choices"] = _choices(str(row.get("choices", "")), old)
        columns.append(column)
    return columns


def _new_code(row: Mapping[str, Any], taken: set[str]) -> str:
    if row["kind"] == "date" and "date" not in taken:
        return "date"
    return free_code(taken, "column-")


def _choices(text: str, old: Column) -> list[dict[str, str]]:
    """Read the choices of a column; those that stay keep their values."""
    values = {choice["label"]: choice["value"] for choice in old.get("choices", ())}
    labels = dict.fromkeys(part.strip() for part in _COMMA.split(text) if part.strip())
    return [{"value": values.get(label, label), "label": label} for label in labels]
