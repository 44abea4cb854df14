"""When a question is asked: conditions on other answers, judged by the server and by the page.

A condition is one of::

    {"field": code, "equals": value}      the answer is this; of several choices, one is
    {"field": code, "in": [values]}       the answer is one of these
    {"field": code, "at_least": number}   the answer is a number not below this one
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
                {"required": ["field", "in"]},
                {"required": ["field", "at_least"]},
                {"required": ["all"]},
                {"required": ["any"]},
            ],
            "properties": {
                "field": {"type": "string", "pattern": r"^[-\w]+(\.[-\w]+)?$"},
                "equals": {"type": ["string", "boolean", "integer"]},
                "in": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                "at_least": {"type": "number"},
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
    if "in" in condition:
        return any(one in condition["in"] for one in given)
    return any(_number(one) >= Decimal(str(condition["at_least"])) for one in given)


def _number(answer: object) -> Decimal:
    """Read a number or an amount; what is none lies below every bound."""
    try:
        return Decimal(str(answer)) if answer not in (None, "") else Decimal("-Infinity")
    except InvalidOperation:
        return Decimal("-Infinity")
