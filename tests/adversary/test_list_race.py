"""Two members hand one list in at once; an applicant withdraws while the list is handed in.

Real transactions on PostgreSQL: each side runs in a thread with a connection of its own.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from applications.models import Application, RecommendationList, StateLog
from applications.models.recommendation import ListState
from applications.services import lifecycle, listing, recommending
from applications.states import FREED, Action, State
from calls.models import Rule
from portal import clock
from portal.errors import RuleViolation
from portal.people.models import User
from tests.factories.applications import Scene, Unit, make_scene, picture
from tests.factories.people import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def at_once(*steps: Callable[[], Any]) -> list[str]:
    """Let all steps begin at the same moment; return what became of each."""
    gate, became = threading.Barrier(len(steps)), [""] * len(steps)

    def run(place: int, step: Callable[[], Any]) -> None:
        try:
            gate.wait()
            step()
            became[place] = "done"
        except RuleViolation as refusal:
            became[place] = ",".join(sorted({r.code for r in refusal.reasons}))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert all(became), "somebody waits for ever"
    return became


def frozen_list(scene: Scene, unit: Unit, applicants: list[Unit]) -> RecommendationList:
    """Bring a list with one application of each applicant as far as its stamp."""
    for applicant in applicants:
        row = scene.before(unit, applicant).recommendations.get()
        recommending.write_opinion(
            recommendation_id=row.pk, text="同意推荐。", revision=0, by=unit.filler
        )
        recommending.put_on_list(recommendation_id=row.pk, by=unit.filler)
    made = RecommendationList.objects.get(organisation=unit.organisation)
    listing.freeze(list_id=made.pk, by=unit.filler)
    scan = SimpleUploadedFile("scan.png", picture(), "image/png")
    listing.upload_scan(list_id=made.pk, upload=scan, by=unit.filler)
    return made


def hand_in(made: RecommendationList, by: User) -> None:
    """Hand the list in now, with a form of one's own."""
    listing.hand_in(list_id=made.pk, by=by, key=uuid.uuid4(), arrived_at=clock.now())


def test_two_members_hand_the_list_in_at_once_and_get_one_receipt() -> None:
    scene = make_scene(levels=1)
    for _round in range(ROUNDS):
        unit = scene.recommender()
        colleague = MembershipFactory(organisation=unit.organisation).user
        made = frozen_list(scene, unit, [scene.another_unit()])
        became = at_once(partial(hand_in, made, unit.filler), partial(hand_in, made, colleague))
        assert became == ["done", "done"]
        made.refresh_from_db()
        assert made.receipt_number
        moved = StateLog.objects.filter(
            application__recommendations__list=made, action=Action.RECOMMEND
        )
        assert moved.count() == 1, "recommended once"


def test_a_withdrawal_and_the_list_exclude_each_other_or_follow() -> None:
    scene = make_scene(levels=1)
    for _round in range(ROUNDS):
        unit, applicant, other = scene.recommender(), scene.another_unit(), scene.another_unit()
        made = frozen_list(scene, unit, [applicant, other])
        application = Application.objects.get(packet__organisation=applicant.organisation)
        became = at_once(
            partial(hand_in, made, unit.filler),
            partial(
                lifecycle.withdraw,
                application_id=application.pk,
                by=applicant.filler,
                reason="另有安排",
            ),
        )
        assert became[1] == "done", "the applicant may always withdraw"
        application.refresh_from_db()
        made.refresh_from_db()
        assert application.state == State.WITHDRAWN
        if became[0] == "done":
            assert made.state == ListState.HANDED_IN, "it was on the list when that went out"
        else:
            assert (became[0], made.state) == ("stale", ListState.FROZEN)


def test_the_lists_quota_is_never_exceeded_by_members_working_at_once() -> None:
    scene = make_scene(levels=1)
    Rule.objects.create(
        call=scene.call, kind="list_quota", params={"limit": 1, "scope": "call"}, clause="限 1 项"
    )
    for _round in range(ROUNDS):
        unit = scene.recommender()
        colleague = MembershipFactory(organisation=unit.organisation).user
        made = frozen_list(scene, unit, [scene.another_unit()])
        late = scene.before(unit, scene.another_unit()).recommendations.get()
        at_once(
            partial(hand_in, made, unit.filler),
            partial(recommending.put_on_list, recommendation_id=late.pk, by=colleague),
        )
        recommended = Application.objects.filter(
            recommendations__organisation=unit.organisation, state=State.RECOMMENDED
        ).exclude(state__in=FREED)
        assert recommended.count() == 1
