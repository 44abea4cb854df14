"""Spreadsheets are read as text and written so that nothing in them runs."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from portal.errors import RuleViolation
from portal.register.imports import workbook
from portal.register.imports.workbook import Column, Row
from tests.portal.register.imports.sheets import sheet

COLUMNS = [
    Column("name", "Name", required=True, example="Example"),
    Column("year", "Year", example="2025"),
]


def read(file: io.BytesIO) -> list[Row]:
    return workbook.read(file, lambda: COLUMNS)


def test_cells_are_read_as_people_see_them() -> None:
    file = sheet(
        ["Year", "Name"], [2025.0, "=1+1"], [dt.datetime(2025, 3, 5), " 学会\u3000"], [None, None]
    )
    assert read(file) == [
        Row(2, {"name": "=1+1", "year": "2025"}),
        Row(3, {"name": "学会", "year": "2025-03-05"}),
    ]


def test_headings_may_carry_the_star_and_stand_below_empty_lines() -> None:
    file = sheet([], [], ["Name*", "x"], ["A", "y"])
    assert [row.cells for row in read(file)] == [{"name": "A"}]


def test_the_example_line_is_passed_over() -> None:
    assert len(read(sheet(["Name", "Year"], ["Example", 2025], ["A", 2025]))) == 1


@pytest.mark.parametrize(
    "file",
    [
        io.BytesIO(b"not a zip"),
        sheet(["Year"], [2025]),
        sheet(["Name", "Year"]),
        sheet([]),
    ],
    ids=["no spreadsheet", "required column missing", "no lines", "empty"],
)
def test_what_cannot_be_a_list_is_refused(file: io.BytesIO) -> None:
    with pytest.raises(RuleViolation):
        read(file)


def test_a_zip_that_is_no_spreadsheet_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "x")
    file.seek(0)
    with pytest.raises(RuleViolation):
        read(file)


def test_a_bomb_is_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (workbook.MAX_UNPACKED + 1))
    file.seek(0)
    with pytest.raises(RuleViolation):
        read(file)


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    assert len(read(sheet(["Name"], *[["A"]] * 3))) == 3
    with pytest.raises(RuleViolation):
        read(sheet(["Name"], *[["A"]] * 4))


def test_a_template_comes_back_in_either_language() -> None:
    from portal.register.imports import units

    with override("zh-hans"):
        content = workbook.template("单位", units.columns(), units.notes())
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    for place, column in enumerate(units.columns(), start=1):
        page.cell(3, place).value = {"name": "示例县学会", "kind": "society"}.get(column.key)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    with override("en"):
        (line,) = units.parse(file)
    assert (line.number, line.name, line.kind) == (3, "示例县学会", "society")


def test_formulas_are_written_as_text() -> None:
    content = workbook.template("T", [Column("a", '=HYPERLINK("x")', example="=1+1")], ["=2+2"])
    book = load_workbook(io.BytesIO(content))
    cells = [
        book.worksheets[0]["A1"],
        book.worksheets[0]["A2"],
        book.worksheets[1]["A1"],
    ]
    assert [cell.data_type for cell in cells] == ["s", "s", "s"]
    assert [cell.value for cell in cells] == ['=HYPERLINK("x")', "=1+1", "=2+2"]
