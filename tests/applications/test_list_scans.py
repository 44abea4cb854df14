"""The stamped summary table that no machine could read is compared by the association's staff."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Recommendation, RecommendationList
from applications.services import listing, recommending, scans
from applications.states import State
from portal import clock
from portal.errors import RuleViolation
from portal.mail.models import Message
from reviews import dossier
from reviews.models import Submission
from reviews.services import checking
from tests.factories.applications import Scene, Unit, make_scene, picture, version_of


@pytest.fixture
def scene(db: None, settings: Any) -> Scene:
    settings.DEMO = True
    return make_scene(levels=1)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.png", picture(), "image/png")


def handed_in(scene: Scene, unit: Unit, *, letter: bool = False) -> RecommendationList:
    row = Recommendation.objects.get(application=scene.before(unit))
    recommending.write_opinion(
        recommendation_id=row.pk, text="同意推荐。", revision=0, by=unit.filler
    )
    made = recommending.put_on_list(recommendation_id=row.pk, by=unit.filler).list
    assert made is not None
    if letter:
        listing.attach_letter(list_id=made.pk, upload=scan(), by=unit.filler)
    listing.freeze(list_id=made.pk, by=unit.filler)
    listing.upload_scan(list_id=made.pk, upload=scan(), by=unit.filler)
    return listing.hand_in(
        list_id=made.pk, by=unit.filler, key=uuid.uuid4(), arrived_at=clock.now()
    )


def test_staff_compare_by_eye_and_a_wrong_table_is_sent_again(scene: Scene) -> None:
    unit = scene.recommender()
    made = handed_in(scene, unit)
    assert made.scan_match == "by_eye"
    entry = made.entries.get()
    page = f"/admin/reviews/submission/{entry.application_id}/change/"
    address = f"/admin/reviews/submission/{entry.application_id}/list-scan/{made.pk}/"
    staff, desk = Client(), Client()
    staff.force_login(scene.officer)
    desk.force_login(unit.filler)
    assert address in staff.get(page).content.decode()
    assert staff.post(address, {"matches": "no"}).status_code == 302
    made.refresh_from_db()
    assert made.scan_match == "refused"
    assert address not in staff.get(page).content.decode()
    assert Message.objects.filter(to_user=unit.filler, occasion__startswith="list-scan:").exists()
    assert 'name="scan"' in desk.get(f"/recommend/lists/{made.pk}/").content.decode()
    listing.upload_scan(list_id=made.pk, upload=scan(), by=unit.filler)
    listing.compare_scan(list_id=made.pk, by=scene.officer, matches=True)
    made.refresh_from_db()
    assert (made.scan_match, made.state) == ("compared", "handed_in")
    with pytest.raises(RuleViolation):
        listing.upload_scan(list_id=made.pk, upload=scan(), by=unit.filler)
    with pytest.raises(RuleViolation):
        listing.compare_scan(list_id=made.pk, by=scene.officer, matches=True)


def test_nothing_is_accepted_on_a_table_that_nobody_has_read(scene: Scene, english: None) -> None:
    unit = scene.recommender()
    made = handed_in(scene, unit)
    application = made.entries.get().application
    scene.scan(application.packet)
    mine = version_of(application.packet).scans.get()
    scans.compare_by_eye(scan_id=mine.pk, by=scene.officer, matches=True)
    submission = Submission.objects.get(pk=application.pk)
    version = checking.version_in_hand(submission)
    assert version is not None

    def said() -> str:
        with pytest.raises(RuleViolation) as refused:
            checking.accept(application_id=application.pk, version_id=version.pk, by=scene.officer)
        return str(refused.value)

    assert f"table of {unit.organisation} must be compared by eye first" in said()
    assert list(Submission.objects.all().to_compare()) == [submission]
    listing.compare_scan(list_id=made.pk, by=scene.officer, matches=False)
    assert "it must be sent again" in said()
    listing.upload_scan(list_id=made.pk, upload=scan(), by=unit.filler)
    listing.compare_scan(list_id=made.pk, by=scene.officer, matches=True)
    assert not Submission.objects.all().to_compare().exists()
    checking.accept(application_id=application.pk, version_id=version.pk, by=scene.officer)
    application.refresh_from_db()
    assert application.state == State.ACCEPTED


def test_the_dossier_holds_the_list_its_application_stood_on(scene: Scene) -> None:
    made = handed_in(scene, scene.recommender(), letter=True)
    submission = Submission.objects.get(pk=made.entries.get().application_id)
    there = {one.path: one for one in dossier.entries_of(submission)}
    papers = ["推荐汇总表.pdf", "推荐汇总表盖章件.png", "公函.png", "回执.pdf"]
    found = [there[f"推荐/第1级-{paper}"] for paper in papers]
    assert [one.is_available for one in found] == [False, True, True, False]
    assert [one.is_awaited for one in found] == [True, False, False, True]
    told = json.loads(dossier.manifest_of(submission, found))["entries"]
    assert [line["available"] for line in told] == [False, True, True, False]
    staff = Client()
    staff.force_login(scene.officer)
    page = f"/admin/reviews/submission/{submission.pk}/"
    assert "正在生成" in staff.get(f"{page}change/").content.decode()
    answers = [staff.get(f"{page}papers/{one.key}/").status_code for one in found]
    assert answers == [404, 200, 200, 404]


def test_only_the_associations_staff_compare_and_only_lists_of_the_submission(
    scene: Scene,
) -> None:
    unit = scene.recommender()
    made = handed_in(scene, unit)
    for stranger in (unit.filler, scene.unit.filler, make_scene().officer):
        with pytest.raises(PermissionDenied):
            listing.compare_scan(list_id=made.pk, by=stranger, matches=True)
    staff = Client()
    staff.force_login(scene.officer)
    entry = made.entries.get()
    wrong = f"/admin/reviews/submission/{entry.application_id}/list-scan/{uuid.uuid4()}/"
    assert staff.post(wrong, {"matches": "yes"}).status_code == 404


def test_the_desk_asks_no_more_questions_for_three_applications_than_for_one(
    scene: Scene,
) -> None:
    unit = scene.recommender()
    scene.before(unit)
    client = Client()
    client.force_login(unit.filler)
    level = scene.call.levels.get()
    counts = []
    for _round in range(2):
        for address in ("/recommend/", f"/recommend/{level.pk}/"):
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
        for _another in range(2):
            scene.before(unit, scene.another_unit())
    assert counts[:2] == counts[2:], counts


def test_a_recommending_unit_says_section_by_section_what_is_to_be_corrected(
    scene: Scene,
) -> None:
    unit = scene.recommender()
    application = scene.before(unit)
    row = Recommendation.objects.get(application=application)
    client = Client()
    client.force_login(unit.filler)
    assert (
        'name="return-section-basics"'
        in client.get(f"/recommend/entries/{row.pk}/").content.decode()
    )
    address = f"/recommend/entries/{row.pk}/return/"
    empty = client.post(address, {"return-due": clock.today().isoformat()})
    assert empty.status_code == 409, "something must be said, in general or in a section"
    given = {"return-due": clock.today().isoformat(), "return-section-basics": "请写明论坛地点。"}
    assert client.post(address, given).status_code == 302
    request = application.corrections.get()
    assert (request.reason, request.items.get().section) == ("", "basics")
    assert request.items.get().reason == "请写明论坛地点。"
