"""Turns a payload into what a layout template prints: lines, widths, numerals, all decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.documents.faces import printable
from portal.documents.payloads import DocumentKind
from portal.documents.wording import amount, chinese_date, chinese_instant, chinese_numeral, grouped

# 右空四字: a date that a seal goes over ends four characters from the right edge (GB/T 9704).
RIGHT_SPACE = 4
WIDTH_DEFAULT = 2
# What ends the title of a form, and the longest beginning that stands before it on one line.
FORM_WORD, COVER_LINE = "申报书", 5
STAMP_LINE = 13  # characters of a unit's name that stand on one line over the date
LABEL_LINE = 6  # characters of 13 pt that fit a label column of 33 mm
# Where seals go: the applying unit's (further ones get a number) and the association's.
UNIT_BOX, ISSUER_BOX = "seal-unit", "seal-issuer"
# A table of at most so many lines and letters stays on one page.
SMALL_LINES, SMALL_LETTERS = 6, 400
NUMBERING_WIDTH = 8.5  # per cent of a table's width, two digits with 序号 over them


@dataclass(frozen=True)
class Cell:
    """A labelled short answer."""

    label: str
    value: str


@dataclass(frozen=True)
class Head:
    """The head of a table's column, with its share of the width in per cent."""

    title: str
    width: float
    align: str


@dataclass(frozen=True)
class Grid:
    """A ruled table, ready to print; ``total`` is the last line's label and amount if there is."""

    label: str
    heads: list[Head]
    lines: list[list[str]]
    total: str = ""
    note: str = ""

    @property
    def cells(self) -> list[list[tuple[str, str]]]:
        """Each line as pairs of text and alignment."""
        aligns = [head.align for head in self.heads]
        return [list(zip(line, aligns, strict=True)) for line in self.lines]

    @property
    def span(self) -> int:
        """Number of columns."""
        return len(self.heads)

    @property
    def is_small(self) -> bool:
        """Whether it goes to the next page rather than break: at most about a third of a page."""
        letters = sum(len(text) for line in self.lines for text in line)
        return len(self.lines) <= SMALL_LINES and letters <= SMALL_LETTERS


@dataclass(frozen=True)
class Block:
    """One ruled block of a form; ``kind`` chooses the partial template."""

    kind: str
    label: str = ""
    cells: list[Cell] = field(default_factory=list)
    value: str = ""
    options: list[Mapping[str, Any]] = field(default_factory=list)
    grid: Grid | None = None

    @property
    def paragraphs(self) -> list[str]:
        """The lines of a long answer, without blank ones and the writer's own indents."""
        return lines_of(self.value)

    @property
    def alone(self) -> list[Block]:
        """The block as a list, for a partial that prints lists of blocks."""
        return [self]


@dataclass(frozen=True)
class Part:
    """A numbered part of a form; ``numeral`` is empty where there is no title."""

    numeral: str
    title: str
    blocks: list[Block]


@dataclass(frozen=True)
class Signature:
    """A signature block; ``width`` (in characters) centres name and date where the seal goes."""

    label: str
    statement: str
    signer_role: str
    signer_name: str
    unit: str
    date: str
    seal: bool
    width: float
    # The handwritten signature as base64; empty leaves the line to the pen.
    mark: str = ""
    # Name of the box the seal goes into (see render.boxes); empty where none is to be found again.
    box: str = ""
    # Whether there is a line to sign on.
    pen: bool = True


def view_of(kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template variables of one payload (already checked, see payloads)."""
    builders = {
        DocumentKind.APPLICATION_FORM: _application_form,
        DocumentKind.RECOMMENDATION_PACKET: _recommendation_packet,
        DocumentKind.RECEIPT: _receipt,
        DocumentKind.RESULT_LIST: _result_list,
        DocumentKind.NOTICE: _notice,
        DocumentKind.SUMMARY_TABLE: _summary_table,
        DocumentKind.FINAL_ACCOUNTS: _final_accounts,
        DocumentKind.SCORE_SHEET: _review_record,
        DocumentKind.PANEL_MINUTES: _review_record,
        DocumentKind.REVIEW_SUMMARY: _review_summary,
        DocumentKind.YEARLY_REPORT: _yearly_report,
    }
    return builders[DocumentKind(kind)](_cleaned(payload))


def _cleaned(value: Any) -> Any:
    """Return the payload with every text as it can be printed."""
    if isinstance(value, str):
        return printable(value).strip()
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _cleaned(item) for key, item in value.items()}
    return value


# --- kinds -----------------------------------------------------------------------------------


def _application_form(payload: Mapping[str, Any]) -> dict[str, Any]:
    parts = parts_of(payload["sections"])
    return {
        "issuer": payload["issuer"],
        "call": payload["call"],
        "cover": payload["cover"],
        # On paper the cover is stamped too.
        "stamped": any(block["seal"] and block.get("pen", True) for block in payload["opinions"]),
        "date": chinese_date(payload["date"]),
        "instructions": payload.get("instructions", []),
        "blank": payload.get("blank", False),
        "parts": parts,
        "opinions_numeral": chinese_numeral(sum(bool(part.title) for part in parts) + 1),
        # The applicant's own opinion comes first; the others are those of further bodies.
        "opinions": [
            signature_of(block, box=UNIT_BOX if number == 1 else f"seal-opinion-{number}")
            for number, block in enumerate(payload["opinions"], 1)
        ],
        "issuer_box": ISSUER_BOX,
    }


def _recommendation_packet(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "issuer": payload["issuer"],
        "call": payload["call"],
        "plan": parts_of(payload["plan"]),
        "blank": payload.get("blank", False),
        "issuer_box": ISSUER_BOX,
        "grid": numbered_grid("", payload["columns"], payload["entries"]),
        "signature": signature_of(payload["signature"], box=UNIT_BOX),
        "forms": [
            {
                "title": form["title"],
                "blocks": blocks_of(form["rows"]),
                # One seal of the same unit after the other: seal-unit, seal-unit-2 …
                "signature": signature_of(form["signature"], box=f"{UNIT_BOX}-{number}"),
                "notes": form["notes"],
            }
            for number, form in enumerate(payload["forms"], 2)
        ],
    }


def _receipt(payload: Mapping[str, Any]) -> dict[str, Any]:
    moment = chinese_instant(payload["received_at"])
    return {
        "issuer": payload["issuer"],
        "call": payload["call"],
        "statement": payload["statement"],
        "facts": payload["facts"],
        "moment": moment,
        "hash": [grouped(payload["content_sha256"][:32]), grouped(payload["content_sha256"][32:])],
        "grid": numbered_grid("", payload["columns"], payload["entries"]),
        "contact": payload["contact"],
        "closing": closing_of(payload["issuer"], moment.split(" ")[0]),
    }


def _result_list(payload: Mapping[str, Any]) -> dict[str, Any]:
    groups = payload["groups"]
    return {
        "issuer": payload["issuer"],
        "intro": payload["intro"],
        "groups": [
            {
                "numeral": chinese_numeral(number) if len(groups) > 1 else "",
                "title": group["title"],
                "count": len(group["entries"]),
                "grid": numbered_grid("", group["columns"], group["entries"]),
            }
            for number, group in enumerate(groups, 1)
        ],
        "notes": payload.get("notes", []),
        "closing": closing_of(payload["issuer"], chinese_date(payload["date"])),
    }


def _notice(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "letterhead": payload.get("letterhead", ""),
        "document_number": payload["document_number"],
        "addressees": payload["addressees"],
        "body": payload["body"],
        "attachments": payload["attachments"],
        "contact": payload.get("contact", ""),
        "closing": closing_of(payload["issuer"], chinese_date(payload["date"])),
    }


def _review_record(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "issuer": payload["issuer"],
        "call": payload["call"],
        "facts": blocks_of(payload["facts"]),
        "parts": parts_of(payload["sections"]),
        "signatures": [signature_of(block) for block in payload["signatures"]],
    }


def _review_summary(payload: Mapping[str, Any]) -> dict[str, Any]:
    groups = payload["groups"]
    return {
        "issuer": payload["issuer"],
        "call": payload["call"],
        "intro": payload["intro"],
        "date": chinese_date(payload["date"]),
        "groups": [
            {
                "numeral": chinese_numeral(number) if len(groups) > 1 else "",
                "title": group["title"],
                "count": len(group["entries"]),
                "grid": grid_of("", group["columns"], group["entries"]),
            }
            for number, group in enumerate(groups, 1)
        ],
        "signature": signature_of(payload["signature"], box=ISSUER_BOX),
    }


def _summary_table(payload: Mapping[str, Any]) -> dict[str, Any]:
    grid = numbered_grid("", payload["columns"], payload["entries"], head=payload["numbering"])
    return {
        "issuer": payload["issuer"],
        "call": payload["call"],
        "recipient": payload["recipient"],
        "date": chinese_date(payload["date"]),
        "count": len(payload["entries"]),
        "grid": grid,
        "signature": signature_of(payload["signature"], box=UNIT_BOX),
    }


def _final_accounts(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "issuer": payload["issuer"],
        "call": payload["call"],
        "facts": blocks_of(payload["facts"]),
        "parts": parts_of(payload["sections"]),
        "signature": signature_of(payload["signature"], box=UNIT_BOX),
    }


def _yearly_report(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "issuer": payload["issuer"],
        "year": payload["year"],
        "intro": payload["intro"],
        "parts": [
            {
                "numeral": chinese_numeral(number),
                "title": part["title"],
                "grid": grid_of("", part["columns"], part["entries"]),
                "bars": part.get("bars", []),
                # Without a year before there is nothing to tell apart.
                "compare": any(bar["share_before"] for bar in part.get("bars", [])),
            }
            for number, part in enumerate(payload["parts"], 1)
        ],
        "closing": closing_of(payload["issuer"], chinese_date(payload["date"])),
    }


def _untitled_grids(part: Part) -> Part:
    """Take the title off a table that stands beneath a heading of the same words."""
    blocks = [
        replace(block, grid=replace(block.grid, label=""))
        if block.grid is not None and block.grid.label == part.title
        else block
        for block in part.blocks
    ]
    return replace(part, blocks=blocks)


def heading_of(call: str, title: str) -> tuple[str, str]:
    """Return what stands on a cover above the title, and the title.

    A title that names its call already is taken apart, so that nothing is said twice: the project
    above, 申报书 large below it.
    """
    over = title.removesuffix(FORM_WORD)
    return (over, FORM_WORD) if len(over) > COVER_LINE and over != title else (call, title)


# --- pieces ----------------------------------------------------------------------------------


def parts_of(sections: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Number the titled sections and lay out their rows."""
    parts: list[Part] = []
    number = 0
    for section in sections:
        number += bool(section["title"])
        numeral = chinese_numeral(number) if section["title"] else ""
        part = Part(numeral, section["title"], blocks_of(section["rows"]))
        parts.append(_untitled_grids(part))
    return parts


def blocks_of(rows: Iterable[Mapping[str, Any]]) -> list[Block]:
    """Lay out rows; two ``half`` text rows in a row share one line."""
    blocks: list[Block] = []
    waiting: Cell | None = None
    for row in rows:
        half = row["kind"] == "text" and row.get("half", False)
        if waiting and half:
            blocks.append(Block("line", cells=[waiting, Cell(row["label"], row["value"])]))
            waiting = None
            continue
        if waiting:
            blocks.append(Block("line", cells=[waiting]))
            waiting = None
        if half:
            waiting = Cell(row["label"], row["value"])
        else:
            blocks.append(_block(row))
    if waiting:
        blocks.append(Block("line", cells=[waiting]))
    return blocks


def _block(row: Mapping[str, Any]) -> Block:
    kind, label = row["kind"], row["label"]
    match kind:
        case "text":
            return Block("line", cells=[Cell(label, row["value"])])
        case "choice":
            return Block("choice", label, options=row["value"])
        case "long" if lines_of(row["value"]):
            return Block("long", label, value=row["value"])
        case "long":
            # Not answered: a line of the form, not a box to write in.
            return Block("line", cells=[Cell(label, "")])
        case "people":
            return Block("grid", label, grid=numbered_grid(label, row["columns"], row["value"]))
        case "table":
            return Block("grid", label, grid=grid_of(label, row["columns"], row["value"]))
        case "budget":
            return Block("grid", label, grid=_budget(row))
        case "files":
            return Block("grid", label, grid=_files(row))
    raise ValueError(f"unknown kind of row: {kind}")


def lines_of(text: str) -> list[str]:
    """Return the paragraphs of a text: its lines without blank ones and the writer's indents."""
    lines = (line.strip(" \u3000") for line in text.split("\n"))
    return [line for line in lines if line]


def balanced(text: str) -> list[str]:
    """Break a label into lines of at most ``LABEL_LINE`` characters and about equal length.

    A label that was written in lines keeps them. Of two possible breaks the one before 和, 与, 及
    or an opening bracket wins.
    """
    if "\n" in text or len(text) <= LABEL_LINE:
        return text.split("\n")
    lines = -(-len(text) // LABEL_LINE)
    middle = -(-len(text) // lines)
    joints = [at for at in range(1, len(text)) if text[at] in "和与及（" or text[at - 1] == "、"]
    fitting = [at for at in joints if at <= LABEL_LINE and len(text) - at <= LABEL_LINE]
    at = min(fitting, key=lambda joint: abs(joint - middle), default=middle)
    return [text[:at], *balanced(text[at:])]


def grid_of(label: str, columns: list[Any], lines: list[list[str]]) -> Grid:
    """Share the width among the columns by their weights."""
    whole = sum(column.get("weight", WIDTH_DEFAULT) for column in columns) or 1
    heads = [
        Head(
            column["title"],
            round(100 * column.get("weight", WIDTH_DEFAULT) / whole, 2),
            column.get("align", "left"),
        )
        for column in columns
    ]
    return Grid(label, heads, lines)


def numbered_grid(
    label: str, columns: list[Any], lines: list[list[str]], *, head: str = "序号"
) -> Grid:
    """Put 序号, or another head, before the columns and a number before each line."""
    grid = grid_of(label, columns, lines)
    rest = (100 - NUMBERING_WIDTH) / 100
    return Grid(
        label,
        [
            Head(head, NUMBERING_WIDTH, "center"),
            *(Head(one.title, round(one.width * rest, 2), one.align) for one in grid.heads),
        ],
        [[str(number), *line] for number, line in enumerate(lines, 1)],
    )


def _budget(row: Mapping[str, Any]) -> Grid:
    unit = row["currency_unit"]
    columns = [
        {"title": "支出科目", "weight": 3},
        {"title": f"金额（{unit}）", "weight": 2, "align": "right"},
        {"title": "测算依据", "weight": 5},
    ]
    lines = [[line["item"], amount(line["amount"]), line["basis"]] for line in row["value"]]
    grid = numbered_grid(row["label"], columns, lines)
    return Grid(grid.label, grid.heads, grid.lines, total=amount(row["total"]))


def _files(row: Mapping[str, Any]) -> Grid:
    columns = [
        {"title": "文件名", "weight": 6},
        {"title": "大小", "weight": 2, "align": "right"},
        {"title": "SHA-256 前 16 位", "weight": 4, "align": "center"},
    ]
    lines = [[f["name"], f["size"], grouped(f["sha256"][:16])] for f in row["value"]]
    return numbered_grid(row["label"], columns, lines)


def signature_of(block: Mapping[str, Any], *, box: str = "") -> Signature:
    """Lay out a signature block; ``box`` names where its seal goes."""
    date = chinese_date(block["date"])
    return Signature(
        label=block["label"],
        statement=block["statement"],
        signer_role=block["signer_role"],
        signer_name=block["signer_name"],
        unit="\n".join(halves(block["unit"])),
        date=date,
        seal=block["seal"],
        width=_closing_width(date),
        mark=block.get("signer_mark", ""),
        box=box if block["seal"] else "",
        pen=block.get("pen", True),
    )


def halves(name: str) -> list[str]:
    """Break a name that is longer than the line over the date into two lines of equal length."""
    if len(name) <= STAMP_LINE:
        return [name]
    middle = -(-len(name) // 2)
    return [name[:middle], name[middle:]]


def closing_of(unit: str, date: str) -> dict[str, Any]:
    """Return unit, date and the width of the block that centres the name over the date.

    What is closed so speaks for the association: its seal goes over name and date.
    """
    return {"unit": unit, "date": date, "width": _closing_width(date), "box": ISSUER_BOX}


def _closing_width(date: str) -> float:
    """Return the width, in characters, of the block at the right edge with name and date.

    A date centred in it ends ``RIGHT_SPACE`` characters before the edge. A digit is half a
    character wide.
    """
    characters = sum(0.5 if character.isascii() else 1.0 for character in date)
    return 2 * RIGHT_SPACE + characters
