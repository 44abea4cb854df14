"""Forms of the rules on money."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from calls.rules.funding import AT_LEAST, EQUALS
from calls.rules_forms.base import (
    RuleParamsForm,
    percent_field,
)


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


class CostShareForm(RuleParamsForm):
    """The amount as a share of the cost."""

    kind = "cost_share"
    max_percent = percent_field(
        gettext_lazy("At most so many percent of the total cost"), required=True
    )


class MatchingForm(RuleParamsForm):
    """Matching funds as a share of the amount."""

    kind = "matching"
    min_percent = forms.IntegerField(
        label=gettext_lazy("At least so many percent of the amount applied for"),
        min_value=1,
        max_value=1000,
    )
