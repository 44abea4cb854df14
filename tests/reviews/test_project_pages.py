"""Pages of projects: sent twice they act once, a second tab overwrites nothing, lists stay cheap."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, ChangeRequest, PaperArrival, Payment, Project
from applications.services import execution
from applications.states import State
from portal import clock
from reviews.models import Decision, Showcase
from reviews.services import showing
from tests.factories.execution import (
    accept,
    application_of,
    completed,
    execution_scene,
    give_in,
    piece,
    selected,
    write,
)
from tests.factories.reviews import Scene, many_submissions, submission_of

# What staff write for themselves; no unit and nobody outside may read it.
PRIVATE = "内部备注不得外泄"
# Queries of the lists; session, person, posts and permissions are in each of them.
LIST, ARCHIVE, RETENTION = 12, 17, 12


@pytest.fixture
def scene(db: None) -> Scene:
    return execution_scene()


def browser(scene: Scene, *, staff: bool = False) -> Client:
    client = Client()
    client.force_login(scene.officer if staff else scene.unit.filler)
    return client


def test_what_is_sent_twice_is_done_once(scene: Scene) -> None:
    project = completed(scene)
    unit, staff = browser(scene), browser(scene, staff=True)
    row = piece(project, "信息报道稿")
    write(scene, row)
    address = reverse("applications:deliverable", args=[row.pk])
    sent = {"do": "hand_in", "text": "会议圆满举行。", "revision-text": "1"}
    # The second click is told that it is handed in already.
    assert [unit.post(address, sent).status_code for _time in range(2)] == [302, 409]
    assert row.versions.count() == 1
    change = reverse("applications:change", args=[project.pk, "title"])
    asked = {"title": "新题目", "reason": "主题有调整"}
    assert unit.post(change, asked).status_code == 302
    assert unit.post(change, asked).status_code == 409
    assert ChangeRequest.objects.filter(project=project).count() == 1
    paid = {
        "payment": "", "key": str(uuid.uuid4()), "title": "追加", "paid": "100",
        "paid_on": clock.today().isoformat(), "note": "",
    }  # fmt: skip
    Project.objects.filter(pk=project.pk).update(granted=30000)
    for _time in range(2):
        assert (
            staff.post(reverse("admin:reviews_payment", args=[project.pk]), paid).status_code == 302
        )
    assert Payment.objects.filter(project=project, title="追加").count() == 1
    completion = reverse("applications:completion", args=[project.pk])
    done = unit.post(completion, {"completed_on": clock.today().isoformat()})
    assert done.status_code == 409
    assert application_of(project).log.filter(action="complete").count() == 1


def test_a_planned_payment_needs_no_name_and_a_further_one_does(scene: Scene) -> None:
    project = selected(scene)
    Project.objects.filter(pk=project.pk).update(granted=30000)
    planned = Payment.objects.create(project=project, title="首付", planned=20000)
    staff = browser(scene, staff=True)
    address = reverse("admin:reviews_payment", args=[project.pk])
    sent = {
        "key": str(uuid.uuid4()), "title": "", "paid": "15000", "note": "",
        "paid_on": clock.today().isoformat(),
    }  # fmt: skip
    empty = {"payment": str(planned.pk), "paid": "", "paid_on": ""}
    assert staff.post(address, sent | empty).status_code == 409, "nothing is there to take back"
    assert staff.post(address, sent | {"payment": str(planned.pk)}).status_code == 302
    planned.refresh_from_db()
    assert planned.title == "首付"
    assert planned.paid == 15000
    assert "撤销" in staff.post(address, sent | empty, follow=True).text
    assert not Payment.objects.exclude(paid=None).exists()
    refused = staff.post(address, sent | {"payment": ""})
    assert refused.status_code == 409
    assert "<details open>" in refused.text  # what was typed stays before one's eyes
    assert Payment.objects.filter(project=project).count() == 1
    other = completed(execution_scene())
    forged = sent | {"payment": "", "title": "x", "key": str(planned.pk)}
    foreign = Client()
    foreign.force_login(other.application.packet.call.issuer.posts.all()[0].user)
    assert (
        foreign.post(reverse("admin:reviews_payment", args=[other.pk]), forged).status_code == 403
    )


def test_a_second_tab_is_told_and_overwrites_nothing(scene: Scene) -> None:
    project = completed(scene)
    row = piece(project, "项目总结")
    write(scene, row, text="", photos=0)
    address = reverse("applications:deliverable", args=[row.pk])
    first, second = browser(scene), browser(scene)
    assert first.post(address, {"text": "第一个窗口", "revision-text": "0"}).status_code == 302
    told = second.post(address, {"text": "第二个窗口", "revision-text": "0", "do": "hand_in"})
    assert told.status_code == 409
    assert "第一个窗口" in told.text
    assert "第二个窗口" in told.text
    row.refresh_from_db()
    assert row.answers["d.text"] == "第一个窗口"
    assert not row.versions.exists()


def test_what_staff_write_for_themselves_reaches_no_unit(scene: Scene) -> None:
    project = completed(scene)
    row = piece(project, "信息报道稿")
    write(scene, row)
    accept(scene, give_in(scene, row))
    project.deliverables.exclude(pk=row.pk).update(state="waived", settled_at=clock.now())
    execution.close(application_id=project.pk, by=scene.officer)
    application = application_of(project)
    now, by = clock.now(), scene.officer
    Payment.objects.create(project=project, title="首付", planned=1, note=PRIVATE)
    Decision.objects.create(
        application=application, outcome="selected", note=PRIVATE, by=by, at=now
    )
    PaperArrival.objects.create(
        packet=application.packet, key=uuid.uuid4(), arrived_on=clock.today(), note=PRIVATE,
        by=by, at=now,
    )  # fmt: skip
    offer = showing.offer_of(submission_of(application))
    photos = {photo.pk: PRIVATE for photo in offer.photos}
    shown: dict[str, Any] = {
        "application_id": application.pk,
        "title": PRIVATE,
        "text": PRIVATE,
        "by": by,
    }
    page = showing.publish(with_amount=True, photos=photos, **shown)
    picture = page.photos.get()
    showing.withdraw(application_id=application.pk, reason=PRIVATE, by=by)
    unit, stranger, staff = browser(scene), Client(), browser(scene, staff=True)
    addresses = [
        reverse("home"),
        reverse("applications:my"),
        reverse("applications:packet", args=[application.packet_id]),
        reverse("applications:project", args=[project.pk]),
        reverse("applications:deliverable", args=[row.pk]),
        reverse("showcase:projects"),
        f"{reverse('showcase:projects')}?q={PRIVATE[:4]}",
        reverse("showcase:project", args=[page.pk]),
        reverse("showcase:photo", args=[page.pk, picture.pk]),
    ]
    for client in (unit, stranger):
        for address in addresses:
            assert PRIVATE not in client.get(address).text, address
        assert client.get(addresses[-1]).status_code == 404
    own = staff.get(reverse("admin:reviews_project", args=[project.pk]))
    assert PRIVATE in own.text


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_of_projects_ask_as_often_for_many_as_for_one(
    rows: int, scene: Scene, django_assert_num_queries: Any
) -> None:
    for one in many_submissions(scene, rows, State.SELECTED):
        Project.objects.create(application=one)
    closed = many_submissions(scene, rows, State.CLOSED)
    for one in closed:
        Project.objects.create(application=one)
        Showcase.objects.create(
            application=one, title="项目", by=scene.officer, at=clock.now(), unit_name="学会"
        )
    staff = browser(scene, staff=True)
    for address, queries in (
        (reverse("admin:applications_project_changelist"), LIST),
        (reverse("admin:reviews_archive", args=[scene.call.pk]), ARCHIVE),
        (reverse("admin:reviews_retention"), RETENTION),
    ):
        with django_assert_num_queries(queries):
            assert staff.get(address).status_code == 200
    assert Application.objects.filter(packet__call=scene.call).count() == 2 * rows
