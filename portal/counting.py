"""How long a text is, counted as people who write Chinese count it."""

from __future__ import annotations

import re

# One East Asian character or full-width sign, or one run of anything else between spaces: the
# figure that Word and WPS show as 字数. static/face/counter.js counts the same way.
_EAST_ASIAN = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3000-\u303f\u3040-\u30ff\u3100-\u33ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff"
    "\u2018\u2019\u201c\u201d\u2014\u2026\u00b7"
)
_UNIT = re.compile(rf"[{_EAST_ASIAN}]|[^\s{_EAST_ASIAN}]+")


def count(text: str) -> int:
    """Return the length in 字: each Chinese character and sign, each word or figure of another."""
    # The ideographic space lies inside the East Asian block but is no character to a reader.
    return len(_UNIT.findall(text.replace("\u3000", " ")))
