"""How a request reaches a recommending unit's desk: strangers 404, colleagues without right 403."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from applications.models import Recommendation, RecommendationList
from calls.entitled import entitled_levels
from calls.models import RecommendingLevel
from portal.people.access import issuers_of
from portal.people.enums import Right
from portal.people.models import Membership, Organisation, User
from portal.register.access import current_unit, membership_in, own_units


@dataclass(frozen=True, slots=True)
class RecommendDesk:
    """A level with the unit that works at it, and what this person may do there."""

    level: RecommendingLevel
    unit: Organisation
    user: User
    membership: Membership

    @property
    def works(self) -> bool:
        """Whether the person draws the list up and hands it in."""
        return self.membership.has(Right.FILLER)

    @property
    def seals(self) -> bool:
        """Whether the person may upload what was stamped."""
        return self.works or self.keeps_seals

    @property
    def keeps_seals(self) -> bool:
        """Whether the person uses the unit's electronic seals."""
        return self.membership.has(Right.SEAL_KEEPER)


_LEVEL = "call__issuer__organisation"


def desk_at(request: HttpRequest, level_pk: int) -> RecommendDesk:
    """Return the desk of the person's unit at a level; 404 where her units do not recommend."""
    level = get_object_or_404(RecommendingLevel.objects.select_related(_LEVEL), pk=level_pk)
    preferred = current_unit(request)
    units = sorted(own_units(request), key=lambda unit: unit != preferred)
    for unit in units:
        if _works_at(level, unit):
            return _desk(request, level, unit)
    raise Http404


def _works_at(level: RecommendingLevel, unit: Organisation) -> bool:
    """Tell whether anything lies before the unit at this level, or could."""
    if Recommendation.objects.filter(level=level, organisation=unit).exists():
        return True
    return level in entitled_levels(unit)


def _desk(request: HttpRequest, level: RecommendingLevel, unit: Organisation) -> RecommendDesk:
    membership = membership_in(request, unit)
    if membership is None or not isinstance(request.user, User):
        raise Http404
    return RecommendDesk(level, unit, request.user, membership)


def entry_for(
    request: HttpRequest, pk: int, *, works: bool = False
) -> tuple[RecommendDesk, Recommendation]:
    """Return one application before a recommending unit, for its members; see desk_at."""
    rows = Recommendation.objects.select_related(
        "level__call__issuer__organisation",
        "organisation",
        "list",
        "by",
        "application__category__parent",
        "application__packet__organisation",
        "application__packet__call__issuer",
    )
    row = get_object_or_404(rows, pk=pk)
    desk = _desk(request, row.level, row.organisation)
    if works and not desk.works:
        raise PermissionDenied
    return desk, row


def list_for(
    request: HttpRequest, pk: uuid.UUID, *, works: bool = False, seals: bool = False
) -> tuple[RecommendDesk, RecommendationList]:
    """Return a list of the person's own unit; strangers 404, without the right asked for 403."""
    lists = RecommendationList.objects.select_related(
        "level__call__issuer__organisation", "organisation", "passed_to", "letter", "scan",
        "handed_in_by",
    )  # fmt: skip
    made = get_object_or_404(lists, pk=pk)
    desk = _desk(request, made.level, made.organisation)
    if (works and not desk.works) or (seals and not desk.seals):
        raise PermissionDenied
    return desk, made


def readable_list(request: HttpRequest, pk: uuid.UUID) -> RecommendationList:
    """Return a list whose papers the person may read.

    Its own unit always; the association's staff and the unit it was passed to once it was handed
    in. 404 for everybody else, applicants among them.
    """
    user = request.user
    if not isinstance(user, User):
        raise Http404
    units = [unit.pk for unit in own_units(request)]
    issuers = [issuer.pk for issuer in issuers_of(user)]
    handed_in = Q(handed_in_at__isnull=False)
    may = Q(organisation__in=units) | (
        handed_in & (Q(passed_to__in=units) | Q(level__call__issuer__in=issuers))
    )
    rows = RecommendationList.objects.select_related(
        "level__call", "organisation", "letter", "scan"
    )
    return get_object_or_404(rows.filter(may), pk=pk)
