"""Forms of the rules on how many, for each unit and on a whole list."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from calls.fields import DayField, column_for
from calls.rules.lists import LEVELS
from calls.rules.quota import ALL, CALL, CATEGORY, EACH_TOP_CATEGORY, FAMILY, LEAD
from calls.rules.words import KIND_WORDS, PERSON_WORDS
from calls.rules_forms.base import (
    NAMED_HELP,
    BindingForm,
    Params,
    RuleParamsForm,
    choices_of,
    count_field,
    given,
    lines_field,
    lines_of_units,
    parted,
    percent_field,
    read_values,
    role_field,
    rows,
    text_field,
    units_of_lines,
    unworded,
    worded,
    worded_values,
)


def scope_field() -> forms.ChoiceField:
    """Return the choice of what is counted together."""
    return forms.ChoiceField(
        label=gettext_lazy("Counted"),
        choices=[
            (EACH_TOP_CATEGORY, gettext_lazy("Within each category, its parts together")),
            (CATEGORY, gettext_lazy("Within the category the rule stands on")),
            (CALL, gettext_lazy("Over the whole call")),
        ],
    )


_NUMBER_FIELDS = [
    f"number_{key}" for key in ("code", "label", "year", "per", "percent", "min", "max")
]


def _plain(value: Any) -> Any:
    """Write a share as JSON holds it: 1, or 0.5."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


class LimitForm(BindingForm):
    """A limit for everybody, with others for units named."""

    limit = forms.IntegerField(
        label=gettext_lazy("At most"),
        min_value=1,
        max_value=1000,
        required=False,
        help_text=gettext_lazy("Empty: not limited, but for the units named below."),
    )
    named = lines_field(gettext_lazy("Other limits for"), NAMED_HELP, required=False)
    number_label = text_field(
        gettext_lazy("The number in words"),
        gettext_lazy("For example 个人会员数, as units read it."),
        required=False,
    )
    number_year = forms.IntegerField(
        label=gettext_lazy("Of the year"),
        min_value=1990,
        max_value=2100,
        required=False,
        help_text=gettext_lazy("Empty: the newest one known."),
    )
    number_per = count_field(gettext_lazy("One for each full"), 1)
    number_percent = forms.DecimalField(
        label=gettext_lazy("or a share of the number, in percent"),
        min_value=Decimal("0.001"),
        max_value=100,
        decimal_places=3,
        required=False,
        help_text=gettext_lazy("Rounded down."),
    )
    number_min = count_field(gettext_lazy("By the number at least"))
    number_max = count_field(gettext_lazy("By the number at most"))

    def add_rows(self) -> None:
        """Let other limits hang on the facts the issuer keeps."""
        super().add_rows()
        fact_kind = "choice" if self.fact_codes else "short_text"
        self.fields["by_fact"] = rows(
            gettext_lazy("Other limits by what the register knows"),
            [
                column_for("code", gettext_lazy("Yearly fact"), fact_kind, choices=self.fact_codes),
                column_for("year", gettext_lazy("Year"), "number", required=False),
                column_for("values", gettext_lazy("Values"), "short_text", required=False),
                column_for("label", gettext_lazy("In words"), "short_text"),
                column_for("limit", gettext_lazy("At most"), "number"),
            ],
            gettext_lazy(
                "For example societies with the grade 优秀: 3. The first row that fits counts."
                " Without a year, the newest one known."
            ),
        )
        number: dict[str, Any] = {
            "label": gettext_lazy("By a number of the register"),
            "required": False,
            "help_text": gettext_lazy(
                "A yearly fact of the type “whole number”, such as 个人会员数: 每满1000人1项, or"
                " 不超过会员数的1%. Where it is not recorded, the limit above holds and staff look."
            ),
        }
        self.fields["number_code"] = (
            forms.ChoiceField(choices=[("", "—"), *self.fact_codes], **number)
            if self.fact_codes
            else forms.CharField(**number)
        )
        self.order_fields(["limit", "scope", "by_fact", "named", *_NUMBER_FIELDS])

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Write one unit named on each line, one fact in each row."""
        by_fact = [
            {**line, "values": worded_values(line["values"])} for line in params.get("by_fact", ())
        ]
        named = lines_of_units(params.get("named", ()))
        number = {f"number_{key}": v for key, v in params.get("by_number", {}).items()}
        shown = super().initial_from(params) | {"named": named, "by_fact": by_fact} | number
        shown.pop("by_number", None)
        return shown

    def clean_named(self) -> list[Params]:
        """Read one unit from each line."""
        return units_of_lines(self.cleaned_data["named"], with_limit=True)

    def to_params(self) -> Params:
        """Say that there is no limit where there is none; read the facts row by row."""
        params = super().to_params() | {"limit": self.cleaned_data["limit"]}
        number = {name[7:]: params.pop(name) for name in _NUMBER_FIELDS if name in params}
        if number:
            params["by_number"] = {key: _plain(value) for key, value in number.items()}
        if sent := params.get("by_fact"):
            params["by_fact"] = [
                given(row) | {"values": read_values(row["values"]), "limit": int(row["limit"])}
                for row in sent
            ]
        return params


class QuotaForm(LimitForm):
    """How many a unit may hand in."""

    kind = "quota"
    scope = scope_field()
    family_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Shared by a unit and its branches of these kinds"),
        choices=choices_of(KIND_WORDS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Leave empty when every unit has its own places."),
    )
    per_batch = forms.BooleanField(
        label=gettext_lazy("Counted anew in each batch"),
        required=False,
        help_text=gettext_lazy("Only where the call is decided in batches."),
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
        if not params.get("per_batch"):
            params.pop("per_batch", None)
        if "family_kinds" in params:
            params["bucket"] = FAMILY
        return params


class ListQuotaForm(LimitForm):
    """How many a recommending unit may name."""

    kind = "list_quota"
    scope = scope_field()
    reserve = count_field(gettext_lazy("In reserve at most"))
    min = count_field(gettext_lazy("At least"), 1)
    percent = percent_field(gettext_lazy("Share of the applications received, in percent, at most"))

    def add_rows(self) -> None:
        """Let the rule be about the lists of one level."""
        super().add_rows()
        self.fields["level"] = level_field()
        self.order_fields(
            ["limit", "scope", "min", "reserve", "percent", "by_fact", "named", *_NUMBER_FIELDS]
        )


def level_field() -> forms.TypedChoiceField:
    """Return the choice of the level of recommending whose lists a rule is about."""
    return forms.TypedChoiceField(
        label=gettext_lazy("Lists of"),
        choices=[
            ("", gettext_lazy("every level")),
            (LEVELS[0], gettext_lazy("the first level")),
            (LEVELS[1], gettext_lazy("the second level")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )


_WHEN = ("role", "column", "any_of", "born_from", "born_to")


class CompositionForm(RuleParamsForm):
    """So many of a list have a quality."""

    kind = "composition"
    label = text_field(gettext_lazy("In words"), gettext_lazy("For example: from the front line."))
    role = role_field("candidates")
    column = forms.ChoiceField(
        label=gettext_lazy("Of people: column"),
        choices=[("", "—"), *choices_of(PERSON_WORDS)],
        required=False,
    )
    any_of = text_field(
        gettext_lazy("Answers that count"),
        gettext_lazy("Parted by commas, as the form lists them."),
        required=False,
    )
    born_from = DayField(label=gettext_lazy("Or born on or after"), required=False)
    born_to = DayField(label=gettext_lazy("Or born on or before"), required=False)
    min = count_field(gettext_lazy("At least"), 1)
    max = count_field(gettext_lazy("At most"))
    min_percent = percent_field(gettext_lazy("At least, in percent"))
    max_percent = percent_field(gettext_lazy("At most, in percent"))

    def add_rows(self) -> None:
        """Let the rule be about the lists of one level."""
        self.fields["level"] = level_field()

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Spread the quality over its inputs."""
        when = dict(params.get("when", {}))
        column = when.get("column", "")
        said = "、".join(worded(column, value) for value in when.pop("any_of", ()))
        shown = {key: value for key, value in params.items() if key != "when"}
        return shown | when | {"any_of": said}

    def to_params(self) -> Params:
        """Gather the quality."""
        params = given(self.cleaned_data)
        column = params.get("column", "")
        if "any_of" in params:
            params["any_of"] = [unworded(column, text) for text in parted(params["any_of"])]
        keys = [
            key for key in ("role", "column", "any_of", "born_from", "born_to") if key in params
        ]
        when = {key: params.pop(key) for key in keys}
        return params | {"when": when}
