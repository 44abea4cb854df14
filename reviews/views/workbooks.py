"""A small table of the desk handed out at once as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

from portal.files.names import clean_name
from reviews.exports import XLSX, Cell, ExportColumn, write_xlsx


def workbook(
    name: str, heads: Sequence[tuple[str | Promise, int]], lines: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """Return a download of one sheet; ``heads`` are titles with widths in characters.

    ``name`` comes without its ending. What begins like a formula is written as text.
    """
    columns = [
        ExportColumn(str(position), title, lambda s: None, width=width)
        for position, (title, width) in enumerate(heads)
    ]
    target = io.BytesIO()
    write_xlsx(target, columns, lines)
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    disposition = content_disposition_header(True, clean_name(f"{name}.xlsx"))
    response.headers["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
