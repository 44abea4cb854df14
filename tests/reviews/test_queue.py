"""The queue: what is on it, how it is narrowed and searched, and what it costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from applications.models import Application, Flag
from applications.models.handin import FlagKind
from applications.states import State
from portal import clock
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import Scene, checkable, many_submissions

QUEUE = reverse("admin:reviews_submission_changelist")
# Session and user, permissions of the person and of her groups, posts, the association, its calls,
# those offered, the number of rows, the rows, and three kinds of open work on them.
QUERIES = 15


def listed(client: Client, **filters: str) -> set[Any]:
    response = client.get(QUEUE, filters)
    assert response.status_code == 200
    return {row.pk for row in response.context["cl"].result_list}


def test_shows_what_was_handed_in_and_no_draft(scene: Scene, desk: Client) -> None:
    drafted = scene.drafted(scene.another_unit())
    submission = checkable(scene)
    assert listed(desk) == {submission.pk}
    assert drafted.pk not in listed(desk, state="draft")


def test_another_association_sees_nothing_of_it(scene: Scene) -> None:
    submission = checkable(scene)
    stranger = Client()
    stranger.force_login(StaffPostFactory().user)
    assert listed(stranger) == set()
    assert scene.call.title not in stranger.get(QUEUE).text
    detail = reverse("admin:reviews_submission_change", args=[submission.pk])
    assert stranger.get(detail).status_code == 404


@pytest.mark.parametrize("rows", [1, 100])
def test_asks_as_often_for_a_hundred_rows_as_for_one(
    scene: Scene, desk: Client, django_assert_num_queries: Any, rows: int
) -> None:
    many_submissions(scene, rows)
    desk.get(QUEUE)
    with django_assert_num_queries(QUERIES):
        response = desk.get(QUEUE, {"all": "1"})
    assert len(response.context["cl"].result_list) == rows


def test_offers_all_rows_only_where_it_shows_some(scene: Scene, desk: Client) -> None:
    many_submissions(scene, 2)
    offer = f'href="?">{gettext("show all")}</a>'
    assert offer not in desk.get(QUEUE).text
    assert offer in desk.get(QUEUE, {"q": "nothing like it"}).text
    assert offer in desk.get(QUEUE, {"state": "accepted"}).text


def test_is_narrowed_by_everything_one_works_by(scene: Scene, desk: Client) -> None:
    first, second = many_submissions(scene, 2)
    accepted = many_submissions(scene, 1, State.ACCEPTED)[0]
    without_scan = scene.handed_in(scene.another_unit())
    Flag.objects.create(application=first, kind=FlagKind.UNKNOWN, message="?", at=clock.now())
    late = many_submissions(scene, 1, State.RETURNED)[0]
    Application.objects.filter(pk=late.pk).update(
        correction_due=clock.now() - dt.timedelta(hours=1)
    )
    call = str(scene.call.pk)
    assert listed(desk, state="accepted") == {accepted.pk}
    assert listed(desk, flag="open") == {first.pk}
    assert listed(desk, scan="missing") == {without_scan.pk}
    assert listed(desk, due="overdue") == {late.pk}
    assert listed(desk, kind="society") == {without_scan.pk}
    assert listed(desk, call=call, category=str(second.category_id), state="submitted") == {
        second.pk
    }
    assert listed(desk, call="0") == set()


def test_a_filter_nobody_offered_is_ignored(scene: Scene, desk: Client) -> None:
    (submission,) = many_submissions(scene, 1)
    for name in ("call", "category", "state", "kind", "scan", "flag", "due"):
        assert listed(desk, **{name: "'; drop table"}) == {submission.pk}


@pytest.mark.parametrize("text", ["光学", "前沿与产", "SL-", "sl-", "示例光学学会", "光学 前沿"])
def test_finds_every_word_in_number_title_or_unit(scene: Scene, desk: Client, text: str) -> None:
    wanted, other = many_submissions(scene, 1)[0], many_submissions(scene, 1)[0]
    Application.objects.filter(pk=wanted.pk).update(title="光学前沿与产业", number="SL-ABC")
    wanted.packet.organisation.name = "示例光学学会"
    wanted.packet.organisation.save(update_fields=["name"])
    Application.objects.filter(pk=other.pk).update(title="化学", number="JL-XYZ")
    assert listed(desk, q=text) == {wanted.pk}


def test_the_next_is_the_oldest_of_the_same_call(scene: Scene, desk: Client) -> None:
    newest, middle, oldest = many_submissions(scene, 3)

    def following(**query: Any) -> str:
        return desk.get(reverse("admin:reviews_next"), query).headers["Location"]

    assert str(oldest.pk) in following()
    assert str(middle.pk) in following(after=oldest.pk)
    assert str(oldest.pk) in following(after=newest.pk), "from the last back to the first"
    Application.objects.update(state=State.ACCEPTED)
    assert following() == QUEUE


def test_bulk_acceptance_is_previewed_then_confirmed(scene: Scene, desk: Client) -> None:
    ready, blocked = many_submissions(scene, 2)
    Flag.objects.create(application=blocked, kind=FlagKind.UNKNOWN, message="?", at=clock.now())
    chosen = {"action": "accept_several", "_selected_action": [ready.pk, blocked.pk]}
    page = desk.post(QUEUE, chosen)
    ready.refresh_from_db()
    assert ready.state == State.SUBMITTED
    lines = {line.submission.pk: line for line in page.context["lines"]}
    assert not lines[ready.pk].refusals
    assert lines[blocked.pk].refusals
    pairs = [f"{pk}:{line.version.pk}" for pk, line in lines.items()]
    sent = {"chosen": [*pairs, "nonsense", ":1"]}
    refused = desk.post(reverse("admin:reviews_accept_many"), sent)
    ready.refresh_from_db()
    assert (refused.status_code, ready.state) == (409, State.SUBMITTED)
    assert len(refused.context["lines"]) == 2, "the preview comes again with what to tick"
    desk.post(reverse("admin:reviews_accept_many"), {**sent, "looked": "yes"})
    ready.refresh_from_db()
    blocked.refresh_from_db()
    assert (ready.state, blocked.state) == (State.ACCEPTED, State.SUBMITTED)
