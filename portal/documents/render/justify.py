"""Teaches WeasyPrint to justify Chinese lines between characters instead of between spaces.

WeasyPrint 70 justifies by widening spaces, and Chinese has none, so the right edge of a paragraph
is ragged wherever a punctuation mark may not begin a line. Here the missing width is spread over
the gaps beside Chinese characters: a gap between two of them counts fully, one between a Chinese
character and a letter or digit by half (Pango gives each character half its spacing on either
side), one inside a number or a foreign word not at all. A line that ends early, because an address
or a long word went to the next, stays ragged rather than torn apart.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

# The most a gap is widened, as a share of the size of the type.
WIDEST = 0.25

_set_text = line_break.Layout.set_text


def stretches(character: str) -> bool:
    """Tell whether the sides of a character may be widened: Chinese and its punctuation."""
    return (
        character in "“”‘’—…·" or "\u2e80" <= character <= "\uffef" or (character >= "\U00020000")
    )


def gaps(text: str) -> float:
    """Return how many full gaps a text offers for widening."""
    sides = [stretches(character) for character in text]
    return sum((before + after) / 2 for before, after in pairwise(sides))


def count_gaps(box: Any) -> float:
    """Stand in for WeasyPrint's count of spaces in a line."""
    if isinstance(box, boxes.TextBox):
        return gaps(box.text)
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return sum(count_gaps(child) for child in box.children)
    return 0


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Stand in for WeasyPrint's spreading of a line over the whole width."""
    found = count_gaps(line)
    # The labels of a cover are spread as wide as their column, by intention.
    spread = line.style["text_align_last"] == "justify"
    if found and (spread or extra_width / found <= WIDEST * line.style["font_size"]):
        inline.add_word_spacing(context, line, extra_width / found, 0)


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Stand in for WeasyPrint's ``Layout.set_text``: widen Chinese characters, not spaces."""
    spacing = layout.justification_spacing
    layout.justification_spacing = 0
    try:
        _set_text(layout, text, justify)
    finally:
        layout.justification_spacing = spacing
    if justify and spacing and layout.text:
        _widen(layout, spacing)


def _widen(layout: Any, spacing: float) -> None:
    """Give each run of stretching characters Pango's letter spacing."""
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for start, end in _runs(layout.text):
        attribute = pango.pango_attr_letter_spacing_new(int(spacing * TO_UNITS))
        attribute.start_index, attribute.end_index = start, end
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)


def _runs(text: str) -> list[tuple[int, int]]:
    """Return the byte ranges of the stretching characters in UTF-8."""
    runs: list[tuple[int, int]] = []
    position = 0
    for character in text:
        size = len(character.encode())
        if stretches(character):
            if runs and runs[-1][1] == position:
                runs[-1] = (runs[-1][0], position + size)
            else:
                runs.append((position, position + size))
        position += size
    return runs


def install() -> None:
    """Put the stand-ins in place; a second call changes nothing."""
    inline.count_expandable_spaces = count_gaps
    inline.justify_line = justify_line
    line_break.Layout.set_text = set_text
