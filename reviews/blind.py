"""What a reviewer reads of an application: all but the list of experts to avoid, or masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from applications import presenting
from applications.models import Version
from calls.answers import asked
from calls.enums import FieldKind, FieldRole
from calls.forms_schema import FieldSpec, SectionSpec, answer_key
from portal.documents.payloads import Section
from reviews.files import ReviewFile

MASK = "■■■"
# Left out for blind reviewers whatever the form says of them: they only say who applies.
_WHO = frozenset(
    {
        FieldRole.LEADER,
        FieldRole.CONTACT,
        FieldRole.HOST,
        FieldRole.CONVENORS,
        FieldRole.MEMBERS,
        FieldRole.CANDIDATES,
        FieldRole.RECOMMENDERS,
    }
)
# Landlines, mobiles, mailboxes, identity numbers and 统一社会信用代码, also with blanks inside.
_TRACES = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)"
    r"|(?<![\d.])0\d{2,3}[-— ]\d{7,8}(?!\d)"
    r"|(?<!\d)\d{17}[\dXx](?!\d)"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])"
)
# What a unit is called beside its full name: without the form of society or its place in brackets.
_BRACKETS = re.compile(r"[（(].*?[）)]")
_SHORTEST = 2


def names_in(file: ReviewFile) -> list[str]:
    """Return every name that would tell who applies, the longest first."""
    content = file.version.content
    unit = content["unit"]
    part = presenting.frozen(file.version, file.submission)
    found = {
        file.facts.unit_name,
        unit.get("name", ""),
        unit.get("head", ""),
        unit.get("uscc", ""),
        unit.get("address", ""),
        unit.get("phone", ""),
        content.get("number") or "",
        part.get("number") or "",
        *file.facts.partner_names,
        *file.facts.people,
        *(partner["name"] for partner in part["partners"]),
        *_units_of_people(file),
    }
    found |= {_BRACKETS.sub("", name) for name in found}
    return sorted({n.strip() for n in found if len(n.strip()) >= _SHORTEST}, key=len, reverse=True)


def _units_of_people(file: ReviewFile) -> set[str]:
    """Return the units that stand beside names in tables of people."""
    found = set()
    for _section, field, answer in _asked(file):
        if field["kind"] == FieldKind.PEOPLE and isinstance(answer, list):
            found |= {str(row.get("unit") or "") for row in answer if isinstance(row, Mapping)}
        elif field.get("role") in _WHO and isinstance(answer, str):
            found.add(answer)
    return found


def masked(text: str, names: Iterable[str]) -> str:
    """Return a text with names, phones, mailboxes and codes masked; case and blanks do not help."""
    for name in names:
        pattern = r"\s*".join(re.escape(letter) for letter in name if not letter.isspace())
        text = re.sub(pattern, MASK, text, flags=re.IGNORECASE)
    return _TRACES.sub(MASK, text)


def sections_for(file: ReviewFile, *, blind: bool) -> list[Section]:
    """Return the application as a reviewer sees it; files are listed apart, see ``papers_of``."""
    kept: dict[str, SectionSpec] = {}
    part = presenting.frozen(file.version, file.submission)
    for section, field, _answer in _asked(file):
        if not is_shown(field, blind=blind) or field["kind"] == FieldKind.FILES:
            continue
        spec = kept.setdefault(section["code"], {**section, "fields": []})
        # Conditions were judged on the whole form already.
        spec["fields"].append({**field, "condition": {}})
    sections = presenting.sections(kept.values(), part["answers"])
    if not blind:
        return sections
    names = names_in(file)
    return [_masked_section(section, names) for section in sections]


def title_for(file: ReviewFile, *, blind: bool) -> str:
    """Return the title as a reviewer sees it."""
    title = str(file.submission)
    return masked(title, names_in(file)) if blind else title


def is_shown(field: FieldSpec, *, blind: bool) -> bool:
    """Tell whether a reviewer sees the question; whom to avoid is never shown to any."""
    if field.get("role") == FieldRole.AVOIDED:
        return False
    if not blind:
        return True
    hidden = field.get("blind_hidden") or field["kind"] == FieldKind.PEOPLE
    return not hidden and field.get("role") not in _WHO


def papers_of(file: ReviewFile, *, blind: bool) -> list[dict[str, Any]]:
    """Return the files a reviewer may open, in the form's order, as frozen."""
    part = presenting.frozen(file.version, file.submission)
    shown = [
        answer_key(section, field)
        for section, field, _answer in _asked(file)
        if field["kind"] == FieldKind.FILES and is_shown(field, blind=blind)
    ]
    return [one for key in shown for one in part["files"] if one["key"] == key]


def _asked(file: ReviewFile) -> list[tuple[SectionSpec, FieldSpec, Any]]:
    version: Version = file.version
    part = presenting.frozen(version, file.submission)
    specs = presenting.specs_of(version.form_revision.schema, file.submission)
    return asked(specs, part["answers"])


def _masked_section(section: Section, names: list[str]) -> Section:
    rows: list[Any] = [_masked(row, names) for row in section["rows"]]
    return Section(title=section["title"], rows=rows)


def _masked(value: Any, names: list[str]) -> Any:
    """Mask every text inside a row; kinds and flags are the portal's own words."""
    if isinstance(value, str):
        return masked(value, names)
    if isinstance(value, Mapping):
        return {k: v if k in _OWN else _masked(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(one, names) for one in value]
    return value


_OWN = frozenset({"kind", "label", "half", "title", "currency_unit"})
