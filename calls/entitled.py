"""At which recommending levels a unit may recommend, whoever asks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from calls.enums import CallState
from calls.models import RecommendingLevel
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Organisation


def entitled_levels(unit: Organisation) -> list[RecommendingLevel]:
    """Return the levels of published calls at which the unit may recommend, whoever asks it.

    One query: each level comes with what the unit is to the association of its call.
    """
    standing = Affiliation.objects.filter(
        organisation=unit, issuer=OuterRef("call__issuer"), state=VerificationState.VERIFIED
    )
    levels = (
        RecommendingLevel.objects.filter(call__state=CallState.PUBLISHED)
        .select_related("call__issuer__organisation")
        .annotate(
            unit_kind=Subquery(standing.values("kind")[:1]),
            unit_level=Subquery(standing.values("level")[:1]),
            unit_has_branches=Exists(Organisation.objects.filter(parent=unit)),
        )
        .order_by("closes_at", "pk")
    )
    return [level for level in levels if _is_entitled(level, unit)]


def _is_entitled(level: Any, unit: Organisation) -> bool:
    if level.by_parent and level.unit_has_branches:
        return True
    if any(_is_named(line, unit) for line in level.named):
        return True
    return level.unit_kind is not None and any(
        line["kind"] == level.unit_kind
        and ("levels" not in line or level.unit_level in line["levels"])
        for line in level.who
    )


def _is_named(line: Mapping[str, str], unit: Organisation) -> bool:
    return line["uscc"] == unit.uscc if line.get("uscc") else line["name"] == unit.name
