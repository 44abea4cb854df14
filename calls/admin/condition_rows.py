"""When a question is asked, as rows staff fill in: each names an answer, joined by “and” or “or”.

“And” binds closer than “or”, as people read it. Whatever a call file says in nested form is written
out into such rows; what would need too many of them is kept as it is.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls import conditions
from calls.condition_words import condition_words
from calls.enums import FieldKind
from calls.fields import RowsField, column_for, plain
from calls.forms_schema import FieldSpec

AND, OR = "and", "or"
MOST = 12
Condition = dict[str, Any]
Questions = Mapping[str, FieldSpec]
_FIGURES = frozenset({FieldKind.NUMBER, FieldKind.MONEY})
_COMPARISONS = ("at_least", "at_most")


def rows_field(questions: Questions, kept: Condition, section: str) -> RowsField:
    """Return the input; ``questions`` are those asked before this one, by key.

    What the kept condition names is offered too, so that opening a question changes nothing.
    """
    tests = dict(_tests(questions))
    for atom in itertools.chain.from_iterable(_alternatives(kept, section)):
        tests.setdefault(_key_of(atom), condition_words(_bare(atom), section, questions))
    joints: Any = [(AND, gettext_lazy("and")), (OR, gettext_lazy("or"))]
    columns = [
        column_for("joint", _("To the row above"), "choice", required=False, choices=joints),
        column_for("test", _("The answer"), "choice", choices=list(tests.items())),
        column_for("number", _("Number, to compare with"), "short_text", required=False),
    ]
    return RowsField(
        columns=columns,
        most=MOST,
        required=False,
        label=_("Asked only if"),
        help_text=_("No row: it is always asked. Only questions that come before can be named."),
    )


def _tests(questions: Questions) -> Iterator[tuple[str, str]]:
    """Yield every answer a condition can name, with its words."""
    for key, field in questions.items():
        atoms: list[Condition] = []
        if field["kind"] == FieldKind.YES_NO:
            atoms = [{"field": key, "equals": value} for value in (True, False)]
        elif field["kind"] in (FieldKind.CHOICE, FieldKind.CHOICES):
            values = [choice["value"] for choice in field.get("options", {}).get("choices", ())]
            atoms = [{"field": key, name: v} for name in ("equals", "is_not") for v in values]
        elif field["kind"] in _FIGURES:
            for name in _COMPARISONS:
                yield _key_of({"field": key, name: 0}), _comparison_words(name, field["label"])
        for atom in atoms:
            yield _key_of(atom), condition_words(atom, "", questions)


def _comparison_words(name: str, label: str) -> str:
    if name == "at_least":
        return _("“%(label)s” is at least …") % {"label": label}
    return _("“%(label)s” is at most …") % {"label": label}


def _key_of(atom: Mapping[str, Any]) -> str:
    """Return an atom as the value of a choice; bounds are typed beside it."""
    name = next(one for one in atom if one != "field")
    value = None if name in _COMPARISONS else atom[name]
    return json.dumps([atom["field"], name, value], ensure_ascii=False)


def _bare(atom: Condition) -> Condition:
    return {k: v for k, v in atom.items() if v is not None}


def as_rows(condition: Condition, section: str) -> list[dict[str, str]] | None:
    """Return a kept condition as rows; None where it would need more than ``MOST``."""
    alternatives = _alternatives(condition, section)
    if sum(map(len, alternatives)) > MOST:
        return None
    rows = []
    for number, group in enumerate(alternatives):
        for place, atom in enumerate(group):
            joint = AND if place else (OR if number else "")
            bound = next((str(atom[name]) for name in _COMPARISONS if name in atom), "")
            rows.append({"joint": joint, "test": _key_of(atom), "number": bound})
    return rows


def _alternatives(condition: Mapping[str, Any], section: str) -> list[list[Condition]]:
    """Write a condition out: any of these groups, all of each group."""
    if not condition:
        return []
    if "any" in condition:
        parts = [_alternatives(one, section) for one in condition["any"]]
        return list(itertools.chain.from_iterable(parts))
    if "all" in condition:
        parts = [_alternatives(one, section) for one in condition["all"]]
        return [list(itertools.chain.from_iterable(one)) for one in itertools.product(*parts)]
    key = conditions.key_of(condition["field"], section)
    if "in" in condition:
        return [[{"field": key, "equals": value}] for value in condition["in"]]
    return [[{**condition, "field": key}]]


def from_rows(rows: Sequence[Mapping[str, str]], section: str) -> Condition:
    """Return what is kept; raises ``ValidationError`` for a comparison without a number."""
    groups: list[list[Condition]] = []
    for place, row in enumerate(rows, 1):
        atom = _atom(row, section, place)
        if groups and row.get("joint") != OR:
            groups[-1].append(atom)
        else:
            groups.append([atom])
    return _joined("any", _gathered([_joined("all", group) for group in groups]))


def _joined(name: str, parts: list[Condition]) -> Condition:
    if not parts:
        return {}
    return parts[0] if len(parts) == 1 else {name: parts}


def _gathered(parts: list[Condition]) -> list[Condition]:
    """Write several answers of one question as “is one of”."""
    texts = [p for p in parts if set(p) == {"field", "equals"} and isinstance(p["equals"], str)]
    if len(parts) > 1 and len(texts) == len(parts) and len({p["field"] for p in parts}) == 1:
        return [{"field": parts[0]["field"], "in": _once(p["equals"] for p in parts)}]
    return parts


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _atom(row: Mapping[str, str], section: str, place: int) -> Condition:
    key, name, value = json.loads(row["test"])
    if name in _COMPARISONS:
        value = _number(row.get("number", ""), place)
    return {"field": key.removeprefix(f"{section}."), name: value}


def _number(text: str, place: int) -> int | float:
    """Read a bound as people type it: 200, 3万, 1.5."""
    typed = plain(text).replace(",", "")
    factor = 10_000 if typed.endswith("万") else 1
    try:
        number = Decimal(typed.removesuffix("万")) * factor
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValidationError(_("Row %(row)s: enter the number to compare with.") % {"row": place})
    return int(number) if number == number.to_integral_value() else float(number)
