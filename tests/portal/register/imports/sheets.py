"""Makes real spreadsheets for the tests of the imports."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook


def sheet(headings: Sequence[str], *lines: Sequence[object]) -> io.BytesIO:
    """Return an .xlsx file with these headings and lines, rewound."""
    book = Workbook()
    page = book.worksheets[0]
    page.append(list(headings))
    for line in lines:
        page.append(list(line))
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out
