"""Recognises the persons of an application without keeping who they are.

Three prints of each person, the surest first: the identity card; name and day of birth; name and
unit (the unit that applies, where the table asks for none). Two mentions are one person when the
surest print that both have is the same, see ``calls.rules.facts.Person``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.crypto import salted_hmac

from calls.rules.facts import Person
from calls.rules.persons import Row, born_of, people_in
from calls.rules.words import PERSON_ROLES

_SALT = "applications.persons"


def persons_of(answers: Mapping[str, Any], unit_name: str) -> tuple[Person, ...]:
    """Return everybody named in the answers, given by role; rows without a name are left out."""
    return tuple(
        Person(role, str(row["name"]).strip(), _prints(row, unit_name))
        for role in PERSON_ROLES
        for row in people_in(answers.get(role))
        if _plain(row.get("name"))
    )


def prints_of(people: Iterable[Person]) -> set[str]:
    """Return every print of some persons."""
    return {one for person in people for one in person.prints if one}


def _prints(row: Row, unit_name: str) -> tuple[str, str, str]:
    name, card, born = _plain(row["name"]), _plain(row.get("id_number")), born_of(row)
    unit = _plain(row.get("unit")) or _plain(unit_name)
    return (
        _print("card", card) if card else "",
        _print("born", name, born.isoformat()) if born else "",
        _print("unit", name, unit) if unit else "",
    )


def _plain(text: object) -> str:
    """Write names alike however they were typed: without blanks, full-width signs made plain."""
    return "".join(unicodedata.normalize("NFKC", str(text or "")).split()).upper()


def _print(*parts: str) -> str:
    """Return the keyed hash, in hexadecimal; a sign no name holds stands between the parts."""
    return salted_hmac(_SALT, "\x1f".join(parts), algorithm="sha256").hexdigest()
