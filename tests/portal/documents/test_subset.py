"""Without libharfbuzz-subset the wheel cuts the same faces, quickly."""

from __future__ import annotations

import time
from pathlib import Path
from unittest import mock

from weasyprint.pdf import fonts

from portal.documents import pages
from portal.documents.render import subset
from portal.documents.render.pdf import render_pdf
from tests.portal.documents.conftest import unsaved
from tests.portal.documents.pdfs import Pdf


def test_the_wheel_stands_in_for_the_missing_library(tmp_path: Path) -> None:
    html = pages.html_of(unsaved("receipt"))
    began = time.monotonic()
    with (
        mock.patch.object(fonts, "harfbuzz_subset", None),
        mock.patch.object(fonts.Font, "_fonttools_subset", subset.subset_with_wheel),
    ):
        pdf = Pdf(render_pdf(html, pages.css()), tmp_path)
    assert time.monotonic() - began < 5
    assert all(embedded for _, embedded in pdf.fonts)
    assert "回执" in pdf.flat()
    assert pdf.path.stat().st_size < 400_000
