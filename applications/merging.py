"""What becomes of a unit's applications when it is merged into another."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from applications.models import Packet, Participation, Partner, Recommendation, RecommendationList
from portal.errors import RuleViolation
from portal.people.models import Organisation, User


def move_applications(*, source: Organisation, target: Organisation, by: User) -> None:
    """Move packets, participations and partnerships to the unit that stays.

    Raises RuleViolation where both units take part in one call or one application: their places
    would have to be counted anew, which only people can decide. What was signed keeps its names.
    """
    both = Participation.objects.filter(organisation=target).values("call")
    if Participation.objects.filter(organisation=source, call__in=both).exists():
        raise RuleViolation(
            [_("Both units take part in the same call; withdraw or finish one of them first.")]
        )
    own = Q(application__partners__organisation=target) | Q(
        application__packet__organisation=target
    )
    if Partner.objects.filter(own, organisation=source).exists():
        raise RuleViolation([_("Both units stand in the same joint application.")])
    for model in (Participation, Packet, Partner):
        model._default_manager.filter(organisation=source).update(organisation=target)
    Packet.objects.filter(recommender=source).update(recommender=target)
    for lists in (Recommendation, RecommendationList):
        lists._default_manager.filter(organisation=source).update(organisation=target)
    RecommendationList.objects.filter(passed_to=source).update(passed_to=target)
    source.late_doors.update(organisation=target)
    source.grants.update(organisation=target)
