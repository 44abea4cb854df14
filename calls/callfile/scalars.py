"""Which plain words of a call file are numbers and flags; days, hours and ``yes`` are texts."""

from __future__ import annotations

import re
from typing import Any

_TAG = "tag:yaml.org,2002:"
_INT = re.compile(r"^[-+]?(?:0|[1-9][0-9_]*)$")
_FLOAT = re.compile(r"^[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?$")

Resolvers = dict[str, list[tuple[str, Any]]]


def plain_scalars(resolvers: Resolvers, *, bools: bool) -> Resolvers:
    """Return YAML's own table without days and without hours read as numbers to the base of 60.

    ``bools`` keeps all words YAML takes for flags: a writer must put quotes around them.
    """
    dropped = {"timestamp", "int", "float"} | (set() if bools else {"bool"})
    kept = {
        letter: [(tag, pattern) for tag, pattern in found if tag.removeprefix(_TAG) not in dropped]
        for letter, found in resolvers.items()
    }
    for letter in "-+0123456789":
        kept[letter] = [*kept.get(letter, ()), (_TAG + "int", _INT), (_TAG + "float", _FLOAT)]
    return kept
