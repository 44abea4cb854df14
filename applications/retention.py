"""How long what was filled in is kept, and what of it stays afterwards; pure.

A form is frozen, hashed and printed as one thing, so it goes as one thing: when the shortest of
the times promised beside its questions is over.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from calls.forms_schema import FormSchema

# What of a frozen form stays: numbers and structure, which pages need to show that it was there.
_KEPT_OF_FORM = ("call", "number")
_KEPT_OF_PART = ("id", "number", "category", "category_title", "title")
# What of a piece handed in after the selection stays: the figures of its accounts.
_KEPT_OF_PIECE = ("kind", "title", "number", "granted", "section", "has_confidential")
_KEPT_ANSWER = ".spent-"
_KEPT_OF_LINE = ("item", "amount")


def months_of(schemas: Iterable[FormSchema], otherwise: int) -> int:
    """Return for how many months forms are kept: the shortest time promised beside a question.

    ``otherwise`` holds for forms that ask for nothing marked as personal data.
    """
    promised = [
        field["personal"]["months"]
        for schema in schemas
        for section in schema["sections"]
        for field in section["fields"]
        if "personal" in field
    ]
    return min(promised, default=otherwise)


def end_of(ended: dt.date, months: int) -> dt.date:
    """Return the first day on which nothing may be kept any more.

    Months are those of the calendar; where the last one is too short, its last day counts.
    """
    years, month = divmod(ended.month - 1 + months, 12)
    year = ended.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(ended.day, last))


def rest_of_form(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stays of a frozen form: a part of it, nothing added."""
    return {
        **_only(content, _KEPT_OF_FORM),
        "unit": _only(content["unit"], ("name", "uscc")),
        "plan": {},
        "applications": [
            {**_only(part, _KEPT_OF_PART), "answers": {}, "files": [], "partners": []}
            for part in content["applications"]
        ],
    }


def rest_of_piece(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stays of a piece handed in after the selection: a part of it, nothing added."""
    answers = content["answers"]
    return {
        **_only(content, _KEPT_OF_PIECE),
        "unit": _only(content["unit"], ("name", "uscc")),
        "budget": [_only(line, _KEPT_OF_LINE) for line in content["budget"]],
        "answers": {key: answers[key] for key in answers if _KEPT_ANSWER in key},
        "files": [],
    }


def _only(content: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: content[key] for key in keys if key in content}
