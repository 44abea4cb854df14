"""Reminders to staff: due before the deadline and the result, each once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from applications.states import State
from calls.models import Call
from portal import clock
from portal.mail.models import Message
from portal.people.enums import StaffRole
from reviews import tasks
from reviews.models import Panel
from reviews.services.reminding import due_occasions, remind_experts, remind_staff
from tests.factories.experts import assign_all, make_experts, make_panel, make_stage, score
from tests.factories.reviews import Scene, accepted, colleague, many_submissions

HOUR = dt.timedelta(hours=1)


def closing_in(scene: Scene, hours: float) -> None:
    closes = clock.now() + dt.timedelta(hours=hours)
    Call.objects.filter(pk=scene.call.pk).update(closes_at=closes, seal_by=closes)
    scene.call.refresh_from_db()


def reminders() -> Any:
    return Message.objects.filter(occasion__startswith="unchecked:")


@pytest.mark.parametrize(
    ("hours", "due"),
    [(168.01, None), (167.9, 168), (48.01, 168), (47.9, 48), (2.9, 3), (0.01, 3), (-0.01, None)],
)
def test_is_due_from_its_offset_until_the_next_or_the_deadline(
    scene: Scene, hours: float, due: int | None
) -> None:
    closing_in(scene, hours)
    found = [o.hours for o in due_occasions(scene.call, clock.now()) if o.what == "closes"]
    assert found == ([] if due is None else [due])


def test_the_edge_belongs_to_the_reminder(scene: Scene) -> None:
    edge = scene.call.closes_at - 3 * HOUR
    second = dt.timedelta(seconds=1)
    at = [
        [o.hours for o in due_occasions(scene.call, edge + shift)]
        for shift in (-second, dt.timedelta(0), second)
    ]
    assert at == [[24], [3], [3]]


def test_tells_everyone_who_works_on_it_and_no_official(scene: Scene) -> None:
    many_submissions(scene, 2)
    other, _official = colleague(scene), colleague(scene, StaffRole.OFFICIAL)
    closing_in(scene, 2)
    assert remind_staff() == 2
    assert set(reminders().values_list("to_email", flat=True)) == {
        scene.officer.email,
        other.email,
    }
    message = reminders().first()
    assert "2" in message.subject
    assert f"call={scene.call.pk}" in message.body


def test_says_it_once_under_two_schedulers_and_again_when_the_date_moves(scene: Scene) -> None:
    many_submissions(scene, 1)
    closing_in(scene, 2)
    tasks.remind_staff()
    tasks.remind_staff()
    assert reminders().count() == 1
    closing_in(scene, 2.5)
    assert remind_staff() == 1


def test_nothing_unchecked_or_a_draft_call_is_no_occasion(scene: Scene) -> None:
    closing_in(scene, 2)
    assert remind_staff() == 0
    many_submissions(scene, 1, State.ACCEPTED)
    assert remind_staff() == 0
    many_submissions(scene, 1)
    Call.objects.update(state="draft")
    assert remind_staff() == 0


def test_reminds_before_the_result_after_the_call_has_closed(scene: Scene) -> None:
    many_submissions(scene, 1)
    now = clock.now()
    Call.objects.update(
        opens_at=now - dt.timedelta(days=9),
        closes_at=now - dt.timedelta(days=2),
        seal_by=None,
        result_by=clock.today() + dt.timedelta(days=1),
    )
    assert remind_staff() == 1
    assert "result" in reminders().get().occasion


def test_experts_are_reminded_once_for_each_offset_and_told_when_they_are_late(
    scene: Scene,
) -> None:
    accepted(scene)
    (expert,) = make_experts(scene.issuer, 1)
    panel = make_panel(make_stage(scene.call), scene.officer, [expert], per_file=1)
    (one,) = assign_all(panel, scene.officer)
    assert remind_experts() == 0
    for hours, late in ((71, False), (23, False), (2, False), (-25, True)):
        Panel.objects.update(due_at=clock.now() + dt.timedelta(hours=hours))
        assert remind_experts() == 1
        assert remind_experts() == 0
        mail = Message.objects.filter(occasion__startswith="sheets-due").latest("created_at")
        assert mail.to_email == expert.email
        assert (":-" in mail.occasion) is late
    score(one)
    Panel.objects.update(due_at=clock.now() + dt.timedelta(hours=1))
    assert remind_experts() == 0
