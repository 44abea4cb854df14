"""Every page stands in one frame: no query for it, no token for visitors, no inline code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory

from portal import context
from portal.errors import Refusal

TEMPLATES = sorted(
    path
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    if "documents" not in path.parts
)
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"]


def visitor() -> Any:
    """Make a visitor's request for a page."""
    request = RequestFactory().get("/notices/")
    request.user = AnonymousUser()
    return request


def test_the_frame_asks_the_database_nothing() -> None:
    """Without the database mark a query here would fail the test."""
    given = context.site(visitor())
    assert given["site_issuer"] is None
    assert [item.url for item in given["nav"]]  # type: ignore[attr-defined]


def test_current_place_is_marked() -> None:
    items = context.site(visitor())["nav"]
    assert [item.url for item in items if item.current] == ["/notices/"]  # type: ignore[attr-defined]


def test_visitors_pages_carry_no_token() -> None:
    page = render_to_string("404.html", {}, visitor())
    assert "csrfmiddlewaretoken" not in page
    assert 'name="language"' in page


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_need_neither_request_nor_database(name: str) -> None:
    page = get_template(name).render()
    assert re.search(r"<h1>.+</h1>", page)
    assert "<h2>" in page


def test_a_refusal_shows_every_reason_with_its_clause() -> None:
    reasons = [Refusal("First.", clause="Only one."), Refusal("Second.")]
    page = render_to_string("refused.html", {"reasons": reasons}, visitor())
    assert "First." in page
    assert "<q>Only one.</q>" in page
    assert "Second." in page


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_can_be_read(path: Path) -> None:
    assert get_template(str(path.relative_to(Path(settings.BASE_DIR) / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_code(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:", source)
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or 'type="application/json"' in script


@pytest.mark.django_db
def test_language_can_be_changed_without_a_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/language/", {"language": "en", "next": "/notices/"})
    assert answer.status_code == 302
    assert answer["Location"] == "/notices/"
    assert strict.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.django_db
def test_language_goes_to_no_foreign_address() -> None:
    answer = Client().post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_the_clock_tells_an_aware_instant_and_is_not_kept() -> None:
    answer = Client().get("/clock/")
    assert answer.json()["now"].endswith("+00:00")
    assert "no-store" in answer["Cache-Control"]
