"""Exact Chinese search: an index of character pairs finds candidates, the text itself decides.

A model that is searched keeps a generated column over the SQL function ``zh_grams`` (installed by
a migration of people) and a GIN index on it::

    grams = GeneratedField(
        expression=ZhGrams("title"), output_field=SearchVectorField(), db_persist=True
    )
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Func, Model, Q, QuerySet

M = TypeVar("M", bound=Model)

# Long pastes find nothing more than their beginning would.
MAX_QUERY = 60
_LATIN = re.compile(r"[A-Za-z0-9]+")
_HAN_PAIR = re.compile(r"(?=([\u3400-\u9fff]{2}))")


class ZhGrams(Func):
    """``zh_grams(text)``: the words and character pairs of a text as a tsvector."""

    function = "zh_grams"
    output_field = SearchVectorField()


class GramQuery(SearchQuery):
    """All of these grams: a plain tsquery, untouched by parsers that depend on the locale."""

    def __init__(self, grams: list[str]) -> None:
        self.text = " & ".join(f"'{gram}'" for gram in grams)
        super().__init__(self.text, search_type="raw")

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """Write the query as a constant; grams hold letters, digits and Han characters only."""
        return "%s::tsquery", [self.text]


def grams(text: str) -> list[str]:
    """Return what the index can be asked for: pairs of Han characters and whole Latin words.

    The first and the last Latin word of a query may be cut off by the person typing, so only words
    with something on both sides are whole for certain.
    """
    pairs = {match.group(1) for match in _HAN_PAIR.finditer(text)}
    whole = {
        match.group().lower()
        for match in _LATIN.finditer(text)
        if match.start() > 0 and match.end() < len(text)
    }
    return sorted(pairs | whole)


def search(queryset: QuerySet[M], text: str, gram_field: str, *text_fields: str) -> QuerySet[M]:
    """Keep the rows of which one of ``text_fields`` contains every word of ``text``.

    Words are parted by blanks; letters match in any case. ``gram_field`` is the generated column
    over those same fields. The answer is exact: what the index finds is rechecked with ILIKE. An
    empty text keeps everything.
    """
    for word in text[:MAX_QUERY].split():
        if asked := grams(word):
            queryset = queryset.filter(**{gram_field: GramQuery(asked)})
        contains = Q()
        for field in text_fields:
            contains |= Q(**{f"{field}__icontains": word})
        queryset = queryset.filter(contains)
    return queryset
