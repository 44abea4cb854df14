"""What a kind of rule consists of, and the pieces their parameter schemas share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from calls.rules.facts import Facts, Finding, ListFacts, RuleSpec, Stage, UnitFacts
from calls.rules.words import KIND_WORDS, LEVEL_WORDS, PERSON_ROLES, PERSON_WORDS, ROLE_WORDS

Params = Mapping[str, Any]


def reads_role(params: Params) -> frozenset[str]:
    """The one role that most object rules read."""
    return frozenset({params["role"]})


def reads_nothing(params: Params) -> frozenset[str]:
    """Rules that look at the unit alone read no answer, most others no column of people."""
    return frozenset()


def always_sound(params: Params) -> str:
    """The parameters need no check beyond their schema."""
    return ""


@dataclass(frozen=True, slots=True)
class RuleKind:
    """One kind of rule: how it is judged, what it is told and how staff read of it."""

    code: str
    stage: Stage
    judge: Callable[[RuleSpec, Facts], Finding | None]
    # JSON Schema of the parameters.
    schema: dict[str, Any]
    title: Promise
    explanation: Promise
    # Roles whose answers the rule reads; the form must ask them.
    roles: Callable[[Params], frozenset[str]] = reads_nothing
    # What a schema cannot say: a sentence, or nothing where the parameters are sound.
    unsound: Callable[[Params], str] = always_sound
    # Columns that the tables of people in those roles must ask.
    columns: Callable[[Params], frozenset[str]] = reads_nothing
    # For the stage of lists: judges a whole list; ``judge`` has nothing to say then.
    judge_list: Callable[[RuleSpec, ListFacts], Finding | None] | None = None
    # Whether the answers it reads must be required; some rules an empty answer cannot break.
    needs_answers: bool = True
    # Where the stage depends on the parameters; otherwise it is always ``stage``.
    stage_by: Callable[[Params], Stage] | None = None

    def stage_for(self, params: Params) -> Stage:
        """Return when a rule of this kind with these parameters can be judged."""
        return self.stage_by(params) if self.stage_by else self.stage


def judged_as_list(spec: RuleSpec, facts: Facts) -> None:
    """Say nothing of one application: the rule is about a list, see ``RuleKind.judge_list``."""


def mapping(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """Return the schema of a mapping that takes these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


TEXT = {"type": "string", "minLength": 1}
MOST = 1_000_000
COUNT = {"type": "integer", "minimum": 0, "maximum": 1_000_000}
YEAR = {"type": "integer", "minimum": 1990, "maximum": 2100}
DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
SLUG = {"type": "string", "pattern": r"^[-a-zA-Z0-9_]+$"}
ROLE = {"enum": list(ROLE_WORDS)}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True}
LEVELS = {
    "type": "array",
    "items": {"enum": list(LEVEL_WORDS)},
    "minItems": 1,
    "uniqueItems": True,
}
NEEDED_FACT = mapping(("code", "values", "label"), code=SLUG, values=TEXTS, label=TEXT)
BINDS = {
    "type": "array",
    "minItems": 1,
    "items": mapping(("kind",), kind={"enum": list(KIND_WORDS)}, levels=LEVELS),
}
WHO = {
    "type": "array",
    "minItems": 1,
    "items": mapping(
        ("kind",),
        kind={"enum": list(KIND_WORDS)},
        levels=LEVELS,
        # A second qualification is a rule of its own (yearly_fact).
        facts={"type": "array", "items": NEEDED_FACT, "minItems": 1, "maxItems": 1},
    ),
}


PERCENT = {"type": "integer", "minimum": 1, "maximum": 100}
USCC = {"type": "string", "pattern": r"^[0-9A-Z]{18}$"}
# null: not limited.
LIMIT_OR_NONE = {"type": ["integer", "null"], "minimum": 1, "maximum": 1000}
NAMED_LIMITS = {
    "type": "array",
    "minItems": 1,
    "items": mapping(
        ("name", "limit"), name=TEXT, uscc=USCC, limit={"type": "integer", "minimum": 0}
    ),
}
# Limits of units of which the register knows a fact: 优秀等次的学会 3 名.
FACT_LIMITS = {
    "type": "array",
    "minItems": 1,
    "items": mapping(
        ("code", "values", "label", "limit"),
        code=SLUG, year=YEAR, values=TEXTS, label=TEXT, limit={"type": "integer", "minimum": 0},
    ),
}  # fmt: skip
# Limits that follow from a number of the register: 每满1000名会员1项, 不超过会员数的1%.
NUMBER_LIMIT = mapping(
    ("code", "label"),
    code=SLUG,
    year=YEAR,
    label=TEXT,
    # One for each full so many, or such a share, rounded down.
    per={"type": "integer", "minimum": 1, "maximum": 1_000_000},
    percent={"type": "number", "exclusiveMinimum": 0, "maximum": 100},
    min=COUNT,
    max=COUNT,
)
PERSON_ROLE = {"enum": list(PERSON_ROLES)}
PERSON_COLUMN = {"enum": list(PERSON_WORDS)}


def is_meant(line: Mapping[str, Any], unit: UnitFacts) -> bool:
    """Tell whether a line of a rule names this unit's kind and level."""
    return line["kind"] == unit.kind and ("levels" not in line or unit.level in line["levels"])


def binds(params: Params, unit: UnitFacts) -> bool:
    """Tell whether the rule binds this unit; without ``binds`` it binds every one."""
    return "binds" not in params or any(is_meant(line, unit) for line in params["binds"])


def limit_for(params: Params, unit: UnitFacts) -> int | None:
    """Return the limit of a unit: its own where it is named, that of a fact, or of the rest.

    None stands for unlimited. A fact that is not recorded gives nothing, see ``limits_unknown``.
    """
    line = _own_limit(params, unit)
    limit = params["limit"] if line is None else line["limit"]
    if line is None and "by_number" in params:
        by_number = params["by_number"]
        counted = number_limit(by_number, unit)
        # Without the figure a unit has what everybody has, and the rest is left to staff.
        limit = counted if counted is not None else (limit or by_number.get("min", 0))
    return None if limit is None else int(limit)


def number_limit(by_number: Mapping[str, Any], unit: UnitFacts) -> int | None:
    """Return how many follow from the unit's figure in the register; None while it has none."""
    figure = as_amount(newest(unit, by_number["code"], by_number.get("year"))[1])
    if figure is None or not figure.is_finite():
        return None
    if "per" in by_number:
        counted = int(figure // int(by_number["per"]))
    else:
        counted = int(figure * Decimal(str(by_number["percent"])) / 100)
    counted = max(counted, int(by_number.get("min", 0)))
    return min(counted, int(by_number["max"])) if "max" in by_number else counted


def number_unsound(params: Params) -> str:
    """Say what is wrong with a limit that follows from a number; empty where nothing is."""
    by_number = params.get("by_number")
    if by_number is None:
        return ""
    if ("per" in by_number) == ("percent" in by_number):
        return _("Say of the number either one for each full so many, or a share in percent.")
    if out_of_order(by_number, "min", "max"):
        return _("The greater number must come second.")
    return ""


def limits_unknown(params: Params, unit: UnitFacts) -> list[Mapping[str, Any]]:
    """Return the lines that would give the unit more than it has, were their fact recorded."""
    limit = limit_for(params, unit)
    if limit is None or any(is_named(line, unit) for line in params.get("named", ())):
        return []
    lines = [*params.get("by_fact", ())]
    by_number = params.get("by_number")
    if by_number and _own_limit(params, unit) is None and number_limit(by_number, unit) is None:
        # Whatever the figure is, it gives no more than the notice's own greatest number.
        lines.append({**by_number, "limit": by_number.get("max", MOST)})
        return [line for line in lines if line["limit"] > limit]
    return [
        line
        for line in lines
        if line["limit"] > limit and newest(unit, line["code"], line.get("year"))[1] is None
    ]


def not_recorded(line: Mapping[str, Any]) -> str:
    """Say that a fact which may give more places is not in the register."""
    return _("%(label)s: nothing is recorded, so the association will check it.") % {
        "label": line["label"]
    }


def fact_of_limit(params: Params, unit: UnitFacts) -> str:
    """Return in the notice's words which fact gives the unit its limit; empty where none does."""
    line = _own_limit(params, unit)
    if line is not None or "by_number" not in params:
        return str(line["label"]) if line is not None and "label" in line else ""
    by_number = params["by_number"]
    year, figure = newest(unit, by_number["code"], by_number.get("year"))
    if number_limit(by_number, unit) is None:
        return ""
    words = {"label": by_number["label"], "year": year, "figure": figure}
    words |= {"rule": number_words(by_number), "limit": limit_for(params, unit)}
    return _("%(label)s (%(year)s): %(figure)s. %(rule)s: %(limit)s.") % words


def number_words(by_number: Mapping[str, Any]) -> str:
    """Say how many follow from a number."""
    words = {"label": by_number["label"], "per": by_number.get("per")}
    words |= {key: by_number.get(key) for key in ("percent", "min", "max")}
    if "per" in by_number:
        said = _("%(label)s: one for each full %(per)s") % words
    else:
        said = _("%(label)s: %(percent)s %% of it, rounded down") % words
    if "min" in by_number:
        said += _(", at least %(min)s") % words
    if "max" in by_number:
        said += _(", at most %(max)s") % words
    return said


def _own_limit(params: Params, unit: UnitFacts) -> Mapping[str, Any] | None:
    """Return the line that gives the unit another limit than the rest; its name goes first."""
    line: Mapping[str, Any]
    for line in params.get("named", ()):
        if is_named(line, unit):
            return line
    for line in params.get("by_fact", ()):
        if newest(unit, line["code"], line.get("year"))[1] in line["values"]:
            return line
    return None


def is_named(line: Mapping[str, Any], unit: UnitFacts) -> bool:
    """Tell whether a line names this unit: by its code where both have one, else by its name."""
    if line.get("uscc") and unit.uscc:
        return bool(line["uscc"] == unit.uscc)
    return bool(line["name"] == unit.name)


def newest(unit: UnitFacts, code: str, year: int | None = None) -> tuple[int | None, str | None]:
    """Return the year and value of a fact: of that year, or of the newest one known."""
    if year is not None:
        return year, unit.facts.get((code, year))
    known = [known_year for fact, known_year in unit.facts if fact == code]
    return (max(known), unit.facts[code, max(known)]) if known else (None, None)


def as_day(value: object) -> dt.date | None:
    """Read a day from an answer or a parameter; None where there is none to read."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def as_amount(value: object) -> Decimal | None:
    """Read an amount of yuan; None where there is none to read."""
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


def out_of_order(params: Params, first: str, second: str) -> bool:
    """Tell whether a lower bound lies above the upper one."""
    return first in params and second in params and bool(params[first] > params[second])
