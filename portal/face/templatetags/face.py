"""Filters of the portal's pages: the wordings of ``portal.face.wording`` and what fields need."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django import forms, template
from django.forms import BoundField

from portal import counting
from portal.face.wording import (
    bracketed,
    clock_time,
    days_left,
    labelled,
    listed,
    moment,
    percent,
    size,
    time_left,
    until,
    wan,
    yuan,
)

register = template.Library()

for wording in (
    bracketed,
    clock_time,
    days_left,
    labelled,
    listed,
    moment,
    percent,
    size,
    time_left,
    until,
    wan,
    yuan,
):
    register.filter(wording)


@register.filter
def count(text: object) -> int:
    """Count a text in 字, as the limits do; Django's own ``length`` counts code points."""
    return counting.count(str(text or ""))


@register.filter
def as_json(value: Mapping[str, object] | None) -> str:
    """Write plain data as JSON for a data attribute; the template escapes it."""
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


@register.filter
def under(cells: Sequence[object], heads: Sequence[object]) -> list[tuple[object, object]]:
    """Pair a row's cells with the heads of their columns, which a narrow screen shows as labels."""
    return list(zip(heads, cells, strict=True))


@register.filter
def optional(field: BoundField) -> bool:
    """Tell whether a field may stay empty; a draft's form takes gaps, so its dress decides."""
    dress = getattr(field.field, "dress", None)
    if dress is not None and dress.required is not None:
        return not dress.required
    return not field.field.required


@register.filter
def first_error_target(field: BoundField) -> str:
    """Return the id an error summary links to: the first control of a group, else the only one."""
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        return f"{field.auto_id}_0"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return field.subwidgets[0].id_for_label
    return str(field.auto_id)
