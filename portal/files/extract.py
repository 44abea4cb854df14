"""Run as a program of its own: writes the text of a .docx or PDF given on standard input.

It imports nothing of the portal and is started with limits on time and memory, since a reader of
PDFs must be taken to be open to attack. See ``portal.files.text``.
"""

from __future__ import annotations

import io
import resource
import sys
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

MAX_PAGES = 60
MAX_CHARS = 200_000
_MEMORY = 1024 * 1024 * 1024
_SECONDS = 15
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = "一二三四五六七八九十"


def pdf_text(data: bytes) -> str:
    """Return the text of a PDF; empty for one that holds only pictures of pages."""
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(data)).pages
    return "\n".join(page.extract_text() for page in pages[:MAX_PAGES])


def docx_text(data: bytes) -> str:
    """Return the paragraphs of a document with their numbers, cells of tables parted by tabs."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml")).find(f"{_W}body")  # noqa: S314
        numbers = _Numbers(
            ElementTree.fromstring(archive.read("word/numbering.xml"))  # noqa: S314
            if "word/numbering.xml" in archive.namelist()
            else None
        )
    return "\n".join(_blocks(body, numbers)) if body is not None else ""


def _blocks(parent: ElementTree.Element, numbers: _Numbers) -> Iterator[str]:
    for block in parent:
        if block.tag == f"{_W}p":
            yield numbers.before(block) + _paragraph(block)
        elif block.tag == f"{_W}tbl":
            for row in block.iter(f"{_W}tr"):
                cells = (
                    " ".join(_paragraph(p) for p in cell.iter(f"{_W}p"))
                    for cell in row.findall(f"{_W}tc")
                )
                yield "\t".join(cells)
        elif block.tag == f"{_W}sdt":
            content = block.find(f"{_W}sdtContent")
            if content is not None:
                yield from _blocks(content, numbers)


def _paragraph(paragraph: ElementTree.Element) -> str:
    """Return the words of a paragraph; deleted ones of tracked changes are not among them."""
    said = []
    for piece in paragraph.iter():
        if piece.tag == f"{_W}t":
            said.append(piece.text or "")
        elif piece.tag == f"{_W}tab":
            said.append(" ")
        elif piece.tag in (f"{_W}br", f"{_W}cr"):
            said.append("\n")
    return "".join(said)


class _Numbers:
    """Counts paragraphs that Word numbers by itself, so that 一、 and （1） are not lost."""

    def __init__(self, numbering: ElementTree.Element | None) -> None:
        self.levels: dict[tuple[str, str], tuple[str, str]] = {}
        self.counted: dict[tuple[str, int], int] = {}
        if numbering is None:
            return
        abstract = {
            one.get(f"{_W}abstractNumId", ""): one for one in numbering.iter(f"{_W}abstractNum")
        }
        for num in numbering.iter(f"{_W}num"):
            points_to = num.find(f"{_W}abstractNumId")
            source = abstract.get(points_to.get(f"{_W}val", "") if points_to is not None else "")
            for level in source.iter(f"{_W}lvl") if source is not None else ():
                kind, text = level.find(f"{_W}numFmt"), level.find(f"{_W}lvlText")
                self.levels[num.get(f"{_W}numId", ""), level.get(f"{_W}ilvl", "0")] = (
                    kind.get(f"{_W}val", "") if kind is not None else "",
                    text.get(f"{_W}val", "") if text is not None else "",
                )

    def before(self, paragraph: ElementTree.Element) -> str:
        """Return the number that stands before a paragraph; empty where none does."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            return ""
        of, at = properties.find(f"{_W}numId"), properties.find(f"{_W}ilvl")
        number = of.get(f"{_W}val", "") if of is not None else ""
        level = at.get(f"{_W}val", "0") if at is not None else "0"
        kind, text = self.levels.get((number, level), ("", ""))
        if not level.isdecimal() or not text or kind in ("bullet", "none", ""):
            return ""
        depth = int(level)
        self.counted[number, depth] = self.counted.get((number, depth), 0) + 1
        for deeper in [key for key in self.counted if key[0] == number and key[1] > depth]:
            del self.counted[deeper]
        value = self.counted[number, depth]
        chinese = "hinese" in kind or "japanese" in kind.lower() or "ideograph" in kind.lower()
        shown = _chinese(value) if chinese else str(value)
        return text.replace(f"%{depth + 1}", shown) + " "


def _chinese(value: int) -> str:
    """Write 1 to 99 in Chinese figures."""
    if not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_CHINESE[tens - 1]}十"
    return head + (_CHINESE[ones - 1] if ones else "")


def main(kind: str) -> int:
    """Read standard input and write the text; return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    data = sys.stdin.buffer.read()
    text = docx_text(data) if kind == "docx" else pdf_text(data)
    sys.stdout.buffer.write(text[:MAX_CHARS].encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
