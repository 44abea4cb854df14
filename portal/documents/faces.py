"""The print faces: where they lie, what each can print, and which text needs the full face.

Fandol's 仿宋, 楷体 and 黑体 hold GB 2312 and lack many characters of names (堃 䶮 …). A mixed name
is ugly and looks like a mistake, so a short field with one missing Chinese character is set wholly
in the face that has them all, and in long text the surname before it goes with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

# family for CSS → files of it; "full" families together hold every character that can be printed
FACE_FILES: dict[str, tuple[str, ...]] = {
    "fang": ("fang.otf",),
    "kai": ("kai.otf",),
    "hei": ("hei.otf",),
    "full": ("serif.otf", "serif-ext.otf"),
}
# Looked at by the system check; 楷体's full face is a comfort (see scripts/fonts.py), not a need.
NEEDED_FILES = (
    "fang.otf", "kai.otf", "hei.otf", "serif.otf", "serif-ext.otf",
    "serif-bold.otf", "serif-ext-bold.otf", "sans.otf", "sans-ext.otf",
)  # fmt: skip


def folder() -> Path:
    """Return FONT_DIR, as an absolute path."""
    return Path(settings.FONT_DIR).resolve()


def configuration() -> Path:
    """Return the fontconfig file that names the portal's faces and nothing else."""
    return folder() / "fonts.conf"


def missing_files() -> list[str]:
    """Return the needed files that are not in FONT_DIR."""
    files = [folder() / "faces" / name for name in NEEDED_FILES]
    return [path.name for path in [configuration(), *files] if not path.is_file()]


@cache
def characters_of(face: str) -> frozenset[int]:
    """Return the code points a face has. Raises OSError when the face has not been built."""
    codes: set[int] = set()
    for file in FACE_FILES[face]:
        with TTFont(folder() / "faces" / file, lazy=True) as font:
            codes.update(font.getBestCmap())
    return frozenset(codes)


def is_han(character: str) -> bool:
    """Tell whether a character is Chinese, of whatever plane."""
    code = ord(character)
    return 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF


def needs_full_face(text: str, face: str) -> bool:
    """Tell whether ``text`` holds a Chinese character that ``face`` lacks."""
    known = characters_of(face)
    return any(ord(character) not in known and is_han(character) for character in text)


def pieces(text: str, face: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, each with whether it has to be set in the full face.

    A piece for the full face is a run of missing Chinese characters with the one before it: in a
    name the rare character nearly always follows the surname.
    """
    known = characters_of(face)
    rare = [is_han(character) and ord(character) not in known for character in text]
    full = [
        is_rare or (following and is_han(character))
        for character, (is_rare, following) in zip(text, pairwise([*rare, False]), strict=True)
    ]
    for is_full, group in groupby(zip(text, full, strict=True), key=itemgetter(1)):
        yield "".join(character for character, _ in group), is_full


def printable(text: str) -> str:
    """Return text as it is printed: composed, without control and invisible characters.

    Line breaks stay, tabs become a space. Direction overrides and zero-width characters are taken
    out too: they could make a printed line read differently from the stored one.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        " " if character == "\t" else character
        for character in composed
        if character in "\n\t" or not _is_invisible(character)
    )


def unprintable(text: str) -> str:
    """Return the characters no face can print, each once, in order of appearance (empty = fine).

    Callers show them while a form is being filled in, so that nobody signs off a text that cannot
    be printed. Raises OSError when the faces have not been built.
    """
    known = characters_of("full")
    found = [c for c in printable(text) if ord(c) not in known and c != "\n"]
    return "".join(dict.fromkeys(found))


def _is_invisible(character: str) -> bool:
    """Control, format and surrogate characters and variation selectors."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"} or (
        0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF
    )
