"""Two steps of recommending: who looks at applications first, and to whom it hands them on."""

from __future__ import annotations

import re
from itertools import pairwise

from calls.reader.moments import dates
from calls.reader.notes import Notes
from calls.reader.text import Sentence
from calls.reader.timing import add_stage
from calls.reader.who import Unit, units

_FIRST = r"初审|初评|初核|初选|初筛"
_AGAIN = r"复审|复核|复评"
# Only these pass on what others apply for; what a firm or a university checks is its own.
_PASSING = ("科协", "学会", "高校科协")
_JOINED = re.compile(r"(?:（[^）]*）)?(?:、|和|或|及|与|以及)各?")
# 初审后报送所在…: the words between the one that hands on and the one that receives.
_HANDED_ON = re.compile(
    rf"(?:{_FIRST}|审核|审查|推荐|汇总)[^。；]*?(?:报|送|提交)(?:送|至|到|给|请|经|由)*(?:所在地?|当地|所属|上级|各)*$"
)
_TAKEN_UP = re.compile(
    rf"(?![^。；，]{{0,8}}(?:直接|自行|可))[^。；]{{0,14}}?(?:{_AGAIN}|审核|审定|推荐|汇总|把关)"
)
# 市科协 alone may be the issuer itself; in a province's notice it is not.
_BARE_CITY = re.compile(r"(?<![设各属区县直])市科协")

Found = dict[str, tuple[Unit, Sentence]]


def two_steps(notes: Notes) -> tuple[Found, Found]:
    """Return the units of the first and of the second step by name; both empty for one step."""
    first: Found = {}
    second: Found = {}
    provincial = any(re.search(r"省|自治区", str(one.values["text"])) for one in notes.of("issuer"))
    said: list[tuple[Sentence, list[Unit]]] = []
    for sentence in notes.body():
        if sentence.line.is_row:
            continue
        text = _BARE_CITY.sub("市级科协", sentence.text) if provincial else sentence.text
        groups = _groups(text)
        said.append((sentence, [unit for group in groups for unit in group]))
        for one, other in pairwise(groups):
            if _follows(text[one[-1].end : other[0].start], text[other[-1].end :]):
                first |= {unit.name: (unit, sentence) for unit in one}
                second |= {unit.name: (unit, sentence) for unit in other}
    if not first:
        first, second = _by_sentences(said)
    if first.keys() & second.keys() or not second:
        return {}, {}
    return first, second


def note_ends(notes: Notes, step: Found) -> None:
    """Note until when those of a step hand on, where the deadlines read so far do not hold it."""
    for unit, sentence in step.values():
        for one in dates(sentence.text, base=notes.base):
            before = sentence.text[unit.end : one.start]
            ends = re.match(r"(?:（[^）]{0,10}）)?\s*(?:之前|以前|前|止)", sentence.text[one.end :])
            if one.start >= unit.end and ends and not re.search(r"申报(?:单位|人)|。", before):
                add_stage(notes, sentence, one)


def _groups(text: str) -> list[list[Unit]]:
    """Return the units of a sentence, those joined by 、 or 和 together."""
    groups: list[list[Unit]] = []
    for unit in sorted(units(text), key=lambda one: one.start):
        if unit.word not in _PASSING:
            continue
        if groups and _JOINED.fullmatch(text[groups[-1][-1].end : unit.start]):
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return groups


def _follows(between: str, after: str) -> bool:
    """Tell whether one hands on to the other: 初审后报…, or 初审，…推荐."""
    if re.search(r"。|；", between):
        return False
    checked = re.search(_FIRST, between) and _TAKEN_UP.match(after)
    return bool(checked or _HANDED_ON.search(between))


def _by_sentences(said: list[tuple[Sentence, list[Unit]]]) -> tuple[Found, Found]:
    """Read steps with a sentence each: one speaks of 初审, another of 复审."""
    steps: list[Found] = []
    for here, elsewhere in ((_FIRST, _AGAIN), (_AGAIN, _FIRST)):
        steps.append(
            {
                unit.name: (unit, sentence)
                for sentence, found in said
                if re.search(here, sentence.text) and not re.search(elsewhere, sentence.text)
                for unit in found
            }
        )
    return (steps[0], steps[1]) if all(steps) else ({}, {})
