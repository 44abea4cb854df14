"""Teaches WeasyPrint to shorten a table from which it has taken rows to the next page.

A seal may not stand alone on a page: the last rows above it come along (``break-before: avoid``).
WeasyPrint 70 takes them off a table that is laid out already, but leaves its height and its foot
where they were: an empty box would stand at the end of the page.
"""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import block

_find_earlier_page_break = block.find_earlier_page_break


def find_earlier_page_break(context: Any, children: Any, *named: Any) -> Any:
    """Stand in for WeasyPrint's search, and shorten the box it has taken something from."""
    found = _find_earlier_page_break(context, children, *named)
    if found is not None:
        _shorten(found[0])
    return found


def _shorten(children: list[Any]) -> None:
    """Let the last box end where what is left in it ends, and move the table's foot there."""
    cut = next((child for child in reversed(children) if not _is_foot(child)), None)
    if not isinstance(cut, boxes.TableBox | boxes.TableRowGroupBox) or not cut.children:
        return
    last = cut.children[-1]
    end = last.position_y + last.border_height()
    cut.height = end - cut.content_box_y()
    for child in children:
        if _is_foot(child):
            child.translate(dy=end - child.position_y)


def _is_foot(box: Any) -> bool:
    return isinstance(box, boxes.TableRowGroupBox) and bool(box.is_footer)


def install() -> None:
    """Replace the search wherever WeasyPrint calls it."""
    block.find_earlier_page_break = find_earlier_page_break
