"""The standing a unit must have, and whom a notice prefers."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from calls.reader.notes import Notes
from calls.reader.text import Sentence, clauses
from calls.reader.who import names, units

_YEARS = re.compile(r"(20\d{2})\s*(?:年度?)?\s*[-—–~～至到、]\s*(20\d{2})\s*年")
_YEAR = re.compile(r"(20\d{2})\s*年")


def read_standing(notes: Notes) -> None:
    """Find what a unit must be, and who comes first."""
    for sentence in notes.body():
        _facts(notes, sentence)
        _honours(notes, sentence)


# Standing of the unit -----------------------------------------------------------------------------

_INSPECTED = re.compile(
    r"年检(?:结论|结果)?(?:须|应|均|必须)?(?:为)?(?:[^，。；]{0,4})合格|(?:未参加年检|年检不合格)"
)
_EVALUATED = re.compile(r"参加[^，。；]{0,12}(?P<what>学会(?:综合)?评价|学会评估|考核评估)")
_LEGAL = re.compile(
    r"具有法人资格|独立(?:的)?法人(?:资格|资质)?|具备[^，。；]{0,6}法人资格|法人(?:资格|单位)(?:的)?"
)
_GRADE = re.compile(r"(?P<what>[345A]A级(?:及)?以上|[345]A级)(?:（含）)?(?:学会|社会组织)?")


def _facts(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    if "优先" in text and "年检" not in text and not _EVALUATED.search(text):
        return
    who = names([unit for unit in units(text) if unit.word in ("学会", "高校科协", "企业科协")][:1])
    for match in _INSPECTED.finditer(text):
        _inspection(notes, sentence, match, who)
    if evaluated := _EVALUATED.search(text):
        year = _YEAR.search(_clause_around(text, evaluated.start()))
        notes.bind(
            "fact", sentence, evaluated.end(), label=evaluated["what"],
            year=int(year[1]) if year else None, units=who,
            why="" if year else _("The notice names no year."),
        )  # fmt: skip
    _legal_person(notes, sentence)
    for match in _GRADE.finditer(text):
        if "优先" not in text and re.search(r"须|应|为|具|限", text):
            notes.bind("fact", sentence, match.end(), label=match["what"])


def _inspection(notes: Notes, sentence: Sentence, match: re.Match[str], who: str) -> None:
    """Note that the yearly inspection must be passed: of the years named, or of last year."""
    clause = _clause_around(sentence.text, match.start())
    years: list[int | None] = [int(year) for year in re.findall(r"(20\d{2})", clause)]
    why = "" if years else _("The notice names no year.")
    if re.search(r"上(?:一)?年度|去年", clause):
        years = [_year_before(notes)] if notes.base else []
        why = _("The year is counted from the notice: the one before.")
    for year in years or [None]:
        notes.bind("fact", sentence, match.end(), why=why, label="年检合格", year=year, units=who)


_NO_STANDING = re.compile(r"优先|签字|法定代表人|复印件|证明|证书")


def _legal_person(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    match = _LEGAL.search(text)
    if match is None or "授权" in match.group():
        return
    required = re.search(r"须|应|具有|具备|必须|为|条件|要求", text + sentence.above)
    if required and not _NO_STANDING.search(_clause_around(text, match.start())):
        notes.bind("fact", sentence, match.end(), label=match.group().removesuffix("的"))


def _year_before(notes: Notes) -> int:
    """Return the year before the one the notice's title names, or before that of issue."""
    titles = notes.of("title")
    named = _YEAR.search(str(titles[0].values["text"])) if titles else None
    return (int(named[1]) if named else notes.base.year if notes.base else 0) - 1


def _clause_around(text: str, place: int) -> str:
    return next(
        (clause for start, clause in clauses(text) if start <= place <= start + len(clause)), text
    )


_PRIORITY = re.compile(r"优先(?:支持|考虑|推荐|资助|立项|申报|安排|遴选|认定)?")


def _honours(notes: Notes, sentence: Sentence) -> None:
    """优先支持2021—2023年度先进学会、… or …的优先."""
    text = sentence.text
    match = _PRIORITY.search(text)
    if not match:
        return
    after = re.split(r"[，。；]", text[match.end() :])[0]
    before = re.split(r"[，。；：]|[一二三四五]是|\d\.", text[: match.start()])[-1]
    if before in ("同等条件下", "同等条件", "在同等条件下"):
        before = re.split(r"[，。；：]", text[: match.start() - len(before) - 1])[-1]
        after = ""
    body = (
        after
        if len(after) > 3
        else re.sub(
            r"(?:称号的单位|的单位|的项目|的学会|者|的|予以|给予|可|单位|可以)+$", "", before
        )
    )
    years = _YEARS.search(body)
    first, last = (int(years[1]), int(years[2])) if years else (None, None)
    if years:
        body = body[: years.start()] + body[years.end() :]
    elif year := _YEAR.search(body):
        first = last = int(year[1])
        body = body[: year.start()] + body[year.end() :]
    body = re.sub(
        r"^(?:度|获得|评为|近.{1,2}年(?:内)?(?:获得过|获得|获评|获)?|对)+|(?:申报项目|申报|等)$",
        "",
        body.strip(),
    )
    for piece in re.split(r"、|和|或", body) if "、" in body else [body]:
        label = re.sub(r"^(?:度|获得过|获得|获|曾获)", "", piece).strip("”“ ")
        if 3 <= len(label) <= 30 and re.search(
            r"先进|优秀|奖|荣誉|表彰|称号|等级|评估|示范|获|集体|A级", label
        ):
            notes.bind("honour", sentence, match.end(), label=label, from_=first, to_=last)
