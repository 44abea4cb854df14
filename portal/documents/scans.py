"""Reads the verification codes printed on a scanned form, in a child with limits."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image

from portal.documents import codes
from portal.documents.render import sandbox

# A form of thirty pages at 200 dpi takes about four seconds; more is not looked at.
MAX_PAGES = 40
DPI = 200
MAX_PIXELS = 60_000_000
LIMITS = sandbox.Limits(cpu_seconds=20, wall_seconds=30.0)
_ADDRESS = re.compile(r"/verify/([0-9A-Za-z-]{12,20})")


def codes_in(data: bytes, content_type: str) -> list[str]:
    """Return the verification codes found on the pages, in order, each once.

    An unreadable or too costly scan gives an empty list: people then compare by eye.
    """
    try:
        found = sandbox.run(lambda: _read(data, content_type), LIMITS)
    except (sandbox.Refused, sandbox.OutOfTime, sandbox.OutOfMemory, sandbox.Crashed):
        return []
    return list(dict.fromkeys(found.decode().split()))


def _read(data: bytes, content_type: str) -> bytes:
    """Be the child: picture each page, look for codes."""
    found: list[str] = []
    for picture in _pages(data, content_type):
        for barcode in zxingcpp.read_barcodes(
            picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        ):
            match = _ADDRESS.search(barcode.text)
            code = codes.read(match.group(1)) if match else ""
            if code:
                found.append(code)
    return " ".join(found).encode()


def _pages(data: bytes, content_type: str) -> Iterator[Image.Image]:
    """Yield the pages as grey pictures."""
    if content_type == "application/pdf":
        document = pypdfium2.PdfDocument(data)
        for number in range(min(len(document), MAX_PAGES)):
            yield document[number].render(scale=DPI / 72, grayscale=True).to_pil()
        return
    with Image.open(io.BytesIO(data)) as picture:
        if picture.width * picture.height <= MAX_PIXELS:
            yield picture.convert("L")
