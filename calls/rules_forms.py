"""Forms in which staff set the parameters of every kind of rule, without ever seeing JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.fields import DayField, RowsField, column_for
from calls.rules import KINDS, validate_params
from calls.rules.funding import AT_LEAST, EQUALS
from calls.rules.quota import ALL, CALL, CATEGORY, EACH_TOP_CATEGORY, FAMILY, LEAD
from calls.rules.words import KIND_WORDS, LEVEL_WORDS, ROLE_WORDS
from portal.errors import RuleViolation
from portal.face.dress import Dress, dress
from portal.face.rows import asks_for_rows

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
        return _given(self.cleaned_data)

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


def _given(values: Mapping[str, Any]) -> Params:
    """Leave out what was not filled in; days become text."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
        if value not in (None, "", [])
    }


# tables the kinds share -----------------------------------------------------------------------


def _choices(words: Mapping[str, Promise]) -> list[tuple[str, Any]]:
    return list(words.items())


def _kind_and_level() -> list[Any]:
    return [
        column_for("kind", gettext_lazy("Kind of unit"), "choice", choices=_choices(KIND_WORDS)),
        column_for(
            "level",
            gettext_lazy("Level (empty: every level)"),
            "choice",
            required=False,
            choices=_choices(LEVEL_WORDS),
        ),
    ]


def _rows(label: Any, columns: list[Any], help_text: Any = "") -> RowsField:
    return RowsField(columns=columns, label=label, help_text=help_text, required=False)


def _binds_field() -> RowsField:
    return _rows(
        gettext_lazy("Binds only"),
        _kind_and_level(),
        gettext_lazy("Leave empty when the rule binds every unit."),
    )


def _rows_of_who(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One row for each level of a line, with the fact the line asks for."""
    rows = []
    for line in lines:
        fact = next(iter(line.get("facts", ())), None)
        asked = (
            {"fact": fact["code"], "label": fact["label"], "values": _joined(fact["values"])}
            if fact
            else {}
        )
        for level in line.get("levels", [""]):
            rows.append({"kind": line["kind"], "level": level, **asked})
    return rows


def _who_of_rows(rows: Iterable[Mapping[str, str]] | None) -> list[Params]:
    """Gather rows of one kind and one fact into a line; an empty level stands for every one."""
    lines: dict[tuple[str, str], Params] = {}
    every: set[tuple[str, str]] = set()
    for row in rows or ():
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
                    "values": _parted(row["values"]),
                    "label": row["label"] or row["fact"],
                }
            ]
    for key in every:
        del lines[key]["levels"]
    return list(lines.values())


def _joined(values: Sequence[str]) -> str:
    """Write accepted values; a plain yes is left unsaid."""
    return "" if list(values) == YES else "、".join(values)


def _parted(text: str) -> list[str]:
    return [part for part in re.split(r"[,，、;；\s]+", text) if part] or YES


def _role_field(first: str) -> forms.ChoiceField:
    """A choice among the meanings of answers, the usual one proposed."""
    return forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=_choices(ROLE_WORDS), initial=first
    )


def _count_field(label: Any, least: int = 0, *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=1_000_000, required=required)


def _text_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=100, help_text=help_text, required=required)


VALUES_HELP = gettext_lazy("Accepted values, separated by commas; empty: yes.")


# one form for each kind -----------------------------------------------------------------------


class KindsForm(RuleParamsForm):
    """Who may apply: a line for each kind and level of unit."""

    kind = "kinds"
    needed = ("units",)

    def add_rows(self) -> None:
        """Let qualifications be chosen among the facts the issuer keeps."""
        fact_kind = "choice" if self.fact_codes else "short_text"
        self.fields["units"] = _rows(
            gettext_lazy("Units that may apply"),
            [
                *_kind_and_level(),
                column_for(
                    "fact",
                    gettext_lazy("Qualification asked"),
                    fact_kind,
                    required=False,
                    choices=self.fact_codes,
                ),
                column_for("label", gettext_lazy("In words"), "short_text", required=False),
                column_for("values", gettext_lazy("Values"), "short_text", required=False),
            ],
            VALUES_HELP,
        )

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Spread the lines over rows."""
        return {"units": _rows_of_who(params.get("any_of", ()))}

    def to_params(self) -> Params:
        """Gather the rows into lines."""
        return {"any_of": _who_of_rows(self.cleaned_data["units"])}


class BindingForm(RuleParamsForm):
    """A form of a kind that may bind some units only."""

    def add_rows(self) -> None:
        """Add the table of units bound."""
        self.fields["binds"] = _binds_field()

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Spread the units bound over rows."""
        return dict(params) | {"binds": _rows_of_who(params.get("binds", ()))}

    def to_params(self) -> Params:
        """Gather the units bound."""
        return _given(self.cleaned_data | {"binds": _who_of_rows(self.cleaned_data["binds"])})


class YearlyFactForm(BindingForm):
    """A fact of a year, or of the newest year known."""

    kind = "yearly_fact"
    label = _text_field(gettext_lazy("In words"))
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=1990,
        max_value=2100,
        required=False,
        help_text=gettext_lazy("Empty: the newest year known."),
    )
    values = _text_field(gettext_lazy("Values"), VALUES_HELP, required=False)

    def add_rows(self) -> None:
        """Let the fact be chosen among those the issuer keeps."""
        super().add_rows()
        label = gettext_lazy("Yearly fact")
        self.fields["code"] = (
            forms.ChoiceField(label=label, choices=self.fact_codes)
            if self.fact_codes
            else forms.SlugField(label=label)
        )
        self.order_fields(["code", "label", "year", "values", "binds"])

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Write the values as one text."""
        return super().initial_from(params) | {"values": _joined(params.get("values", YES))}

    def to_params(self) -> Params:
        """Part the values; no year is said as such."""
        return super().to_params() | {
            "values": _parted(self.cleaned_data["values"]),
            "year": self.cleaned_data["year"],
        }


class PriorityForm(BindingForm):
    """Honours of a span of years."""

    kind = "priority"
    needed = ("honours",)
    from_year = forms.IntegerField(label=gettext_lazy("From year"), min_value=1990, max_value=2100)
    to_year = forms.IntegerField(label=gettext_lazy("To year"), min_value=1990, max_value=2100)

    def add_rows(self) -> None:
        """Let honours be chosen among the facts the issuer keeps."""
        super().add_rows()
        fact_kind = "choice" if self.fact_codes else "short_text"
        self.fields["honours"] = _rows(
            gettext_lazy("Honours"),
            [
                column_for("code", gettext_lazy("Yearly fact"), fact_kind, choices=self.fact_codes),
                column_for("label", gettext_lazy("In words"), "short_text"),
            ],
        )
        self.order_fields(["honours", "from_year", "to_year", "binds"])


class QuotaForm(BindingForm):
    """How many a unit may hand in."""

    kind = "quota"
    limit = _count_field(gettext_lazy("At most"), 1, required=True)
    scope = forms.ChoiceField(
        label=gettext_lazy("Counted"),
        choices=[
            (EACH_TOP_CATEGORY, gettext_lazy("Within each category, its parts together")),
            (CATEGORY, gettext_lazy("Within the category the rule stands on")),
            (CALL, gettext_lazy("Over the whole call")),
        ],
    )
    family_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Shared by a unit and its branches of these kinds"),
        choices=_choices(KIND_WORDS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Leave empty when every unit has its own places."),
    )
    joint = forms.ChoiceField(
        label=gettext_lazy("A joint application counts for"),
        choices=[
            (LEAD, gettext_lazy("the unit that hands it in")),
            (ALL, gettext_lazy("every unit taking part")),
        ],
    )

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Propose the usual where nothing is said."""
        return {"joint": LEAD} | super().initial_from(params)

    def to_params(self) -> Params:
        """Say only what differs from the usual."""
        params = super().to_params()
        if params.get("joint") == LEAD:
            del params["joint"]
        if "family_kinds" in params:
            params["bucket"] = FAMILY
        return params


class AmountForm(RuleParamsForm):
    """Money held against the category."""

    kind = "amount"
    budget = forms.ChoiceField(
        label=gettext_lazy("The budget"),
        required=False,
        choices=[
            ("", gettext_lazy("is not held against the amount")),
            (EQUALS, gettext_lazy("comes to exactly the amount applied for")),
            (AT_LEAST, gettext_lazy("comes to the amount applied for or more")),
        ],
    )


class DateWindowForm(RuleParamsForm):
    """Days inside a window."""

    kind = "date_window"
    role = _role_field("dates")
    start = DayField(label=gettext_lazy("First day"), required=False)
    end = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave both empty to take the window of the category."),
    )


class NumberForm(RuleParamsForm):
    """A number at least or at most."""

    kind = "number"
    role = _role_field("attendees")
    min = _count_field(gettext_lazy("At least"))
    max = _count_field(gettext_lazy("At most"))
    unit = _text_field(gettext_lazy("Counted in"), required=False)


class RowCountForm(NumberForm):
    """So many rows in a table."""

    kind = "row_count"
    role = _role_field("convenors")
    exactly = _count_field(gettext_lazy("Exactly"))


class EditionsForm(RuleParamsForm):
    """Held so many times by a day."""

    kind = "editions"
    needed = ("by",)
    min = _count_field(gettext_lazy("Held at least, times"), 1, required=True)
    by = DayField(label=gettext_lazy("By the end of"), required=True)
    when_role = forms.ChoiceField(
        label=gettext_lazy("Only when the answer"),
        choices=[("", gettext_lazy("(always)")), *_choices(ROLE_WORDS)],
        required=False,
    )
    when_equals = _text_field(
        gettext_lazy("is"),
        gettext_lazy("The value of the choice, as the form's field lists it."),
        required=False,
    )

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Take the condition apart."""
        when = params.get("when", {})
        return dict(params) | {
            "when_role": when.get("role", ""),
            "when_equals": when.get("equals", ""),
        }

    def to_params(self) -> Params:
        """Put the condition together."""
        params = _given(self.cleaned_data)
        role, equals = params.pop("when_role", ""), params.pop("when_equals", "")
        if role or equals:
            params["when"] = {"role": role, "equals": equals}
        return params

    def clean(self) -> dict[str, Any]:
        """A condition needs both halves."""
        cleaned = super().clean()
        if bool(cleaned.get("when_role")) != bool(cleaned.get("when_equals")):
            self.add_error("when_equals", _("Give both the answer and its value, or neither."))
        return cleaned


class ExcludedKindsForm(RuleParamsForm):
    """Words that neither the kind chosen nor the title may be or contain."""

    kind = "excluded_kinds"
    words = forms.CharField(
        label=gettext_lazy("Excluded kinds"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One on each line."),
    )
    role = _role_field("event_kind")

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Write one word on each line."""
        return dict(params) | {"words": "\n".join(params.get("words", ()))}

    def to_params(self) -> Params:
        """Read one word from each line."""
        lines = self.cleaned_data["words"].splitlines()
        words = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
        return {"words": words, "role": self.cleaned_data["role"]}


class OneOfForm(BindingForm):
    """A choice confined for some units."""

    kind = "one_of"
    needed = ("any_of",)
    role = _role_field("host")

    def add_rows(self) -> None:
        """Add the table of values allowed."""
        super().add_rows()
        self.fields["any_of"] = _rows(
            gettext_lazy("Allowed"),
            [
                column_for("value", gettext_lazy("Value of the choice"), "short_text"),
                column_for("label", gettext_lazy("In words"), "short_text"),
            ],
        )
        self.order_fields(["role", "any_of", "binds"])


class DeclarationForm(RuleParamsForm):
    """Nothing to set."""

    kind = "declaration"


class TitleLengthForm(RuleParamsForm):
    """So many characters at most."""

    kind = "title_length"
    max = forms.IntegerField(label=gettext_lazy("At most"), min_value=1, max_value=200)


RULE_FORMS: dict[str, type[RuleParamsForm]] = {
    form.kind: form
    for form in (
        KindsForm,
        YearlyFactForm,
        PriorityForm,
        QuotaForm,
        AmountForm,
        DateWindowForm,
        NumberForm,
        RowCountForm,
        EditionsForm,
        ExcludedKindsForm,
        OneOfForm,
        DeclarationForm,
        TitleLengthForm,
    )
}
assert RULE_FORMS.keys() <= KINDS.keys(), "every form is of a kind of rule"
