"""QR codes as inline SVG: the address of the verification page, and the page they stand on."""

from __future__ import annotations

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# The attribute that says for a rendering which address a code holds.
ADDRESS = "data-address"
MASK = 2


def svg(address: str, page: int | None = None) -> SafeString:
    """Return the code of an address as inline SVG with its quiet zone, sized by the style sheet.

    With ``page`` it also says on which page it stands, behind a # that browsers keep to themselves.
    """
    text = address if page is None else f"{address}#{page}"
    # One mask instead of the best of eight, which would cost a long form 3 ms for each page.
    code = segno.make(text, error="m", micro=False, mask=MASK)
    drawn = code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
    # segno writes nothing but paths of its own making here.
    return mark_safe(drawn.replace("<svg", f'<svg {ADDRESS}="{escape(address)}"', 1))  # noqa: S308
