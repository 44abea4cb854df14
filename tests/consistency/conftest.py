"""One walk over the whole portal by everybody, for all the tests that judge it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from tests.consistency.access_table import ADMIN_ROLES
from tests.consistency.walking import Walk, answer, bodies_of, urls_of, written_tables
from tests.factories.world import World, make_world


@pytest.fixture(scope="session")
def walk(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    """Let everybody ask every address, reading and sending; all of it is undone afterwards."""
    media = tmp_path_factory.mktemp("walk")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media, DEMO=True),
        transaction.atomic(),
    ):
        cache.clear()
        found = _walked(make_world())
        transaction.set_rollback(True)
    yield found
    assert media != settings.MEDIA_ROOT


def _walked(world: World) -> Walk:
    urls, bodies, found = urls_of(world), bodies_of(world), Walk()
    for role in world.people:
        # as if each asked from an address of her own; how often one may ask is tested elsewhere
        cache.clear()
        client = world.browser(role)
        for name, url in urls.items():
            if name.startswith("admin:") and role not in ADMIN_ROLES:
                continue
            before = written_tables()
            found.answers[role, "get", name] = answer(client, "get", url)
            after = written_tables()
            found.writes[role, name] = {t for t in after if after[t] != before.get(t, 0)}
            found.answers[role, "post", name] = answer(client, "post", url, bodies.get(name))
    return found
