"""Writes down in the PDF where seals go, so that whoever seals it later need not guess."""

from __future__ import annotations

from typing import Any

BOX_PREFIX = "seal-"
# CSS pixels to PDF points.
POINTS = 0.75


def remember_boxes(document: Any, pdf: Any) -> None:
    """Turn the destinations of seal boxes into rectangles.

    WeasyPrint writes a named destination for every element with an id, as the point at its top
    left corner. For ids that begin with ``seal-`` the whole rectangle is kept (``/FitR``): still an
    ordinary destination to any reader, and all a sealing program needs.
    """
    boxes = {
        name: (page.height, corners)
        for page in document.pages
        for name, corners in page.anchors.items()
        if name.startswith(BOX_PREFIX)
    }
    if not boxes:
        return
    names = pdf.catalog["Names"]["Dests"]["Names"]
    for name, destination in zip(names[::2], names[1::2], strict=True):
        if name.string in boxes:
            height, (left, top, right, bottom) = boxes[name.string]
            rectangle = (left, height - bottom, right, height - top)
            destination[1:] = ["/FitR", *(round(edge * POINTS, 2) for edge in rectangle)]
