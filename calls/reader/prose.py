"""Categories that sentences name: 分为图书、视频两类; 重点课题3项，一般课题10项; 重点项目35万元."""

from __future__ import annotations

import re

from calls.reader.figures import CHINESE, number
from calls.reader.finding import Span
from calls.reader.naming import PLACE_UNITS, grants
from calls.reader.notes import Heading, Notes
from calls.reader.text import mark_of

_NOUN = (
    r"(?:项目|课题|奖|类|会议|活动|期刊|人才|工程师|团队|户|工作站|站|基地|农技协|论坛|作品|个人|单位|组织|合作社|年会|沙龙|工作室|"
    r"成果|论文|案例|[队馆校刊]|报告会|讲座|展览|计划|专项|比赛|大赛|讲坛|图书|视频|剧本)"
)
INLINE = re.compile(
    rf"(?:^|(?<=[，；、。：设选彰助持括中为和及 ]))(?P<title>[\u4e00-\u9fffA-Z“”]{{0,14}}{_NOUN})"
    rf"(?:[：:]|，)?(?:拟)?(?:资助|支持|立项|设立|设|遴选|评选|推选|共|表彰|奖励)?"
    rf"(?P<count>(?:不超过|不多于|约)?(?:\d+|[{CHINESE}]+)(?:[-—–~～至](?:\d+|[{CHINESE}]+))?(?:{PLACE_UNITS})"
    rf"(?:左右|以内)?)(?![以及]*上|类)"
)
_BAD_TITLE = re.compile(
    r"每|限|推荐|报送|其他|其余|不少|名额|数量|拟|共|本次|申报|候选|参与|主持|每类|同类|总|入选|承担|等(?!奖)|需求|提交|支持经费|合作(?!社)|"
    r"获|报|参加|举办|开展|完成|组织(?=申)|方案|建立"
)
LEAD = re.compile(
    r"^.*(?:本年度设|年度设|设立|设置|设(?!计)|评选|遴选|表彰|支持|资助|包括|其中|分别为|分为|推选)(?=[\u4e00-\u9fffA-Z])"
)
_CLASSES = re.compile(r"[（(][一二三四五六七八九十][）)]([\u4e00-\u9fff]{2,12}类)")
_LISTED = re.compile(
    r"分为?(?P<names>[\u4e00-\u9fff]{2,12}(?:(?:、|和)[\u4e00-\u9fff]{2,12}?)+|(?:“[^”]{2,20}”[、和]?){2,})等?"
    r"(?P<n>[二两三四五六七八九十]|\d{1,2})个?(?P<noun>类别|类型|类|组别?)"
)
# 分为两个类别，即应用对策类和历史文化类.
_CLASSES_AFTER = re.compile(
    r"分为?(?P<n>[二两三四五六七八九]|\d)(?:个|种|大)?(?:类别|类型|类|档次|档)[，：](?:即|分别为|分别是|包括)?"
    r"(?P<names>[\u4e00-\u9fff]{2,12}(?:(?:、|和|及)[\u4e00-\u9fff]{2,12}?)+)(?=[，。；]|$)"
)
# 重点项目35万元，一般项目和青年项目20万元.
_PRICED_NAME = r"[\u4e00-\u9fff]{2,6}?(?:项目|课题)"
PRICED = re.compile(
    rf"(?:^|[，；。：])(?P<names>{_PRICED_NAME}(?:[、和及]{_PRICED_NAME})*)(?:每[项个])?(?P<money>(?:不超过|约)?\d+(?:\.\d+)?(?:[-—~～至]\d+(?:\.\d+)?)?万元)"
)


def from_classes(notes: Notes) -> list[Heading]:
    """（一）场馆类、（二）公共场所类 in one line, or 分为图书、视频、剧本三类."""
    for sentence in notes.doc.sentences:
        for names in (
            _CLASSES.findall(sentence.text),
            _listed_classes(sentence.text),
            _classes_after(sentence.text),
        ):
            if len(names) >= 2:
                return [Heading(name, None, sentence.span) for name in names]
    return []


def _listed_classes(text: str) -> list[str]:
    """Return the names of 分为图书、视频、剧本三类, or of 分为“沙龙”“论坛”等2个类型."""
    listed = _LISTED.search(text)
    if listed is None:
        return []
    names = [name for name in re.split(r"[、和“”]", listed["names"]) if name]
    if len(names) != number(listed["n"]):
        return []
    ends = ("项目", "课题", "奖", "类")
    bare = listed["noun"] == "类"
    return [f"{name}类" if bare and not name.endswith(ends) else name for name in names]


def _classes_after(text: str) -> list[str]:
    """Return the names that follow their number: 分为两个类别，即甲类和乙类."""
    listed = _CLASSES_AFTER.search(text)
    names = re.split(r"[、和及]", listed["names"]) if listed else []
    return names if listed and len(names) == number(listed["n"]) else []


def from_running_text(notes: Notes) -> list[Heading]:
    """Names with numbers beside each other: 重点课题3项，每项5万元；一般课题10项."""
    by_line: dict[int, list[Heading]] = {}
    for sentence in notes.doc.sentences:
        if sentence.line.is_row or re.search(r"推荐名额|推荐数量|推荐办法", sentence.above):
            continue
        offset = mark_of(sentence.text)[1] if sentence.start == sentence.line.start else 0
        for match in INLINE.finditer(sentence.text, offset):
            title = LEAD.sub("", match["title"])
            if not 2 <= len(title) <= 16 or _BAD_TITLE.search(title) or title in ("项目", "课题"):
                continue
            key = sentence.line.path[-1].start if sentence.line.path else sentence.line.start
            group = by_line.setdefault(key if not sentence.line.level else sentence.line.start, [])
            if title not in [one.title for one in group]:
                group.append(Heading(title, None, sentence.span))
    groups = [group for group in by_line.values() if len(group) >= 2]
    return max(groups, key=len, default=[])


_GRANTED = re.compile(
    r"(?:^|[，；。：、]|年市?|年度)(?P<title>[\u4e00-\u9fff]{2,16}?(?:项目|课题|类))(?=由|主要|每|资助|支持|的|，|：)"
)


def from_granted_names(notes: Notes) -> list[Heading]:
    """Names that begin stretches with money of their own: 面上项目由…不超过3万元；…项目由…."""
    for line in notes.doc.lines:
        found: list[Heading] = []
        for piece in re.split(r"[；。]", line.text[line.body if not line.title else 0 :]):
            match = _GRANTED.search(piece)
            if not match or not grants(piece):
                continue
            words = re.split(r"项目|课题", match["title"][:-2])[-1] + match["title"][-2:]
            if len(words) >= 4 and not _BAD_TITLE.search(words):
                found.append(Heading(words, None, Span(line.start, line.end)))
        if len({one.title for one in found}) >= 2:
            return found
    return []


def priced_names(text: str) -> list[tuple[list[str], str]]:
    """Return names with the money that stands right behind them, as a sentence lists them."""
    return [
        (re.split(r"[、和及](?=[\u4e00-\u9fff]{2})", match["names"]), match["money"])
        for match in PRICED.finditer(text)
    ]


def from_priced_names(notes: Notes) -> list[Heading]:
    """Read names that a sentence lists with nothing but their money."""
    for sentence in notes.body():
        names = [name for group, _money in priced_names(sentence.text) for name in group]
        if len(set(names)) >= 2 and not any(_BAD_TITLE.search(name) for name in names):
            return [Heading(name, None, sentence.span) for name in dict.fromkeys(names)]
    return []
