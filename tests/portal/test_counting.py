"""Texts are measured as Word and WPS show 字数, in Python and, alike, in the browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from portal.counting import count

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        (" \n\t", 0),
        ("学术交流", 4),
        ("学术交流。", 5),
        ("第13届年会", 5),
        ("光学 and 量子", 5),
        ("open-source software", 2),
        ("中a文", 3),
        ("“引号”—…·", 7),
        ("全角　空格", 4),
        ("𠮷田", 2),
        ("２０２７年", 5),
    ],
)
def test_counts_characters_signs_and_words(text: str, length: int) -> None:
    assert count(text) == length


def test_browser_counts_the_same(page: Page) -> None:
    """The counter's own code is run on the same texts, not a copy of its rule."""
    script = (Path(settings.BASE_DIR) / "static/face/counter.js").read_text(encoding="utf-8")
    rule = re.search(r"const EAST = .*?const count = .*?;\n", script, re.DOTALL)
    assert rule is not None
    texts = ["学术 exchange，2027年。", "a　b", "𠮷野家 ok", "“x”—…·", "한국어 3个", "hello,world"]
    counted = page.evaluate(f"(texts) => {{ {rule.group(0)} return texts.map(count); }}", texts)
    assert counted == [count(text) for text in texts]
