"""What a notice says and no fact took up: figures, dates and conditions, each with its sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from calls.reader.figures import CHINESE, number
from calls.reader.finding import Finding, Span, Unread
from calls.reader.kinds import KINDS, PartType
from calls.reader.moments import dates
from calls.reader.notes import Notes
from calls.reader.text import REFUSES_ITEMS, Sentence, clauses, mark_of

_UNIT = "亿元|万元|千元|元|万|%|％|岁|周岁|小时|工作日|个月|分钟|平方米|人次|场次|[项个名人篇家场次期份条部件支位所门幅套户种块张届批轮年天日字分倍]"
_FIGURE = re.compile(rf"(?P<n>\d+(?:\.\d+)?|[{CHINESE}]+)(?P<unit>{_UNIT})?")
_SCALE = {"千元": 1000, "万": 10_000, "万元": 10_000, "亿元": 10**8}
# Figures that rule nothing: names of documents, addresses, annexes, editions, years by themselves.
_NO_FIGURE = re.compile(
    r"《[^》]*》|(?:电\s*话|传\s*真|邮\s*编)[^，。；]*|(?:上|去|当|本|每)?一?年度|[（(]?[\u4e00-\u9fff]{0,14}[〔\[（(]\d{4}[〕\]）)]\s*第?\d+号[）)]?|https?://\S+|www\.\S+"
    r"|[\w.+-]+@[\w.-]+|附件[：:]?\s*[\d一二三四五六七八九十]*[.、]?|第[\d一二三四五六七八九十百]+[届章条次批]|(?:19|20)\d{2}年?度?(?!\d)"
    r"|邮编[：:]?\s*\d{6}|\d+号|[A-Z]\d|“[^”]{0,12}”|[一二三四五]是|一[个种些批定般线]"
)
_CONDITION = re.compile(
    r"须|必须|应(?:当|为|是|具|有|与|按|属|符|能|在|于|由|以)|不得|不能|不可|不予|不再|不接受|不受理|不参加|仅限|只限|限于|只能|限[报申推]"
    r"|优先|原则上|不超过|不少于|不低于|至少|以上|以下|以内|不含|除外|一票否决|取消"
)
# Words that urge without ruling.
_URGED = re.compile(
    r"认真|高度重视|如实|务必|加强|做好|确保|落实|统筹|精心|切实|积极|广泛|坚持|遵循|严格"
)
# What only leads to the conditions that follow: 候选人应具备的条件, 须符合下列条件之一：.
_HEADS = re.compile(r"(?:条件|要求|标准|范围)(?:之一|如下)?[：:]?$")

# A day of the call may be said again, of another copy or in another sentence.
_DAYS = ("opens", "closes", "category_closes", "recommend_by", "paper_by", "result_by")


@dataclass
class _Stated:
    """What the facts of a sentence state."""

    numbers: set[Decimal] = field(default_factory=set)
    days: set[dt.date] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    # A fact of choices alone, such as a bar, speaks of its sentence without repeating a word.
    wordless: bool = False


def read_unread(notes: Notes) -> tuple[Unread, ...]:
    """Return, sentence by sentence, the clauses with a figure, date or condition no fact states."""
    head = [
        one.sentence
        for kind in ("title", "document_number", "issuer", "issued")
        for one in notes.of(kind)
    ]
    known = {one.values["day"] for kind in _DAYS for one in notes.of(kind)}
    found: list[Unread] = []
    below: set[int] = set()
    body = list(notes.body())
    for place, sentence in enumerate(body):
        if sentence.start in below or any(_meet(one, sentence.span) for one in head):
            continue
        stated = _stated([one for one in notes.findings if _meet(one.sentence, sentence.span)])
        stated.days |= {day for day in known if isinstance(day, dt.date)}
        if sum(one.title in sentence.text for one in notes.categories) > 1:
            stated.numbers.add(Decimal(len(notes.categories)))  # 分为…等4个类型
        left = [clause for clause in _pieces(sentence) if _says_more(clause, stated, notes.base)]
        ruled = _ruled_items(sentence, body[place + 1 :])
        below |= {one.start for one in ruled}
        items = [
            one for one in ruled if not any(_meet(f.sentence, one.span) for f in notes.findings)
        ]
        if left and items:
            # An item alone (已获奖的论文) would say the opposite of what the line above says of it.
            words = "；".join(piece.rstrip("；。") for one in items for piece in _pieces(one))
            whole = Span(sentence.start, items[-1].span.end)
            found.append(Unread(f"{'；'.join(left)}{words}", whole))
        elif left and not ruled:
            found.append(Unread("；".join(left), sentence.span))
    return tuple(found)


def _ruled_items(lead: Sentence, following: Sequence[Sentence]) -> list[Sentence]:
    """Return the items under a line that refuses what they name."""
    if not REFUSES_ITEMS.search(lead.text.strip()):
        return []
    items: list[Sentence] = []
    level = 0
    for one in following:
        mark = mark_of(one.text)[0] if one.start == one.line.start else 0
        if not mark or (level and mark != level):
            break
        level = mark
        items.append(one)
    return items


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _stated(findings: Sequence[Finding]) -> _Stated:
    """Gather what the facts read from one sentence, or from the line around it, state."""
    stated = _Stated()
    for one in findings:
        types = {part.name: part.type for part in KINDS[one.kind].parts}
        said = {
            name: value for name, value in one.values.items()
            if types[name] not in (PartType.CHOICE, PartType.FLAG)
        }  # fmt: skip
        stated.wordless |= not set(said) - {"category"}
        for name, value in said.items():
            if isinstance(value, dt.date):
                stated.days.add(value)
            elif isinstance(value, str):
                stated.texts.append(value)
                # The label of a figure is its whole clause or cell, which may hold a second one.
                if (one.kind, name) != ("number", "label"):
                    stated.numbers.update(*_figures(value))
            else:
                stated.numbers.add(Decimal(value))
    return stated


def _pieces(sentence: Sentence) -> list[str]:
    """Part a sentence into clauses, a row of a table into cells, without the mark of an item."""
    if sentence.line.is_row:
        return [cell.strip() for cell in sentence.text.split("\t")]
    offset = mark_of(sentence.text)[1] if sentence.start == sentence.line.start else 0
    return [clause.strip() for _start, clause in clauses(sentence.text[offset:])]


def _says_more(clause: str, stated: _Stated, base: dt.date | None) -> bool:
    """Tell whether a clause holds a figure or a day that is not stated, or an untold condition."""
    dated = dates(clause, base=base)
    days = {moment.day for one in dated for moment in (one.first, one.last)}
    bare = clause
    for one in reversed(dated):
        bare = bare[: one.start] + bare[one.end :]
    figures = _figures(bare)
    if days - stated.days or any(not values & stated.numbers for values in figures):
        return True
    if figures or days or stated.wordless or _URGED.search(clause) or _HEADS.search(clause):
        return False
    told = any(_speaks_of(text, clause) for text in stated.texts)
    return _CONDITION.search(clause) is not None and not told


def _figures(text: str) -> list[set[Decimal]]:
    """Return the figures of a text, each as it is written and as its unit counts it."""
    found = []
    for match in _FIGURE.finditer(_NO_FIGURE.sub("，", text)):
        if not match["unit"] and not match["n"][0].isdigit():
            continue  # 一 and 十 stand in many words
        value = number(match["n"])
        unit = match["unit"] or _unit_of_range(match)
        found.append({value, value * _SCALE.get(unit, 1)})
    return found


def _unit_of_range(low: re.Match[str]) -> str:
    """Return the unit that the lower end of a range takes from the upper one: 6—8万元."""
    rest = re.match(rf"[—–~～至到-]\s*\d+(?:\.\d+)?(?P<unit>{_UNIT})", low.string[low.end() :])
    return rest["unit"] if rest else ""


def _speaks_of(text: str, clause: str) -> bool:
    """Tell whether half of a fact's words, two characters at a time, stand in a clause."""
    pairs = {text[place : place + 2] for place in range(len(text) - 1)}
    return bool(pairs) and 2 * sum(pair in clause for pair in pairs) >= len(pairs)
