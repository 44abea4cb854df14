"""At which recommending levels a unit may recommend, whoever asks it."""

from __future__ import annotations

from collections.abc import Mapping

from calls.enums import CallState
from calls.models import RecommendingLevel
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Organisation


def entitled_levels(unit: Organisation) -> list[RecommendingLevel]:
    """Return the levels of published calls at which the unit may recommend, whoever asks it.

    At most three queries, one where no published call asks for recommendations.
    """
    levels = list(
        RecommendingLevel.objects.filter(call__state=CallState.PUBLISHED)
        .select_related("call__issuer__organisation")
        .order_by("closes_at", "pk")
    )
    if not levels:
        return []
    verified = Affiliation.objects.filter(organisation=unit, state=VerificationState.VERIFIED)
    standing = {one.issuer_id: one for one in verified}
    is_parent = any(level.by_parent for level in levels) and unit.branches.exists()
    return [
        level
        for level in levels
        if (level.by_parent and is_parent)
        or any(_is_named(line, unit) for line in level.named)
        or _is_of_kind(level, standing.get(level.call.issuer_id))
    ]


def _is_of_kind(level: RecommendingLevel, standing: Affiliation | None) -> bool:
    """Tell whether the level is open to what the unit is to the association of its call."""
    return standing is not None and any(
        line["kind"] == standing.kind and ("levels" not in line or standing.level in line["levels"])
        for line in level.who
    )


def _is_named(line: Mapping[str, str], unit: Organisation) -> bool:
    return line["uscc"] == unit.uscc if line.get("uscc") else line["name"] == unit.name
