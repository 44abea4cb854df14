"""The frozen form as data: what a FormRevision's ``schema`` holds and how it is read."""

from __future__ import annotations

import hashlib
import json
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
# Answers are keyed "<section code>.<field code>".
PEOPLE_COLUMNS = ("name", "unit", "title", "duty", "phone")
BUDGET_COLUMNS = ("item", "amount", "note")


def canonical(data: object) -> bytes:
    """Return the one byte form of JSON data that every hash in the portal is taken over."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(data: object) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(data)).hexdigest()


def answer_key(section: SectionSpec, field: FieldSpec) -> str:
    """Return the key under which an answer is kept."""
    return f"{section['code']}.{field['code']}"
