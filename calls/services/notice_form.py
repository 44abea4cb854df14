"""A first form for a call read from a notice: what its rules need, and the usual questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

# How long personal data of the first form is kept after the call has closed.
MONTHS = 36


def form_for(
    roles: Mapping[str, Mapping[str, Any]], *, plan: Sequence[str]
) -> list[dict[str, Any]]:
    """Return sections as call files write them.

    ``roles`` are those the rules read, each with the codes of the categories that need it (none:
    all); ``plan`` names what the recommendation plan must say.
    """
    basic: list[dict[str, Any]] = [
        {"code": "title", "label": _("Project title"), "kind": "short_text", "role": "title",
         "options": {"max_chars": 60}, "public": True},
    ]  # fmt: skip
    sections: list[dict[str, Any]] = []
    if "dates" in roles:
        basic.append(
            {"code": "dates", "label": _("Planned dates"), "kind": "date_range", "role": "dates"}
        )
    for role, label, unit in (
        ("attendees", _("Number of participants"), "人"),
        ("papers", _("Number of papers"), "篇"),
    ):
        if role in roles:
            field = {"code": role, "label": label, "kind": "number", "role": role,
                     "options": {"unit": unit}}  # fmt: skip
            _ask(basic, sections, field, roles[role])
    if "amount" in roles:
        basic.append(
            {"code": "amount", "label": _("Amount applied for"), "kind": "money",
             "role": "amount", "required": False}
        )  # fmt: skip
    sections.insert(0, {"code": "basic", "title": _("Basic facts"), "fields": basic})
    if plan:
        sections.insert(0, _plan(plan))
    if "convenors" in roles:
        field = _people("convenors", _("Convenors"), ["name", "unit", "title", "duty"])
        _ask(None, sections, field, roles["convenors"])
    sections.append(
        {"code": "content", "title": _("Content and plan"), "fields": [
            {"code": "content", "label": _("Content and schedule"), "kind": "long_text",
             "options": {"max_chars": 2000}}]}
    )  # fmt: skip
    people = [
        _people("leader", _("Person in charge"), ["name", "born", "title", "degree", "phone"])
    ]
    people[0]["options"] |= {"required": ["name"], "min_rows": 1, "max_rows": 1}
    if "candidates" in roles:
        columns = ["name", "sex", "born", "unit", "title", "degree"]
        people.insert(0, _people("candidates", _("Candidates"), columns))
    sections.append({"code": "people", "title": _("People"), "fields": people})
    return sections


def _ask(
    basic: list[dict[str, Any]] | None,
    sections: list[dict[str, Any]],
    field: dict[str, Any],
    need: Mapping[str, Any],
) -> None:
    """Ask everybody, or in a section of its own each category that needs it."""
    codes = [code for code in dict.fromkeys(need.get("categories", ())) if code]
    everywhere = not codes or "" in need.get("categories", ())
    if everywhere and basic is not None:
        basic.append(field)
        return
    for code in [""] if everywhere else codes:
        section: dict[str, Any] = {
            "code": f"{field['code']}-{code}".strip("-"),
            "title": field["label"],
            "fields": [field],
        }
        if code:
            section["category"] = code
        sections.append(section)


def _people(role: str, label: str, columns: list[str]) -> dict[str, Any]:
    return {
        "code": role,
        "label": label,
        "kind": "people",
        "role": role,
        "options": {"columns": columns, "required": ["name"], "min_rows": 1},
        "personal": {"purpose": _("judging who carries the project out"), "months": MONTHS},
    }


def _plan(parts: Sequence[str]) -> dict[str, Any]:
    return {
        "code": "plan",
        "title": _("Recommendation plan"),
        "scope": "plan",
        "fields": [
            {
                "code": f"plan-{n}",
                "label": label,
                "kind": "long_text",
                "options": {"max_chars": 1000},
            }
            for n, label in enumerate(parts, 1)
        ],
    }
