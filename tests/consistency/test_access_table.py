"""The access table: every address × reading and sending × everybody, as access_table.py says."""

from __future__ import annotations

import pytest

from tests.consistency.access_table import ADMIN, ADMIN_ROLES, SITE, SITE_ROLES, UNNAMED, Access
from tests.consistency.walking import Walk, every_address

# The mark makes pytest-django prepare a database, which the walk uses by itself.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("walk")]


def expected() -> dict[tuple[str, str, str], str]:
    """Read the table: the answer by role, method and name."""
    cells = {}
    for prefix, roles, rows in (("", SITE_ROLES, SITE), ("admin:", ADMIN_ROLES, ADMIN)):
        for row in rows:
            for method, answers in (("get", row.get.split()), ("post", row.post.split())):
                for name in row.names.split():
                    for role, word in zip(roles, answers, strict=True):
                        cells[role, method, prefix + name] = word
    return cells


def named(rows: tuple[Access, ...]) -> list[str]:
    return [name for row in rows for name in row.names.split()]


def test_every_address_stands_in_the_table_once() -> None:
    listed = [*named(SITE), *(f"admin:{name}" for name in named(ADMIN))]
    assert len(listed) == len(set(listed))
    known = {address.name for address in every_address() if address.name}
    assert set(listed) - known == set(), "in the table, not in the portal"
    assert known - set(listed) == set(), "in the portal, not in the table"


def test_addresses_without_a_name_are_the_admins_own() -> None:
    nameless = {address.route for address in every_address() if not address.name}
    assert all(route.startswith(UNNAMED) for route in nameless)


def test_everybody_is_answered_as_the_table_says(walk: Walk) -> None:
    wanted = expected()
    assert wanted.keys() == walk.answers.keys()
    wrong = {cell: (wanted[cell], got) for cell, got in walk.answers.items() if wanted[cell] != got}
    assert wrong == {}, "by role, method and address: as the table says, as it is"
