"""Templates: each compiles, names its purpose, and holds nothing the security policy forbids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
# Printed by WeasyPrint, which knows no Content-Security-Policy.
PRINTED = ROOT / "documents"
EVERY = sorted(path for path in ROOT.rglob("*") if path.suffix in (".html", ".txt", ".xml"))
# Every component at once, for developers and the demo: its forms go nowhere.
SHOWN_ONLY = {"face/styleguide.html"}
PAGES = [path for path in EVERY if path.suffix == ".html" and PRINTED not in path.parents]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_templates() -> None:
    assert len(PAGES) > 100


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_a_template_compiles_with_all_it_extends_and_includes(path: Path) -> None:
    get_template(name_of(path))
    text = path.read_text(encoding="utf-8")
    for other in re.findall(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""", text):
        get_template(other)


FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b|\sstyle=", re.IGNORECASE),
    "a handler": re.compile(r"\son[a-z]+\s*=\s*[\"'{]", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(r"""(?:src|href)=["'](?:https?:)?//""", re.IGNORECASE),
    "text marked as safe": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off"),
}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_holds_nothing_the_policy_forbids(path: Path) -> None:
    text = re.sub(
        r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", path.read_text("utf-8"), flags=re.DOTALL
    )
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert found == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_form_that_sends_carries_its_token(path: Path) -> None:
    text = "" if name_of(path) in SHOWN_ONLY else path.read_text(encoding="utf-8")
    for form in re.findall(
        r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.DOTALL | re.IGNORECASE
    ):
        assert "csrf_token" in form, form[:120]


def test_mails_are_plain_text_with_a_subject() -> None:
    mails = [path for path in EVERY if (ROOT / "mail") in path.parents]
    assert len(mails) > 10
    for path in mails:
        assert "Subject:" in path.read_text(encoding="utf-8").splitlines()[0], name_of(path)
    assert Engine.get_default().autoescape, "pages escape; mails switch it off themselves"


def test_no_file_keeps_the_marks_of_a_merge() -> None:
    marks = ("<" * 7 + " ", ">" * 7 + " ")
    places = ("templates", "static", "portal", "calls", "applications", "reviews", "demo", "docs")
    found = [
        str(path)
        for place in places
        for path in (ROOT.parent / place).rglob("*")
        if path.suffix in {".html", ".py", ".js", ".css", ".md", ".yaml", ".txt"}
        and any(line.startswith(marks) for line in path.read_text("utf-8").splitlines())
    ]
    assert found == []
