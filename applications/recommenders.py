"""Who may recommend for whom, until when, and how far an application has come through the levels.

Reads only; the verbs are in services/recommending.py and services/listing.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from applications.models import Application, Recommendation
from applications.models.recommendation import Stand
from calls.models import Call, LateDoor, RecommendingLevel
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Organisation


def levels_of(call: Call) -> list[RecommendingLevel]:
    """Return the call's levels from the applicant upwards; none where units apply directly."""
    return sorted(call.levels.all(), key=lambda level: level.no)


def candidates(level: RecommendingLevel, unit: Organisation) -> list[Organisation]:
    """Return the units that may recommend what ``unit`` brings, by name; its parent stands first.

    A unit that is entitled to recommend may choose itself: a university that applies and
    recommends is one unit.
    """
    meant = _named(level.named) | Q(pk__in=_of_kinds(level).values("organisation"))
    found = Organisation.objects.filter(meant, merged_into=None).order_by("name").distinct()
    parent = unit.parent if level.by_parent else None
    return [*([parent] if parent else []), *(o for o in found if o != parent)]


def _of_kinds(level: RecommendingLevel) -> Any:
    """Return verified affiliations with the call's issuer of the kinds the level states."""
    meant = Q(pk__in=[])
    for line in level.who:
        one = Q(kind=line["kind"])
        if "levels" in line:
            one &= Q(level__in=line["levels"])
        meant |= one
    return Affiliation.objects.filter(
        meant, issuer=level.call.issuer_id, state=VerificationState.VERIFIED
    )


def _named(lines: Iterable[Mapping[str, str]]) -> Q:
    """Match by the code where the notice gives one, else by the exact name."""
    meant = Q(pk__in=[])
    for line in lines:
        meant |= Q(uscc=line["uscc"]) if line.get("uscc") else Q(name=line["name"])
    return meant


def closes_for(level: RecommendingLevel, recommender: Organisation) -> dt.datetime:
    """Return the exclusive end of a recommending unit's list: the level's, or its late door's."""
    door = LateDoor.objects.filter(call=level.call_id, organisation=recommender).first()
    return max(level.closes_at, door.until) if door else level.closes_at


def current(application: Application) -> Recommendation | None:
    """Return the recommendation of the highest level reached; reads what was prefetched."""
    rows = sorted(application.recommendations.all(), key=lambda row: row.level.no)
    return rows[-1] if rows else None


def is_recommended(application: Application, levels: Iterable[RecommendingLevel]) -> bool:
    """Tell whether the last level of the call has recommended it; true where there is none.

    A level has a row only once the one below it has recommended, or where the association of that
    level forwarded the call and handed the application up.
    """
    last = max((level.no for level in levels), default=0)
    return last == 0 or any(
        row.state == Stand.RECOMMENDED and row.level.no == last
        for row in application.recommendations.all()
    )
