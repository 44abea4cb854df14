"""Titles and degrees that a notice asks of a person: the rule and the lists the form offers."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from calls.services.notice_facts import Confirmed, Sheet
from calls.services.notice_people import ask_of, person_role

# The four ranks of professional titles, lowest first, with the words notices use for them.
RANKS: tuple[tuple[str, str], ...] = (
    ("初级", r"初级"),
    ("中级", r"中级|讲师"),
    ("副高级", r"副高级?|(?<!正)高级工程师|副教授|副研究员|(?<![正副])高级(?!工程师)"),
    ("正高级", r"正高级?|正高级工程师|(?<!副)教授|(?<!副)研究员"),
)
NO_TITLE = "无职称"
# Degrees, lowest first: who has one has those below it.
_DEGREES: tuple[tuple[str, str], ...] = (
    ("bachelor", r"本科|学士"),
    ("master", r"硕士"),
    ("doctor", r"博士"),
)
_UPWARD = re.compile(r"以上")
# 高级职称 by itself is the two ranks 副高级 and 正高级; it needs no 以上.
_WHOLE = re.compile(r"(?<![正副])高级(?!工程师)|正高")
# 或同等专业水平, 优秀者可放宽: not what a list of answers says.
_OPEN = re.compile(r"相当|同等|放宽|破格|除外|不受[^，。；]{0,8}限制|一般|原则上|优先")
_OF_EXPERTS = re.compile(r"专家|推荐人")
_OF_OTHERS = re.compile(r"成员|团队|导师|参与人")


def quality_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Ask for a title or a degree that is high enough, or for one of the two.

    What the notice leaves open, or asks of others than whom the call is about, stays with staff.
    """
    answers = enough(str(fact.values["text"]))
    beside = [
        one for one in sheet.of("quality")
        if one is not fact and one.sentence == fact.sentence
        and sheet.category_code(one) == sheet.category_code(fact)
    ]  # fmt: skip
    clause = _clause(fact)
    if not answers or beside or _OPEN.search(clause):
        sheet.leave(fact, _("List the titles or degrees that are enough, and add a rule."))
        return
    role = _role(sheet, fact, clause)
    if not role:
        sheet.leave(fact, _("Say of whom this is asked, and add a rule."))
        return
    (column, values), *others = answers.items()
    params = {"role": role, "column": column, "any_of": values}
    for other, also in others:
        params |= {"or_column": other, "or_any_of": also}
    sheet.rule("person_quality", fact, params)
    for asked in answers:
        ask_of(sheet, role, asked)
    if "title" in answers:
        sheet.roles[role]["titles"] = [*reversed([name for name, _words in RANKS]), NO_TITLE]


def _role(sheet: Sheet, fact: Confirmed, clause: str) -> str:
    """Return of whom the title is asked; empty where the form does not ask for them."""
    if _OF_OTHERS.search(clause):
        return ""
    if _OF_EXPERTS.search(clause):
        return "recommenders" if "recommenders" in sheet.roles else ""
    return person_role(sheet, fact)


def _clause(fact: Confirmed) -> str:
    """Return the stretch of the sentence around the words of the fact."""
    before, words, after = fact.sentence.partition(str(fact.values["text"]))
    if not words:
        return fact.sentence
    return re.split(r"[，。；：]", before)[-1] + re.split(r"[。；]", after)[0][:24]


def enough(text: str) -> dict[str, list[str]]:
    """Return which answers are enough, by column; empty where a part of the text stays open.

    副高级以上职称或博士学位 → ``{"title": ["副高级", "正高级"], "degree": ["doctor"]}``.
    """
    found: dict[str, list[str]] = {}
    for piece in filter(None, re.split(r"或者?|，", text)):
        column, values = _one(piece)
        if not values or column in found:
            return {}
        found[column] = values
    return found


def _one(piece: str) -> tuple[str, list[str]]:
    """Read one title or one degree; no values where it is none, or where others may be meant."""
    degrees = [place for place, (_code, words) in enumerate(_DEGREES) if re.search(words, piece)]
    ranks = [place for place, (_name, words) in enumerate(RANKS) if re.search(words, piece)]
    if len(degrees) == 1 and not ranks:
        return "degree", [code for code, _words in _DEGREES[degrees[0] :]]
    if len(ranks) == 1 and not degrees and (_UPWARD.search(piece) or _WHOLE.search(piece)):
        return "title", [name for name, _words in RANKS[ranks[0] :]]
    return "", []
