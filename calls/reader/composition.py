"""What the list of a recommending unit must hold: so many women, so many from the front line."""

from __future__ import annotations

import re

from calls.reader.figures import CHINESE, number
from calls.reader.notes import Notes
from calls.reader.text import clauses

_NUM = rf"(?:\d{{1,3}}|[{CHINESE}]{{1,3}})"
_KIND = r"(?:\d{2}周?岁(?:及?以下|以内)的?(?:作者)?|女性|青年|基层一线|一线|企业|非公有制(?:经济)?(?:组织)?|民营企业|少数民族|党外|县域|农村|中小学)"
# 一线或非公有制经济组织工作的不少于2名: of either kind.
_WHO = (
    rf"(?P<label>{_KIND}(?:(?:或者?|和|及|、){_KIND})*)(?:科技工作者|候选人|人选|人员|代表|专家)*"
)
_COUNTED = re.compile(
    rf"{_WHO}[^，。；]{{0,6}}?(?:不少于|不低于|至少(?:有|推荐)?|应有)(?P<n>{_NUM})(?:名|人|位|项|个)"
)
_SHARED = re.compile(
    rf"{_WHO}[^，。；]{{0,8}}?(?:不低于|不少于|至少占|应占|占比?(?:不低于|不少于)?)[^，。；%]{{0,8}}?(?P<n>\d{{1,3}})\s*%"
)


def read_composition(notes: Notes) -> None:
    """Find how many or what share of those named on a list must be of some kind."""
    for sentence in notes.body():
        if not re.search(r"推荐|人选|候选|名额", sentence.text):
            continue
        for _start, clause in clauses(sentence.text):
            principle = True if re.search(r"原则|一般", clause) else None
            if match := _SHARED.search(clause):
                notes.add(
                    "composition", sentence, label=match["label"],
                    percent=int(number(match["n"])), in_principle=principle,
                )  # fmt: skip
            elif match := _COUNTED.search(clause):
                notes.add(
                    "composition", sentence, label=match["label"], min=int(number(match["n"])),
                    in_principle=principle,
                )  # fmt: skip
