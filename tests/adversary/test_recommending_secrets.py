"""Applicants read no internal opinion, and one recommending unit nothing of another's list."""

from __future__ import annotations

import pytest
from django.test import Client

from applications.models import RecommendationList
from applications.services import recommending
from portal import clock
from portal.people.models import User
from tests.applications.test_recommending import hand_in, listed, row_of
from tests.factories.applications import Scene, make_scene

pytestmark = pytest.mark.django_db
CANARY = "金丝雀意见壹贰叁"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def scene() -> Scene:
    return make_scene(levels=1)


def pages_of(packet_id: object) -> list[str]:
    return [f"/my/packets/{packet_id}/", "/my/", f"/my/packets/{packet_id}/versions/1/"]


@pytest.mark.parametrize("shown", [False, True])
def test_applicants_read_the_opinion_only_where_the_level_says_so(
    scene: Scene, shown: bool
) -> None:
    scene.call.levels.update(opinion_shown=shown)
    unit = scene.recommender()
    application = scene.before(unit)
    client = signed_in(scene.unit.filler)
    made = listed(application, unit, opinion=CANARY)
    before = [client.get(page).content.decode() for page in pages_of(application.packet_id)]
    assert not any(CANARY in page for page in before), "not while the list is being made"
    hand_in(made, unit)
    after = [client.get(page).content.decode() for page in pages_of(application.packet_id)]
    assert any(CANARY in page for page in after) is shown
    for paper in ("", "table/pdf/", "papers/scan/", "receipt/pdf/"):
        assert client.get(f"/recommend/lists/{made.pk}/{paper}").status_code == 404


def test_the_reason_of_a_refusal_is_read_by_the_applicant(scene: Scene) -> None:
    unit = scene.recommender()
    application = scene.before(unit)
    recommending.not_recommend(
        recommendation_id=row_of(application).pk,
        reason="与本地区规划不符",
        by=unit.filler,
        arrived_at=clock.now(),
    )
    page = signed_in(scene.unit.filler).get(f"/my/packets/{application.packet_id}/")
    assert "与本地区规划不符" in page.content.decode()


def test_another_recommending_unit_finds_nothing_of_a_list(scene: Scene) -> None:
    unit, other = scene.recommender(), scene.recommender()
    application = scene.before(unit)
    made = hand_in(listed(application, unit, opinion=CANARY), unit)
    row = row_of(application)
    client = signed_in(other.filler)
    level = scene.call.levels.get()
    for address in (
        f"entries/{row.pk}/",
        f"lists/{made.pk}/",
        f"lists/{made.pk}/table/pdf/",
        f"lists/{made.pk}/papers/scan/",
    ):
        assert client.get(f"/recommend/{address}").status_code == 404, address
    for step in ("place", "opinion", "refuse", "return", "reconsider"):
        assert client.post(f"/recommend/entries/{row.pk}/{step}/").status_code == 404, step
    for step in ("order", "freeze", "take-back", "letter", "scan", "hand-in", "next"):
        assert client.post(f"/recommend/lists/{made.pk}/{step}/").status_code == 404, step
    desk = client.get(f"/recommend/{level.pk}/").content.decode()
    side = client.get(f"/recommend/{level.pk}/compare/?entry={row.pk}").content.decode()
    assert application.number
    for page in (desk, side):
        assert CANARY not in page
        assert application.number not in page
    assert client.get(f"/my/packets/{application.packet_id}/versions/1/").status_code == 404


def test_staff_and_the_next_level_read_a_list_once_it_is_handed_in(scene: Scene) -> None:
    unit = scene.recommender()
    made = listed(scene.before(unit), unit)
    client = signed_in(scene.officer)
    paper = f"/recommend/lists/{made.pk}/papers/scan/"
    assert client.get(paper).status_code == 404, "still the unit's own affair"
    hand_in(RecommendationList.objects.get(pk=made.pk), unit)
    assert client.get(paper).status_code == 200
