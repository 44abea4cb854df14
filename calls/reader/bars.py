"""Whom and what a notice refuses: bars of units and persons, and kinds of things left out."""

from __future__ import annotations

import re

from calls.reader.figures import CHINESE, number
from calls.reader.notes import Notes
from calls.reader.text import Sentence, mark_of

_NUM = rf"(?:\d{{1,3}}|[{CHINESE}]{{1,4}})"


def read_bars(notes: Notes) -> None:
    """Find who is barred and what is not accepted."""
    for sentence in notes.body():
        _bars(notes, sentence)
        _excluded(notes, sentence)


_REFUSED = re.compile(
    r"不得|不能|不可|不予(?:受理|支持|推荐)|不再|不受理|不接受|不重复|不作为|取消|不列入|不纳入|不在[^，。；]{0,16}范围|无|未曾|未获|没有|不支持|不建议|不参加|仅限|只能|未(?:列|被|受|发生|出现)"
)
# 有下列情形之一的，不得推荐：
_REFUSED_ALL = re.compile(
    r"(?:之一|下列|以下|如下)[^。；]{0,10}(?:不得|不予|不能|不可|不受理|不接受|不参加|不参评)"
)
_BARS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("channel", re.compile(r"只能(?:通过|由|选择)?(?:一个|1个|一种)[^，。；]{0,6}(?:渠道|单位|途径)|多(?:渠道|头)推荐|(?:通过)?(?:多个|两个(?:及|或)?以上)(?:渠道|途径|推荐单位)")),
    ("running", re.compile(r"(?:正在承担|在研|尚未结题|未结题|承担[^，。；]{0,12}未结)[^，。；]*")),
    ("overdue", re.compile(r"未(?:能)?(?:按期|按时|如期|通过)[^，。；]{0,6}(?:结项|结题|验收|完成)|验收(?:不合格|未通过)|逾期未(?:结项|结题|验收|完成|结)")),
    ("sanction", re.compile(
        r"失信|不良信用|行政处罚|受到[^，。；]{0,8}(?:处罚|处理|处分)|(?:无|未发生|未出现)[^，。；]{0,14}(?:事故|责任事故|违法|违规|处罚|不端|不良|负面)|处分|弄虚作假|安全责任事故|学术不端|严重违|违法违规"
    )),
    ("duplicate", re.compile(
        r"重复申报|多头申报|重复[^，。；]{0,4}申报过|同一(?:项目|内容|课题|成果)[^，。；]{0,14}(?:重复|多头|不得)|已获得[^，。；]{0,16}(?:财政)?资金支持|内容相同"
    )),
    ("earlier", re.compile(
        r"(?:已|曾|往届|获得|入选)[^，。；]{0,18}(?:入选|获奖|奖励|资助|支持|计划|称号|获得|建站|获奖者|命名|认定)|(?:尚)?未(?:曾)?获得?过?[^，。；]{0,16}(?:奖|称号|资助|支持|计划)|未获得过|未曾入选|往届获奖|(?:命名|认定|称号)?有效期内的"
    )),
)  # fmt: skip
_STILL_RUNNING = re.compile(r"正在承担|在研|尚未结题|承担[^，。；]{0,12}未结")
_SPAN_YEARS = re.compile(rf"(?:近|后|最近|过去)?(?P<n>{_NUM})年内?")


def _bars(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    refused = _REFUSED.search(text) or _REFUSED_ALL.search(notes.doc.leading(sentence.line))
    if not refused or re.search(r"互联网|网络传", text):
        return
    kinds = [code for code, pattern in _BARS if pattern.search(text)]
    if "channel" in kinds and "推荐" not in text and "候选" not in text and "申报" not in text:
        kinds.remove("channel")
    if {"duplicate", "earlier"} <= set(kinds) and not re.search(r"同一|资金支持", text):
        kinds.remove("duplicate")
    if len(kinds) > 1 and "earlier" in kinds:
        kinds.remove("earlier")
    if "running" in kinds and "duplicate" in kinds and "；" in text:
        pass
    elif {"running", "overdue"} <= set(kinds):
        still = _STILL_RUNNING.search(text) and "逾期" not in text
        kinds.remove("overdue" if still else "running")
    for code in kinds:
        pattern = dict(_BARS)[code]
        match = pattern.search(text)
        if match is None or (code == "earlier" and re.search(r"优先", text)):
            continue
        years = None
        if code in ("earlier", "sanction", "overdue"):
            found = _SPAN_YEARS.search(text)
            if (
                found
                and not re.match(r"\d{4}", found["n"])
                and re.search(
                    r"近|内|后", found.group() + text[max(0, found.start() - 1) : found.end() + 1]
                )
            ):
                value = int(number(found["n"]))
                years = value if value <= 20 else None
        # …的学会，不得申报青年课题: what is refused is said last.
        place = max(match.end(), refused.end() if refused.string == text else 0)
        notes.bind("bar", sentence, place, what=code, years=years)


_OUT = re.compile(
    r"^(?P<what>.{2,80}?)(?:等)?(?:活动|会议)?(?:，)?(?:均)?(?:不在|不属于|不列入|不纳入|不予受理|不予支持|不予资助|不作为|不能作为|不得作为)(?P<rest>[^。；]{0,24})"
)


# （不含专著、教材）: what is left out of what was just named.
_WITHOUT = re.compile(
    r"（(?:不含|不包括)(?P<what>[\u4e00-\u9fff]{2,8}(?:、[\u4e00-\u9fff]{2,8})*)）"
)


def _excluded(notes: Notes, sentence: Sentence) -> None:
    """培训班、庆典、表彰大会等不在范围之内."""
    body = sentence.text[
        mark_of(sentence.text)[1] if sentence.start == sentence.line.start else 0 :
    ]
    for left in _WITHOUT.finditer(body):
        for word in re.split(r"、|和|及", left["what"]):
            notes.bind("excluded", sentence, left.end(), text=word)
    match = _OUT.match(body)
    if not match or not re.search(
        r"范围|受理|支持|资助|推荐|申报|参评|评选", match["rest"] + match.group()
    ):
        return
    what = re.split(r"[，：]", match["what"])[-1]
    if "、" not in what or re.search(
        r"单位|负责人|学会|不得|材料|院士|逾期|年检|入选|人才|人员|作者|的(?!活动|工作)", what
    ):
        return
    what = re.sub(r"^(?:各类|各种|一般性)", "", what)
    for piece in re.split(r"、|和|以及|及", what):
        word = re.sub(r"^(?:一般的|各类|各种|一般性?的?)|等$", "", piece)
        if 2 <= len(word) <= 14:
            notes.bind("excluded", sentence, match.end(), text=word)
