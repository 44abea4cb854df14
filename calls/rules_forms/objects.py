"""Forms of the rules on what is applied for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.fields import DayField, column_for
from calls.rules.words import ROLE_WORDS
from calls.rules_forms.base import (
    BindingForm,
    Params,
    RuleParamsForm,
    choices_of,
    count_field,
    given,
    lines_field,
    lines_of,
    role_field,
    rows,
    text_field,
    what_field,
)


class DateWindowForm(RuleParamsForm):
    """Days inside a window."""

    kind = "date_window"
    role = role_field("dates")
    start = DayField(label=gettext_lazy("First day"), required=False)
    end = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave both empty to take the window of the category."),
    )


class NumberForm(RuleParamsForm):
    """A number at least or at most."""

    kind = "number"
    role = role_field("attendees")
    what = what_field()
    min = count_field(gettext_lazy("At least"))
    max = count_field(gettext_lazy("At most"))
    unit = text_field(gettext_lazy("Counted in"), required=False)


class RowCountForm(NumberForm):
    """So many rows in a table."""

    kind = "row_count"
    role = role_field("convenors")
    exactly = count_field(gettext_lazy("Exactly"))


class EditionsForm(RuleParamsForm):
    """Held so many times by a day."""

    kind = "editions"
    needed = ("by",)
    min = count_field(gettext_lazy("Held at least, times"), 1, required=True)
    by = DayField(label=gettext_lazy("By the end of"), required=True)
    when_role = forms.ChoiceField(
        label=gettext_lazy("Only when the answer"),
        choices=[("", gettext_lazy("(always)")), *choices_of(ROLE_WORDS)],
        required=False,
    )
    when_equals = text_field(
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
        params = given(self.cleaned_data)
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
    words = lines_field(gettext_lazy("Excluded kinds"), gettext_lazy("One on each line."))
    role = role_field("event_kind")

    @classmethod
    def initial_from(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Write one word on each line."""
        return dict(params) | {"words": "\n".join(params.get("words", ()))}

    def to_params(self) -> Params:
        """Read one word from each line."""
        words = lines_of(self.cleaned_data["words"])
        return {"words": words, "role": self.cleaned_data["role"]}


class OneOfForm(BindingForm):
    """A choice confined for some units."""

    kind = "one_of"
    needed = ("any_of",)
    role = role_field("host")
    what = what_field()

    def add_rows(self) -> None:
        """Add the table of values allowed."""
        super().add_rows()
        self.fields["any_of"] = rows(
            gettext_lazy("Allowed"),
            [
                column_for("value", gettext_lazy("Value of the choice"), "short_text"),
                column_for("label", gettext_lazy("In words"), "short_text"),
            ],
        )
        self.order_fields(["role", "what", "any_of", "binds"])


class DeclarationForm(RuleParamsForm):
    """Every declaration, or one by its words."""

    kind = "declaration"
    text = forms.CharField(
        label=gettext_lazy("The declaration, word for word"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Empty: every declaration on the form."),
    )


class TitleLengthForm(RuleParamsForm):
    """So many characters at most."""

    kind = "title_length"
    max = forms.IntegerField(label=gettext_lazy("At most"), min_value=1, max_value=200)
