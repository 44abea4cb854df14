"""The plain text of a notice, read as the official layout it is meant to have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import groupby

# A line that is numbered and no longer than this is a heading, a longer one opens a paragraph.
HEADING_LENGTH = 40
SIGNATURE_LENGTH = 40

_NUMERAL = "[一二三四五六七八九十百]+"
_LEVELS = (
    (1, re.compile(rf"^{_NUMERAL}、")),
    (2, re.compile(rf"^[（(]{_NUMERAL}[）)]")),
    (3, re.compile(r"^\d{1,2}[.．、](?!\d)")),
    (4, re.compile(r"^[（(]\d{1,2}[）)]")),
)
_BULLET = re.compile(r"^[-–•·●]\s+")
_DATE = re.compile(r"^\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$")
_ATTACHMENTS = re.compile(r"^附件\s*\d*\s*[:：]")
# What a numbered paragraph opens with: a few words up to a full stop or colon, no whole sentence.
_LEAD = re.compile(r"^[^。：:；，,]{1,24}[。：:]")
_ENDS_A_SENTENCE = ("。", "；", "：", ";", ":", "，")


class BlockKind(Enum):
    """What a block of the text is."""

    ADDRESSEE = "addressee"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    ATTACHMENTS = "attachments"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Block:
    """One block; which of its parts are filled depends on the kind."""

    kind: str
    text: str = ""
    # 1 to 4 for 一、（一）1.（1）; 0 for running text.
    level: int = 0
    # The words a numbered paragraph opens with, set off from the rest.
    lead: str = ""
    # Items of a list, lines of a signature.
    lines: tuple[str, ...] = ()
    # Rows of a table, the first one its head.
    rows: tuple[tuple[str, ...], ...] = ()
    # What a table of contents links to; headings of the first level only.
    anchor: str = ""


def read(text: str) -> tuple[Block, ...]:
    """Return the blocks of a notice's text in their order.

    The text says its own structure: 一、 and （一） on short lines are headings, 1. and （1） open
    paragraphs, a first line that ends with a colon addresses the readers, a date on a line of its
    own with the issuer above it is the signature, lines with tabs are rows of a table.
    """
    lines = [line.replace("\u3000", " ").rstrip() for line in text.splitlines()]
    lines = [line for line in (line.strip(" ") for line in lines) if line]
    signature = _signature(lines)
    blocks: list[Block] = []
    headings = 0
    for kind, group in groupby(enumerate(lines), lambda pair: _kind(pair, signature)):
        numbered = list(group)
        chunk = [line for _, line in numbered]
        if kind is BlockKind.HEADING:
            for line in chunk:
                level = level_of(line)
                headings += level == 1
                anchor = f"part-{headings}" if level == 1 else ""
                blocks.append(Block(kind.value, line, level=level, anchor=anchor))
        else:
            blocks.extend(_blocks(kind, chunk))
    return tuple(blocks)


def contents(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the headings of the first level, for a table of contents."""
    return tuple(block for block in blocks if block.anchor)


def level_of(line: str) -> int:
    """Return the level of a line's number, 0 where it has none."""
    return next((level for level, pattern in _LEVELS if pattern.match(line)), 0)


def _signature(lines: list[str]) -> range:
    """Find the last date that stands alone, with the short line above it."""
    for position in range(len(lines) - 1, -1, -1):
        if not _DATE.match(lines[position]):
            continue
        above = lines[position - 1] if position else ""
        signs = 0 < len(above) <= SIGNATURE_LENGTH and not above.endswith(_ENDS_A_SENTENCE)
        named = signs and level_of(above) == 0 and not _ATTACHMENTS.match(above)
        return range(position - 1 if named else position, position + 1)
    return range(0)


def _kind(pair: tuple[int, str], signature: range) -> BlockKind:
    """Decide what a line is."""
    position, line = pair
    if position in signature:
        return BlockKind.SIGNATURE
    if "\t" in line:
        return BlockKind.TABLE
    if _BULLET.match(line):
        return BlockKind.LIST
    if _ATTACHMENTS.match(line):
        return BlockKind.ATTACHMENTS
    if position == 0 and line.endswith(("：", ":")):
        return BlockKind.ADDRESSEE
    level = level_of(line)
    short = len(line) <= HEADING_LENGTH and not line.endswith(_ENDS_A_SENTENCE)
    if level in (1, 2) and short:
        return BlockKind.HEADING
    return BlockKind.PARAGRAPH


def _blocks(kind: BlockKind, chunk: list[str]) -> Iterator[Block]:
    """Make blocks of neighbouring lines of one kind."""
    if kind in (BlockKind.SIGNATURE, BlockKind.LIST):
        yield Block(kind.value, lines=tuple(_BULLET.sub("", line) for line in chunk))
    elif kind is BlockKind.TABLE:
        rows = [tuple(cell.strip() for cell in line.split("\t")) for line in chunk]
        width = max(map(len, rows))
        yield Block(kind.value, rows=tuple(row + ("",) * (width - len(row)) for row in rows))
    else:
        for line in chunk:
            level = level_of(line)
            found = _LEAD.match(line) if level else None
            lead = found.group() if found and len(found.group()) < len(line) else ""
            yield Block(kind.value, line.removeprefix(lead), level=level, lead=lead)


def differing_lines(before: str, after: str) -> tuple[str, str]:
    """Return the lines that only the one text has, and those that only the other has."""
    old, new = before.splitlines(), after.splitlines()
    gone: list[str] = []
    come: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[i1:i2]
            come += new[j1:j2]
    return "\n".join(gone), "\n".join(come)
