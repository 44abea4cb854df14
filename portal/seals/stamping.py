"""Prints a seal's image onto a PDF, with the words that it is no electronic seal."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageChops
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.stamp import StaticStampStyle

from portal.errors import RuleViolation
from portal.seals.boxes import POINTS_PER_MM, Box
from portal.seals.drawing import line_of_words
from portal.seals.signing import draw, place

# Official paper speaks Chinese whatever language its reader has chosen.
DISCLAIMER = "印章图片，不是法律意义上的电子印章"
WORDS_WIDTH, WORDS_HEIGHT = 60.0, 2.3  # millimetres
# 300 dpi at 50 mm are 590 pixels; a seal is round or nearly so.
SMALLEST_SIDE, LARGEST_SIDE, ROUNDNESS = 300, 2400, 1.15
LARGEST_FILE = 3 * 1024 * 1024
# A corner counts as white paper from here (0–255), as nothing at all up to there (opacity).
WHITE, CLEAR = 240, 16


def checked_image(data: bytes) -> bytes:
    """Return a seal's image as it is kept: PNG, cut to the seal, white made transparent.

    ``data`` has been found to be a sound PNG. Raises RuleViolation with what is wrong with it:
    size, proportions, a background that is neither white nor transparent, no seal on it.
    """
    with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
        if max(opened.size) > LARGEST_SIDE * 2:
            raise RuleViolation(
                [_("The picture is too large: at most %(pixels)s pixels a side.") % {
                    "pixels": LARGEST_SIDE * 2
                }]
            )  # fmt: skip
        picture = opened.convert("RGBA")
    if not _has_clear_corners(picture):
        raise RuleViolation(
            [
                _(
                    "The background of the picture must be white or transparent. Scan the seal on "
                    "white paper, or cut the background out."
                )
            ]
        )
    picture.putalpha(_opacity(picture))
    box = picture.getchannel("A").point(lambda value: 255 if value > CLEAR else 0).getbbox()
    if box is None:
        raise RuleViolation([_("There is nothing on the picture.")])
    picture = picture.crop(box)
    reasons = _against_size(*picture.size)
    if reasons:
        raise RuleViolation(reasons)
    if max(picture.size) > LARGEST_SIDE:
        picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    out = io.BytesIO()
    # Written anew: nothing but the picture itself is kept of the upload.
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def stamp_pdf(pdf: bytes, *, image: bytes, boxes: list[Box]) -> bytes:
    """Return the PDF with the image in each box, as an incremental update.

    Below each stands that it is no electronic seal in law; nothing is signed.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    with Image.open(io.BytesIO(image), formats=["PNG"]) as picture:
        picture.load()
        for box in boxes:
            size = BoxConstraints(width=box.right - box.left, height=box.top - box.bottom)
            # An image belongs to the file it was first used in; each box takes a new one.
            style = StaticStampStyle(
                border_width=0,
                background=PdfImage(picture, writer=writer, box=_fitting(picture, size)),
                background_layout=SimpleBoxLayoutRule(
                    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID,
                    margins=Margins.uniform(0),
                ),
            )  # fmt: skip
            place(style.create_stamp(writer, size, {}), box)
            words = _below(box)
            width, height = words.right - words.left, words.top - words.bottom
            draw(writer, line_of_words(DISCLAIMER, width, height), words)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _has_clear_corners(picture: Image.Image) -> bool:
    width, height = picture.size
    corners = ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1))
    for corner in corners:
        red, green, blue, opacity = _pixel(picture, corner)
        if opacity > CLEAR and min(red, green, blue) < WHITE:
            return False
    return True


def _pixel(picture: Image.Image, at: tuple[int, int]) -> tuple[int, int, int, int]:
    value = picture.getpixel(at)
    assert isinstance(value, tuple)
    red, green, blue, opacity = (int(part) for part in value)
    return red, green, blue, opacity


def _opacity(picture: Image.Image) -> Image.Image:
    """Return how opaque each pixel is once white paper counts as nothing."""
    red, green, blue, opacity = picture.split()
    # The darkest of the three colours tells how far a pixel is from white paper.
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    ink = darkest.point(lambda value: min(255, (255 - value) * 2) if value < WHITE else 0)
    return ImageChops.darker(ink, opacity)


def _against_size(width: int, height: int) -> list[str]:
    if min(width, height) < SMALLEST_SIDE:
        return [
            _("The seal on the picture is too small: at least %(pixels)s pixels a side.")
            % {"pixels": SMALLEST_SIDE}
        ]
    if max(width, height) > ROUNDNESS * min(width, height):
        return [_("The picture must show the whole round seal and nothing else.")]
    return []


def _fitting(picture: Image.Image, size: BoxConstraints) -> BoxConstraints:
    """Return the size of a picture within a square, proportions kept."""
    widest = max(picture.size)
    return BoxConstraints(
        width=size.width * picture.width / widest, height=size.height * picture.height / widest
    )


def _below(box: Box) -> Box:
    """Return the line straight below a seal: the frame of its block is not far."""
    middle = (box.left + box.right) / 2
    half = WORDS_WIDTH * POINTS_PER_MM / 2
    foot = box.bottom - WORDS_HEIGHT * POINTS_PER_MM
    return Box(box.page, middle - half, foot, middle + half, box.bottom)
