"""Writes into the code on each page which page it is, so that a scan tells which ones it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from weasyprint.formatting_structure import boxes
from weasyprint.images import SVGImage

from portal.documents import qr


def number_codes(document: Any) -> None:
    """Replace the code in each page's margin, which WeasyPrint repeats unchanged."""
    for number, page in enumerate(document.pages, 1):
        for box in _codes(page):
            drawn = qr.svg(box.element.get(qr.ADDRESS), number)
            old = box.replacement
            tree = ET.fromstring(drawn)  # noqa: S314 - made on the line above
            box.replacement = SVGImage(tree, old._base_url, old._url_fetcher, old._context)


def _codes(page: Any) -> Iterator[Any]:
    """Yield the boxes in a page's margins that show a code."""
    margins = (box for box in page._page_box.children if isinstance(box, boxes.MarginBox))
    for margin in margins:
        for box in margin.descendants():
            if isinstance(box, boxes.ReplacedBox) and box.element.get(qr.ADDRESS):
                yield box
