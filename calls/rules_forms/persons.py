"""Forms of the rules on persons, and on what unit and persons had before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from calls.fields import DayField, column_for
from calls.rules.history import PERSON, UNIT
from calls.rules.words import PERSON_ROLES, PERSON_WORDS, ROLE_WORDS
from calls.rules_forms.base import (
    Params,
    RuleParamsForm,
    choices_of,
    given,
    parted,
    percent_field,
    person_role_field,
    rows,
    text_field,
    unworded,
    worded,
)


def subject_field() -> forms.ChoiceField:
    """Return the choice of whom a rule on what was before is about."""
    persons = [(f"{PERSON}:{role}", ROLE_WORDS[role]) for role in PERSON_ROLES]
    return forms.ChoiceField(
        label=gettext_lazy("Whose"),
        choices=[(UNIT, pgettext_lazy("whom a rule is about", "The unit")), *persons],
    )


class HistoryForm(RuleParamsForm):
    """A rule about the unit's or persons' earlier projects."""

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Show subject and role as one choice."""
        whose = ":".join(params[key] for key in ("subject", "role") if key in params)
        return dict(params) | {"whose": whose or UNIT}

    def to_params(self) -> Params:
        """Take the choice apart."""
        params = given(self.cleaned_data)
        subject, _colon, role = params.pop("whose").partition(":")
        return params | {"subject": subject} | ({"role": role} if role else {})


class RunningProjectForm(HistoryForm):
    """Projects that still run."""

    kind = "running_project"
    whose = subject_field()
    limit = forms.IntegerField(
        label=gettext_lazy("Refused from so many on"), min_value=1, max_value=100, initial=1
    )


class EarlierAwardForm(HistoryForm):
    """Selected before."""

    kind = "earlier_award"
    whose = subject_field()
    years = forms.IntegerField(
        label=gettext_lazy("Within so many years"),
        min_value=0,
        max_value=50,
        help_text=gettext_lazy("2: the call of 2024 looks at 2022, 2023 and earlier in 2024."),
    )


def _limits() -> list[Any]:
    return [
        column_for("born_from", gettext_lazy("Born on or after"), "date", required=False),
        column_for("born_to", gettext_lazy("Born on or before"), "date", required=False),
        column_for("age_max", gettext_lazy("Age at most"), "number", required=False),
    ]


class PersonAgeForm(RuleParamsForm):
    """A limit of age, with others for some persons."""

    kind = "person_age"
    role = person_role_field()
    born_from = DayField(label=gettext_lazy("Born on or after"), required=False)
    born_to = DayField(label=gettext_lazy("Born on or before"), required=False)
    age_max = forms.IntegerField(
        label=gettext_lazy("Age at most, in full years"), min_value=1, max_value=120, required=False
    )
    age_on = DayField(label=gettext_lazy("Age counted on"), required=False)

    def add_rows(self) -> None:
        """Add the table of other limits."""
        columns: Any = list(PERSON_WORDS.items())
        self.fields["others"] = rows(
            gettext_lazy("Other limits for some"),
            [
                column_for("column", gettext_lazy("Where"), "choice", choices=columns),
                column_for("equals", gettext_lazy("is"), "short_text"),
                column_for(
                    "and_column",
                    gettext_lazy("and where"),
                    "choice",
                    choices=columns,
                    required=False,
                ),
                column_for("and_equals", gettext_lazy("is"), "short_text", required=False),
                *_limits(),
            ],
            gettext_lazy(
                "For example: sex — woman — born on or after 1984-01-01. Where two answers must go"
                " together, fill in the second one too; the first row that fits holds."
            ),
        )

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Write what the columns hold in words."""
        others = [_rewritten(other, worded) for other in params.get("others", ())]
        return dict(params) | {"others": others}

    def to_params(self) -> Params:
        """Leave out what a line does not say."""
        others = [_rewritten(given(row), unworded) for row in self.cleaned_data["others"] or ()]
        return given(self.cleaned_data | {"others": others})


def _rewritten(line: Mapping[str, Any], write: Callable[[str, str], str]) -> dict[str, Any]:
    """Return a line with its answers written in words, or back as codes."""
    answers = {
        value: write(line[column], line[value])
        for column, value in (("column", "equals"), ("and_column", "and_equals"))
        if column in line and value in line
    }
    return {**line, **answers}


class PersonQualityForm(RuleParamsForm):
    """Title, degree, field or another column."""

    kind = "person_quality"
    role = person_role_field()
    column = forms.ChoiceField(label=gettext_lazy("Column"), choices=choices_of(PERSON_WORDS))
    any_of = text_field(
        gettext_lazy("Answers that count"),
        gettext_lazy("Parted by commas, as the form lists them."),
    )
    or_column = forms.ChoiceField(
        label=gettext_lazy("Or another column"),
        choices=[("", gettext_lazy("No other column")), *choices_of(PERSON_WORDS)],
        required=False,
        help_text=gettext_lazy("Title or degree: one of the two is enough."),
    )
    or_any_of = text_field(gettext_lazy("Answers that count there"), required=False)
    min_share = percent_field(gettext_lazy("Of at least so many percent (empty: of everybody)"))

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Write the answers in words."""
        said = {}
        for column, answers in _QUALITY_COLUMNS:
            words = (worded(params.get(column, ""), one) for one in params.get(answers, ()))
            said[answers] = "、".join(words)
        return {"column": "title"} | dict(params) | said

    def to_params(self) -> Params:
        """Read the answers."""
        params = dict(given(self.cleaned_data))
        for column, answers in _QUALITY_COLUMNS:
            if answers in params:
                values = parted(params[answers])
                params[answers] = [unworded(params.get(column, ""), text) for text in values]
        return params


_QUALITY_COLUMNS = (("column", "any_of"), ("or_column", "or_any_of"))


class PersonPlacesForm(RuleParamsForm):
    """In how many applications one person may stand."""

    kind = "person_places"
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Persons, counted together"),
        choices=[(role, ROLE_WORDS[role]) for role in PERSON_ROLES],
        widget=forms.CheckboxSelectMultiple,
    )
    limit = forms.IntegerField(
        label=gettext_lazy("In at most so many applications of the call"),
        min_value=1,
        max_value=100,
        initial=1,
    )
