"""A first form for a call read from a notice: what its rules need, and the usual questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from calls.services.notice_facts import FIGURES, Sheet

# How long personal data of the first form is kept after the call has closed.
MONTHS = 36


def form_for(sheet: Sheet, *, plan: Sequence[str]) -> list[dict[str, Any]]:
    """Return sections as call files write them: what the rules read, and the usual questions.

    ``plan`` names what the recommendation plan must say.
    """
    roles = sheet.roles
    basic: list[dict[str, Any]] = [_title(roles)]
    sections: list[dict[str, Any]] = []
    if "dates" in roles:
        basic.append(
            {"code": "dates", "label": roles["dates"].get("label") or _("Planned dates"),
             "kind": "date_range", "role": "dates"}
        )  # fmt: skip
    every = set(sheet.codes.values())
    for field in _figures(roles):
        need = roles[field["role"]]
        of_all = every <= set(need.get("categories", ()))
        _ask(basic, sections, field, {} if of_all else need)
    basic += _money(roles)
    if "option" in roles:
        basic.append(_yes_or_no(roles["option"]["label"]))
    sections.insert(0, {"code": "basic", "title": _("Basic facts"), "fields": basic})
    if plan:
        sections.insert(0, _plan(plan))
    for role, label, columns in (
        ("convenors", _("Convenors"), ["name", "unit", "title", "duty"]),
        ("recommenders", _("Recommending persons"), ["name", "unit", "title", "phone"]),
        ("members", _("Members"), ["name", "born", "unit", "title", "degree"]),
    ):
        if role in roles:
            field = _people(role, label, columns)
            _ask_more(field["options"], roles[role])
            _ask(None, sections, field, roles[role])
    sections += _contents(sheet.texts)
    sections.append({"code": "people", "title": _("People"), "fields": _persons(roles)})
    sections += [_declarations(code, said) for code, said in sheet.declarations.items()]
    return sections


def _contents(texts: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """Return the sections of texts: what all fill in, and what a category asks beside it."""
    title = _("Content and plan")
    found = [{"code": "content", "title": title, "fields": _texts("content", texts.get("", {}))}]
    for code, own in texts.items():
        if code:
            section = f"content-{code}"
            fields = _bounded(section, own)
            found.append({"code": section, "title": title, "category": code, "fields": fields})
    return found


def _title(roles: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for the title; where persons are chosen, it is their name that lists show."""
    label = _("Name of the candidate") if "candidates" in roles else _("Project title")
    return {"code": "title", "label": label, "kind": "short_text", "role": "title",
            "options": {"max_chars": 60}, "public": True}  # fmt: skip


def _figures(roles: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for role, label in (
        ("attendees", _("Number of participants")),
        ("papers", _("Number of papers")),
        *((role, "") for role in FIGURES),
    ):
        if role in roles:
            unit = roles[role].get("unit") or {"attendees": "人", "papers": "篇"}.get(role, "")
            field = {"code": role, "label": roles[role].get("label") or label, "kind": "number",
                     "role": role, "options": {"unit": unit} if unit else {}}  # fmt: skip
            found.append(field)
    return found


def _money(roles: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if "amount" in roles:
        found.append(
            {"code": "amount", "label": _("Amount applied for"), "kind": "money", "role": "amount"}
        )
    if "total_cost" in roles:
        found.append(
            {"code": "total-cost", "label": _("Total cost"), "kind": "money", "role": "total_cost"}
        )
    if "matching" in roles:
        found.append(
            {"code": "matching", "label": _("Own money beside it"), "kind": "money",
             "role": "matching"}
        )  # fmt: skip
    return found


def _yes_or_no(label: str) -> dict[str, Any]:
    choices = [{"value": "yes", "label": _("Yes")}, {"value": "no", "label": _("No")}]
    return {"code": "option", "label": label, "kind": "choice", "role": "option",
            "options": {"choices": choices}}  # fmt: skip


def _texts(section: str, texts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Ask for each text the notice bounds; the bound of the whole is that of the main text."""
    main = {"code": section, "label": _("Content and schedule"), "kind": "long_text",
            "options": {"max_chars": texts.get("", 2000)}}  # fmt: skip
    return [main, *_bounded(section, texts)]


def _bounded(section: str, texts: Mapping[str, int]) -> list[dict[str, Any]]:
    named = [(label, most) for label, most in texts.items() if label]
    return [
        {"code": f"{section}-{n}", "label": label, "kind": "long_text",
         "options": {"max_chars": most}}
        for n, (label, most) in enumerate(named, 1)
    ]  # fmt: skip


def _persons(roles: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Ask who leads, or who the candidates are; of both only where rules speak of both."""
    found = []
    if "candidates" in roles:
        columns = ["name", "sex", "born", "unit", "title", "degree"]
        found.append(_people("candidates", _("Candidates"), columns))
        _ask_more(found[-1]["options"], roles["candidates"])
    if "candidates" not in roles or "leader" in roles:
        columns = ["name", "sex", "born", "title", "degree", "phone"]
        leader = _people("leader", _("Person in charge"), columns)
        _ask_more(leader["options"], roles.get("leader", {}))
        leader["options"]["max_rows"] = 1
        found.append(leader)
    return found


def _ask_more(options: dict[str, Any], asked: Mapping[str, Any]) -> None:
    """Require the columns that rules read; offer the titles a rule chooses from."""
    options["required"] += asked.get("required", [])
    if "titles" in asked:
        options["titles"] = asked["titles"]


def _declarations(category: str, texts: Sequence[str]) -> dict[str, Any]:
    """Let the applicant, or those of a category, declare that nothing the notice bars is so."""
    code = f"declarations-{category}".strip("-")
    return {
        "code": code,
        "title": _("Declarations"),
        **({"category": category} if category else {}),
        "fields": [
            {"code": f"{code}-{n}", "label": _("Declaration"), "kind": "declaration",
             "role": "declaration", "options": {"text": text}}
            for n, text in enumerate(texts, 1)
        ],
    }  # fmt: skip


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
