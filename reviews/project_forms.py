"""What staff type in about a project: returns, more time, payments, decisions on changes."""

from __future__ import annotations

import datetime as dt
import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.fields import MoneyField
from portal import clock
from reviews.forms import MAX_REASON, DayInput


class ReasonAndDayForm(forms.Form):
    """A reason the unit reads, and the last day it has."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The unit reads this by mail and on its page."),
    )
    due = forms.DateField(
        label=_("To be handed in by"),
        widget=DayInput(),
        help_text=_("That day is included, until 24:00."),
    )

    def clean_due(self) -> dt.date:
        """Refuse a day that is over."""
        day: dt.date = self.cleaned_data["due"]
        if day < clock.today():
            raise forms.ValidationError(_("This day has passed."))
        return day

    def due_instant(self) -> dt.datetime:
        """Return the exclusive end of the day chosen."""
        return clock.end_of(self.cleaned_data["due"])


class PaymentForm(forms.Form):
    """One payment: amount and day, both or neither."""

    # The key of a further payment, given with the page: sent twice, it is written down once.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    title = forms.CharField(
        label=_("What for"),
        required=False,
        max_length=120,
        help_text=_("Only for a further payment; a planned one keeps its name."),
    )
    paid = MoneyField(label=_("Paid (yuan)"), required=False)
    paid_on = forms.DateField(label=_("Paid on"), required=False, widget=DayInput())
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class DecisionForm(forms.Form):
    """What is said to a request for a change."""

    note = forms.CharField(
        label=_("What the unit is told"),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where the change is not approved."),
    )
