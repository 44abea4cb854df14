"""Plays the paper part: a printed form comes back as a scan with a red 样章 on its last page."""

from __future__ import annotations

import io
import math
from pathlib import Path

import pypdfium2
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

DPI = 130
RED = (200, 30, 40)
WORDS = "样章"
MARK = "（公章）"


def scan_of(pdf: bytes) -> bytes:
    """Return the form as a scanner would give it back: pictures of its pages, stamped."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for number in range(len(document)):
        page = document[number]
        picture = page.render(scale=DPI / 72).to_pil().convert("RGB")
        for x, y in _seal_places(page):
            _stamp(picture, x * DPI / 72, picture.height - y * DPI / 72)
        pages.append(picture)
    scan = io.BytesIO()
    pages[0].save(scan, "PDF", save_all=True, append_images=pages[1:], resolution=DPI)
    return scan.getvalue()


def _seal_places(page: pypdfium2.PdfPage) -> list[tuple[float, float]]:
    """Return where the form prints （公章）, in points from the lower left; not on its cover."""
    text = page.get_textpage()
    search, places = text.search(MARK), []
    while found := search.get_next():
        left, bottom, right, top = text.get_charbox(found[0] + 1)
        if "申报单位" not in text.get_text_range(max(0, found[0] - 6), 6):
            places.append(((left + right) / 2, (bottom + top) / 2))
    return places


def _stamp(page: Image.Image, x: float, y: float) -> None:
    """Press a round sample seal of 42 mm, that nobody can take for a real one, over a point."""
    size = round(42 / 25.4 * DPI)
    seal = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(seal)
    pen.ellipse((3, 3, size - 4, size - 4), outline=RED, width=5)
    pen.polygon(_star(size / 2, size * 0.42, size * 0.13), fill=RED)
    pen.text((size / 2, size * 0.72), WORDS, font=_font(round(size * 0.16)), fill=RED, anchor="mm")
    page.paste(seal, (round(x - size / 2), round(y - size / 2)), seal)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Return the corners of a five-pointed star."""
    corners = []
    for n in range(10):
        reach = radius if n % 2 == 0 else radius * 0.382
        corners.append(
            (x + reach * math.sin(math.pi * n / 5), y - reach * math.cos(math.pi * n / 5))
        )
    return corners


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a Chinese face from those the portal prints with."""
    faces = sorted((Path(settings.FONT_DIR) / "faces").glob("*Serif*.?tf"))
    return ImageFont.truetype(faces[0], size) if faces else ImageFont.load_default()
