"""Turns a mail template into subject and text in the language of the person it goes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

MAX_SUBJECT = 200


def render(template: str, context: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Return subject and text of ``templates/mail/<template>.txt``.

    The first line of a template is ``Subject: …``. Templates are plain text and switch escaping
    off themselves with ``{% autoescape off %}``. Raises ``ValueError`` for a template without a
    subject: a mistake of the programmer, found by the tests.
    """
    with translation.override(language):
        known = {"site_url": settings.SITE_URL, "demo": settings.DEMO}
        text = render_to_string(f"mail/{template}.txt", {**known, **context}).strip()
    first, _newline, body = text.partition("\n")
    if not first.startswith("Subject:"):
        raise ValueError(f"mail template {template} does not begin with its subject")
    return one_line(first.removeprefix("Subject:")), body.strip() + "\n"


def one_line(text: str) -> str:
    """Return the text on one line and short enough: a subject never carries a second header."""
    return " ".join(text.split())[:MAX_SUBJECT]
