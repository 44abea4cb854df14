"""Shows frozen or typed answers as sections and rows; page, print and dossier use the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from applications.models import Application, Version
from calls.answers import ROWS, asked, columns_of, display, display_rows
from calls.enums import FieldKind, FieldRole, SectionScope
from calls.forms_schema import FieldSpec, FormSchema, SectionSpec, answer_key, sections_for
from portal.documents.payloads import (
    BudgetRow,
    ChoiceRow,
    Column,
    FilesRow,
    LongRow,
    Option,
    Row,
    Section,
    TableRow,
    TextRow,
)
from portal.documents.wording import amount
from portal.face.rows import total_of
from portal.face.wording import bracketed, listed, size

Answers = Mapping[str, Any]
# Files of an application by the key of the question they answer, as frozen.
Files = Sequence[Mapping[str, Any]]


def sections(specs: Iterable[SectionSpec], answers: Answers, files: Files = ()) -> list[Section]:
    """Return sections with one row for each question that is asked, in the form's order."""
    shown: dict[str, Section] = {}
    for spec, field, answer in asked(specs, answers):
        section = shown.setdefault(spec["code"], Section(title=spec["title"], rows=[]))
        row = _row(field, answer, _files_of(spec, field, files))
        if _names_nobody(field):
            row["open"] = True
        section["rows"].append(row)
    return list(shown.values())


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
    """Return the sections of one application as they were frozen, and who applies along."""
    part = frozen(version, application)
    specs = specs_of(version.form_revision.schema, application)
    shown = sections(specs, part["answers"], part["files"])
    if part["partners"]:
        names = "、".join(partner["name"] for partner in part["partners"])
        row = TextRow(label=_("Joint applicants"), kind="text", value=names)
        shown.append(Section(title=_("Partners"), rows=[row]))
    return shown


def specs_of(schema: FormSchema, application: Application) -> list[SectionSpec]:
    """Return the steps an application of this category has."""
    return sections_for(schema, application.category.codes, SectionScope.APPLICATION)


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


def texts(version: Version, application: Application) -> dict[tuple[str, str], str]:
    """Return an application's answers as plain text by section and question."""
    return _texts(application_sections(version, application))


def _texts(shown: Iterable[Section]) -> dict[tuple[str, str], str]:
    return {
        (section["title"], row["label"]): as_text(row)
        for section in shown
        for row in section["rows"]
    }


def as_text(row: Row) -> str:
    """Return a row as plain text, one line for each line of a table."""
    if row["kind"] == "choice":
        return listed(option["label"] for option in row["value"] if option["chosen"])
    if row["kind"] == "budget":
        lines = [f"{b['item']}　{amount(b['amount'])}　{b['basis']}".rstrip() for b in row["value"]]
        return "\n".join([*lines, _("Total %(total)s") % {"total": amount(row["total"])}])
    if row["kind"] == "files":
        return "\n".join(f["name"] + bracketed(f["sha256"][:16]) for f in row["value"])
    if row["kind"] in ("table", "people"):
        return "\n".join("　".join(line) for line in row["value"])
    return str(row["value"])


def _files_of(spec: SectionSpec, field: FieldSpec, files: Files) -> Files:
    key = answer_key(spec, field)
    return [f for f in files if f["key"] == key]


def _row(field: FieldSpec, answer: Any, files: Files) -> Row:
    """Return one question with its answer in the shape its kind is printed in."""
    kind = FieldKind(field["kind"])
    if kind in _TICKED:
        return ChoiceRow(label=field["label"], kind="choice", value=_options(field, answer))
    if kind is FieldKind.BUDGET:
        return _budget(field, answer)
    if kind in ROWS:
        return _table(field, answer)
    if kind is FieldKind.FILES:
        return _files_row(field, files)
    if kind is FieldKind.LONG_TEXT:
        return LongRow(label=field["label"], kind="long", value=display(field, answer))
    row = TextRow(label=field["label"], kind="text", value=display(field, answer))
    if kind in _SHORT:
        row["half"] = True
    return row


_TICKED = {FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.YES_NO, FieldKind.DECLARATION}
# Two short answers that follow each other share a line of the form.
_SHORT = {FieldKind.NUMBER, FieldKind.MONEY, FieldKind.DATE}


# Answers that name persons, and files whose names may, whatever the form says of them.
_NAMING_KINDS = {FieldKind.PEOPLE, FieldKind.FILES}
_NAMING_ROLES = {
    FieldRole.LEADER, FieldRole.CONVENORS, FieldRole.CONTACT, FieldRole.MEMBERS,
    FieldRole.CANDIDATES, FieldRole.RECOMMENDERS, FieldRole.AVOIDED,
}  # fmt: skip


def _names_nobody(field: FieldSpec) -> bool:
    """Tell whether an answer may go along as data inside the printed form."""
    naming = field["kind"] in _NAMING_KINDS or field.get("role") in _NAMING_ROLES
    return not naming and not field.get("personal")


def _options(field: FieldSpec, answer: Any) -> list[Option]:
    """Return every box of a choice, the chosen ones ticked."""
    options = field.get("options", {})
    if field["kind"] == FieldKind.YES_NO:
        return [
            Option(label=_("Yes"), chosen=answer is True),
            Option(label=_("No"), chosen=answer is False),
        ]
    if field["kind"] == FieldKind.DECLARATION:
        return [Option(label=options.get("text") or field["label"], chosen=answer is True)]
    chosen = set(answer) if isinstance(answer, list) else {answer}
    return [
        Option(label=choice["label"], chosen=choice["value"] in chosen)
        for choice in options.get("choices", [])
    ]


def _table(field: FieldSpec, answer: Any) -> TableRow:
    return TableRow(
        label=field["label"],
        kind="people" if field["kind"] == FieldKind.PEOPLE else "table",
        columns=[Column(title=str(column.label)) for column in columns_of(field)],
        value=display_rows(field, answer),
    )


def _budget(field: FieldSpec, answer: Any) -> BudgetRow:
    lines = answer or []
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
        total=str(total_of(lines, "amount")),
        currency_unit="元",
    )


def _files_row(field: FieldSpec, files: Files) -> FilesRow:
    return FilesRow(
        label=field["label"],
        kind="files",
        value=[{"name": f["name"], "size": size(f["size"]), "sha256": f["sha256"]} for f in files],
    )
