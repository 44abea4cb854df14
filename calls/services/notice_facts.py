"""Facts of a notice as a person left them, and the sheet on which a draft call is put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from calls.reader import KINDS, Part, PartType, Value
from calls.reader.who import read_names
from calls.services.notice_levels import line_of
from portal import clock


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A fact as a person left it, with the sentence it was read from."""

    kind: str
    values: Mapping[str, Value]
    sentence: str
    # Why the reader was not sure; empty where it was.
    why: str = ""

    def words(self) -> str:
        """Say the fact in one line, as the list of open points shows it."""
        parts = fact_words(self.kind, self.values)
        return _("%(kind)s: %(parts)s") % {"kind": KINDS[self.kind].label, "parts": parts}


@dataclass(frozen=True, slots=True)
class Head:
    """What every draft begins with; staff have filled in what the notice leaves open."""

    title: str
    year: int
    opens_at: dt.datetime
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Leftover:
    """A point for the editor's list."""

    fact: Confirmed
    reason: str


# Roles for figures that only one notice asks for.
FIGURES = ("figure", *(f"figure_{n}" for n in range(2, 10)))
# Two ends that are said together: 6, 2—3, at most 5.
_ENDS = (("low", "high"), ("min", "max"), ("from", "to"))


def fact_words(kind: str, values: Mapping[str, Value]) -> str:
    """Say the parts of a fact in one line."""
    ends = {low: high for low, high in _ENDS if low in values and high in values}
    said = []
    for part in KINDS[kind].parts:
        if part.name not in values or part.name in ends.values():
            continue
        if part.name in ends:
            low, high = (_figure(part, values[name]) for name in (part.name, ends[part.name]))
            said.append(low if low == high else f"{low}—{high}")
        else:
            said.append(part_words(part, values[part.name]))
    return " · ".join(filter(None, said))


def _figure(part: Part, value: Value) -> str:
    """Say one end of a range; money with its unit."""
    return _("%(amount)s yuan") % {"amount": value} if part.type is PartType.YUAN else str(value)


def part_words(part: Part, value: Value) -> str:
    """Say one part of a fact with its label where the value does not speak for itself."""
    if part.type is PartType.FLAG:
        return str(part.label) if value else ""
    if part.type is PartType.CHOICE:
        value = next((str(label) for code, label in part.choices if code == value), str(value))
    if part.type in (PartType.TEXT, PartType.UNITS, PartType.CATEGORY, PartType.CHOICE):
        return str(value)
    return f"{part.label} {_figure(part, value)}"


def instant(moment: dt.datetime, *, end: bool) -> str:
    """Write an instant as call files do; midnight is 24:00 of the day before for an end."""
    local = clock.local(moment)
    if local.time() == dt.time(0):
        return (local.date() - dt.timedelta(days=end)).isoformat()
    return local.strftime("%Y-%m-%d %H:%M")


@dataclass
class Sheet:
    """What the rooms of a draft share: facts, codes of categories, rules, what is left over."""

    head: Head
    text: str
    facts: Sequence[Confirmed]
    left: list[Leftover] = field(default_factory=list)
    # Codes of the categories by title.
    codes: dict[str, str] = field(default_factory=dict)
    rules: list[dict[str, Any]] = field(default_factory=list)
    levels: list[dict[str, Any]] = field(default_factory=list)
    # Yearly facts the rules ask for, by their words.
    fact_codes: dict[str, dict[str, str]] = field(default_factory=dict)
    # Roles the form must ask for, each with what it says about the question.
    roles: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Texts of limited length, and sentences to be declared, by the code of their category.
    texts: dict[str, dict[str, int]] = field(default_factory=dict)
    declarations: dict[str, list[str]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Confirmed]:
        """Return the facts of one kind."""
        return [one for one in self.facts if one.kind == kind]

    def leave(self, fact: Confirmed, reason: str) -> None:
        """Leave a fact to staff, with the reason; once, however often it is met."""
        left = Leftover(fact, reason)
        if left not in self.left:
            self.left.append(left)

    def category_code(self, fact: Confirmed) -> str:
        """Return the code of the fact's category; empty for the whole call."""
        return self.codes.get(str(fact.values.get("category", "")), "")

    def has(self, kind: str) -> bool:
        """Tell whether a rule of this kind stands already."""
        return any(rule["kind"] == kind for rule in self.rules)

    def same(self, kind: str, fact: Confirmed) -> list[dict[str, Any]]:
        """Return the parameters of the rules of a kind for the fact's category, to be added to."""
        code = self.category_code(fact)
        return [
            rule["params"] for rule in self.rules
            if rule["kind"] == kind and rule.get("category", "") == code
        ]  # fmt: skip

    def rule(
        self, kind: str, fact: Confirmed, params: dict[str, Any], *, everywhere: bool = False
    ) -> None:
        """Add a rule with the fact's sentence as its clause."""
        clause = self.clause_of(fact)
        rule: dict[str, Any] = {"kind": kind, "params": params, "clause": clause}
        if not everywhere and (code := self.category_code(fact)):
            rule["category"] = code
        if fact.values.get("in_principle"):
            rule["mode"] = "in_principle"
        self.rules.append(rule)

    def clause_of(self, fact: Confirmed) -> str:
        """Return the fact's sentence; a row of a table with the heads of its columns."""
        row = fact.sentence.split("\t")
        if len(row) < 2:
            return fact.sentence
        lines = self.text.split("\n")
        place = lines.index(fact.sentence) if fact.sentence in lines else 0
        while place and "\t" in lines[place - 1]:
            place -= 1
        head = lines[place].split("\t")
        if len(head) != len(row):
            return fact.sentence
        return "；".join(f"{name}：{cell}" for name, cell in zip(head, row, strict=True))

    def need(self, role: str, fact: Confirmed) -> dict[str, Any]:
        """Let the form ask for a role: of every category, or only of those that need it."""
        asked = self.roles.setdefault(role, {})
        asked.setdefault("categories", []).append(self.category_code(fact))
        return asked

    def binds(self, fact: Confirmed) -> list[dict[str, Any]]:
        """Return the kinds of units a fact names, those the register keeps."""
        return [
            line_of(unit) for unit in read_names(str(fact.values.get("units", ""))) if unit.kind
        ]
