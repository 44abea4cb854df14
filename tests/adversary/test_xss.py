"""Fifty scripts in every text of every row: on each role's page they are text and nothing else."""

from __future__ import annotations

from itertools import cycle

import pytest
from django.test import Client

from applications import printing
from portal.documents.models import Document
from portal.documents.services import render_document
from tests.adversary.corpus import MARK, XSS
from tests.adversary.pages import dangers_in
from tests.adversary.planting import plant
from tests.consistency.walking import urls_of
from tests.factories.world import World, make_world

ROLES = ("anonymous", "filler", "approver", "administrator", "partner", "officer", "superuser",
         "on_behalf")  # fmt: skip


def test_the_corpus_is_large_and_the_reader_sees_it() -> None:
    assert len(set(XSS)) >= 40
    alive = [text for text in XSS if dangers_in(f"<p>{text}</p>")]
    assert len(alive) >= 35, "written raw, nearly all of them are found"
    assert not dangers_in("<p>&lt;script&gt;xq7&lt;/script&gt;</p>")


@pytest.fixture
def world(db: None, settings: object) -> World:
    settings.DEMO = True  # type: ignore[attr-defined]
    made = make_world()
    texts = cycle(XSS)
    assert plant(lambda: next(texts)) > 300
    return made


def test_no_page_of_any_role_runs_what_was_typed(world: World) -> None:
    urls, shown = urls_of(world), 0
    for role in ROLES:
        client = world.browser(role)
        for name, url in urls.items():
            if name.startswith("admin:") and role not in ("officer", "superuser"):
                continue
            page = _html(client, url)
            assert dangers_in(page) == [], (role, name)
            shown += MARK in page
    assert shown > 150, "the planted texts are on the pages"


def _html(client: Client, url: str) -> str:
    response = client.get(url, follow=False)
    if response.streaming or "text/html" not in response.headers.get("Content-Type", ""):
        return ""
    return response.text


def test_a_form_full_of_scripts_prints_or_says_why_not(world: World) -> None:
    packet = world.handed_in.packet
    packet.call.refresh_from_db()
    document = printing.order_preview(packet, packet.created_at)
    render_document(document.pk)
    document = Document.objects.get(pk=document.pk)
    assert document.is_ready or document.failure
