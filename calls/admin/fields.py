"""Inputs of the editor: instants as day and hour, lists as lines, days and amounts strictly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from calls import fields as form_fields
from calls.widgets import DayInput
from portal import clock

Sentence = Any


class Strict:
    """Refuses an empty answer where one is required; the applicants' fields do not."""

    def validate(self, value: Any) -> None:
        """Check as Django's own fields do."""
        forms.Field.validate(self, value)  # type: ignore[arg-type]


class DayField(Strict, form_fields.DayField):
    """A day, from the date picker or as people type it."""


class MoneyField(Strict, form_fields.MoneyField):
    """An amount in yuan; 3万 is understood."""


class InstantWidget(forms.MultiWidget):
    """A date picker and an hour; no hour means the beginning or the end of the day."""

    template_name = "admin/calls/instant.html"

    def __init__(self, *, end: bool) -> None:
        super().__init__({"day": DayInput(), "hour": forms.TimeInput(attrs={"type": "time"})})
        self.end = end

    def decompress(self, value: Any) -> list[Any]:
        """Show an end at midnight as the day before without an hour, as the notice says it."""
        if not isinstance(value, dt.datetime):
            return [None, None]
        local = clock.local(value)
        if local.time() == dt.time(0):
            return [local.date() - dt.timedelta(days=self.end), None]
        return [local.date(), local.time()]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give both inputs a label of their own."""
        context = super().get_context(name, value, attrs)
        labels = (_("Day"), _("Hour (empty: 24:00)") if self.end else _("Hour (empty: 0:00)"))
        for part, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            part["label"] = label
        return context


class InstantField(forms.MultiValueField):
    """A day with or without an hour, as an instant in Shanghai's time.

    With ``end`` a day alone is its exclusive end: 3月5日 is 03-06 00:00 and shown as 24:00.
    """

    def __init__(self, *, end: bool, required: bool = True, **kwargs: Any) -> None:
        self.end = end
        parts = (DayField(required=required), forms.TimeField(required=False))
        super().__init__(
            parts,
            widget=InstantWidget(end=end),
            required=required,
            require_all_fields=False,
            **kwargs,
        )

    def compress(self, values: list[Any]) -> dt.datetime | None:
        """Join the day and the hour."""
        day, hour = (*values, None, None)[:2]
        if day is None:
            if hour is not None:
                raise ValidationError(_("Enter the day as well."))
            return None
        if hour is None:
            return clock.end_of(day) if self.end else clock.start_of(day)
        return dt.datetime.combine(day, hour, clock.SHANGHAI)


class LinesField(forms.CharField):
    """A list written as one entry per line; empty lines count for nothing, none stands twice."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return value if isinstance(value, str) or value is None else "\n".join(map(str, value))

    def clean(self, value: Any) -> Any:
        """Return the lines as a list."""
        text = super().clean(value)
        return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class HoursField(LinesField):
    """Whole numbers, one per line or parted by commas."""

    def clean(self, value: Any) -> list[int]:
        """Return the numbers, greatest first."""
        lines: Sequence[str] = super().clean(str(value or "").replace("，", ",").replace(",", "\n"))
        try:
            numbers = [int(line) for line in lines]
        except ValueError:
            raise ValidationError(_("Enter whole numbers, one per line.")) from None
        if any(not 0 < number <= 2000 for number in numbers):
            raise ValidationError(_("Between 1 and 2000 hours."))
        return sorted(numbers, reverse=True)
