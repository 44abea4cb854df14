"""Draws a unit's round seal from its name, as PDF drawing commands without any font.

The characters are outlines of the 宋体 face, so that the seal looks the same in every reader and
brings no font into a file that promises to hold all of its fonts (PDF/A).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from django.utils.translation import gettext as _
from fontTools.misc.transform import Transform
from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from portal.documents import faces
from portal.errors import RuleViolation
from portal.seals.boxes import POINTS_PER_MM

RED = (0.80, 0.05, 0.08)
GREY = (0.35, 0.35, 0.35)
# Of the diameter: the ring, the gap beneath it, the height of the name, the star, the line below.
RING, GAP, TALL, STAR, CAPTION = 0.028, 0.022, 0.118, 1 / 6, 0.088
# The name takes at most so much of the circle, and no character is narrower than so much of its
# height; a longer name is set smaller.
LONGEST_ARC, NARROWEST = math.radians(276), 0.46
# A short name is spread over about half of the circle, but not farther apart than reads as a name.
SHORT_ARC, CLOSEST, FARTHEST = math.radians(215), 1.22, 1.9
SMALLEST_TALL = 0.06


class _PathPen(BasePen):  # type: ignore[misc]  # untyped package
    """Collects outlines as PDF path operators."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.commands: list[str] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools' names
        self.commands.append(f"{_numbers(pt)} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.commands.append(f"{_numbers(pt)} l")

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:  # noqa: N802
        self.commands.append(f"{_numbers((*pt1, *pt2, *pt3))} c")

    def _closePath(self) -> None:  # noqa: N802
        self.commands.append("h")


@lru_cache(maxsize=256)
def round_seal(name: str, diameter: float, caption: str = "") -> bytes:
    """Return the drawing of a round seal in a square of ``diameter`` millimetres, in points.

    The name runs clockwise along the ring around a five-pointed star; ``caption`` (样章,
    受理专用章) stands below the star. Raises RuleViolation for a name with a character that no
    face has.
    """
    size = diameter * POINTS_PER_MM
    centre = Transform().translate(size / 2, size / 2)
    parts = [f"{_numbers(RED)} rg {_numbers(RED)} RG", _ring(size), _star(centre, size)]
    parts += _arc(name, centre, size)
    if caption:
        parts += _line(caption, centre.translate(0, -0.315 * size), CAPTION * size, 0.5 * size)
    return " ".join(parts).encode("ascii")


@lru_cache(maxsize=64)
def line_of_words(text: str, width: float, height: float) -> bytes:
    """Return a line of small grey words centred in ``width`` points, ``height`` points tall."""
    middle = Transform().translate(width / 2, 0)
    return " ".join([f"{_numbers(GREY)} rg", *_line(text, middle, height, width)]).encode("ascii")


def _arc(name: str, centre: Transform, size: float) -> Iterator[str]:
    """Set the name along the ring, feet towards the middle, symmetric about the top."""
    tall = TALL * size
    while True:
        foot = size * (0.5 - RING - GAP) - tall
        turn = tall / (foot + tall / 2)
        spread = min(max(CLOSEST * turn, SHORT_ARC / len(name)), FARTHEST * turn)
        pitch = min(spread, LONGEST_ARC / len(name))
        width = min(0.94 * pitch * foot, tall)
        if width >= NARROWEST * tall or tall <= SMALLEST_TALL * size:
            break
        tall *= 0.95
    for number, character in enumerate(name):
        angle = -pitch * (number - (len(name) - 1) / 2)
        place = centre.rotate(angle).translate(-width / 2, foot)
        yield _outline(character, place, width, tall)


def _line(text: str, middle: Transform, tall: float, widest: float) -> Iterator[str]:
    """Set a straight line around ``middle``, narrowed where it would be too wide."""
    advance = min(1.08 * tall, widest / max(len(text), 1))
    width = min(tall, 0.94 * advance)
    for number, character in enumerate(text):
        at = advance * (number - len(text) / 2) + (advance - width) / 2
        yield _outline(character, middle.translate(at, 0), width, tall)


def _outline(character: str, place: Transform, width: float, tall: float) -> str:
    """Return one filled character in a box of ``width`` × ``tall`` whose corner is ``place``."""
    if character == " ":
        return ""
    font, glyphs = _font_with(character)
    em = font["head"].unitsPerEm
    # A Chinese character stands on its descent: lift it by as much, so that the box holds it all.
    lift = 0.12 * em
    pen = _PathPen(glyphs)
    scaled = place.scale(width / em, tall / em).translate(0, lift)
    glyphs[font.getBestCmap()[ord(character)]].draw(TransformPen(pen, scaled))
    return " ".join([*pen.commands, "f"])


def _ring(size: float) -> str:
    """Return the circle, drawn by four curves."""
    width = RING * size
    middle, radius = size / 2, (size - width) / 2
    bow = radius * 4 / 3 * math.tan(math.pi / 8)
    ends = [(1, 0), (0, 1), (-1, 0), (0, -1)]
    path = [f"{_numbers((middle + radius, middle))} m"]
    for (ax, ay), (bx, by) in zip(ends, [*ends[1:], ends[0]], strict=True):
        points = (
            middle + radius * ax + bow * bx, middle + radius * ay + bow * by,
            middle + radius * bx + bow * ax, middle + radius * by + bow * ay,
            middle + radius * bx, middle + radius * by,
        )  # fmt: skip
        path.append(f"{_numbers(points)} c")
    return f"{width:.3f} w {' '.join(path)} h S"


def _star(centre: Transform, size: float) -> str:
    """Return the five-pointed star, one point up."""
    outer = STAR * size
    inner = outer * math.sin(math.radians(18)) / math.sin(math.radians(54))
    points = []
    for corner in range(10):
        radius, angle = (inner if corner % 2 else outer), math.radians(36 * corner)
        points.append(centre.transformPoint((radius * math.sin(angle), radius * math.cos(angle))))
    lines = " ".join(f"{_numbers(point)} l" for point in points[1:])
    return f"{_numbers(points[0])} m {lines} h f"


def _font_with(character: str) -> tuple[TTFont, Any]:
    for font, glyphs, codes in _fonts():
        if ord(character) in codes:
            return font, glyphs
    raise RuleViolation(
        [
            _("No face has these characters, so they cannot be printed: %(characters)s")
            % {"characters": character}
        ]
    )


@cache
def _fonts() -> list[tuple[TTFont, Any, frozenset[int]]]:
    """Return the 宋体 faces, opened once in a process."""
    found = []
    for file in faces.FACE_FILES["full"]:
        font = TTFont(faces.folder() / "faces" / file, lazy=True)
        found.append((font, font.getGlyphSet(), frozenset(font.getBestCmap())))
    return found


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:.3f}" for value in values)
