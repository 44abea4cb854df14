"""A recommending unit's list in a call that is sealed by certificate."""

from __future__ import annotations

from applications.models import Recommendation, RecommendationList
from applications.services import listing, recommending
from calls.enums import Sealing
from calls.models import Call
from tests.factories.applications import Scene, Unit, make_scene


def frozen_list() -> tuple[Scene, Unit, RecommendationList]:
    """Return a call sealed by certificate, a recommending unit and its list, ready for the seal."""
    scene = make_scene(levels=1, sealing=Sealing.NONE, signoff_wanted=False)
    unit = scene.recommender()
    application = scene.drafted()
    recommending.choose(
        packet_id=application.packet_id, recommender=unit.organisation, by=scene.unit.filler
    )
    scene.hand_in(application.packet)
    # The applicant's own form, sealed in the same way, is not what these tests are about.
    Call.objects.filter(pk=scene.call.pk).update(sealing=Sealing.CERTIFICATE)
    row = Recommendation.objects.get(application=application)
    recommending.write_opinion(
        recommendation_id=row.pk, text="同意推荐。", revision=0, by=unit.filler
    )
    made = recommending.put_on_list(recommendation_id=row.pk, by=unit.filler).list
    assert made is not None
    listing.freeze(list_id=made.pk, by=unit.filler)
    return scene, unit, RecommendationList.objects.get(pk=made.pk)
