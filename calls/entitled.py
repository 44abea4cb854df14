"""At which recommending levels a unit may recommend, whoever asks it."""

from __future__ import annotations

from collections.abc import Mapping

from calls.enums import CallState
from calls.models import RecommendingLevel
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Organisation


def entitled_levels(unit: Organisation) -> list[RecommendingLevel]:
    """Return the levels of published calls at which the unit may recommend, whoever asks it."""
    levels = RecommendingLevel.objects.filter(call__state=CallState.PUBLISHED)
    levels = levels.select_related("call__issuer__organisation").order_by("closes_at", "pk")
    standing = Affiliation.objects.filter(organisation=unit, state=VerificationState.VERIFIED)
    known = {a.issuer_id: a for a in standing}
    has_branches = unit.branches.exists()
    return [level for level in levels if _is_entitled(level, unit, known, has_branches)]


def _is_entitled(
    level: RecommendingLevel,
    unit: Organisation,
    known: Mapping[int, Affiliation],
    has_branches: bool,
) -> bool:
    if level.by_parent and has_branches:
        return True
    if any(_is_named(line, unit) for line in level.named):
        return True
    affiliation = known.get(level.call.issuer_id)
    return affiliation is not None and any(
        line["kind"] == affiliation.kind
        and ("levels" not in line or affiliation.level in line["levels"])
        for line in level.who
    )


def _is_named(line: Mapping[str, str], unit: Organisation) -> bool:
    return line["uscc"] == unit.uscc if line.get("uscc") else line["name"] == unit.name
