"""A notice as clean text: joined lines, headings and sentences, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from calls.reader.finding import Finding, Proposal, Span

_CJK = r"\u3400-\u9fff"
_KEPT_WIDE = "，。；：！？（）、“”‘’《》〔〕【】"
_SPACE_AT_FIGURES = re.compile(
    rf"(?<=[0-9])[ ]+(?=[{_CJK}（）〔〕，。；：、])|(?<=[{_CJK}（）〔〕，。；：、])[ ]+(?=[0-9])"
)
# Web pages and old word processors write Chinese with half-width signs; figures keep theirs.
_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\("), "（"),
    (re.compile(r"\)"), "）"),
    (re.compile(r";"), "；"),
    (re.compile(r"(?<!\d),|,(?!\d)"), "，"),
    (re.compile(r"(?<=[\u4e00-\u9fff”》）]):(?!//)|(?<!\d):(?=[\u4e00-\u9fff])"), "："),
)
_COLUMNS = re.compile(r"(?<=\S)(?:[ ]*\t[ \t]*|[ ]*\|[ ]*)(?=\S|$)")
_CHINESE = "一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
_MARKS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (
        1,
        re.compile(rf"(?:[{_CHINESE}]{{1,3}}[、.．]|第[{_CHINESE}\d]+[条章部][分]?[：、]?|#+ )\s*"),
    ),
    (2, re.compile(rf"[（(][{_CHINESE}]{{1,3}}[）)][、]?\s*")),
    (3, re.compile(r"\d{1,2}(?:[、．]|\.(?!\d))\s*")),
    (4, re.compile(r"[（(]\d{1,2}[）)][、]?\s*|\d{1,2}[）)]\s*")),
    (5, re.compile(r"[①-⑳]\s*")),
    (6, re.compile(r"[-•●◆■*]\s+")),
)
# What rules by the items below it: 下列论文不参加评选：, 有下列情形之一的，不得申报：.
REFUSES_ITEMS = re.compile(
    r"(?:不参加|不得|不予|不可|不能|不再|不接受|不受理|不在|不属于|不列入|不纳入|除外|不含|不包括)[^，。；：]{0,12}：$"
)
_LABEL = re.compile(rf"[{_CJK} ]{{2,10}}[：:]")
_END = re.compile(r"[。；：！？.;:!?…》】|]\s*[”’）)]?$")
_DATE_LINE = re.compile(r"[\d二〇○零一]{4}年\S{2,8}日?$")
_PREAMBLE = re.compile(r"(?:通知|公告|说明|安排|要求|事项|函告)如下[：:。]?$|如下[：:]$")
_ANNEX = re.compile(r"附\s*件\s*[\d一二三四五六]{0,2}\s*[：:]?")
_HEAD_END = re.compile(
    r"(?:(?:通知|公告|通告|指南|启事|的?函|文件)(?:[（(][^）)]{2,14}[）)])?|号[）)]?)$"
)
_BODY = re.compile(r"(?:协会|科协|学会|办公室|委员会|中心|[厅局部处])$")
_TITLE = re.compile(r"[。：:]")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?[”’）)]?")


@dataclass(frozen=True, slots=True)
class Line:
    """One line (or table row) with the headings it stands under, outermost first."""

    start: int
    text: str
    level: int
    # Title of the numbered item the line begins; empty for running text.
    title: str
    # Where the item's own words begin inside the line.
    body: int
    path: tuple[Line, ...] = ()

    @property
    def end(self) -> int:
        """Return where the line ends, without its line break."""
        return self.start + len(self.text)

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the titles of the headings above and of the line itself."""
        return (*(line.title for line in self.path), *((self.title,) if self.title else ()))

    @property
    def is_row(self) -> bool:
        """Tell whether the line is a row of a pasted table."""
        return "\t" in self.text


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; a long one in clauses is read clause by clause by whoever looks at it."""

    start: int
    text: str
    line: Line

    @property
    def span(self) -> Span:
        """Return the place of the sentence in the cleaned text."""
        return Span(self.start, self.start + len(self.text))

    @property
    def above(self) -> str:
        """Return the titles the sentence stands under, outermost first, as one text."""
        return " ".join(self.line.titles)


def clean(raw: str) -> str:
    """Return the text with figures in half width, signs in full width and wrapped lines joined.

    Tables keep one tab between cells. The words stay as they are: sentences shown to staff are the
    notice's own.
    """
    halved = "".join(
        char if char in _KEPT_WIDE or not 0xFF01 <= ord(char) <= 0xFF5E
        else unicodedata.normalize("NFKC", char)
        for char in raw.replace("\r\n", "\n").replace("\r", "\n")
    )  # fmt: skip
    halved = re.sub(r"[\u00a0\u2000-\u200b\u3000\ufeff]", " ", halved)
    for pattern, sign in _SIGNS:
        halved = pattern.sub(sign, halved)
    lines = [_line(line) for one in halved.split("\n") for line in _unrun(one)]
    joined: list[str] = []
    for line in lines:
        if not line:
            continue
        if joined and _continues(joined[-1], line):
            joined[-1] += line
        else:
            joined.append(line)
    return "\n".join(joined)


_PAGE_NUMBER = re.compile(r"[-—－–] ?\d{1,3} ?[-—－–]")
_RUN_ON = re.compile(
    rf"(?<=[。：；])(?=[{_CHINESE}]{{1,2}}、)|(?<![第条款按照和及与、])(?=（[{_CHINESE}]{{1,2}}）)|(?<=[。：；])(?=\d{{1,2}}[.、](?!\d))"
)


def _unrun(line: str) -> list[str]:
    """Part a page that lost its line breaks, 通知如下：一、条件（一）…。二、…, at its headings."""
    close = re.sub(rf"(?<=[{_CJK}。：；，、）”]) (?=[{_CJK}（“\d])|(?<=\d) (?=[{_CJK}])", "", line)
    run_on = len(close) >= 60 and re.search("[：。]一、", close)
    heads = re.match(rf"[{_CHINESE}]{{1,2}}、[^（。：，]{{2,20}}（一）", close)
    return _RUN_ON.split(close) if run_on or heads else [line]


def _line(line: str) -> str:
    """Tidy one line: cells parted by one tab, no spaces between figures and characters."""
    line = line.strip(" \t|").replace("：//", "://")
    if set(line) <= set("-|: +=\t") or _PAGE_NUMBER.fullmatch(line):
        return ""
    line = _COLUMNS.sub("\t", line)
    if len(re.findall(r"\S {3,}\S", line)) > 1 and not re.search(r"[，。；：:]", line):
        line = re.sub(r" {3,}", "\t", line)
    return _SPACE_AT_FIGURES.sub("", line).strip()


def mark_of(line: str) -> tuple[int, int]:
    """Return the level of the item mark a line begins with, and its length; (0, 0) for none."""
    for level, pattern in _MARKS:
        if found := pattern.match(line):
            return level, found.end()
    return 0, 0


_NUMBER_LINE = re.compile(r"[\u4e00-\u9fff]{2,14}[〔\[（(]\d{4}[〕\]）)]第?\d+号$")


def _continues(before: str, line: str) -> bool:
    """Tell whether a line is the rest of the one before, broken by the page's width."""
    if _END.search(before) or "\t" in before or "\t" in line:
        return False
    if mark_of(line)[0] or _LABEL.match(line) or line.startswith("附件"):
        return False
    if _HEAD_END.search(before) or re.match(r"(?:各|附表)", line):
        return False
    if mark_of(before)[0] and before.endswith("）") and len(before) <= 34:
        return False  # a heading with what it offers: （三）融合类（2项，每项10万元）
    if _DATE_LINE.match(line) or (len(line) <= 24 and _BODY.search(line)):
        return False
    if _NUMBER_LINE.match(line):
        return False  # 云科协发〔2026〕61号 beneath a long title
    if re.search(r"[\d@]\w*[.\w]*$", before) and len(before) < 40:
        return False
    words = before[mark_of(before)[1] :]
    prose = re.search(r"[，；、（“]", words) is not None
    return (prose and len(before) >= 12) or len(before) >= 34


class Document:
    """A notice to be read: its lines, sentences and the headings they stand under."""

    def __init__(self, raw: str) -> None:
        """Clean the text and find its structure."""
        self.text = clean(raw)
        self.lines = tuple(self._lines())

    def _lines(self) -> Iterator[Line]:
        above: list[Line] = []
        start = 0
        for text in self.text.split("\n"):
            level, mark = mark_of(text)
            if level:
                above = [line for line in above if line.level < level]
            # Running text after items of one line each goes on with what stands above the items.
            while not level and above and above[-1].body < len(above[-1].text):
                above.pop()
            path = tuple(above)
            title, body = _title(text, mark) if level else ("", 0)
            line = Line(start, text, level, title, body, path)
            yield line
            if level:
                above.append(line)
            start += len(text) + 1

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Return every sentence; a row of a table is one."""
        found = []
        for line in self.lines:
            if line.is_row:
                found.append(Sentence(line.start, line.text, line))
                continue
            for piece in _SENTENCE.finditer(line.text):
                if piece.group().strip():
                    found.append(Sentence(line.start + piece.start(), piece.group(), line))
        return tuple(found)

    @cached_property
    def preamble(self) -> int:
        """Return where the preamble ends, at 事项通知如下; 0 where there is none."""
        for line in self.lines[:16]:
            if not line.level and _PREAMBLE.search(line.text):
                return line.end
        return 0

    @cached_property
    def annexes(self) -> int:
        """Return where the annexes begin, at a line 附件 of its own after the notice."""
        for line in self.lines[4:]:
            if _ANNEX.fullmatch(line.text.strip()):
                return line.start
        return len(self.text)

    def inside(self, heading: Line) -> list[Sentence]:
        """Return the sentences of an item and of everything under it."""
        return [one for one in self.sentences if one.line is heading or heading in one.line.path]

    def leading(self, line: Line) -> str:
        """Return the line that leads to a list of items, 有下列情形之一的，不予受理：; empty for none."""
        if not line.level:
            return ""
        parent = line.path[-1:]
        for before in reversed(self.lines[: self.lines.index(line)]):
            leads = before.path == line.path and not before.level
            if leads or (before,) == parent:
                return before.text if before.text.endswith(("：", ":")) else ""
        return ""

    def refusing(self, item: Sentence) -> str:
        """Return the line above that refuses what an item names, without its mark; else empty."""
        lead = self.leading(item.line) if item.start == item.line.start else ""
        return lead[mark_of(lead)[1] :].strip() if REFUSES_ITEMS.search(lead) else ""

    def children(self, heading: Line) -> list[Line]:
        """Return the items directly under a heading."""
        return [line for line in self.lines if line.level and line.path[-1:] == (heading,)]


def quoted(proposal: Proposal, finding: Finding) -> str:
    """Return the sentence of a fact as it stands alone: an item with the line that refuses it."""
    own = proposal.text[finding.sentence.start : finding.sentence.end]
    return f"{finding.lead}{own[mark_of(own)[1] :]}" if finding.lead else own


def _title(text: str, mark: int) -> tuple[str, int]:
    """Return the title of an item and where its own words begin."""
    rest = text[mark:]
    found = _TITLE.search(rest)
    if found and found.start() <= 40:
        return rest[: found.start()].strip(), mark + found.end()
    return (rest.strip(), len(text)) if len(rest) <= 40 else ("", mark)


def clauses(sentence: str) -> Iterator[tuple[int, str]]:
    """Yield the clauses of a sentence with their places; commas in brackets part nothing."""
    start = depth = 0
    for place, char in enumerate(sentence):
        depth += (char in "（(“《") - (char in "）)”》")
        if char in "，；,;。" and depth <= 0:
            yield start, sentence[start:place]
            start = place + 1
    if start < len(sentence):
        yield start, sentence[start:]
