"""The head and the foot of a notice: title, document number, issuer, day of issue."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from calls.reader.finding import Span
from calls.reader.moments import dates
from calls.reader.notes import Notes
from calls.reader.text import Line, mark_of

_END = re.compile(
    r"(?:通知|公告|通告|启事|指南|的函|征集函|邀请函|函|简章|倡议书)(?:[（(][^）)]{2,14}[）)])?$"
)
_NUMBER = re.compile(
    r"[（(]?(?P<number>[\u4e00-\u9fff]{1,14}[〔\[（(【﹝［]\s*(?:19|20)\d{2}\s*[〕\]）)】﹞］]\s*第?\s*\d{1,4}\s*号)[）)]?"
)
# 通知（云科协发〔2026〕9号）: the number is a fact of its own.
_NUMBERED = re.compile(
    r"[（(][\u4e00-\u9fff]{1,14}[〔\[（(【](?:19|20)\d{2}[〕\]）)】]第?\d{1,4}号[）)]$"
)
_BODY = re.compile(
    r"[\u4e00-\u9fff（）()“”、 ]{2,36}(?:协会|科协|学会|联合会|研究会|办公室|委员会|中心|实验室|基金会|秘书处|研究院|大学"
    r"|学院|学院|党组|工会|集团|公司|政府|领导小组|[厅局部处委办院所])"
)
# How a body's short name ends where several issue a notice together.
_JOINT = re.compile(r"(?:协会|科协|学会|联合会|委员会|中心|人才办|组织部|宣传部|[厅局部委办院])$")
_YEAR = re.compile(r"(20\d{2})\s*(?:[—\-–]\s*20\d{2})?\s*年")
# A year that stands for a programme, not for a date or a document.
_BARE_YEAR = re.compile(r"(20\d{2})年(?!\d)")
_TOP = 12
# A word of a page's menu is no title: 分享, 首页.
_SHORTEST = 6
# Headings of a web page around the notice.
_MENU = re.compile(r"(?:最新|通知|重要|相关|网站|公示|公告|申报|信息)*(?:公告|通知|通告|指南)")
# What stands beside the day on which a page was put up.
_PAGE = re.compile(
    r"发布(?:时间|日期)|发文日期|成文日期|(?:时间|日期)[：:]|点击|浏览|阅读(?:次数|量)|访问量|来源[：:]|作者[：:]"
)


def read_head(notes: Notes) -> None:
    """Find title, number, day of issue and issuer; sets the day dates are counted from."""
    lines = [line for line in notes.doc.lines if not line.is_row]
    title, first = _title(notes, lines)
    _number(notes, lines)
    foot = _issued(notes, lines, first)
    _issuer(notes, lines, foot, title)
    if notes.issued:
        notes.base = notes.issued
    elif year := _YEAR.search(title) or _BARE_YEAR.search(notes.doc.text[:400]):
        notes.base = dt.date(int(year[1]), 1, 1)


def _title(notes: Notes, lines: list[Line]) -> tuple[str, int]:
    """Return the title and the number of its last line; the title may stand on several lines."""
    for last in _ends_of_titles(lines):
        line = lines[last]
        first = last
        while "关于" not in lines[first].text and last - first < 2 and first > 0:
            above = lines[first - 1].text
            if _NUMBER.fullmatch(above.strip()) or above.endswith(("：", "。", "文件")):
                break
            first -= 1
        if "关于" not in lines[first].text:
            first = last
        starts = lines[first].text.startswith("关于")
        if starts and first and _is_body(lines[first - 1].text):
            first -= 1
        title = _joined("".join(one.text for one in lines[first : last + 1]))
        title = _NUMBERED.sub("", title)
        notes.add("title", Span(lines[first].start, line.end), text=title)
        return title, last
    if not lines:
        return "", 0
    line = next(
        (
            one
            for one in lines[:_TOP]
            if "关于" in one.text and _is_short(one) and not one.text.startswith("附件")
        ),
        lines[0],
    )
    if not _is_short(line) or len(line.text) < _SHORTEST:
        return "", 0
    why = _("No line reads like the title of a notice; this one comes nearest.")
    notes.add("title", Span(line.start, line.end), why=why, text=line.text[:120].replace(" ", ""))
    return line.text, min(lines.index(line), 3)


def _ends_of_titles(lines: list[Line]) -> list[int]:
    """Return the lines a title may end with; 最新公告 of a page's menu only where none names its matter."""
    found = []
    for place, line in enumerate(lines[:_TOP]):
        words = line.text.replace(" ", "")
        if (
            _END.search(words)
            and not mark_of(line.text)[0]
            and len(words) <= 90
            and "。" not in words
            and not words.startswith("附件")
        ):
            found.append(place)
    return [place for place in found if not _MENU.fullmatch(lines[place].text)] or found


def _joined(text: str) -> str:
    """Write a title without the spaces of its setting; those between joint issuers part them."""
    before, about, rest = text.partition("关于")
    bodies = before.split()
    if about and len(bodies) > 1 and all(_JOINT.search(body) for body in bodies):
        before = " ".join(bodies)
    else:
        before = before.replace(" ", "")
    return before + about + rest.replace(" ", "")


def _is_short(line: Line) -> bool:
    """Tell whether a line may be a title at all: no sentence, no address."""
    return len(line.text) <= 60 and not line.text.endswith(("：", "。", "；", "，", "号"))


def _is_body(text: str) -> bool:
    words = text.strip()
    return bool(_BODY.fullmatch(words)) and "关于" not in words


def _number(notes: Notes, lines: list[Line]) -> None:
    for line in lines[:_TOP]:
        found = _NUMBER.search(line.text)
        alone = found and len(line.text) <= len(found.group()) + 12
        behind_title = found and re.search(
            r"(?:通知|公告)[（(]$", line.text[: found.start("number")]
        )
        if found and (alone or behind_title) and "根据" not in line.text:
            number = re.sub(r"\s", "", found["number"])
            number = re.sub(r"[\[（(【﹝［](\d{4})[\]）)】﹞］]", r"〔\1〕", number)
            notes.add("document_number", Span(line.start, line.end), text=number)
            return


def _issued(notes: Notes, lines: list[Line], title: int) -> Line | None:
    """Find the line with the day of issue; return it."""
    for line in lines[title + 1 :]:
        if len(line.text) > 46 or line.level or re.search(r"[：:，。；]", line.text):
            continue
        found = dates(line.text, base=None)
        if len(found) != 1 or found[0].is_range or found[0].first.vague:
            continue
        before, after = line.text[: found[0].start].strip(), line.text[found[0].end :].strip()
        if after in ("", "印发", "印") and (not before or _is_body(before)):
            notes.issued = found[0].first.day
            notes.add("issued", Span(line.start, line.end), day=notes.issued)
            return line
    for line in lines[:_TOP]:
        found = dates(line.text, base=None)
        if (
            len(found) == 1
            and not found[0].is_range
            and _PAGE.search(line.text)
            and not line.level
            and not re.search(r"[，。；]", line.text)
        ):
            notes.issued = found[0].first.day
            why = _("Taken from the head of a web page: the day it was put there.")
            notes.add("issued", Span(line.start, line.end), why=why, day=notes.issued)
            return None
    return None


def _issuer(notes: Notes, lines: list[Line], foot: Line | None, title: str) -> None:
    if foot is not None:
        place = lines.index(foot)
        own = dates(foot.text, base=None)[0]
        bodies = re.split(r" {2,}", foot.text[: own.start].strip()) if own.start > 1 else []
        first = foot
        while not bodies or place > 0:
            line = lines[place - 1]
            if place == 0 or not _is_body(line.text) or line.level or len(bodies) >= 4:
                break
            bodies[:0] = re.split(r" {2,}", line.text.strip())
            first, place = line, place - 1
        bodies = [body for body in bodies if body]
        if bodies:
            text = "、".join(
                re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", b) for b in bodies
            )
            notes.add("issuer", Span(first.start, foot.end), text=text)
            return
    for line in reversed(lines[-3:]):
        if _is_body(line.text) and line not in lines[:2] and not line.level:
            notes.add("issuer", Span(line.start, line.end), text=line.text.strip())
            return
    # The name at the top of a web page, far above the title, is the page's.
    titled = [one.sentence.start for one in notes.of("title")]
    above = [line for line in lines if not titled or line.start < titled[0]]
    for line in above[:3] if len(above) <= 3 else lines[:0]:
        words = line.text.strip().removesuffix("文件")
        if _is_body(words):
            notes.add("issuer", Span(line.start, line.end), text=words)
            return
    found = re.match(r"(.{3,30}?)(?:关于|办公室关于)", title)
    at = notes.of("title")
    if found and at and _is_body(found[1]):
        why = _("The notice is not signed; read from its title.")
        notes.add("issuer", at[0].sentence, why=why, text=found[1])
