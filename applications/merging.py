"""What becomes of a unit's applications when it is merged into another."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext as _

from applications.models import Packet, Participation, Partner, Recommendation, RecommendationList
from applications.models.recommendation import ListState
from portal.errors import RuleViolation
from portal.people.models import Organisation, User


def move_applications(*, source: Organisation, target: Organisation, by: User) -> None:
    """Move packets, participations, partnerships and recommendations to the unit that stays.

    Raises RuleViolation where both units take part in one call or one application, draw up lists
    of one level, or one would recommend itself: only people can decide which of the two counts.
    What was signed keeps its names. Of two late doors of one call the later stays open; of two
    exceptions from one rule that of the unit that stays.
    """
    if reasons := list(_in_the_way(source, target)):
        raise RuleViolation(reasons)
    for model in (Participation, Packet, Partner):
        model._default_manager.filter(organisation=source).update(organisation=target)
    Packet.objects.filter(recommender=source).update(recommender=target)
    for lists in (Recommendation, RecommendationList):
        lists._default_manager.filter(organisation=source).update(organisation=target)
    RecommendationList.objects.filter(passed_to=source).update(passed_to=target)
    _move_late_doors(source, target)
    source.grants.filter(rule__in=target.grants.values("rule")).delete()
    source.grants.update(organisation=target)


def _in_the_way(source: Organisation, target: Organisation) -> Iterator[str]:
    """Name everything that would have to be counted or decided anew."""
    both = Participation.objects.filter(organisation=target).values("call")
    if Participation.objects.filter(organisation=source, call__in=both).exists():
        yield _("Both units take part in the same call; withdraw or finish one of them first.")
    own = Q(application__partners__organisation=target) | Q(
        application__packet__organisation=target
    )
    led = Q(organisation=target, application__packet__organisation=source)
    if Partner.objects.filter(Q(own, organisation=source) | led).exists():
        yield _("Both units stand in the same joint application.")
    making = RecommendationList.objects.exclude(state=ListState.HANDED_IN)
    levels = making.filter(organisation=target).values("level")
    if making.filter(organisation=source, level__in=levels).exists():
        yield _("Both units draw up a list of recommendations for the same call; finish one first.")
    pair = [source, target]
    if (
        Packet.objects.filter(organisation__in=pair, recommender__in=pair)
        .exclude(organisation=F("recommender"))
        .exists()
    ):
        yield _("One of the units recommends the other; as one unit it would recommend itself.")


def _move_late_doors(source: Organisation, target: Organisation) -> None:
    """Move later deadlines; where both units have one, the later stands with its reason."""
    kept = {door.call_id: door for door in target.late_doors.all()}
    for door in source.late_doors.all():
        other = kept.get(door.call_id)
        if other is not None:
            earlier = min(door, other, key=lambda one: one.until)
            earlier.delete()
            if earlier is door:
                continue
        door.organisation = target
        door.save(update_fields=["organisation"])
