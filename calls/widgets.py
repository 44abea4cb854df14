"""Controls for days and for two days that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    """The browser's date picker; a half-typed day of a draft is shown as it is."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayRangeWidget(forms.MultiWidget):
    """Two date pickers, named after the question with ``_start`` and ``_end``."""

    template_name = "portal/widgets/date_range.html"
    labels = (_("From"), _("To"))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"start": DayInput(), "end": DayInput()}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Take an answer apart into its two days."""
        if isinstance(value, Mapping):
            return [value.get("start"), value.get("end")]
        return [None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give each picker its label."""
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], self.labels, strict=True):
            part["label"] = label
        return context
