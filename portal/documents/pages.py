"""Turns a document row into the HTML and CSS that are printed."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.documents import codes, qr
from portal.documents.faces import printable
from portal.documents.layout import heading_of, view_of
from portal.documents.wording import chinese_instant, grouped

if TYPE_CHECKING:
    from portal.documents.models import Document

LAYOUTS = Path(__file__).resolve().parent / "layouts"
SHOWN_OF_HASH = 16


def html_of(document: Document) -> str:
    """Return the page of a document as HTML. Reads the row and nothing else of the database.

    What an official Chinese document says is Chinese, whatever language its reader has chosen, so
    the layouts are written in Chinese and hold no translations.
    """
    title = printable(document.title).strip()
    over, head = heading_of(printable(document.payload.get("call", "")), title)
    with override("zh-hans"):
        return render_to_string(
            f"documents/{document.kind}.html",
            {
                "title": title,
                "heading": {"over": over, "title": head},
                "unit": printable(document.unit_name).strip(),
                "number": document.number,
                "version_no": document.version_no,
                "hash_start": grouped(document.content_sha256[:SHOWN_OF_HASH]),
                "code": codes.shown(document.code),
                "verify_site": f"{settings.SITE_URL}/verify/",
                "qr": "" if document.draft else qr.svg(codes.address(document.code)),
                "draft": document.draft,
                "demo": document.demo,
                "made_at": chinese_instant(document.created_at.isoformat()),
                **view_of(document.kind, document.payload),
            },
        )


@cache
def css() -> str:
    """Return the style sheet of all layouts."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(LAYOUTS.glob("*.css")))


@cache
def layout_version(kind: str) -> str:
    """Return a short fingerprint of everything a kind is printed with: templates and styles."""
    digest = hashlib.sha256(css().encode())
    folder = Path(settings.BASE_DIR) / "templates" / "documents"
    for path in sorted([folder / f"{kind}.html", folder / "base.html", *folder.glob("_*.html")]):
        digest.update(path.read_bytes())
    for module in ("layout.py", "wording.py", "faces.py", "attached.py", "qr.py"):
        digest.update((LAYOUTS.parent / module).read_bytes())
    return digest.hexdigest()[:16]
