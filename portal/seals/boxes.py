"""Reads from a PDF where its seals go, as the layout has written it down."""

from __future__ import annotations

import io
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.errors import PyPdfError

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (from 0), in points from the lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    def around(self, millimetres: float) -> Box:
        """Return the square of this width around the same centre."""
        half = millimetres * POINTS_PER_MM / 2
        across, up = (self.left + self.right) / 2, (self.bottom + self.top) / 2
        return Box(self.page, across - half, up - half, across + half, up + half)

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Return left, bottom, right, top."""
        return (self.left, self.bottom, self.right, self.top)


def boxes_of(pdf: bytes) -> dict[str, Box]:
    """Return the boxes for seals by name; none for a PDF that cannot be read."""
    try:
        reader = PdfReader(io.BytesIO(pdf))
        found = {}
        for name, destination in reader.named_destinations.items():
            if not name.startswith("seal-") or destination.typ != "/FitR":
                continue
            page = reader.get_destination_page_number(destination)
            edges = (destination.left, destination.bottom, destination.right, destination.top)
            if page is not None and all(edge is not None for edge in edges):
                left, bottom, right, top = (float(edge) for edge in edges if edge is not None)
                found[str(name)] = Box(page, left, bottom, right, top)
    except (PyPdfError, ValueError, KeyError, TypeError):
        return {}
    return found


def boxes_for(pdf: bytes, box: str) -> list[Box]:
    """Return the boxes of one party in order: ``seal-unit``, ``seal-unit-2`` and so on."""
    found = boxes_of(pdf)
    names = sorted(
        (name for name in found if name == box or name.removeprefix(f"{box}-").isdigit()),
        key=lambda name: int(name.removeprefix(box).removeprefix("-") or 1),
    )
    return [found[name] for name in names]
