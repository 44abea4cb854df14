"""Answers as data: are they sound, what is missing, what do they mean, how do they read.

Everything here takes and gives the JSON described in ``calls.forms_schema`` and touches no
database. An answer of a draft may be unsound; ``settle`` keeps it as it was typed and says why.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls import conditions
from calls.enums import FieldKind, FieldRole, SectionScope
from calls.fields import RowsField, field_for
from calls.forms_schema import (
    FieldSpec,
    FormSchema,
    SectionSpec,
    answer_key,
    canonical,
    sections_for,
)
from portal.days import read_day
from portal.face.rows import Column
from portal.face.wording import listed
from portal.id_number import masked

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Beside the roles: the declarations by their words, whether each was made.
DECLARATIONS = "declarations"
ROWS = frozenset({FieldKind.TABLE, FieldKind.PEOPLE, FieldKind.BUDGET})


class Coded(Protocol):
    """What tells which sections are asked; a ``Category`` is one."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes from the top category down."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An answer to keep, and what is wrong with it; no sentences mean that it is sound."""

    value: Any
    errors: tuple[str, ...] = ()


def clean_answer(field: FieldSpec, raw: Any) -> Any:
    """Return the answer in its one sound form.

    ``raw`` is an answer as kept, or what a control sent. Raises ``ValidationError`` with clear
    sentences. An empty answer is not refused, see ``missing``.
    """
    if field["kind"] == FieldKind.FILES:
        return [str(one) for one in raw or ()]
    return to_answer(field, _form_field(field).clean(to_control(field, _storable(raw))))


def settle(field: FieldSpec, raw: Any) -> Settled:
    """Return what a draft keeps: the sound answer, or what was typed with what is wrong."""
    try:
        return Settled(clean_answer(field, raw))
    except ValidationError as error:
        return Settled(_as_typed(field, _storable(raw)), tuple(error.messages))


def parse_partial(field: FieldSpec, text: str) -> Settled:
    """Settle one value as a page saves it by itself.

    Tables, choices of several and ranges of days come as JSON, everything else as plain text.
    Raises ``ValueError`` for JSON of another shape, which no page of ours sends.
    """
    kind = field["kind"]
    if kind in ROWS:
        rows = _parsed_list(text)
        if not all(isinstance(row, dict) for row in rows):
            raise ValueError("rows are mappings")
        return settle(field, [{str(k): str(v) for k, v in row.items()} for row in rows])
    if kind == FieldKind.CHOICES:
        return settle(field, [str(value) for value in _parsed_list(text)])
    if kind == FieldKind.DATE_RANGE:
        start, end = [*map(str, _parsed_list(text)), "", ""][:2]
        return settle(field, {"start": start, "end": end})
    return settle(field, text)


def _parsed_list(text: str) -> list[Any]:
    try:
        value = json.loads(text or "[]")
    except RecursionError as error:
        raise ValueError("nested without end") from error
    if not isinstance(value, list):
        raise ValueError("a list is expected")
    return value


def _storable(raw: Any) -> Any:
    """Leave out the characters that no JSON column takes: NUL and halves of pairs."""
    if isinstance(raw, str):
        return _UNSTORABLE.sub("", raw)
    if isinstance(raw, Mapping):
        return {key: _storable(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_storable(one) for one in raw]
    return raw


def _as_typed(field: FieldSpec, raw: Any) -> Any:
    """Keep an unsound value in the shape of its kind: known columns, no wholly empty rows."""
    if field["kind"] not in ROWS:
        return raw
    codes = [column.code for column in columns_of(field)]
    rows = [{code: row[code] for code in codes if code in row} for row in raw]
    return [row for row in rows if any(str(cell).strip() for cell in row.values())]


@lru_cache(maxsize=2048)
def _cached_field(spec: bytes) -> forms.Field:
    return field_for(json.loads(spec))


def _form_field(field: FieldSpec) -> forms.Field:
    """Return the question's form field; cleaning changes nothing in it, so that it is shared."""
    return _cached_field(canonical(field))


def to_control(field: FieldSpec, answer: Any) -> Any:
    """Return a kept answer as the question's control and form field take it."""
    kind = field["kind"]
    if kind == FieldKind.DATE_RANGE and isinstance(answer, Mapping):
        return [answer.get("start"), answer.get("end")]
    if kind == FieldKind.YES_NO and isinstance(answer, bool):
        return "true" if answer else "false"
    if kind == FieldKind.DECLARATION:
        return answer in (True, "true", "on")
    return answer


def to_answer(field: FieldSpec, cleaned: Any) -> Any:
    """Return what a form field read as the answer that is kept; nothing given is None."""
    if isinstance(cleaned, Decimal):
        return f"{cleaned:.2f}"
    if isinstance(cleaned, dt.date):
        return cleaned.isoformat()
    unticked = cleaned is False and field["kind"] == FieldKind.DECLARATION
    return None if unticked or cleaned == "" or cleaned == [] else cleaned


def is_empty(answer: Any) -> bool:
    """Tell whether a question is unanswered; no is an answer."""
    if isinstance(answer, Mapping):
        return not any(answer.values())
    return answer is None or answer == "" or answer == []


def is_shown(section: SectionSpec, field: FieldSpec, answers: Mapping[str, Any]) -> bool:
    """Tell whether the question is asked, given the other answers."""
    return conditions.holds(field.get("condition", {}), section["code"], answers)


def asked(
    sections: Iterable[SectionSpec], answers: Mapping[str, Any]
) -> list[tuple[SectionSpec, FieldSpec, Any]]:
    """Return the questions that are asked, each with its answer.

    An answer to a question that is not asked any more is not seen by the conditions of those
    after it: what hangs on a hidden question is hidden too.
    """
    seen: dict[str, Any] = {}
    found = []
    for section in sections:
        for field in section["fields"]:
            key = answer_key(section, field)
            if is_shown(section, field, seen):
                seen[key] = answers.get(key)
                found.append((section, field, seen[key]))
    return found


def missing(
    sections: Iterable[SectionSpec], answers: Mapping[str, Any]
) -> list[tuple[SectionSpec, FieldSpec, str]]:
    """Return what keeps the form from being complete: place, question and a sentence for each."""
    gaps = []
    for section, field, answer in asked(sections, answers):
        for sentence in _gaps_of(field, answer):
            gaps.append((section, field, sentence))
    return gaps


def _gaps_of(field: FieldSpec, answer: Any) -> list[str]:
    words: dict[str, Any] = {"label": field["label"]}
    if is_empty(answer) or (field["kind"] == FieldKind.DECLARATION and answer is not True):
        if not field["required"]:
            return []
        if field["kind"] == FieldKind.FILES:
            return [_("Upload “%(label)s”.") % words]
        if field["kind"] == FieldKind.DECLARATION:
            return [_("Tick “%(label)s”.") % words]
        return [_("Fill in “%(label)s”.") % words]
    settled = settle(field, answer)
    sentences = [_("“%(label)s”: %(error)s") % (words | {"error": e}) for e in settled.errors]
    least = int(field.get("options", {}).get("min_rows", 0)) if field["kind"] in ROWS else 0
    if least and len(answer) < least:
        sentences.append(_("“%(label)s”: at least %(least)s rows.") % (words | {"least": least}))
    return sentences


def by_role(schema: FormSchema, answers: Mapping[str, Any], category: Coded) -> dict[str, Any]:
    """Return the sound answers of an application by what they mean (``FieldRole``).

    Unanswered, unsound and hidden ones are left out. Several declarations count as made when
    every one is ticked; under ``declarations`` each stands with its words.
    """
    roles: dict[str, Any] = {}
    sections = sections_for(schema, category.codes, SectionScope.APPLICATION)
    for _section, field, answer in asked(sections, answers):
        role = field.get("role")
        if role == FieldRole.DECLARATION:
            ticked = answer is True
            roles[role] = roles.get(role, True) and ticked
            roles.setdefault(DECLARATIONS, {})[words_of_declaration(field)] = ticked
        elif role and role not in roles and not is_empty(answer):
            settled = settle(field, answer)
            if not settled.errors and not is_empty(settled.value):
                roles[role] = settled.value
    return roles


def words_of_declaration(field: FieldSpec) -> str:
    """Return what one declares by ticking."""
    return str(field.get("options", {}).get("text") or field["label"])


def display(field: FieldSpec, answer: Any) -> str:
    """Return an answer as a reader sees it; an unsound one of a draft is shown as typed."""
    if is_empty(answer):
        return ""
    kind = field["kind"]
    if kind in ROWS:
        return "\n".join(
            listed(cell for cell in row if cell) for row in display_rows(field, answer)
        )
    if kind == FieldKind.FILES:
        return ngettext("%(n)d file", "%(n)d files", len(answer)) % {"n": len(answer)}
    if kind == FieldKind.CHOICES and isinstance(answer, list):
        return listed(_label_of(field, one) for one in answer)
    if kind == FieldKind.DATE_RANGE and isinstance(answer, Mapping):
        words = {"start": _day(answer.get("start")), "end": _day(answer.get("end"))}
        if words["start"] == words["end"]:
            return words["start"]
        return _("%(start)s to %(end)s") % words
    return _display_scalar(field, answer)


def _display_scalar(field: FieldSpec, answer: Any) -> str:
    kind = field["kind"]
    if isinstance(answer, bool):
        return str(_("Yes") if answer else _("No"))
    if kind == FieldKind.CHOICE:
        return _label_of(field, answer)
    if kind == FieldKind.DATE:
        return _day(answer)
    if kind == FieldKind.MONEY:
        return _("%(amount)s yuan") % {"amount": _amount(answer)}
    unit = field.get("options", {}).get("unit", "") if kind == FieldKind.NUMBER else ""
    return f"{answer} {unit}".strip()


def display_rows(field: FieldSpec, answer: Any) -> list[list[str]]:
    """Return the rows of a table, people or budget answer as text, in the order of columns_of."""
    columns = columns_of(field)
    rows = answer if isinstance(answer, list) else []
    return [[_cell(column, row.get(column.code)) for column in columns] for row in rows]


def columns_of(field: FieldSpec) -> Sequence[Column]:
    """Return the columns of a table, people or budget question."""
    form_field = _form_field(field)
    assert isinstance(form_field, RowsField), field["kind"]
    return form_field.columns


def dated_rows(
    sections: Iterable[SectionSpec], answers: Mapping[str, Any]
) -> list[tuple[FieldSpec, list[dt.date]]]:
    """Return the days in each table that means nothing to a rule, such as a schedule."""
    found = []
    for _section, field, answer in asked(sections, answers):
        if field["kind"] == FieldKind.TABLE and not field.get("role") and not is_empty(answer):
            codes = [column.code for column in columns_of(field) if column.kind == FieldKind.DATE]
            days = [read_day(str(row.get(code) or "")) for row in answer for code in codes]
            found.append((field, [day for day in days if day]))
    return found


def _cell(column: Column, value: Any) -> str:
    if value in (None, ""):
        return ""
    if column.kind == FieldKind.DATE:
        return _day(value)
    if column.kind == FieldKind.MONEY:
        return _amount(value)
    if column.kind == "id_number":
        return masked(str(value))
    return str(dict(column.options).get(str(value), value))


def _label_of(field: FieldSpec, value: Any) -> str:
    choices = field.get("options", {}).get("choices", ())
    labels = {choice["value"]: choice["label"] for choice in choices}
    return str(labels.get(value, value))


def _day(value: Any) -> str:
    try:
        return date_format(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value or "")


def _amount(value: Any) -> str:
    try:
        return f"{Decimal(str(value)):,.2f}"
    except ArithmeticError:
        return str(value)
