"""The application form as a Word file, from the payload of the printed one.

The Word file can be edited by anybody, so it carries number, version and hash but neither code nor
QR: what is signed and sealed, and what a scan is recognised by, is the PDF alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section as WordSection
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from portal.documents.faces import needs_full_face, printable
from portal.documents.layout import (
    Block,
    Grid,
    Part,
    Signature,
    balanced,
    heading_of,
    view_of,
)
from portal.documents.models import Document
from portal.documents.pages import SHOWN_OF_HASH
from portal.documents.payloads import DocumentKind
from portal.documents.wording import grouped

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = frozenset({DocumentKind.APPLICATION_FORM, DocumentKind.RECOMMENDATION_PACKET})
# What every Windows, WPS and UOS has; the names under which a Word file asks for them.
FANG, HEI, SONG, LATIN = "仿宋", "黑体", "宋体", "Times New Roman"
# The text block of GB/T 9704 and the column of labels, as in the PDF.
WIDTH, LABEL = 156.0, 33.0
BODY, FORM, SMALL = Pt(15.75), Pt(14), Pt(12)
RED = RGBColor(0xB3, 0x26, 0x1E)
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
DEMO = "演示　本件由演示系统生成，不代表任何单位的意见，不具效力。"
PROOF = "Word 文本，内容以同编号、同版本的 PDF 为准；签字、盖章和扫描请用 PDF。"


def has_word(document: Document) -> bool:
    """Tell whether there is a Word file of this document: of frozen forms only."""
    return document.kind in KINDS and not document.draft


def word_of(document: Document) -> bytes:
    """Return the Word file of a frozen form; the same row always gives the same text.

    Raises ValueError for a kind that has none.
    """
    if not has_word(document):
        raise ValueError(f"no Word file of {document.kind}")
    view = view_of(document.kind, document.payload)
    word = docx.Document()
    _set_up(word, document, view["issuer"])
    if document.kind == DocumentKind.APPLICATION_FORM:
        _cover(word, document, view)
        _new_section(word, document)
        _instructions(word, view["instructions"])
        _parts(word, view["parts"])
        _opinions(word, view)
    else:
        _footer(word.sections[0], document, numbered=True)
        _packet(word, document, view)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def name_of(document: Document) -> str:
    """Return the name people get on download, beside that of the PDF."""
    parts = [document.title, document.number, f"v{document.version_no}"]
    return "-".join(part for part in parts if part) + ".docx"


# --- the page --------------------------------------------------------------------------------


def _set_up(word: WordDocument, document: Document, issuer: str) -> None:
    """Page, usual face and properties; nothing of the machine it is made on."""
    style = word.styles["Normal"]
    style.font.size = FORM
    _face(style.element.get_or_add_rPr(), FANG)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin = Mm(37), Mm(26)
    section.bottom_margin, section.left_margin = Mm(35), Mm(28)
    section.footer_distance, section.header_distance = Mm(14), Mm(25)
    word.settings.odd_and_even_pages_header_footer = True
    facts = word.core_properties
    facts.title, facts.author, facts.comments = printable(document.title), issuer, ""
    facts.created = facts.modified = document.created_at.replace(tzinfo=None)
    if document.demo:
        for header in (section.header, section.even_page_header):
            _run(header.paragraphs[0], DEMO, HEI, Pt(9)).font.color.rgb = RED


def _footer(section: WordSection, document: Document, *, numbered: bool) -> None:
    """Page number on the outer side, — 1 —, beneath it what the file was made from."""
    number = f"编号 {document.number}　" if document.number else ""
    proof = (
        f"{number}第 {document.version_no} 版　"
        f"摘要 {grouped(document.content_sha256[:SHOWN_OF_HASH])}\n{PROOF}"
    )
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        first = footer.paragraphs[0]
        if numbered:
            first.alignment = ALIGN[side]
            _run(first, "— ", SONG, FORM)
            _page_number(first)
            _run(first, " —", SONG, FORM)
        _run(footer.add_paragraph(), proof, HEI, Pt(7.5))


def _new_section(word: WordDocument, document: Document) -> None:
    """Begin the pages after the cover; they are numbered from 1."""
    _footer(word.sections[0], document, numbered=False)
    section = word.add_section(WD_SECTION.NEW_PAGE)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.find(qn("w:cols")).addprevious(start)
    _footer(section, document, numbered=True)


def _page_number(paragraph: Paragraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = Run(OxmlElement("w:r"), paragraph)
    run.text = "1"
    run.font.size = FORM
    _face(run._r.get_or_add_rPr(), SONG)
    field.append(run._r)
    paragraph._p.append(field)


# --- the form --------------------------------------------------------------------------------


def _cover(word: WordDocument, document: Document, view: Mapping[str, Any]) -> None:
    """Number, call, title, facts and who made the form, one beneath the other."""
    if document.number:
        _line(word, f"编号：{document.number}", FANG, FORM, align="right")
    over, head = heading_of(view["call"], printable(document.title).strip())
    _line(word, over, SONG, Pt(18), align="center", before=70)
    title = _line(word, head, SONG, Pt(30), align="center", before=24)
    title.runs[0].bold = True
    facts = [(fact["label"], fact["value"]) for fact in view["cover"]]
    facts += [("申报单位（公章）", document.unit_name), ("填报日期", view["date"])]
    table = _table(word, [56, 96], ruled=False)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for number, (label, value) in enumerate(facts):
        row = table.rows[0] if number == 0 else table.add_row()
        _write(row.cells[0], label, HEI, BODY)
        _write(row.cells[1], value, FANG, BODY)
        row.cells[0].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.DISTRIBUTE
        _rule_below(row.cells[1])
        row.height = Mm(13)
    _space(table, before=60)
    _line(word, f"{view['issuer']}　制", SONG, Pt(18), align="center", before=110)


def _instructions(word: WordDocument, lines: list[str]) -> None:
    if not lines:
        return
    _heading(word, "填报说明")
    for number, line in enumerate(lines, 1):
        _text(word.add_paragraph(), f"{number}. {line}", FANG, BODY)
    word.add_page_break()


def _parts(word: WordDocument, parts: Iterable[Part]) -> None:
    for part in parts:
        if part.title:
            line = _line(word, f"{part.numeral}、{part.title}", HEI, BODY, before=14, after=6)
            line.paragraph_format.keep_with_next = True
        for block in part.blocks:
            _block(word, block)


def _opinions(word: WordDocument, view: Mapping[str, Any]) -> None:
    if not view["opinions"]:
        return
    heading = f"{view['opinions_numeral']}、审核意见"
    _line(word, heading, HEI, BODY, before=14, after=6).paragraph_format.keep_with_next = True
    for signature in view["opinions"]:
        _signature_row(word, signature)


def _packet(word: WordDocument, document: Document, view: Mapping[str, Any]) -> None:
    """The plan with its list, then one form after the other."""
    _heading(word, printable(document.title))
    _line(word, f"{view['issuer']}：", FANG, BODY)
    for part in view["plan"]:
        if part.title:
            _line(word, f"{part.numeral}、{part.title}", HEI, BODY)
        for block in part.blocks:
            if block.kind == "long":
                _paragraphs(word, block.value)
            else:
                _block(word, block)
    word.add_page_break()
    _heading(word, "推荐名单")
    _grid(word, view["grid"])
    _signature_row(word, view["signature"])
    for form in view["forms"]:
        word.add_page_break()
        _heading(word, form["title"])
        for block in form["blocks"]:
            _block(word, block)
        _signature_row(word, form["signature"])
        for number, note in enumerate(form["notes"], 1):
            _line(word, f"{number}. {note}", FANG, Pt(9))


def _block(word: WordDocument, block: Block) -> None:
    """One ruled block of a form as a table of its own; Word joins what follows each other."""
    match block.kind:
        case "line":
            widths = [LABEL, WIDTH - LABEL]
            if len(block.cells) == 2:
                widths = [LABEL, WIDTH / 2 - LABEL] * 2
            cells = _table(word, widths).rows[0].cells
            for number, cell in enumerate(block.cells):
                _label(cells[2 * number], cell.label)
                _write(cells[2 * number + 1], cell.value, FANG, FORM)
        case "choice":
            cells = _table(word, [LABEL, WIDTH - LABEL]).rows[0].cells
            _label(cells[0], block.label)
            ticks = (f"{'☑' if o['chosen'] else '☐'}{o['label']}" for o in block.options)
            _write(cells[1], "　".join(ticks), FANG, FORM)
        case "long":
            cells = _table(word, [LABEL, WIDTH - LABEL], whole=False).rows[0].cells
            _label(cells[0], block.label)
            _write_paragraphs(cells[1], block.value)
        case "grid":
            assert block.grid is not None
            _grid(word, block.grid)


def _grid(word: WordDocument, grid: Grid) -> None:
    """A table with its heads repeated on every page."""
    widths = [head.width * WIDTH / 100 for head in grid.heads]
    table = _table(word, widths)
    row = table.rows[0]
    if grid.label:
        _write(row.cells[0].merge(row.cells[-1]), grid.label, HEI, SMALL, align="center")
        _repeat(row)
        row = table.add_row()
    for cell, head in zip(row.cells, grid.heads, strict=True):
        _write(cell, head.title, HEI, SMALL, align="center")
    _repeat(row)
    for line in grid.cells:
        for cell, (text, align) in zip(table.add_row().cells, line, strict=True):
            _write(cell, text, FANG, SMALL, align=align)
    if not grid.cells:
        cells = table.add_row().cells
        _write(cells[0].merge(cells[-1]), "无", FANG, SMALL, align="center")
    if grid.total:
        cells = table.add_row().cells
        _write(cells[0].merge(cells[1]), "合计", HEI, SMALL, align="center")
        _write(cells[2], grid.total, HEI, SMALL, align="right")


def _signature_row(word: WordDocument, signature: Signature) -> None:
    """Words, room for the pen, unit and date where the seal goes."""
    widths = [LABEL, WIDTH - LABEL] if signature.label else [WIDTH]
    *labels, cell = _table(word, widths).rows[0].cells
    for one in labels:
        _label(one, signature.label)
    _write_paragraphs(cell, signature.statement)
    if signature.signer_name or signature.pen:
        name = signature.signer_name or "＿＿＿＿＿＿"
        _text(cell.add_paragraph(), f"{signature.signer_role}：{name}", FANG, FORM)
    lines = [
        "",
        "（公章）" if signature.seal and signature.pen else "",
        signature.unit,
        signature.date,
    ]
    for line in lines:
        paragraph = cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = 4 * FORM
        _text(paragraph, line, FANG, FORM)


# --- pieces ----------------------------------------------------------------------------------


def _table(
    word: WordDocument, widths: list[float], *, ruled: bool = True, whole: bool = True
) -> Table:
    """Add a table of one row; ``widths`` are millimetres, ``whole`` keeps a row on one page."""
    table: Table = word.add_table(rows=1, cols=len(widths))
    table.autofit = False
    if ruled:
        table.style = "Table Grid"
        _pad(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
    if whole:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table


def _pad(table: Table) -> None:
    """Keep the text of every cell a little away from its rules."""
    margins = OxmlElement("w:tblCellMar")
    # Twentieths of a point, in the order the format asks for.
    for side, width in (("top", 60), ("left", 100), ("bottom", 60), ("right", 100)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(width))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _rule_below(cell: _Cell) -> None:
    borders = OxmlElement("w:tcBorders")
    rule = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("color", "000000")):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)
    # The format wants the rules before how the text stands in the cell.
    properties = cell._tc.get_or_add_tcPr()
    properties.find(qn("w:vAlign")).addprevious(borders)


def _space(table: Table, *, before: float) -> None:
    """Keep room above a table: Word knows it for paragraphs only."""
    room = OxmlElement("w:p")
    table._tbl.addprevious(room)
    Paragraph(room, table._parent).paragraph_format.space_before = Pt(before)


def _label(cell: _Cell, text: str) -> None:
    _write(cell, "\n".join(balanced(text)), HEI, Pt(13), align="center")


def _write(cell: _Cell, text: str, face: str, size: Pt, *, align: str = "left") -> None:
    """Put one short field into a cell, wholly in 宋体 where its face lacks a character."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN[align]
    _text(paragraph, text, face, size)


def _write_paragraphs(cell: _Cell, text: str) -> None:
    """Put a long text into a cell, each line a paragraph with its indent."""
    lines = [line.strip(" 　") for line in text.split("\n")]
    for number, line in enumerate([line for line in lines if line]):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.first_line_indent = 2 * FORM
        _text(paragraph, line, FANG, FORM)


def _paragraphs(word: WordDocument, text: str) -> None:
    for line in text.split("\n"):
        if line.strip(" 　"):
            paragraph = word.add_paragraph()
            paragraph.paragraph_format.first_line_indent = 2 * BODY
            _text(paragraph, line.strip(" 　"), FANG, BODY)


def _heading(word: WordDocument, text: str) -> None:
    _line(word, text, SONG, Pt(22), align="center", after=20).runs[0].bold = True


def _line(
    word: WordDocument,
    text: str,
    face: str,
    size: Pt,
    *,
    align: str = "left",
    before: float = 0,
    after: float = 0,
) -> Paragraph:
    """Add one paragraph; ``before`` and ``after`` are points."""
    paragraph = word.add_paragraph()
    paragraph.alignment = ALIGN[align]
    _text(paragraph, text, face, size)
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def _text(paragraph: Paragraph, text: str, face: str, size: Pt) -> None:
    form = paragraph.paragraph_format
    form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    form.line_spacing = Pt(size.pt * 1.5)
    rare = face == FANG and needs_full_face(text, "fang")
    _run(paragraph, text, SONG if rare else face, size)


def _run(paragraph: Paragraph, text: str, face: str, size: Pt) -> Run:
    run = paragraph.add_run(text)
    run.font.size = size
    _face(run._r.get_or_add_rPr(), face)
    return run


def _face(properties: Any, face: str) -> None:
    """Name the face for Chinese and for Latin apart, as Word keeps them."""
    fonts = properties.get_or_add_rFonts()
    for attribute in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(attribute), LATIN)
    fonts.set(qn("w:eastAsia"), face)
    # The default template leads to faces of its theme first.
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)
