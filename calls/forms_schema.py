"""The frozen form as data: what a FormRevision's ``schema`` holds and how it is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any, NotRequired, TypedDict


class FieldSpec(TypedDict):
    """One question of the form."""

    code: str
    label: str
    kind: str
    required: bool
    help: NotRequired[str]
    role: NotRequired[str]
    options: NotRequired[dict[str, Any]]
    condition: NotRequired[dict[str, Any]]
    public: NotRequired[bool]
    blind_hidden: NotRequired[bool]
    personal: NotRequired[dict[str, Any]]


class SectionSpec(TypedDict):
    """One step of the form; ``category`` is the code of the node it is for, empty for all."""

    code: str
    title: str
    scope: str
    category: str
    help: NotRequired[str]
    fields: list[FieldSpec]


class FormSchema(TypedDict):
    """The whole form of a call."""

    sections: list[SectionSpec]


# How each kind of field is stored in an application's answers (JSON):
#   short_text, long_text: str · number: int · money: str of a Decimal in yuan, two places
#   date: "2026-05-01" · date_range: {"start": "2026-05-01", "end": "2026-05-02"}
#   choice: value · choices: [value, …] · yes_no: true/false · declaration: true
#   table, people, budget: list of rows {column code: str | int | str-of-Decimal}
#   files: [stored file uuid, …]
# Answers are keyed "<section code>.<field code>". A draft may hold a value of the same shape that
# is not sound yet (a text where a number belongs); calls.answers tells the two apart.
PEOPLE_COLUMNS = (
    "name",
    "sex",
    "born",
    "id_number",
    "unit",
    "title",
    "duty",
    "degree",
    "field",
    "phone",
    "email",
)
# What is asked of people where a form does not say.
USUAL_PEOPLE_COLUMNS = ("name", "unit", "title", "duty", "phone")
BUDGET_COLUMNS = ("item", "amount", "note")
COLUMN_KINDS = ("short_text", "number", "money", "date", "choice")

_TEXT = {"type": "string", "minLength": 1}
_COUNT = {"type": "integer", "minimum": 0}
_CODE = {"type": "string", "pattern": r"^[-a-zA-Z0-9_]+$"}
_CHOICES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"value": _TEXT, "label": _TEXT},
        "required": ["value", "label"],
        "additionalProperties": False,
    },
}
_LINES = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
_ROWS = {"min_rows": _COUNT, "max_rows": {"type": "integer", "minimum": 1, "maximum": 100}}
_COLUMN = {
    "type": "object",
    "properties": {
        "code": _CODE,
        "label": _TEXT,
        "kind": {"enum": list(COLUMN_KINDS)},
        "required": {"type": "boolean"},
        "choices": _CHOICES,
    },
    "required": ["code", "label", "kind"],
    "additionalProperties": False,
}


def _options(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


# JSON Schema of the options each kind of field takes.
OPTIONS: dict[str, dict[str, Any]] = {
    # Lengths are counted in 字, see portal.counting.
    "short_text": _options(max_chars={"type": "integer", "minimum": 1, "maximum": 500}),
    "long_text": _options(max_chars={"type": "integer", "minimum": 1, "maximum": 10_000}),
    "number": _options(min=_COUNT, max=_COUNT, unit=_TEXT),
    "money": _options(),
    "date": _options(),
    "date_range": _options(),
    "choice": _options("choices", choices=_CHOICES),
    "choices": _options("choices", choices=_CHOICES, max=_COUNT),
    "yes_no": _options(),
    "table": _options(
        "columns", columns={"type": "array", "minItems": 1, "items": _COLUMN}, **_ROWS
    ),
    # The columns asked of each person, and which of them must be filled.
    "people": _options(
        columns={"type": "array", "minItems": 1, "items": {"enum": list(PEOPLE_COLUMNS)}},
        required={"type": "array", "items": {"enum": list(PEOPLE_COLUMNS)}},
        # Titles and fields of work to choose among; without them both are plain text.
        titles=_LINES,
        fields=_LINES,
        **_ROWS,
    ),
    # Lines proposed to begin with.
    "budget": _options(lines={"type": "array", "items": _TEXT}, **_ROWS),
    "files": _options(
        types={"type": "array", "minItems": 1, "items": _TEXT},
        max_files={"type": "integer", "minimum": 1, "maximum": 20},
    ),
    "declaration": _options("text", text=_TEXT),
}


def sections_for(
    schema: FormSchema, category_codes: Collection[str], scope: str
) -> list[SectionSpec]:
    """Return the steps of the plan or of an application, in order.

    ``category_codes`` are the codes from the top category down to the one applied for; ``scope``
    is a ``calls.enums.SectionScope``.
    """
    return [
        section
        for section in schema["sections"]
        if section["scope"] == scope
        and (not section["category"] or section["category"] in category_codes)
    ]


def canonical(data: object) -> bytes:
    """Return the one byte form of JSON data that every hash in the portal is taken over."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(data: object) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(data)).hexdigest()


def people_columns(field: FieldSpec) -> Collection[str]:
    """Return the columns a question for people asks."""
    columns: Collection[str] = field.get("options", {}).get("columns", USUAL_PEOPLE_COLUMNS)
    return columns


def answer_key(section: SectionSpec, field: FieldSpec) -> str:
    """Return the key under which an answer is kept."""
    return f"{section['code']}.{field['code']}"
