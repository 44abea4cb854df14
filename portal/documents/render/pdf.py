"""Renders one HTML text to PDF/A-3b bytes in a limited child, or says in a sentence why not."""

from __future__ import annotations

import logging
import os
import pickle
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from portal.documents import faces
from portal.documents.attached import Attached
from portal.documents.render import sandbox
from portal.documents.render.sandbox import Limits

# Read by fontconfig when WeasyPrint loads it: only the portal's own faces, whatever is installed.
os.environ["FONTCONFIG_FILE"] = str(faces.configuration())

import weasyprint
from weasyprint.urls import FatalURLFetchingError

from portal.documents.render import justify, shortening, subset
from portal.documents.render.boxes import remember_boxes
from portal.documents.render.fetcher import OwnAssetsOnly
from portal.documents.render.page_codes import number_codes

logger = logging.getLogger(__name__)

# Set by ``fork_ahead``.
_ahead: sandbox.Ahead | None = None

justify.install()
shortening.install()
subset.install_where_needed()


class RenderError(Exception):
    """A document could not be rendered; the message is a sentence for a person."""


def render_pdf(
    html: str, css: str, limits: Limits | None = None, *, attached: Attached | None = None
) -> bytes:
    """Render ``html`` with the style sheet ``css`` and return the PDF, with data inside or without.

    The work is done in a forked child under ``limits``. Raises RenderError.
    """
    if missing := faces.missing_files():
        raise RenderError(
            _("The print faces are not there (%(files)s); run scripts/fonts.py.")
            % {"files": ", ".join(missing)}
        )
    try:
        prepare(css)
        if _ahead and limits is None:
            return _ahead.run(pickle.dumps((html, css, attached)))
        return sandbox.run(lambda: _render(html, css, attached), limits or Limits())
    except (sandbox.Refused, FatalURLFetchingError) as refusal:
        raise RenderError(str(refusal)) from refusal
    except sandbox.OutOfTime as error:
        raise RenderError(_("The document took too long to set and was stopped.")) from error
    except sandbox.OutOfMemory as error:
        raise RenderError(_("The document needed too much memory and was stopped.")) from error
    except sandbox.Crashed as error:
        raise RenderError(
            _("The document could not be set (%(reason)s).") % {"reason": error}
        ) from error


def fork_ahead() -> None:
    """From now on have the next document's child ready while one is being set.

    For a worker's process: it sets one document after the other and all in the same language.
    """
    global _ahead
    _ahead = sandbox.Ahead(_render_order, Limits())


def _render_order(order: bytes) -> bytes:
    """Do in a child forked ahead what its parent asks; what comes is the parent's own."""
    html, css, attached = pickle.loads(order)  # noqa: S301
    return _render(html, css, attached)


@cache
def prepare(css: str) -> weasyprint.CSS:
    """Parse a style sheet once in the parent, so that every forked child has it."""
    return weasyprint.CSS(string=css, url_fetcher=OwnAssetsOnly())


def warm(css: str) -> None:
    """Render one line in this process, so that forks find everything loaded (half the time).

    Only for our own style sheet: what happens here has no limits.
    """
    try:
        _render("<html lang=zh-Hans><h1>公<h2>公<p>公", css)
    except sandbox.Refused as refusal:
        logger.warning("documents cannot be set: %s", refusal)


def _render(html: str, css: str, attached: Attached | None = None) -> bytes:
    """Do the work inside the child."""
    try:
        page = weasyprint.HTML(string=html, url_fetcher=OwnAssetsOnly())
        document = page.render(stylesheets=[prepare(css)], pdf_variant="pdf/a-3b", pdf_tags=True)
        number_codes(document)
        if attached is not None:
            document.metadata.attachments.append(_attachment(attached))
        pdf: bytes = document.write_pdf(finisher=_finish, pdf_variant="pdf/a-3b", pdf_tags=True)
    except FatalURLFetchingError as error:
        raise sandbox.Refused(str(error)) from error
    return pdf


def _attachment(attached: Attached) -> weasyprint.Attachment:
    return weasyprint.Attachment(
        string=attached.content, name=attached.name, created=attached.at, modified=attached.at,
        relationship="Data", url_fetcher=OwnAssetsOnly(),
    )  # fmt: skip


def _finish(document: Any, pdf: Any) -> None:
    """Look at the finished PDF before it is written."""
    _refuse_missing_glyphs(document, pdf)
    if "AF" in pdf.catalog:
        # WeasyPrint 70 names each attachment twice.
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    remember_boxes(document, pdf)


def _refuse_missing_glyphs(document: Any, pdf: Any) -> None:
    """Fail rather than print an empty box for a character that no face has."""
    missing = {code for font in document.fonts.values() for code in font.missing}
    if missing:
        raise sandbox.Refused(
            _("No face has these characters, so they cannot be printed: %(characters)s")
            % {"characters": " ".join(chr(code) for code in sorted(missing))}
        )
