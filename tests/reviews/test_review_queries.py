"""Pages of a review ask the database no more of five files than of two."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.states import State
from portal import clock
from reviews.models import Ballot, Majority
from reviews.services import meeting as meetings
from reviews.services import recording
from tests.factories.experts import (
    assign_all,
    make_experts,
    make_panel,
    make_stage,
    score,
    user_of,
)
from tests.factories.reviews import make_scene, many_submissions

PAGES = ("summary", "take_over", "records", "meeting", "desk:meeting", "desk:files")


def queries(number: int) -> dict[str, int]:
    """Return the queries of each page for a review of so many files, a meeting under way."""
    scene = make_scene()
    for _file in range(number):
        many_submissions(scene, 1, State.ACCEPTED)
    stage = make_stage(scene.call)
    experts = make_experts(scene.issuer, 2)
    panel = make_panel(stage, scene.officer, experts)
    for one in assign_all(panel, scene.officer):
        score(one)
    recording.order_sheet(panel=panel, sheet=stage.sheet, expert=experts[0], by=scene.officer)
    held = meetings.plan(
        panel=panel, sheet=stage.sheet, begins_at=clock.now(), place="会议室", chair=None,
        quorum=1, majority=Majority.HALF, ballot=Ballot.SECRET, by=scene.officer,
    )  # fmt: skip
    meetings.take_attendance(meeting_id=held.pk, present=[e.pk for e in experts], by=scene.officer)
    meetings.open_meeting(meeting_id=held.pk, by=scene.officer)
    staff, expert = Client(), Client()
    staff.force_login(scene.officer)
    expert.force_login(user_of(experts[0]))
    counted = {}
    for name in PAGES:
        at_desk = name.startswith("desk:")
        keys = [] if name == "desk:files" else [held.pk if "meeting" in name else stage.pk]
        address = reverse(name if at_desk else f"admin:reviews_{name}", args=keys)
        client = expert if at_desk else staff
        client.get(address)  # what a process learns once is not counted
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counted[name] = len(asked)
    return counted


@pytest.mark.django_db
def test_five_files_cost_no_more_queries_than_two() -> None:
    assert queries(5) == queries(2)
