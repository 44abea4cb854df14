"""Filters that set a text so that a rare character never stands out in its name."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.documents.faces import needs_full_face, pieces

register = template.Library()

LARGE_TITLE, MEDIUM_TITLE = 8, 14  # characters that fit one line of a cover


@register.filter
def face(value: object, name: str) -> SafeString:
    """Set a short field (a name, a title, a cell) in face ``name``, or wholly in the full face.

    Line breaks in the value are kept.
    """
    text = str(value)
    lines = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.split("\n")))
    if needs_full_face(text, name):
        return format_html('<span class="full-{}">{}</span>', name, lines)
    return lines


@register.filter
def paragraphs(value: object, name: str) -> SafeString:
    """Set a long text in paragraphs, one for each line.

    A rare character is set in the full face with its neighbour. Blank lines and the writer's own
    indents are dropped, the layout indents.
    """
    lines = (line.strip(" \u3000") for line in str(value).split("\n"))
    return format_html_join("", "<p>{}</p>", ((_in_pieces(line, name),) for line in lines if line))


@register.filter
def inline(value: object, name: str) -> SafeString:
    """Set one paragraph's text, rare characters in the full face with their neighbours."""
    return _in_pieces(str(value), name)


@register.filter
def unlocalised(value: float) -> str:
    """Write a number the way a style sheet reads it, whatever the language."""
    return f"{value:g}"


@register.filter
def title_size(title: str) -> str:
    """Choose how large a cover's title is set: "" up to 8 characters, then medium, then long."""
    return "" if len(title) <= LARGE_TITLE else "medium" if len(title) <= MEDIUM_TITLE else "long"


def _in_pieces(text: str, name: str) -> SafeString:
    parts = (
        format_html('<span class="full-{}">{}</span>', name, piece)
        if rare
        else conditional_escape(piece)
        for piece, rare in pieces(text, name)
    )
    return format_html_join("", "{}", ((part,) for part in parts))
