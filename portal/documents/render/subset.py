"""Stands in for a missing libharfbuzz-subset, without which a one-page form takes 12 seconds."""

from __future__ import annotations

from typing import Any

import uharfbuzz as hb
from weasyprint.pdf import fonts

DROPPED_TABLES = (b"BASE", b"DSIG", b"EBDT", b"EBLC", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT")


def has_library() -> bool:
    """Tell whether WeasyPrint found the system's libharfbuzz-subset."""
    return fonts.harfbuzz_subset is not None


def subset_with_wheel(font: Any, to_unicode: dict[int, str], hinting: bool) -> None:
    """Stand in for WeasyPrint's slow fontTools path: the same subset from the uharfbuzz wheel."""
    request = hb.SubsetInput()
    request.glyph_set.update(sorted(to_unicode))
    request.flags = (
        hb.SubsetFlags.RETAIN_GIDS
        | hb.SubsetFlags.PASSTHROUGH_UNRECOGNIZED
        | hb.SubsetFlags.DESUBROUTINIZE
        | (hb.SubsetFlags.NOTDEF_OUTLINE if font.missing else 0)
        | (0 if hinting else hb.SubsetFlags.NO_HINTING)
    )
    request.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in DROPPED_TABLES)
    face = hb.Face(hb.Blob(font.file_content), font.index)
    font.file_content = bytes(hb.subset(face, request).blob.data)
    font.index = 0


def install_where_needed() -> None:
    """Replace the slow path where the system library is missing."""
    if not has_library():
        fonts.Font._fonttools_subset = subset_with_wheel
