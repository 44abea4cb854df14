"""Parts of a category: 理科、工科2个分赛场 in a sentence, or short items under its heading."""

from __future__ import annotations

import re

from calls.reader.figures import CHINESE, number
from calls.reader.finding import Span
from calls.reader.naming import IN_BRACKET, PLACE_UNITS, before_offer, heading_title
from calls.reader.notes import Heading, Notes
from calls.reader.text import Line, Sentence

_IN_WORDS = re.compile(
    r"(?:包括|分为|分|设|设置|设立)(?P<names>[\u4e00-\u9fff]{1,8}(?:、[\u4e00-\u9fff]{1,8})+)(?P<n>\d|[二两三四五六七八九十])个"
    r"(?P<noun>分赛场|分会场|赛区|赛道|组别|专场|分论坛)(?:[（(][^）)]*[）)])?(?:(?:和|及|与|以及)(?P<final>总?决赛))?"
)
# 分为精品线路和特色线路两档: grades that are named, each with its places further on.
_GRADES = re.compile(
    r"分为?(?P<names>[\u4e00-\u9fff]{2,8}?(?:(?:、|和|及|与)[\u4e00-\u9fff]{2,8}?)+)"
    r"(?P<n>[二两三四五])(?:档|级|个档次|个等级|个层次)"
)
# 征集20部，其中重点作品5部…；一般作品15部…: names with their numbers.
_AMONG = re.compile(
    rf"(?:^|[，；、])(?P<name>[\u4e00-\u9fff]{{2,10}}?)(?P<n>\d+|[{CHINESE}]+)(?:{PLACE_UNITS})(?=[，；、。（]|$)"
)
_NOT_AMONG = re.compile(
    r"每|各|限|推荐|不|至少|女性|青年|基层|一线|高级|申报|报送|论文|专家|成员|近|支持|资助"
)
_ITEM = re.compile(r"[\u4e00-\u9fffA-Za-z0-9（）“”]{2,12}")
_NO_PART = re.compile(
    r"(?:目的|数量|额度|要求|条件|时间|范围|对象|方式|内容|标准|流程|程序|名额|经费|材料|说明)$"
)


def read_parts(notes: Notes) -> None:
    """Find the parts of every category, wherever the notice names them."""
    for sentence in notes.doc.sentences:
        _grades(notes, sentence)
        match = _IN_WORDS.search(sentence.text)
        category = notes.category_at(sentence)
        if not match or not category:
            continue
        names = [f"{name}{match['noun']}" for name in match["names"].split("、")]
        if len(names) != number(match["n"]):
            continue
        for name in [*names, *([match["final"]] if match["final"] else [])]:
            notes.add("part", sentence, title=name, category=category)
    for line in notes.doc.lines:
        _among(notes, line)
    for heading in notes.categories:
        _in_bracket(notes, heading)
        offered = _offered(notes, heading)
        notes.parts += offered
        for line, title in _items(notes, heading):
            notes.add("part", Span(line.start, line.end), title=title, category=heading.title)
        for part in offered:
            notes.add("part", part.sentence, title=part.title, category=heading.title)


def _among(notes: Notes, line: Line) -> None:
    """Read 征集20部，其中重点作品5部、一般作品15部: parts of the category with their places."""
    before, turns, rest = line.text.partition("其中")
    found = [*_AMONG.finditer(rest.split("。")[0].removeprefix("，"))] if turns else []
    titles = {one.title for one in notes.categories}
    if len(found) < 2 or any(
        _NOT_AMONG.search(one["name"]) or one["name"] in titles for one in found
    ):
        return
    sentence = Sentence(line.start, line.text, line)
    if category := notes.category_at(Sentence(line.start, before, line)):
        for one in found:
            notes.add(
                "part", sentence, title=one["name"], category=category, places=int(number(one["n"]))
            )


def _in_bracket(notes: Notes, heading: Heading) -> None:
    """Read 学术交流类（含学术年会、专题论坛）: the parts that the heading names in a bracket."""
    match = IN_BRACKET.search(heading.line.text[:60]) if heading.line else None
    for name in re.split(r"、|和|及", match["names"]) if match else ():
        notes.add("part", heading.sentence, title=name, category=heading.title)


def _offered(notes: Notes, heading: Heading) -> list[Heading]:
    """Return the items under a heading that each have a number or money: 1.学术年会3项,每项5万元."""
    lines = notes.doc.children(heading.line) if heading.line else []
    named = [(line, heading_title(line)) for line in lines if before_offer(line)]
    taken = {one.title for one in (*notes.categories, *notes.parts)}
    found = [
        Heading(title, line, Span(line.start, line.end))
        for line, title in named if title and title not in taken
    ]  # fmt: skip
    return found if len(found) > 1 else []


def _grades(notes: Notes, sentence: Sentence) -> None:
    """Read the grades of a category with the places stated beside their names."""
    match = _GRADES.search(sentence.text)
    category = notes.category_at(sentence)
    if not match or not category:
        return
    names = re.split(r"、|和|及|与", match["names"])
    if len(names) != number(match["n"]):
        return
    rest = sentence.line.text.partition(match[0])[2]
    for name in names:
        places = re.search(rf"{name}(\d+)[条项个名家支]", rest)
        notes.add(
            "part", sentence, title=name, category=category,
            places=int(places[1]) if places else None,
        )  # fmt: skip


def _items(notes: Notes, heading: Heading) -> list[tuple[Line, str]]:
    """Return the items under a heading if all of them are nothing but short names."""
    if heading.line is None:
        return []
    lines = notes.doc.children(heading.line)
    titles = [re.sub(r"[；。]$", "", line.title) for line in lines]
    plain = all(_ITEM.fullmatch(title) and not _NO_PART.search(title) for title in titles)
    bare = all(line.body >= len(line.text) for line in lines)
    return list(zip(lines, titles, strict=True)) if len(lines) > 1 and plain and bare else []
