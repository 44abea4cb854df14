"""Walks every address of the portal's resolver, the admin's own included."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from calls.section_templates import STEPS
from tests.factories.world import World, addresses, row_of


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: its name (empty for the few without), how it is written, and its view."""

    name: str
    route: str
    view: Any


def every_address() -> list[Address]:
    """Return every pattern of the portal, in the resolver's order."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, route: str, space: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = f"{space}:{pattern.name}" if space and pattern.name else pattern.name or ""
            yield Address(name, here, pattern.callback)
        else:
            inner = ":".join(part for part in (space, pattern.namespace or "") if part)
            yield from _walk(pattern, here, inner)


# Let through: a page, a refusal with its reasons, a code used up, a frozen form.
PASSED = frozenset({200, 409, 410, 423})
MODEL_PAGES = ("changelist", "add", "history", "delete", "change")


def model_pages() -> dict[str, type[Any]]:
    """Return the admin's own pages by name, with the model they belong to."""
    return {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}": model
        for model in admin.site._registry
        for page in MODEL_PAGES
    }


def urls_of(world: World) -> dict[str, str]:
    """Return a path for every named address, leading to something of unit A or issuer A."""
    known, models = addresses(world), model_pages()
    found = {}
    for address in every_address():
        if not address.name or address.name in found:
            continue
        kwargs: dict[str, Any] = known.get(address.name, {})
        if model := models.get(address.name):
            needs_row = not address.name.endswith(("_changelist", "_add"))
            kwargs = {"object_id": str(row_of(world, model).pk)} if needs_row else {}
        try:
            found[address.name] = reverse(address.name, kwargs=kwargs)
        except NoReverseMatch as missing:
            raise AssertionError(
                f"{address.name} leads nowhere in tests.factories.world"
            ) from missing
    return found


@dataclass
class Walk:
    """What everybody was answered, and which tables each reading wrote."""

    # by role, method and name
    answers: dict[tuple[str, str, str], str] = field(default_factory=dict)
    # by role and name
    writes: dict[tuple[str, str], set[str]] = field(default_factory=dict)


def bodies_of(world: World) -> dict[str, dict[str, Any]]:
    """Return what must be sent for the address to mean something at all."""
    return {
        "register:switch": {"unit": world.unit.organisation.pk},
        "applications:partner_answer": {"answer": "yes"},
        "admin:calls_notice_act": {"do": "publish"},
        "admin:calls_call_step": {"step": next(iter(STEPS))},
    }


def answer(client: Client, method: str, url: str, body: dict[str, Any] | None = None) -> str:
    """Ask once, inside a savepoint that is undone, and say in a word what came back.

    ``login``: sent to sign in; ``gone``: sent back to the admin's first page, as Django does for a
    row it does not find; ``ok``: let through, whatever the form then said; else the status.
    """
    cookies = copy.copy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method)(url, body)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    if response.status_code == 302:
        target = response.headers["Location"]
        if target.startswith((reverse("account_login"), reverse("admin:login"))):
            return "login"
        index = reverse("admin:index")
        return "gone" if target == index and url.startswith(index) else "ok"
    return "ok" if response.status_code in PASSED else str(response.status_code)


def written_tables() -> dict[str, int]:
    """Return how many rows this transaction has written so far, by table, undone ones included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())
