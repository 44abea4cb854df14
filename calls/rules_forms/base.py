"""What the forms of rules share: the form itself, tables, and texts taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.fields import RowsField, column_for, plain
from calls.rules import validate_params
from calls.rules.words import ANSWER_WORDS, KIND_WORDS, LEVEL_WORDS, PERSON_ROLES, ROLE_WORDS
from portal.errors import RuleViolation
from portal.face.dress import Dress, dress
from portal.face.rows import asks_for_rows
from portal.people.models import fact_value_words

Params = dict[str, Any]
Codes = Sequence[tuple[str, str]]
YES = ["yes"]


class RuleParamsForm(forms.Form):
    """The parameters of one kind of rule as a form; see ``RULE_FORMS``.

    ``fact_codes`` are the (code, name) pairs of the yearly facts the issuer keeps. Build it with
    ``initial=form_class.initial_from(params)``; when it is valid, ``to_params()`` is what to store.
    """

    kind: ClassVar[str]
    # Fields that must be filled although the field class itself lets drafts be empty.
    needed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, fact_codes: Codes = (), **kwargs: Any) -> None:
        self.fact_codes = fact_codes
        super().__init__(*args, **kwargs)
        self.add_rows()
        for field in self.fields.values():
            dress(field, Dress(autosave=False))

    def add_rows(self) -> None:
        """Add the tables whose choices depend on the issuer."""

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields show for these parameters."""
        return dict(params)

    def to_params(self) -> Params:
        """Return the parameters of a form whose fields are clean."""
        return given(self.cleaned_data)

    @property
    def asks_for_rows(self) -> bool:
        """Whether the form was sent by a button that adds or takes away a row."""
        return self.is_bound and asks_for_rows(self.data)

    def clean(self) -> dict[str, Any]:
        """Hold the parameters against the rule's own checks."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.needed:
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, _("Fill this in."))
        if not self.errors:
            try:
                validate_params(self.kind, self.to_params())
            except RuleViolation as violation:
                for reason in violation.reasons:
                    self.add_error(None, reason.message)
        return cleaned


def given(values: Mapping[str, Any]) -> Params:
    """Leave out what was not filled in or ticked; days become text."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
        if value not in (None, "", []) and value is not False
    }


# tables the kinds share -----------------------------------------------------------------------


def choices_of(words: Mapping[str, Promise]) -> list[tuple[str, Any]]:
    """Return words by their codes as the choices of a field."""
    return list(words.items())


def kind_and_level() -> list[Any]:
    """Return the two columns that name a kind of unit and its level."""
    return [
        column_for("kind", gettext_lazy("Kind of unit"), "choice", choices=choices_of(KIND_WORDS)),
        column_for(
            "level",
            gettext_lazy("Level (empty: every level)"),
            "choice",
            required=False,
            choices=choices_of(LEVEL_WORDS),
        ),
    ]


def rows(label: Any, columns: list[Any], help_text: Any = "") -> RowsField:
    """Return a table that may stay empty; see ``needed`` for one that may not."""
    return RowsField(columns=columns, label=label, help_text=help_text, required=False)


def binds_field() -> RowsField:
    """Return the table of units that a rule binds."""
    return rows(
        gettext_lazy("Binds only"),
        kind_and_level(),
        gettext_lazy("Leave empty when the rule binds every unit."),
    )


def rows_of_who(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One row for each level of a line, with the fact the line asks for."""
    found = []
    for line in lines:
        fact = next(iter(line.get("facts", ())), None)
        asked = (
            {"fact": fact["code"], "label": fact["label"], "values": worded_values(fact["values"])}
            if fact
            else {}
        )
        for level in line.get("levels", [""]):
            found.append({"kind": line["kind"], "level": level, **asked})
    return found


def who_of_rows(sent: Iterable[Mapping[str, str]] | None) -> list[Params]:
    """Gather rows of one kind and one fact into a line; an empty level stands for every one."""
    lines: dict[tuple[str, str], Params] = {}
    every: set[tuple[str, str]] = set()
    for row in sent or ():
        key = (row["kind"], row.get("fact", ""))
        line = lines.setdefault(key, {"kind": row["kind"], "levels": []})
        if not row["level"]:
            every.add(key)
        elif row["level"] not in line["levels"]:
            line["levels"].append(row["level"])
        if row.get("fact"):
            line["facts"] = [
                {
                    "code": row["fact"],
                    "values": read_values(row["values"]),
                    "label": row["label"] or row["fact"],
                }
            ]
    for key in every:
        del lines[key]["levels"]
    return list(lines.values())


def worded_values(values: Sequence[str]) -> str:
    """Write the accepted values of a fact as people read them; a plain yes is left unsaid."""
    return "" if list(values) == YES else "、".join(fact_value_words(value) for value in values)


def read_values(text: str) -> list[str]:
    """Read the accepted values of a fact; what people call yes and no is kept as such."""
    kept = {fact_value_words(value): value for value in ("yes", "no")}
    return [kept.get(part, part) for part in parted(text)]


def parted(text: str) -> list[str]:
    """Read accepted values; none said is a plain yes."""
    return [part for part in re.split(r"[,，、;；\s]+", text) if part] or YES


def role_field(first: str) -> forms.ChoiceField:
    """A choice among the meanings of answers, the usual one proposed."""
    return forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=choices_of(ROLE_WORDS), initial=first
    )


def what_field() -> forms.CharField:
    """Return the notice's own name of what is counted or chosen."""
    return text_field(
        gettext_lazy("In the notice's words"),
        gettext_lazy("For example 年接待公众; empty: what the answer means."),
        required=False,
    )


def count_field(label: Any, least: int = 0, *, required: bool = False) -> forms.IntegerField:
    """Return a number, nothing or more."""
    return forms.IntegerField(label=label, min_value=least, max_value=1_000_000, required=required)


def text_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    """Return a short text."""
    return forms.CharField(label=label, max_length=100, help_text=help_text, required=required)


def percent_field(label: Any, *, required: bool = False) -> forms.IntegerField:
    """Return a share in percent."""
    return forms.IntegerField(label=label, min_value=1, max_value=100, required=required)


def person_role_field() -> forms.ChoiceField:
    """Return a choice among the answers that are tables of people."""
    return forms.ChoiceField(
        label=gettext_lazy("Persons"), choices=[(role, ROLE_WORDS[role]) for role in PERSON_ROLES]
    )


def lines_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    """Return a text of one entry on each line."""
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=help_text,
        required=required,
    )


def lines_of(text: str) -> list[str]:
    """Return the entries of a text, each once, in their order."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


_USCC = re.compile(r"^[0-9A-Z]{18}$")


def units_of_lines(text: str, *, with_limit: bool = False) -> list[Params]:
    """Read one unit from each line: its name, its unified code if known, its limit if asked.

    Blanks or commas part them, as one pastes from a sheet. Raises ``ValidationError``, which names
    the line.
    """
    units: list[Params] = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = [part for part in re.split(r"[\s,，;；\u3000]+", line) if part]
        if not parts:
            continue
        unit: Params = {}
        if with_limit:
            limit = plain(parts.pop())
            if not limit.isdecimal() or not parts:
                raise ValidationError(
                    _("Line %(number)s: write the unit and behind it how many.")
                    % {"number": number}
                )
            unit["limit"] = int(limit)
        if len(parts) > 1 and _USCC.match(plain(parts[-1]).upper()):
            unit["uscc"] = plain(parts.pop()).upper()
        units.append({"name": " ".join(parts)} | unit)
    return units


def lines_of_units(units: Iterable[Mapping[str, Any]]) -> str:
    """Write one unit on each line, as ``units_of_lines`` reads it."""
    return "\n".join(
        " ".join(str(unit[key]) for key in ("name", "uscc", "limit") if key in unit)
        for unit in units
    )


def worded(column: str, value: str) -> str:
    """Write an answer of a column of people as staff read it."""
    words = ANSWER_WORDS.get(column, {})
    return str(words[value]) if value in words else value


def unworded(column: str, text: str) -> str:
    """Read an answer of a column of people: its words or its code."""
    codes = {str(words): code for code, words in ANSWER_WORDS.get(column, {}).items()}
    return codes.get(text, text)


NAMED_HELP = gettext_lazy("One unit on each line: name, unified code if known, number.")
VALUES_HELP = gettext_lazy("Accepted values, separated by commas; empty: yes.")


class BindingForm(RuleParamsForm):
    """A form of a kind that may bind some units only."""

    def add_rows(self) -> None:
        """Add the table of units bound."""
        self.fields["binds"] = binds_field()

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Spread the units bound over rows."""
        return dict(params) | {"binds": rows_of_who(params.get("binds", ()))}

    def to_params(self) -> Params:
        """Gather the units bound."""
        return given(self.cleaned_data | {"binds": who_of_rows(self.cleaned_data["binds"])})
