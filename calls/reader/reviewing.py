"""How applications are reviewed: the stages a notice names, in its order, and the pass mark."""

from __future__ import annotations

import re

from calls.reader.figures import CHINESE, number
from calls.reader.notes import Notes
from calls.reader.text import Sentence, clauses

_STAGES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("formal", re.compile(r"形式审查|资格审查|形式审核|(?:包括|经|通过)[^。；]{0,4}初审(?=、)")),
    ("scoring", re.compile(
        r"(?:网络|函|线上|书面|通讯|材料)评审|函评|网评|初评|专家(?:组)?(?:进行)?(?:评审|评定)|组织专家[^。；]{0,12}(?:评审|评分|打分)|评审得分|百分制"
    )),
    ("panel", re.compile(r"会议评审|(?<!委员)会评|集中评审|专家评审会|评审会议")),
    ("defence", re.compile(r"答辩|路演|现场决赛|现场评审")),
    ("leadership", re.compile(
        r"(?:党组|理事长办公会|(?:常务)?理事会|主席办公会|局长办公会|办公会议?|领导小组|审定委员会)[^。；]{0,8}(?:研究|审议|审定|审核|批准|决定)"
        r"|报[^，。；]{0,10}(?:党组|办公会|领导小组)[^，。；]{0,4}(?:审定|审批|研究)"
    )),
)  # fmt: skip
# What is done to a society, or by it before it recommends, is no review of this call.
_ELSEWHERE = re.compile(
    r"学会评价|推荐单位(?:组织|应|对|要)|所在单位|优先|评审费|评审委员会[，。]|不再|近.{1,2}年|承办单位|推荐报告"
)
_PASS_MARK = re.compile(
    rf"(?P<n>\d{{2,3}}|[{CHINESE}]{{2,3}})分(?:（含）|\(含\))?(?:及)?以上|(?:不低于|达到)(?P<m>\d{{2,3}})分"
)
_ABOUT_REVIEW = re.compile(r"评审|遴选|会评|评定|评选|立项|认定|审查|赛程|程序|初评|终评|审定|审核")


def read_reviewing(notes: Notes) -> None:
    """Find each stage once, where the notice first says that it takes place."""
    for sentence in notes.before_annexes():
        if sentence.start < notes.doc.preamble or sentence.line.is_row:
            continue
        if _ELSEWHERE.search(sentence.text) or not _ABOUT_REVIEW.search(_around(sentence)):
            continue
        found = [
            (match.start(), kind)
            for kind, pattern in _STAGES
            if (match := pattern.search(sentence.text))
        ]
        for _place, kind in sorted(found):
            if not any(one.values["stage"] == kind for one in notes.of("review")):
                mark = _pass_mark(sentence.text) if kind in ("scoring", "panel") else None
                notes.add("review", sentence, stage=kind, pass_mark=mark)


def _around(sentence: Sentence) -> str:
    return f"{sentence.above} {sentence.text}"


def _pass_mark(text: str) -> int | None:
    """Return the points out of a hundred that an application needs; None where none are named."""
    for _start, clause in clauses(text):
        match = _PASS_MARK.search(clause)
        if match and "岁" not in clause:
            value = int(number(match["n"] or match["m"]))
            return value if 1 <= value <= 100 else None
    return None
