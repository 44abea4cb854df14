"""Filters that show the rows of ``applications.presenting`` on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from portal.documents import wording

register = template.Library()

# Amounts stand on the page as they stand on the printed form.
register.filter(wording.amount)


@register.filter
def beside(cells: Sequence[Any], columns: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Pair the cells of a line with their columns, which a phone shows beside each cell."""
    return list(zip(cells, columns, strict=True))
