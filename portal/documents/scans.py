"""Reads what is printed on a scanned form, its codes and their pages, in a child with limits."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import pypdfium2
import zxingcpp
from PIL import Image
from pypdfium2 import raw

from portal.documents import codes
from portal.documents.render import sandbox

# A form of thirty pages at 200 dpi takes about four seconds; more is not looked at.
MAX_PAGES = 40
DPI = 200
MAX_PIXELS = 60_000_000
LIMITS = sandbox.Limits(cpu_seconds=20, wall_seconds=30.0)
_QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_ADDRESS = re.compile(r"/verify/([0-9A-Za-z-]{12,20})/?(?:#(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page of an uploaded file shows.

    ``marks`` are the codes on it, each with the page of its document (0: it does not say).
    ``pictured``: the page is a picture of paper. ``bare``: it bears no picture at all, and no
    signature or other note laid on it. ``text``: it is made of letters.
    """

    marks: Sequence[tuple[str, int]] = ()
    pictured: bool = False
    bare: bool = False
    text: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a machine can tell of an uploaded file, page by page."""

    sheets: Sequence[Sheet] = ()

    @property
    def codes(self) -> list[str]:
        """The codes found, in order, each once."""
        return list(dict.fromkeys(code for sheet in self.sheets for code, _page in sheet.marks))

    @property
    def is_paper(self) -> bool:
        """Whether every page is a picture of paper."""
        return all(sheet.pictured for sheet in self.sheets)

    @property
    def is_unstamped(self) -> bool:
        """Whether it is a file of text that no pen and no seal has touched."""
        bare = all(sheet.bare for sheet in self.sheets)
        return bare and any(sheet.text for sheet in self.sheets)

    def unseen(self, pages: int) -> list[int]:
        """Return which pages of a document of so many no code on the file stands for."""
        seen = {page for sheet in self.sheets for _code, page in sheet.marks}
        return [page for page in range(1, pages + 1) if page not in seen]

    def surely_lacks(self, pages: int) -> bool:
        """Whether pages are missing even if every unread sheet were one of them.

        Where a sheet shows several pages at once nothing is sure.
        """
        if any(len(sheet.marks) > 1 for sheet in self.sheets):
            return False
        unread = sum(not any(page for _code, page in sheet.marks) for sheet in self.sheets)
        return len(self.unseen(pages)) > unread


def read(data: bytes, content_type: str) -> Reading:
    """Return what the pages show.

    An unreadable or too costly scan gives an empty reading: people then compare by eye.
    """
    try:
        found = sandbox.run(lambda: _read(data, content_type), LIMITS)
    except (sandbox.Refused, sandbox.OutOfTime, sandbox.OutOfMemory, sandbox.Crashed):
        return Reading()
    return Reading([Sheet(**sheet) for sheet in json.loads(found)])


def pages_of(data: bytes) -> int:
    """Return how many pages a PDF of the portal's own has."""
    with pypdfium2.PdfDocument(data) as document:
        return len(document)


def _read(data: bytes, content_type: str) -> bytes:
    """Be the child: picture each page, look for codes."""
    sheets = _sheets_of_pdf(data) if content_type == "application/pdf" else _sheet_of_picture(data)
    return json.dumps([asdict(sheet) for sheet in sheets]).encode()


def _sheets_of_pdf(data: bytes) -> Iterator[Sheet]:
    """Yield what each page shows; those beyond the limit are there and not looked at."""
    document = pypdfium2.PdfDocument(data)
    for number, page in enumerate(document):
        if number >= MAX_PAGES:
            yield Sheet()
            continue
        picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
        images = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))
        yield Sheet(
            marks=_marks(picture),
            pictured=_covered(page, images) > 0.5,
            bare=not images and raw.FPDFPage_GetAnnotCount(page) == 0,
            text=bool(page.get_textpage().get_text_range().strip()),
        )


def _covered(page: pypdfium2.PdfPage, images: list[pypdfium2.PdfObject]) -> float:
    """Return the share of a page that its pictures cover; scanners may write it in strips."""
    width, height = page.get_size()
    boxes = (image.get_bounds() for image in images)
    return float(sum((r - x) * (t - y) for x, y, r, t in boxes) / (width * height))


def _sheet_of_picture(data: bytes) -> Iterator[Sheet]:
    with Image.open(io.BytesIO(data)) as picture:
        small = picture.width * picture.height <= MAX_PIXELS
        yield Sheet(marks=_marks(picture.convert("L")) if small else (), pictured=True)


def _marks(picture: Image.Image) -> list[tuple[str, int]]:
    """Return the portal's codes on a picture, each with the page it names."""
    found = []
    # A QR code is found in any position; white on black it is never printed here.
    for barcode in zxingcpp.read_barcodes(
        picture, formats=_QR_CODES, try_rotate=False, try_invert=False
    ):
        match = _ADDRESS.search(barcode.text)
        code = codes.read(match.group(1)) if match else ""
        if match and code:
            found.append((code, int(match.group(2) or 0)))
    return found
