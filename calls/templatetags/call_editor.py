"""Lays the fields of an editor's form out in their groups."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms import BoundField

register = template.Library()


@register.filter
def grouped(form: forms.BaseForm) -> list[tuple[Any, list[BoundField]]]:
    """Return each group's title with its visible fields; what no group names comes last.

    ``form.groups`` holds titles with names of fields; a form without it is one group.
    """
    groups: Any = getattr(form, "groups", ())
    named = {name for _title, names in groups for name in names}
    laid_out = [
        (title, [form[name] for name in names if name in form.fields and not form[name].is_hidden])
        for title, names in groups
    ]
    rest = [form[name] for name in form.fields if name not in named and not form[name].is_hidden]
    return [(title, fields) for title, fields in (*laid_out, ("", rest)) if fields]
