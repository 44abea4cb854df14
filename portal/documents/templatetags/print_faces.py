"""Filters that set a text so that a rare character never stands out in its name."""

from __future__ import annotations

import math
import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.documents.faces import needs_full_face, pieces
from portal.documents.layout import balanced, lines_of

register = template.Library()

# The words of such titles: a line never ends inside one of them. What stands between two known
# words is kept whole as well, which is right for names.
TITLE_WORDS = re.compile(
    r"(\d+年度?|关于|组织|开展|报送|申报|推荐|征集|公布|印发|做好|重要|有关|工作|通知|通报|报告|公告|方案|名单|名额|结果|"
    r"项目|课题|软课题|学术|会议|交流|活动|论坛|年会|分会场|国内外|国际|高水平|基础研究|研究生|科技|论文|演讲|比赛|评审|"
    r"入选|公示|回执|推荐表|申报书|汇总表|决算表|[省市县区]科协|科学技术协会|学会|协会|的|和|及|与|、|，)"
)

# An address breaks at its hyphens unless it is kept whole.
ADDRESS = re.compile(r"([\w.+-]+@[\w.-]+)", re.ASCII)
LARGE_TITLE, MEDIUM_TITLE = 8, 14  # characters that fit one line of a cover
TITLE_LINE = 20  # characters of 22 pt on a line of 156 mm


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
def label(value: object) -> SafeString:
    """Set the label of a form's left column in 黑体, in lines of about equal length."""
    return face("\n".join(balanced(str(value))), "hei")


@register.filter
def paragraphs(value: object, name: str) -> SafeString:
    """Set a long text in paragraphs, one for each line.

    A rare character is set in the full face with its neighbour. Blank lines and the writer's own
    indents are dropped, the layout indents.
    """
    lines = lines_of(str(value))
    return format_html_join("", "<p>{}</p>", ((_in_pieces(line, name),) for line in lines))


@register.filter
def inline(value: object, name: str) -> SafeString:
    """Set one paragraph's text, rare characters in the full face with their neighbours."""
    return _in_pieces(str(value), name)


@register.filter
def words(title: object) -> SafeString:
    """Set a title in lines of about equal length that break between words, as far as known."""
    known = [piece for piece in TITLE_WORDS.split(str(title)) if piece]
    return format_html_join(
        "", '<span class="title-line">{}</span>', ((_kept_whole(line),) for line in lines(known))
    )


def lines(known: list[str]) -> list[list[str]]:
    """Share words among as few lines as hold them, each about as long as the others."""
    whole = sum(map(_width, known))
    count = max(1, math.ceil(whole / TITLE_LINE))
    shared: list[list[str]] = [[]]
    for word in known:
        reached = sum(map(_width, shared[-1])) + _width(word) / 2
        if len(shared) < count and shared[-1] and reached > whole / count:
            shared.append([])
        shared[-1].append(word)
    return shared


def _kept_whole(known: list[str]) -> SafeString:
    return format_html_join("", '<span class="word">{}</span>', ((word,) for word in known))


def _width(word: str) -> float:
    """Return how many characters wide a word is; a digit or letter is half of one."""
    return sum(0.5 if character.isascii() else 1.0 for character in word)


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
        else _with_whole_addresses(piece)
        for piece, rare in pieces(text, name)
    )
    return format_html_join("", "{}", ((part,) for part in parts))


def _with_whole_addresses(text: str) -> SafeString:
    # What the expression found stands at every second place.
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="whole-word">{}</span>', part) if number % 2 else part,)
            for number, part in enumerate(ADDRESS.split(text))
        ),
    )
