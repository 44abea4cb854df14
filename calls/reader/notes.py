"""What the parts of the reader share: the notice, its year, its categories and what was found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from calls.reader.finding import Finding, Span, Value
from calls.reader.text import Document, Line, Sentence, clauses

_LISTED = re.compile(
    r"(?P<names>[\u4e00-\u9fff]{2,6}?(?:(?:、|和|及|与)[\u4e00-\u9fff]{2,6}?)+)(?P<noun>项目|课题|类|奖|活动)"
)
# What holds for 其他类别 holds for those its sentence has not named.
_OTHERS = re.compile(r"(?:其他|其余)各?(?:类别|类型|类|项目)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A category of the notice: its title and, where it has one, the item it heads."""

    title: str
    line: Line | None
    sentence: Span

    @property
    def short(self) -> str:
        """Return the title as running text repeats it, without 第十三届 and 项目."""
        bare = re.sub(r"^第[^届]{1,4}届", "", self.title)
        short = re.sub(r"类?(?:项目|课题|活动)$", "", bare)
        # 重点 alone stands in front of many words; 重点项目 is the category.
        return short if len(short) >= 4 else bare


class Notes:
    """Collects findings; each is kept once."""

    def __init__(self, doc: Document) -> None:
        """Begin with nothing known but the text."""
        self.doc = doc
        self.findings: list[Finding] = []
        self.categories: list[Heading] = []
        # Parts of categories that are items of their own with places or money.
        self.parts: list[Heading] = []
        # The day dates without a year are counted from; whether the notice's own day of issue.
        self.base: dt.date | None = None
        self.issued: dt.date | None = None

    def add(
        self, kind: str, at: Sentence | Span, /, *, why: str = "", **values: Value | None
    ) -> Finding | None:
        """Note a fact with the parts that are known; return it, or None where it stood already."""
        given = {name: value for name, value in values.items() if value not in (None, "")}
        # Parts named like words of the language end in an underscore.
        given = {name.rstrip("_"): value for name, value in given.items()}
        if not given.get("category") and self._told_closer(kind, given):
            return None
        span, lead = (at.span, self.doc.refusing(at)) if isinstance(at, Sentence) else (at, "")
        if any(one.kind == kind and one.values == given for one in self.findings):
            return None
        known = {name: value for name, value in given.items() if value is not None}
        finding = Finding(kind, known, span, why, lead)
        self.findings.append(finding)
        return finding

    def bind(
        self, kind: str, sentence: Sentence, place: int, *, why: str = "", **values: Value | None
    ) -> None:
        """Note a condition at a place of its sentence, once for each category it holds for."""
        for category in self.scopes(sentence, place):
            self.add(kind, sentence, why=why, category=category, **values)

    def _told_closer(self, kind: str, given: Mapping[str, Value]) -> bool:
        """Tell whether a category has the same fact already: annexes repeat without naming it."""
        if kind not in ("window", "number", "places", "amount"):
            return False
        left_out = {"category", "label"}
        bare = {name: value for name, value in given.items() if name not in left_out}
        return any(
            one.kind == kind
            and bare == {name: v for name, v in one.values.items() if name not in left_out}
            for one in self.findings
        )

    def body(self) -> Iterator[Sentence]:
        """Yield the sentences after the preamble, which praises and explains but rules nothing."""
        yield from (one for one in self.doc.sentences if one.start >= self.doc.preamble)

    def before_annexes(self) -> Iterator[Sentence]:
        """Yield the sentences of the notice itself; forms in annexes have seals of their own."""
        yield from (one for one in self.doc.sentences if one.start < self.doc.annexes)

    def of(self, kind: str) -> list[Finding]:
        """Return what was found of one kind so far."""
        return [one for one in self.findings if one.kind == kind]

    def category_at(self, sentence: Sentence, clause: str = "") -> str:
        """Return the category or part a sentence speaks of.

        The part it stands under, else the one it names, else the category it stands under.
        """
        above = (*sentence.line.path, sentence.line)
        for part in self.parts:
            if part.line in above:
                return part.title
        # 其中 turns to one of several: what stands before it speaks of all.
        whole = sentence.text.split("其中")[0]
        whole = whole if clause and clause in whole else sentence.text
        for text in (clause, whole) if clause else (sentence.text,):
            named = self.named_in(text)
            if named:
                return named.title
        return self.heading_of(sentence)

    def scopes(self, sentence: Sentence, place: int) -> list[str]:
        """Return the categories a condition at a place of its sentence holds for; [""] for all.

        The part it stands under, else those its own clause lists, else the one named last up to
        there, else the category it stands under. What a later clause names binds nothing before.
        """
        above = (*sentence.line.path, sentence.line)
        if any(part.line in above for part in self.parts):
            return [self.category_at(sentence)]
        ends = (start + len(clause) for start, clause in clauses(sentence.text))
        end = next((end for end in ends if end >= place), len(sentence.text))
        said = re.split(r"[；。]", sentence.text[:end])[-1]
        for start, clause in [*clauses(said)][-1:]:
            if others := _OTHERS.search(clause):
                before = said[: start + others.start()]
                return [one.title for one in self.categories if one.short not in before]
        if listed := self.listed_in(said):
            return listed
        return [self.named_last(said) or self.heading_of(sentence)]

    def named_last(self, text: str) -> str:
        """Return the category or part a text names last; empty for none."""
        places = [
            (text.rfind(one.short), len(one.short), one.title)
            for one in (*self.categories, *self.parts) if len(one.short) >= 2
        ]  # fmt: skip
        best = max(places, default=(-1, 0, ""))
        return best[2] if best[0] >= 0 else ""

    def heading_of(self, sentence: Sentence) -> str:
        """Return the category whose item a sentence stands in, or one headed by the same words."""
        above = (*sentence.line.path, sentence.line)
        for category in self.categories:
            if category.line is not None and category.line in above:
                return category.title
            if any(line.title == category.title for line in above):
                return category.title
        return ""

    def named_by_end(self, text: str) -> str:
        """Return the category a limit names by the last word of its title: 线路 of 科普研学线路."""
        ends = [one.title[-2:] for one in self.categories]
        found = [one.title for one in self.categories if one.title[-2:] in text]
        return found[0] if len(found) == 1 and len(set(ends)) == len(ends) > 1 else ""

    def listed_in(self, text: str) -> list[str]:
        """Return the categories a text lists under one noun: 重大、重点项目; [] for none or one."""
        titles = {one.title for one in self.categories}
        for match in _LISTED.finditer(text):
            noun = match["noun"]  # said once or with each name: 重大、重点项目; 科研类、企业类
            names = re.split(r"、|和|及|与", match["names"])
            found = [f"{name.removesuffix(noun)}{noun}" for name in names]
            if set(found) <= titles:
                return found
        return []

    def named_in(self, text: str) -> Heading | None:
        """Return the one category, else the one part a text names; None for none or several."""
        found = [one for one in self.categories if len(one.short) >= 2 and one.short in text]
        found = found or [one for one in self.parts if len(one.short) >= 4 and one.short in text]
        longest = [
            one for one in found
            if not any(one.short != other.short and one.short in other.short for other in found)
        ]  # fmt: skip
        return longest[0] if len(longest) == 1 else None
