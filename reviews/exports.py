"""The register of a call as a table: one list of columns feeds xlsx and csv, row by row."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import IO, Any

from django.db.models import Choices, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from applications.models import HandIn
from applications.states import State
from calls.answers import by_role
from calls.enums import FieldRole
from calls.models import Call
from calls.rules.words import answer_words
from portal.clock import local
from portal.id_number import masked
from portal.people.enums import Level, OrganisationKind, VerificationState
from portal.people.models import Affiliation
from reviews.models import Submission
from reviews.results import outcome_word

Cell = str | int | Decimal | None
CHUNK = 2000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column; a ``personal`` one is left out unless it is asked for."""

    code: str
    title: str | Promise
    value: Callable[[Submission], Cell]
    personal: bool = False
    width: int = 14


@lru_cache
def _words(choices: type[Choices], language: str | None) -> dict[str, str]:
    """Return the words of a vocabulary; looking each one up anew would be a third of the work."""
    return {choice.value: str(choice.label) for choice in choices}


def _label(choices: type[Choices], value: str | None) -> str:
    return _words(choices, get_language()).get(value or "", "")


def _role(role: FieldRole) -> Callable[[Submission], Cell]:
    """Make a column of an answer by its meaning, as it was typed."""

    def value(submission: Submission) -> Cell:
        return _person(_roles(submission).get(role))

    return value


def _roles(submission: Submission) -> dict[str, Any]:
    """Read the answers of a row by their meaning, once for all its columns."""
    if not hasattr(submission, "_roles"):
        schema = submission.packet.form_revision.schema
        found = by_role(schema, submission.answers, submission.category)
        submission._roles = found  # type: ignore[attr-defined]
    roles: dict[str, Any] = submission._roles  # type: ignore[attr-defined]
    return roles


def _person(value: Any) -> str:
    """Write a text, or the people of a table one after the other; card numbers stay masked."""
    if isinstance(value, list):
        return "；".join(
            " ".join(_cell(column, part) for column, part in line.items() if part)
            if isinstance(line, dict)
            else str(line)
            for line in value
        )
    return "" if value is None else str(value)


def _cell(column: str, part: Any) -> str:
    return masked(str(part)) if column == "id_number" else answer_words(column, part)


def _minute(instant: Any) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M}" if instant else ""


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _decided(name: str) -> Callable[[Submission], Cell]:
    """Make a column of the decision, empty while there is none."""

    def value(submission: Submission) -> Cell:
        decision = getattr(submission, "decision", None)
        found: Cell = getattr(decision, name) if decision else None
        return found

    return value


def _outcome(submission: Submission) -> Cell:
    decision = getattr(submission, "decision", None)
    return outcome_word(submission.packet.call, decision.outcome) if decision else ""


COLUMNS: tuple[ExportColumn, ...] = (
    ExportColumn("number", _("Number"), lambda s: s.number, width=20),
    ExportColumn("receipt", _("Receipt number"), lambda s: s.receipt, width=20),  # type: ignore[attr-defined]
    ExportColumn("unit", _("Unit"), lambda s: s.packet.organisation.name, width=30),
    ExportColumn("kind", _("Kind"), lambda s: _label(OrganisationKind, s.kind)),  # type: ignore[attr-defined]
    ExportColumn("level", _("Level"), lambda s: _label(Level, s.level)),  # type: ignore[attr-defined]
    ExportColumn("region", _("Region"), lambda s: s.packet.organisation.region),
    ExportColumn("category", _("Category"), lambda s: s.category.full_title, width=28),
    ExportColumn("title", _("Title of the project"), lambda s: s.title, width=40),
    ExportColumn(
        "partners",
        _("Joint applicants"),
        lambda s: "、".join(p.name for p in s.partners.all()),
        width=24,
    ),
    ExportColumn("amount", _("Amount applied for (yuan)"), lambda s: s.amount),
    ExportColumn("starts", _("Planned from"), lambda s: _day(s.starts_on)),
    ExportColumn("ends", _("Planned to"), lambda s: _day(s.ends_on)),
    ExportColumn("state", _("State"), lambda s: _label(State, s.state)),
    ExportColumn(
        "handed_in", pgettext_lazy("when", "Handed in"), lambda s: _minute(s.handed_in_at), width=18
    ),
    ExportColumn("outcome", _("Decision"), _outcome),
    ExportColumn("granted", _("Amount granted (yuan)"), _decided("amount")),
    ExportColumn("rank", _("Rank"), _decided("rank"), width=8),
    ExportColumn("leader", _("Person in charge"), _role(FieldRole.LEADER), personal=True, width=20),
    ExportColumn("contact", _("Contact"), _role(FieldRole.CONTACT), personal=True, width=24),
    ExportColumn(
        "unit_phone", _("Phone of the unit"), lambda s: s.packet.organisation.phone, personal=True
    ),
    ExportColumn("filler", _("Filled in by"), lambda s: s.created_by.name, personal=True),
    ExportColumn("filler_phone", _("Phone"), lambda s: s.created_by.phone, personal=True),
)


def chosen_columns(*, personal: bool, codes: Collection[str] | None = None) -> list[ExportColumn]:
    """Return the columns of an export, those with personal data only when asked for.

    ``codes`` names the columns wanted; None wants all. Unknown ones are passed over.
    """
    return [
        column
        for column in COLUMNS
        if (personal or not column.personal) and (codes is None or column.code in codes)
    ]


def register_of(call: Call) -> QuerySet[Submission]:
    """Return everything handed in to a call with all that the columns read of each row.

    What many rows share (the call, its categories, its forms) is not joined to every one of them:
    a form's schema weighs more than the rest of the row.
    """
    receipts = HandIn.objects.filter(packet=OuterRef("packet")).order_by("-received_at")
    affiliation = Affiliation.objects.filter(
        organisation=OuterRef("packet__organisation"), issuer=call.issuer_id
    ).exclude(state=VerificationState.ENDED)
    found: QuerySet[Submission] = (
        Submission.objects.filter(packet__call=call)
        .select_related("packet__organisation", "decision", "created_by")
        .defer("packet__plan")
        .prefetch_related("partners")
        .annotate(
            receipt=Subquery(receipts.values("receipt_number")[:1]),
            kind=Subquery(affiliation.values("kind")[:1]),
            level=Subquery(affiliation.values("level")[:1]),
        )
        .order_by("category__position", "number", "pk")
    )
    return found


def submissions_of(call: Call, rows: QuerySet[Submission]) -> Iterator[Submission]:
    """Yield the rows of the register in chunks, each with the shared objects of its call."""
    categories = {c.pk: c for c in call.categories.select_related("parent")}
    revisions = {revision.pk: revision for revision in call.form_revisions.all()}
    for submission in rows.iterator(chunk_size=CHUNK):
        submission.category = categories[submission.category_id]
        submission.packet.call = call
        submission.packet.form_revision = revisions[submission.packet.form_revision_id]
        yield submission


def lines_of(call: Call, columns: Sequence[ExportColumn]) -> Iterator[list[Cell]]:
    """Yield one line for each submission; memory stays flat."""
    rows = register_of(call)
    if not any(column.personal for column in columns):
        rows = rows.defer("packet__plan", "answers")
    for submission in submissions_of(call, rows):
        yield [column.value(submission) for column in columns]


def write_xlsx(
    target: IO[bytes], columns: Sequence[ExportColumn], lines: Iterable[Sequence[Cell]]
) -> int:
    """Write a workbook row by row; return the number of lines. Memory stays flat."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for position, column in enumerate(columns, start=1):
        sheet.column_dimensions[_letter(position)].width = column.width
    sheet.append([str(column.title) for column in columns])
    count = 0
    for line in lines:
        sheet.append([_xlsx_cell(sheet, value) for value in line])
        count += 1
    book.save(target)
    return count


def write_book(
    target: IO[bytes],
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]],
) -> None:
    """Write a workbook of several sheets, each with its title, its heads and its lines."""
    book = Workbook(write_only=True)
    for title, heads, lines in sheets:
        sheet = book.create_sheet(title[:31])
        sheet.freeze_panes = "A2"
        for position in range(1, len(heads) + 1):
            sheet.column_dimensions[_letter(position)].width = 34 if position == 1 else 14
        sheet.append(list(heads))
        for line in lines:
            sheet.append([_xlsx_cell(sheet, value) for value in line])
    book.save(target)


def _letter(position: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(position))


def _xlsx_cell(sheet: Any, value: Cell) -> Any:
    """Return a value openpyxl takes as it is; text that looks like a formula stays text."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def write_csv(
    target: IO[str], columns: Sequence[ExportColumn], lines: Iterable[Sequence[Cell]]
) -> int:
    """Write comma-separated values row by row; return the number of lines.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    writer = csv.writer(target)
    writer.writerow([str(column.title) for column in columns])
    count = 0
    for line in lines:
        writer.writerow([_csv_cell(value) for value in line])
        count += 1
    return count


def _csv_cell(value: Cell) -> Cell:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
