"""Turns what a JSON Schema refuses into sentences that say which entry is wrong and how."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from portal.face.wording import listed

Path = tuple[str | int, ...]


def sentences(validator: Draft202012Validator, data: object, root: str) -> list[tuple[Path, str]]:
    """Return the place of every fault, as keys and list positions, with its sentence.

    ``root`` is what the whole of the data is called.
    """
    faults = sorted(validator.iter_errors(data), key=lambda error: list(map(str, error.path)))
    return [(_place_of(fault), _sentence(fault, root)) for fault in faults]


def _place_of(fault: ValidationError) -> Path:
    """An entry that should not be there is its own place; everything else is the entry's."""
    path = tuple(fault.absolute_path)
    schema: Any = fault.schema
    if fault.validator == "additionalProperties":
        given: Any = fault.instance
        return (*path, next(key for key in given if key not in schema["properties"]))
    return path


def place(path: Path) -> str:
    """Write a place as people count: entries of a list from 1."""
    return " / ".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _sentence(fault: ValidationError, root: str) -> str:
    where = place(tuple(fault.absolute_path)) or root
    words: dict[str, Any] = {"where": where, "value": _short(fault.instance)}
    return _wording(fault, words) % words


def _wording(fault: ValidationError, words: dict[str, Any]) -> str:
    """Choose the sentence for one fault and put its own words beside the common ones."""
    schema: Any = fault.schema
    wanted: Any = fault.validator_value
    given: Any = fault.instance
    if "wants" in schema:
        words["wants"] = str(schema["wants"])
        return _("“%(where)s”: %(wants)s is expected, not %(value)s.")
    match fault.validator:
        case "required":
            words["missing"] = listed(k for k in wanted if k not in given)
            return _("“%(where)s” lacks %(missing)s.")
        case "additionalProperties":
            words["unknown"] = listed(k for k in given if k not in schema["properties"])
            words["known"] = listed(schema["properties"])
            return _("“%(where)s” does not take %(unknown)s; it takes %(known)s.")
        case "enum":
            words["allowed"] = listed(wanted)
            return _("“%(where)s” must be one of %(allowed)s, not %(value)s.")
        case "type" | "anyOf":
            words["wants"] = _type_words(wanted) if fault.validator == "type" else _("another kind")
            return _("“%(where)s”: %(wants)s is expected, not %(value)s.")
        case "minLength" | "minItems":
            return _("“%(where)s” must not be empty.")
        case "minimum" | "maximum":
            words["bound"] = wanted
            return (
                _("“%(where)s” must be %(bound)s at least, not %(value)s.")
                if fault.validator == "minimum"
                else _("“%(where)s” must be %(bound)s at most, not %(value)s.")
            )
        case "maxLength" | "maxItems":
            words["bound"] = wanted
            return _("“%(where)s” is longer than %(bound)s.")
        case "uniqueItems":
            return _("“%(where)s” names something twice.")
    return _("“%(where)s” cannot be %(value)s.")


def _type_words(wanted: object) -> str:
    names = {
        "string": _("a text"),
        "integer": _("a whole number"),
        "number": _("a number"),
        "boolean": _("true or false"),
        "object": _("a group of entries"),
        "array": _("a list"),
    }
    first = wanted[0] if isinstance(wanted, list) else wanted
    return names.get(str(first), str(first))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
