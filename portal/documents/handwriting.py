"""A signature by hand, from a finger on a screen or a photo, made fit to be printed in its box."""

from __future__ import annotations

import base64
import io
import warnings
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from portal.errors import RuleViolation
from portal.files.inspection import inspect
from portal.files.names import clean_name

LARGEST_FILE = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000
# What the pen's line on a form takes at 300 dpi; eight greys are enough for ink.
WIDTH, HEIGHT, GREYS = 480, 150, 8
# Darker than this is ink, after the paper's grey has been taken out.
INK = 150
# A signature is wider than a dot and leaves most of the paper white.
SMALLEST_WIDTH, SMALLEST_HEIGHT, MOST_INK = 24, 10, 0.5
# A payload holds texts up to 20,000 characters; base64 takes four for three bytes.
LARGEST_MARK = 14_000


def mark_of(upload: File[Any]) -> bytes:
    """Return the signature as a small PNG of black ink on nothing, cut to the ink.

    ``upload`` is a PNG from the page's signature field, or a PNG or JPEG of one on paper. Raises
    RuleViolation where it is no sound picture or shows no signature.
    """
    if (upload.size or 0) > LARGEST_FILE:
        raise RuleViolation([_("The picture is too big: at most 5 MB are accepted.")])
    inspect(upload, name=clean_name(upload.name or ""), allowed={"png", "jpg"})
    upload.seek(0)
    grey = _grey(upload.read())
    box = grey.point(lambda value: 255 if value < INK else 0).getbbox()
    if box is None or box[2] - box[0] < SMALLEST_WIDTH or box[3] - box[1] < SMALLEST_HEIGHT:
        raise RuleViolation([_("Nothing is written in the signature field. Please sign.")])
    cut = grey.crop(box)
    if sum(cut.histogram()[:INK]) > MOST_INK * cut.width * cut.height:
        raise RuleViolation([_("This is no signature on white paper. Please sign again.")])
    for shrink in (1.0, 0.7, 0.5):
        mark = _small(cut, shrink)
        if len(mark) <= LARGEST_MARK:
            return mark
    raise RuleViolation([_("The signature is too finely drawn. Please sign again.")])


def as_text(mark: bytes) -> str:
    """Return a mark as a payload keeps it."""
    return base64.b64encode(mark).decode("ascii")


def _grey(data: bytes) -> Image.Image:
    """Return the picture in grey on white; what is transparent is paper."""
    with warnings.catch_warnings():
        # Our own limit is the one that counts; Pillow warns at another.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise RuleViolation([_("The picture has too many pixels.")])
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    # A photo of paper is grey all over: the lightest part becomes white.
    return ImageOps.autocontrast(paper.convert("L"), cutoff=(0, 40))


def _small(cut: Image.Image, shrink: float) -> bytes:
    """Return the ink at the size of its box, on nothing: what is printed beneath stays legible."""
    grey = cut.copy()
    grey.thumbnail((int(WIDTH * shrink), int(HEIGHT * shrink)), Image.Resampling.LANCZOS)
    step = 256 // GREYS
    ink = grey.point(lambda value: 0 if value > 225 else 255 - value // step * step)
    picture = Image.merge("LA", (Image.new("L", ink.size, 0), ink))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
