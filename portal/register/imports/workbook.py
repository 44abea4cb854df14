"""Spreadsheets in and out: cells are text, formulas are never anything else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import TYPE_STRING
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from portal.errors import RuleViolation
from portal.face.wording import listed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 5_000
MAX_COLUMNS = 100
# A spreadsheet is a zip: 460 kB of one have been seen to unpack to 2 GB.
MAX_PARTS = 500
MAX_UNPACKED = 60 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template: its heading, whether it must be filled, an example, choices."""

    key: str
    heading: str
    required: bool = False
    example: str = ""
    choices: tuple[str, ...] = ()
    width: int = 18


@dataclass(frozen=True, slots=True)
class Row:
    """One filled line of a sheet: its number as the spreadsheet shows it, and its cells by key."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)


def read(upload: IO[bytes], columns: Callable[[], Sequence[Column]]) -> list[Row]:
    """Return the filled lines of the first sheet, matched to the columns by their headings.

    ``columns`` is asked once per language: a template downloaded in one may come back in another.
    Numbers lose a needless ``.0``, dates are ISO, a cell that begins with ``=`` is that very text,
    the template's example line is passed over. Raises ``RuleViolation`` for a file that is no
    spreadsheet, is too large, lacks a required column or holds nothing.
    """
    sheet = _first_sheet(upload)
    lines = (
        (number, [_text(value) for value in line])
        for number, line in enumerate(
            sheet.iter_rows(max_row=MAX_ROWS + 3, max_col=MAX_COLUMNS, values_only=True), start=1
        )
    )
    headings = next((line for line in lines if any(line[1])), None)
    if headings is None:
        raise RuleViolation([_("The spreadsheet is empty.")])
    places = _places(headings[1], columns)
    examples = _examples(columns)
    rows = []
    for number, line in lines:
        cells = {key: line[place] if place < len(line) else "" for key, place in places.items()}
        if any(cells.values()) and cells not in examples:
            rows.append(Row(number, cells))
    if not rows:
        raise RuleViolation([_("There is no filled line beneath the headings.")])
    if len(rows) > MAX_ROWS:
        raise RuleViolation(
            [_("At most %(count)d lines at a time; split the list.") % {"count": MAX_ROWS}]
        )
    return rows


def _first_sheet(upload: IO[bytes]) -> Any:
    try:
        with zipfile.ZipFile(upload) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise RuleViolation([_("This spreadsheet is too large.")])
        upload.seek(0)
        # Formulas stay text (data_only would give values that another program computed).
        book = load_workbook(upload, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        # The size a file claims for its sheet is not believed.
        sheet.reset_dimensions()
    except (
        zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError,
    ) as error:  # fmt: skip
        raise RuleViolation([_("This is not an .xlsx spreadsheet.")]) from error
    return sheet


def _places(headings: Sequence[str], columns: Callable[[], Sequence[Column]]) -> dict[str, int]:
    """Return at which place each column stands; headings may come in any order."""
    plain = [heading.rstrip("*＊ ") for heading in headings]
    places: dict[str, int] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for column in columns():
                if column.heading in plain:
                    places.setdefault(column.key, plain.index(column.heading))
    if missing := [c.heading for c in columns() if c.required and c.key not in places]:
        raise RuleViolation(
            [_("The spreadsheet lacks the column: %(column)s") % {"column": one} for one in missing]
        )
    return places


def _examples(columns: Callable[[], Sequence[Column]]) -> list[dict[str, str]]:
    """Return the example line as each language's template writes it."""
    lines = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            lines.append({column.key: column.example for column in columns()})
    return lines


def _text(value: object) -> str:
    """Return a cell as the text a person sees in it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value).replace("\u3000", " ").strip()


def template(title: str, columns: Sequence[Column], notes: Iterable[str]) -> bytes:
    """Return an empty spreadsheet with headings, one example line and a sheet of notes."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for place, column in enumerate(columns, start=1):
        heading = sheet.cell(1, place)
        put(heading, column.heading + ("*" if column.required else ""))
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor="EDF3FB")
        put(sheet.cell(2, place), column.example)
        sheet.column_dimensions[get_column_letter(place)].width = column.width
        for line in range(2, 200):
            # Text format: a spreadsheet would otherwise eat leading zeros and long codes.
            sheet.cell(line, place).number_format = "@"
    sheet.freeze_panes = "A2"
    _write_notes(book.create_sheet(_("Notes")), columns, notes)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_notes(sheet: Any, columns: Sequence[Column], notes: Iterable[str]) -> None:
    sheet.column_dimensions["A"].width = 100
    lines = [*notes]
    lines += [
        _("%(column)s: one of %(choices)s")
        % {"column": column.heading, "choices": listed(column.choices)}
        for column in columns
        if column.choices
    ]
    for number, line in enumerate(lines, start=1):
        put(sheet.cell(number, 1), line)
        sheet.cell(number, 1).alignment = Alignment(wrap_text=True)


def put(cell: Any, text: str) -> None:
    """Write text into a cell so that no program takes it for a formula."""
    cell.value = text
    if text:
        cell.data_type = TYPE_STRING
