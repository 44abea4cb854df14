"""Shows frozen or typed answers as sections and rows; page, print and dossier use the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from calls.answers import applies
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.models import Application, Version
from calls.enums import FieldKind, SectionScope
from calls.forms_schema import FieldSpec, FormSchema, SectionSpec, answer_key, sections_for
from portal.documents.payloads import (
    BudgetRow,
    ChoiceRow,
    Column,
    FilesRow,
    LongRow,
    Row,
    Section,
    TableRow,
    TextRow,
)
from portal.face.templatetags.face import size, yuan

Answers = Mapping[str, Any]
# Files of an application by the key of the question they answer, as frozen.
Files = Sequence[Mapping[str, Any]]


def sections(specs: Iterable[SectionSpec], answers: Answers, files: Files = ()) -> list[Section]:
    """Return sections with one row for each question that applies, in the form's order."""
    shown: list[Section] = []
    for spec in specs:
        rows = [
            _row(field, answers.get(answer_key(spec, field)), _files_of(spec, field, files))
            for field in spec["fields"]
            if applies(spec, field, answers)
        ]
        if rows:
            shown.append(Section(title=spec["title"], rows=rows))
    return shown


def plan_sections(version: Version) -> list[Section]:
    """Return the plan of a frozen packet."""
    schema: FormSchema = version.form_revision.schema
    return sections(sections_for(schema, (), SectionScope.PLAN), version.content["plan"])


def frozen(version: Version, application: Application) -> Mapping[str, Any]:
    """Return an application's part of a frozen packet; raises KeyError when it was not in it."""
    for part in version.content["applications"]:
        if part["id"] == str(application.pk):
            found: Mapping[str, Any] = part
            return found
    raise KeyError(application.pk)


def application_sections(version: Version, application: Application) -> list[Section]:
    """Return the sections of one application as they were frozen."""
    part = frozen(version, application)
    specs = specs_of(version.form_revision.schema, application)
    return sections(specs, part["answers"], part["files"])


def specs_of(schema: FormSchema, application: Application) -> list[SectionSpec]:
    """Return the steps an application of this category has."""
    category = application.category
    codes = (category.code,) if category.parent is None else (category.parent.code, category.code)
    return sections_for(schema, codes, SectionScope.APPLICATION)


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs between two versions; texts as people read them."""

    section: str
    label: str
    before: str
    after: str


def changes(old: Version, new: Version, application: Application) -> list[Change]:
    """Return what the unit changed between two versions of an application."""
    before = _texts(application_sections(old, application))
    after = _texts(application_sections(new, application))
    return [
        Change(section, label, before.get((section, label), ""), after.get((section, label), ""))
        for section, label in dict.fromkeys([*after, *before])
        if before.get((section, label), "") != after.get((section, label), "")
    ]


def _texts(shown: Iterable[Section]) -> dict[tuple[str, str], str]:
    return {
        (section["title"], row["label"]): as_text(row)
        for section in shown
        for row in section["rows"]
    }


def as_text(row: Row) -> str:
    """Return a row as plain text, one line for each line of a table."""
    if row["kind"] == "choice":
        return "、".join(option["label"] for option in row["value"] if option["chosen"])
    if row["kind"] == "budget":
        lines = [f"{b['item']}　{b['amount']}　{b['basis']}".rstrip() for b in row["value"]]
        return "\n".join([*lines, _("Total %(total)s") % {"total": row["total"]}])
    if row["kind"] == "files":
        return "\n".join(f"{f['name']}（{f['sha256'][:16]}）" for f in row["value"])
    if row["kind"] in ("table", "people"):
        return "\n".join("　".join(line) for line in row["value"])
    return str(row["value"])


def _files_of(spec: SectionSpec, field: FieldSpec, files: Files) -> Files:
    key = answer_key(spec, field)
    return [f for f in files if f["key"] == key]


def _row(field: FieldSpec, value: Any, files: Files) -> Row:
    """Return one question with its answer in the shape its kind is printed in."""
    return _SHAPES[FieldKind(field["kind"])](field, value, files)


def _text(field: FieldSpec, value: Any, files: Files) -> Row:
    return TextRow(label=field["label"], kind="text", value="" if value is None else str(value))


def _half(text: Callable[[Any], str]) -> Callable[[FieldSpec, Any, Files], Row]:
    """Make a shape for short answers; two that follow each other share a line of the form."""

    def shape(field: FieldSpec, value: Any, files: Files) -> Row:
        shown = "" if value in (None, "") else text(value)
        return TextRow(label=field["label"], kind="text", value=shown, half=True)

    return shape


def _long(field: FieldSpec, value: Any, files: Files) -> Row:
    return LongRow(label=field["label"], kind="long", value=str(value or ""))


def _choice(field: FieldSpec, value: Any, files: Files) -> Row:
    chosen = set(value) if isinstance(value, list) else {value}
    options = field.get("options", {}).get("choices", [])
    return ChoiceRow(
        label=field["label"],
        kind="choice",
        value=[{"label": o["label"], "chosen": o["value"] in chosen} for o in options],
    )


def _yes_no(field: FieldSpec, value: Any, files: Files) -> Row:
    return ChoiceRow(
        label=field["label"],
        kind="choice",
        value=[
            {"label": _("Yes"), "chosen": value is True},
            {"label": _("No"), "chosen": value is False},
        ],
    )


def _declaration(field: FieldSpec, value: Any, files: Files) -> Row:
    text = field.get("options", {}).get("text") or field["label"]
    return ChoiceRow(
        label=field["label"], kind="choice", value=[{"label": text, "chosen": value is True}]
    )


def _table(field: FieldSpec, value: Any, files: Files) -> Row:
    columns = columns_of(field)
    people = field["kind"] == FieldKind.PEOPLE
    return TableRow(
        label=field["label"],
        kind="people" if people else "table",
        columns=[Column(title=c["label"]) for c in columns],
        value=[[str(line.get(c["code"]) or "") for c in columns] for line in value or []],
    )


def columns_of(field: FieldSpec) -> list[dict[str, str]]:
    """Return the columns of a table; people have their usual ones unless the form says otherwise."""
    columns: list[dict[str, str]] = field.get("options", {}).get("columns") or []
    if columns or field["kind"] != FieldKind.PEOPLE:
        return columns
    return [
        {"code": "name", "label": _("Name")},
        {"code": "unit", "label": _("Unit")},
        {"code": "title", "label": _("Title or post")},
        {"code": "duty", "label": _("Task in the project")},
        {"code": "phone", "label": _("Phone")},
    ]


def _budget(field: FieldSpec, value: Any, files: Files) -> Row:
    lines = value or []
    total = sum((Decimal(str(line.get("amount") or 0)) for line in lines), Decimal(0))
    return BudgetRow(
        label=field["label"],
        kind="budget",
        value=[
            {
                "item": str(line.get("item") or ""),
                "amount": str(line.get("amount") or "0"),
                "basis": str(line.get("note") or ""),
            }
            for line in lines
        ],
        total=str(total),
        currency_unit="元",
    )


def _files_row(field: FieldSpec, value: Any, files: Files) -> Row:
    return FilesRow(
        label=field["label"],
        kind="files",
        value=[{"name": f["name"], "size": size(f["size"]), "sha256": f["sha256"]} for f in files],
    )


def _day(value: str) -> str:
    return date_format(dt.date.fromisoformat(value))


def _days(value: Mapping[str, str]) -> str:
    days = [_day(value[end]) for end in ("start", "end") if value.get(end)]
    return _(" to ").join(dict.fromkeys(days))


def _days_row(field: FieldSpec, value: Any, files: Files) -> Row:
    return TextRow(label=field["label"], kind="text", value=_days(value or {}))


_SHAPES: dict[FieldKind, Callable[[FieldSpec, Any, Files], Row]] = {
    FieldKind.SHORT_TEXT: _text,
    FieldKind.LONG_TEXT: _long,
    FieldKind.NUMBER: _half(str),
    FieldKind.MONEY: _half(lambda value: _("%(amount)s yuan") % {"amount": yuan(Decimal(value))}),
    FieldKind.DATE: _half(_day),
    FieldKind.DATE_RANGE: _days_row,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choice,
    FieldKind.YES_NO: _yes_no,
    FieldKind.TABLE: _table,
    FieldKind.PEOPLE: _table,
    FieldKind.BUDGET: _budget,
    FieldKind.FILES: _files_row,
    FieldKind.DECLARATION: _declaration,
}
