"""Which expert may not judge which application, and on what ground; facts in, grounds out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Key: TypeAlias = object


def plain_name(name: str) -> str:
    """Return a name without blanks and with plain brackets, as two spellings are compared."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


class Ground(TextChoices):
    """Why somebody keeps out of an application."""

    SAME_UNIT = "same_unit", _("works for the applicant")
    PARTNER_UNIT = "partner_unit", _("works for a joint applicant")
    RELATED_UNIT = "related_unit", _("works for a parent or branch unit of an applicant")
    NAMED = "named", _("is named in the application")
    DECLARED = "declared", _("declared a conflict")
    AVOIDED = "avoided", _("the applicant asked for another expert")


@dataclass(frozen=True, slots=True)
class Tie:
    """What an expert declared once: a unit by its row or name, or one application."""

    unit: int | None = None
    unit_name: str = ""
    application: Key = None


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """An expert as far as recusal asks: units by row and by name, and what was declared."""

    key: int
    name: str
    units: frozenset[int] = frozenset()
    unit_names: frozenset[str] = frozenset()
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class Avoided:
    """One line of those an applicant asks to avoid; an empty name means a whole unit."""

    name: str = ""
    unit_name: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """An application as far as recusal asks; ``related`` are parents and branches of all units."""

    key: Key
    unit: int
    unit_name: str
    partners: frozenset[int] = frozenset()
    partner_names: frozenset[str] = frozenset()
    related: frozenset[int] = frozenset()
    people: frozenset[str] = frozenset()
    avoided: tuple[Avoided, ...] = ()


def grounds(expert: ExpertFacts, file: FileFacts) -> tuple[Ground, ...]:
    """Return every ground on which the expert keeps out; empty means that she may judge.

    Names are compared without blanks. The same name is taken for the same person: a namesake
    loses one file, a judge in her own cause spoils the call.
    """
    own = {plain_name(name) for name in expert.unit_names if name}
    tests = (
        (Ground.SAME_UNIT, file.unit in expert.units or plain_name(file.unit_name) in own),
        (
            Ground.PARTNER_UNIT,
            bool(file.partners & expert.units)
            or any(plain_name(name) in own for name in file.partner_names if name),
        ),
        (Ground.RELATED_UNIT, bool(file.related & expert.units)),
        (Ground.NAMED, plain_name(expert.name) in {plain_name(name) for name in file.people}),
        (Ground.DECLARED, any(_touches(tie, file) for tie in expert.ties)),
        (Ground.AVOIDED, any(_means(line, expert, own) for line in file.avoided)),
    )
    return tuple(ground for ground, holds in tests if holds)


def _touches(tie: Tie, file: FileFacts) -> bool:
    """Tell whether a declared tie concerns this application or one of its units."""
    if tie.application is not None and tie.application == file.key:
        return True
    if tie.unit is not None and tie.unit in {file.unit, *file.partners}:
        return True
    names = {plain_name(name) for name in (file.unit_name, *file.partner_names) if name}
    return bool(tie.unit_name) and plain_name(tie.unit_name) in names


def _means(line: Avoided, expert: ExpertFacts, own: set[str]) -> bool:
    """Tell whether a line of those to be avoided means this expert.

    A name with a unit means the person of that unit; one whose unit nobody knows is meant too.
    """
    unit = plain_name(line.unit_name)
    if not line.name.strip():
        return bool(unit) and unit in own
    if plain_name(line.name) != plain_name(expert.name):
        return False
    return not unit or not own or unit in own
