"""Two at the same instant: one list, one acceptance, nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from applications.models import StateLog
from calls.models import Notice
from portal.errors import RuleViolation
from portal.mail.models import Message
from reviews.board import board_of, fingerprint
from reviews.models import FormalCheck
from reviews.services import checking, deciding
from reviews.services.deciding import Choice
from tests.factories.reviews import Scene, accepted, checkable, colleague, version_id

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run the work in threads that start together; return what each returned or raised."""
    start, results = threading.Barrier(number), [None] * number

    def run(place: int) -> None:
        try:
            start.wait()
            results[place] = work(place)
        except RuleViolation as refused:
            results[place] = refused  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def select(scene: Scene) -> str:
    """Draft the selection of everything accepted and return its fingerprint."""
    choices = {
        row.submission.pk: Choice("selected", None, None, "", row.base, row.revision)
        for row in board_of(scene.call).rows
    }
    deciding.save_drafts(call_id=scene.call.pk, choices=choices, by=scene.officer)
    return fingerprint(board_of(scene.call).to_publish)


def test_a_list_published_by_several_at_once_exists_once(scene: Scene) -> None:
    accepted(scene)
    seen = select(scene)
    people = [scene.officer, colleague(scene), colleague(scene), scene.officer]

    def publish(place: int) -> Notice:
        return deciding.publish(
            call_id=scene.call.pk, seen=seen, title="入选名单", by=people[place]
        )

    notices = at_once(4, publish)
    assert {notice.pk for notice in notices} == {Notice.objects.get(kind="result").pk}
    assert StateLog.objects.filter(action="select").count() == 1
    assert Message.objects.filter(occasion__startswith="result:").count() == 2


def test_two_staff_who_accept_at_once_leave_one_check(scene: Scene) -> None:
    submission = checkable(scene)
    version = version_id(submission)
    people = [scene.officer, colleague(scene), colleague(scene)]

    def accept(place: int) -> FormalCheck:
        return checking.accept(application_id=submission.pk, version_id=version, by=people[place])

    results = at_once(3, accept)
    assert sum(isinstance(result, FormalCheck) for result in results) == 1
    assert sum(isinstance(result, RuleViolation) for result in results) == 2
    assert StateLog.objects.filter(action="accept").count() == 1


def test_of_two_drafts_at_once_one_is_kept_and_the_other_is_told(scene: Scene) -> None:
    accepted(scene)
    (row,) = board_of(scene.call).rows
    people = [scene.officer, colleague(scene)]
    outcomes = ["selected", "not_selected"]

    def save(place: int) -> deciding.Saved:
        made = Choice(outcomes[place], None, None, "", row.base, row.revision)
        return deciding.save_drafts(
            call_id=scene.call.pk, choices={row.submission.pk: made}, by=people[place]
        )

    results = at_once(2, save)
    assert sorted(result.written for result in results) == [0, 1]
    assert sorted(len(result.conflicts) for result in results) == [0, 1]
