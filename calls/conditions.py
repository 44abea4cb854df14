"""When a question is asked: conditions on other answers, judged by the server and by the page.

A condition is one of::

    {"field": code, "equals": value}      the answer is this; of several choices, one is
    {"field": code, "is_not": value}      there is an answer, and it is not this one
    {"field": code, "in": [values]}       the answer is one of these
    {"field": code, "at_least": number}   the answer is a number not below this one
    {"field": code, "at_most": number}    the answer is a number not above this one
    {"all": [conditions]}                 every one holds
    {"any": [conditions]}                 at least one holds

``code`` is a field of the same section, or ``section.field`` for another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Condition = Mapping[str, Any]

SCHEMA: dict[str, Any] = {
    "$defs": {
        "condition": {
            "type": "object",
            "oneOf": [
                {"required": ["field", "equals"]},
                {"required": ["field", "is_not"]},
                {"required": ["field", "in"]},
                {"required": ["field", "at_least"]},
                {"required": ["field", "at_most"]},
                {"required": ["all"]},
                {"required": ["any"]},
            ],
            "properties": {
                "field": {"type": "string", "pattern": r"^[-\w]+(\.[-\w]+)?$"},
                "equals": {"type": ["string", "boolean", "integer"]},
                "is_not": {"type": ["string", "boolean", "integer"]},
                "in": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                "at_least": {"type": "number"},
                "at_most": {"type": "number"},
                "all": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/condition"}},
                "any": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/condition"}},
            },
            "additionalProperties": False,
        }
    },
    "$ref": "#/$defs/condition",
}


def key_of(code: str, section: str) -> str:
    """Return the full key of a field named in a condition of this section."""
    return code if "." in code else f"{section}.{code}"


def fields_of(condition: Condition, section: str) -> Iterator[str]:
    """Yield the full keys of all fields a condition looks at."""
    if "field" in condition:
        yield key_of(condition["field"], section)
    for part in (*condition.get("all", ()), *condition.get("any", ())):
        yield from fields_of(part, section)


def renamed(
    condition: Condition, names: Mapping[str, str], *, before: str, now: str
) -> dict[str, Any]:
    """Return the condition after questions got other keys or its own question another section.

    ``names`` maps old full keys to new ones; ``before`` and ``now`` are the codes of the section
    the condition stands in.
    """
    copy: dict[str, Any] = dict(condition)
    if "field" in copy:
        key = key_of(copy["field"], before)
        key = names.get(key, key)
        copy["field"] = key.removeprefix(f"{now}.")
    for name in ("all", "any"):
        if name in copy:
            copy[name] = [renamed(one, names, before=before, now=now) for one in copy[name]]
    return copy


def holds(condition: Condition, section: str, answers: Mapping[str, Any]) -> bool:
    """Tell whether a condition holds; an answer that is not there fulfils none but ``false``."""
    if not condition:
        return True
    if "all" in condition:
        return all(holds(part, section, answers) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, section, answers) for part in condition["any"])
    answer = answers.get(key_of(condition["field"], section))
    given = answer if isinstance(answer, list) else [answer]
    if "equals" in condition:
        wanted = condition["equals"]
        return wanted in given or (wanted is False and not answer)
    if "is_not" in condition:
        return answer not in (None, "", []) and condition["is_not"] not in given
    if "in" in condition:
        return any(one in condition["in"] for one in given)
    numbers = [number for one in given if (number := _number(one)) is not None]
    if "at_least" in condition:
        return any(number >= Decimal(str(condition["at_least"])) for number in numbers)
    return any(number <= Decimal(str(condition["at_most"])) for number in numbers)


def _number(answer: object) -> Decimal | None:
    """Read a number or an amount; what is none is no number at all."""
    if isinstance(answer, bool) or answer in (None, ""):
        return None
    try:
        number = Decimal(str(answer))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
