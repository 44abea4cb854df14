"""A change request in words: what stood before and what is asked for, line by line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.models import ChangeRequest
from applications.models.project import ChangeKind
from portal.documents.wording import amount


@dataclass(frozen=True, slots=True)
class Line:
    """One value, before and after."""

    label: str
    before: str
    after: str


def lines_of(change: ChangeRequest) -> list[Line]:
    """Return what a request changes; a budget line by line, matched by their words."""
    before, after = change.before, change.after
    if change.kind == ChangeKind.BUDGET:
        return _budget(before.get("budget") or [], after.get("budget") or [])
    labels = {
        "title": _("Title"),
        "leader": _("Person in charge"),
        "starts_on": _("From"),
        "ends_on": _("To"),
    }
    return [
        Line(labels[key], _shown(key, before.get(key)), _shown(key, value))
        for key, value in after.items()
        if before.get(key) != value
    ]


def _shown(key: str, value: Any) -> str:
    if not value:
        return "—"
    if key in ("starts_on", "ends_on"):
        return date_format(dt.date.fromisoformat(value))
    return str(value)


def _budget(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Line]:
    old = {str(row.get("item")): str(row.get("amount") or "") for row in before}
    new = {str(row.get("item")): str(row.get("amount") or "") for row in after}
    return [
        Line(item, _yuan(old.get(item)), _yuan(new.get(item)))
        for item in dict.fromkeys([*old, *new])
        if old.get(item) != new.get(item)
    ]


def _yuan(text: str | None) -> str:
    return _("%(amount)s yuan") % {"amount": amount(text)} if text else "—"
