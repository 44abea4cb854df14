"""Forms of the rules on who may apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from calls.fields import column_for
from calls.rules_forms.base import (
    VALUES_HELP,
    BindingForm,
    Codes,
    Params,
    RuleParamsForm,
    given,
    kind_and_level,
    lines_field,
    lines_of,
    lines_of_units,
    read_values,
    rows,
    rows_of_who,
    text_field,
    units_of_lines,
    who_of_rows,
    worded_values,
)
from portal.people.models import FactCode


class KindsForm(RuleParamsForm):
    """Who may apply: a line for each kind and level of unit."""

    kind = "kinds"
    needed = ("units",)

    def add_rows(self) -> None:
        """Let qualifications be chosen among the facts the issuer keeps."""
        fact_kind = "choice" if self.fact_codes else "short_text"
        self.fields["units"] = rows(
            gettext_lazy("Units that may apply"),
            [
                *kind_and_level(),
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
        return {"units": rows_of_who(params.get("any_of", ()))}

    def to_params(self) -> Params:
        """Gather the rows into lines."""
        return {"any_of": who_of_rows(self.cleaned_data["units"])}


class YearlyFactForm(BindingForm):
    """A fact of a year, or of the newest year known."""

    kind = "yearly_fact"
    label = text_field(gettext_lazy("In words"))
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=1990,
        max_value=2100,
        required=False,
        help_text=gettext_lazy("Empty: the newest year known."),
    )
    values = text_field(gettext_lazy("Values"), VALUES_HELP, required=False)
    absent_ok = forms.BooleanField(
        label=gettext_lazy("Nothing recorded counts as fulfilled"),
        help_text=gettext_lazy("For what is only recorded when it is missing or overdue."),
        required=False,
    )

    def add_rows(self) -> None:
        """Let the fact be chosen among those the issuer keeps."""
        super().add_rows()
        self.fields["code"] = fact_field(self.fact_codes)
        self.order_fields(["code", "label", "year", "values", "absent_ok", "binds"])

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Write the values as one text."""
        return super().initial_from(params) | {
            "values": worded_values(params.get("values", ("yes",)))
        }

    def to_params(self) -> Params:
        """Part the values; no year is said as such.

        Of what is overdue only one question makes sense: that nothing is, or nothing recorded.
        """
        params = super().to_params() | {
            "values": read_values(self.cleaned_data["values"]),
            "year": self.cleaned_data["year"],
        }
        if params["code"] == FactCode.OVERDUE:
            params |= {"values": ["no"], "absent_ok": True}
        return params


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
        self.fields["honours"] = rows(
            gettext_lazy("Honours"),
            [
                column_for("code", gettext_lazy("Yearly fact"), fact_kind, choices=self.fact_codes),
                column_for("label", gettext_lazy("In words"), "short_text"),
            ],
        )
        self.order_fields(["honours", "from_year", "to_year", "binds"])


class NamedUnitsForm(RuleParamsForm):
    """Units by their names."""

    kind = "named_units"
    any_of = lines_field(
        gettext_lazy("Units"), gettext_lazy("One on each line: name, unified code if known.")
    )
    all_but = forms.BooleanField(label=gettext_lazy("All but these may apply"), required=False)

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Write one unit on each line."""
        units = lines_of_units(params.get("any_of", ()))
        return {"any_of": units, "all_but": params.get("except", False)}

    def to_params(self) -> Params:
        """Read the units."""
        params: Params = {"any_of": units_of_lines(self.cleaned_data["any_of"])}
        return params | ({"except": True} if self.cleaned_data["all_but"] else {})


class RegionForm(RuleParamsForm):
    """Beginnings of the unit's region."""

    kind = "region"
    any_of = lines_field(
        gettext_lazy("Regions"),
        gettext_lazy("One on each line, as the register writes them: 吉林省, 浙江省嘉兴市."),
    )

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Write one region on each line."""
        return {"any_of": "\n".join(params.get("any_of", ()))}

    def to_params(self) -> Params:
        """Read the regions."""
        return {"any_of": lines_of(self.cleaned_data["any_of"])}


class NotBarredForm(RuleParamsForm):
    """A fact that says until which day a unit is barred."""

    kind = "not_barred"
    label = text_field(gettext_lazy("In words"))

    def add_rows(self) -> None:
        """Let the fact be chosen among those the issuer keeps."""
        self.fields["code"] = fact_field(self.fact_codes)
        self.order_fields(["code", "label"])


def fact_field(fact_codes: Codes) -> forms.Field:
    """Return the choice of a yearly fact; a code to write where none is kept yet."""
    label = gettext_lazy("Yearly fact")
    if fact_codes:
        return forms.ChoiceField(label=label, choices=fact_codes)
    return forms.SlugField(label=label)


class PartnersForm(RuleParamsForm):
    """So many partners, of some kinds."""

    kind = "partners"
    min = forms.IntegerField(
        label=gettext_lazy("Partners at least"),
        min_value=1,
        max_value=20,
        required=False,
        help_text=gettext_lazy("Empty, without a greatest number either: one."),
    )
    max = forms.IntegerField(
        label=gettext_lazy("Partners at most"), min_value=1, max_value=20, required=False
    )

    def add_rows(self) -> None:
        """Add the table of the kinds that count."""
        self.fields["any_of"] = rows(
            gettext_lazy("Partners that count"),
            kind_and_level(),
            gettext_lazy("Leave empty when every partner counts."),
        )

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Spread the kinds over rows."""
        return dict(params) | {"any_of": rows_of_who(params.get("any_of", ()))}

    def to_params(self) -> Params:
        """Gather the kinds."""
        return given(self.cleaned_data | {"any_of": who_of_rows(self.cleaned_data["any_of"])})
