"""What is destroyed when the time of a form is over, what stays, and what holds it longer."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications import printing, tasks
from applications.models import (
    Application,
    AvoidedExpert,
    DeliverableVersion,
    Erasure,
    Packet,
    PaperArrival,
    Version,
)
from applications.services import deliverables, erasing, execution, retaining
from calls.enums import PublicityCounting, PublicityWhere
from calls.models import Call, DeliverableRule, PublicityRule
from portal import clock
from portal.audit.models import AuditEntry
from portal.documents.models import Document
from portal.errors import RuleViolation
from portal.files.models import FileState, StoredFile
from portal.mail.models import InboxItem, Message, MessageState
from portal.mail.services import forget_old
from reviews.models import (
    ArchiveRun,
    Assignment,
    Decision,
    Publicity,
    PublicityState,
    Score,
    Showcase,
)
from reviews.services import showing
from tests.factories.applications import picture
from tests.factories.execution import accept, completed, execution_scene, give_in, piece
from tests.factories.experts import assign_all, make_experts, make_panel, make_stage, score
from tests.factories.reviews import Scene, many_submissions, submission_of
from tests.reviews.test_archiving import archived
from tests.reviews.test_publicity import choose, publicise, verdict
from tests.reviews.test_publicity import file as object_to

# Planted wherever somebody may be named; no row and no file may hold it afterwards.
CANARY = "张三丰不得留存"
ENGLISH = {"accept-language": "en"}
Committing = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read refusals as they are written in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def over(settings: Any) -> None:
    """Let the time of every form be over on the day on which it ends."""
    settings.RETENTION_MONTHS = 0
    settings.DEMO = True


def close_call(scene: Scene) -> None:
    Call.objects.filter(pk=scene.call.pk).update(closes_at=clock.now() - dt.timedelta(hours=1))


def carried_out(scene: Scene) -> Application:
    """Bring a project to its closing with the canary in everything that people type."""
    DeliverableRule.objects.filter(call=scene.call).exclude(title="信息报道稿").delete()
    project = completed(scene, answers={"basics.purpose": CANARY})
    row = piece(project, "信息报道稿")
    by = scene.unit.filler
    deliverables.answer_confidentiality(deliverable_id=row.pk, has_confidential=False, by=by)
    deliverables.save_answers(deliverable_id=row.pk, values={"d.text": CANARY}, revisions={}, by=by)
    photo = SimpleUploadedFile(f"{CANARY}.png", picture(), "image/png")
    deliverables.attach(deliverable_id=row.pk, upload=photo, photo=True, by=by)
    accept(scene, give_in(scene, row))
    execution.close(application_id=project.pk, by=scene.officer)
    application = Application.objects.get(pk=project.pk)
    _plant(scene, application)
    return application


def _plant(scene: Scene, application: Application) -> None:
    """Name somebody in what the association keeps beside the form."""
    now, by, packet = clock.now(), scene.officer, application.packet
    AvoidedExpert.objects.create(
        application=application, name=CANARY, reason=CANARY, named_by=by, named_at=now
    )
    arrival = {"packet": packet, "arrived_on": clock.today(), "by": by, "at": now}
    PaperArrival.objects.create(key=application.pk, note=CANARY, **arrival)
    Decision.objects.create(application=application, outcome="selected", note=CANARY, by=by, at=now)
    offer = showing.offer_of(submission_of(application))
    showing.publish(
        application_id=application.pk, title="论坛", text=CANARY, with_amount=False,
        photos={photo.pk: CANARY for photo in offer.photos}, by=by,
    )  # fmt: skip


def scored(scene: Scene) -> Application:
    """Bring an application through a review with the canary in opinion and comment."""
    (application,) = many_submissions(scene, 1, "accepted")
    panel = make_panel(make_stage(scene.call), scene.officer, make_experts(scene.issuer, 2))
    for one in assign_all(panel, scene.officer):
        score(one)
    Assignment.objects.update(opinion=CANARY, reopened_reason=CANARY)
    Score.objects.update(comment=CANARY)
    Application.objects.filter(pk=application.pk).update(state="not_selected")
    return application


def rows_with_canary() -> list[str]:
    """Return every row of these apps in which the canary still stands."""
    found = []
    for label in ("applications", "reviews", "documents", "files"):
        for model in apps.get_app_config(label).get_models():
            if not model._meta.proxy:
                text = serializers.serialize("json", model._default_manager.all())
                found += [
                    f"{row['model']} {row['pk']}"
                    for row in json.loads(text)
                    if CANARY in json.dumps(row, ensure_ascii=False)
                ]
    return found


def test_nothing_is_left_but_numbers_hashes_and_verdicts(
    db: None,
    over: None,
    client: Client,
    settings: Any,
    django_capture_on_commit_callbacks: Committing,
) -> None:
    scene = execution_scene()
    application = carried_out(scene)
    packet = application.packet
    close_call(scene)
    run = archived(scene)
    version = Version.objects.get(packet=packet)
    form = printing.form_of(version)
    assert form is not None
    assert form.file is not None
    form.refresh_from_db()
    kept = {one.pk: (one.size, one.sha256) for one in StoredFile.objects.all()}
    assert rows_with_canary()
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.erase_forms() == 1
    assert rows_with_canary() == []
    left = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert left == []
    assert {one.pk: (one.size, one.sha256) for one in StoredFile.objects.all()} == kept
    assert set(StoredFile.objects.values_list("state", flat=True)) == {FileState.ERASED}
    now = Version.objects.get(packet=packet)
    assert (now.sha256, now.content["applications"][0]["answers"]) == (version.sha256, {})
    application.refresh_from_db()
    assert (application.answers, application.state) == ({}, "archived")
    assert application.number
    erasure = Erasure.objects.get(packet=packet)
    assert (erasure.by, erasure.documents) == (None, 2)
    told = AuditEntry.objects.get(action="retention_erased")
    assert told.data["files"] == erasure.files > 3
    page = client.get(reverse("documents:verify_code", args=[form.code]), headers=ENGLISH)
    assert "no longer kept" in page.text
    assert form.number in page.text
    _pages_still_open(scene, application, run)
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.erase_forms() == 0


def _pages_still_open(scene: Scene, application: Application, run: ArchiveRun) -> None:
    """Open what unit and staff have of an erased form: pages that say what it was."""
    unit, staff = Client(), Client()
    unit.force_login(scene.unit.filler)
    staff.force_login(scene.officer)
    row = application.project.deliverables.get()
    packet = application.packet_id
    for path in (
        reverse("applications:my"),
        reverse("applications:packet", args=[packet]),
        reverse("applications:version", args=[packet, 1]),
        reverse("applications:project", args=[application.pk]),
        reverse("applications:deliverable", args=[row.pk]),
    ):
        page = unit.get(path, headers=ENGLISH)
        assert page.status_code == 200, path
        assert "no longer kept" in page.text or path == reverse("applications:my"), path
    for name, args in (
        ("reviews_submission_change", [application.pk]),
        ("reviews_project", [application.pk]),
        ("reviews_deliverable", [row.pk]),
        ("reviews_openness", [application.pk]),
        ("reviews_archive", [scene.call.pk]),
        ("reviews_paper_register", [scene.call.pk]),
        ("reviews_figures", []),
        ("reviews_retention", []),
    ):
        page = staff.get(reverse(f"admin:{name}", args=args), headers=ENGLISH)
        assert page.status_code == 200, name
        is_about_it = name in {
            "reviews_submission_change",
            "reviews_project",
            "reviews_deliverable",
        }
        assert not is_about_it or "no longer kept" in page.text, name
        assert CANARY not in page.text
    gone = staff.get(reverse("admin:reviews_archive_file", args=[scene.call.pk, run.pk]))
    assert gone.status_code == 409


def test_scores_stay_and_what_experts_wrote_goes(over: None, scene: Scene) -> None:
    application = scored(scene)
    close_call(scene)
    erasing.erase(packet_id=application.packet_id)
    assert rows_with_canary() == []
    totals = Assignment.objects.values_list("total", flat=True)
    assert len(totals) == 2
    assert None not in totals
    assert Score.objects.count() == 4


def test_a_form_goes_on_its_day_and_not_before(scene: Scene, settings: Any) -> None:
    (application,) = many_submissions(scene, 1, "not_selected")
    close_call(scene)
    settings.RETENTION_MONTHS = 12
    (kept,) = retaining.ending_by(clock.today() + dt.timedelta(days=400))
    assert kept.ended_on == clock.today()
    assert retaining.ending_by(kept.due_on - dt.timedelta(days=1)) == []
    with pytest.raises(RuleViolation, match="kept until"):
        erasing.erase(packet_id=application.packet_id)
    assert erasing.erase_due() == 0


@pytest.mark.parametrize("state", ["submitted", "accepted", "selected", "running", "returned"])
def test_what_is_under_way_has_no_end_yet(over: None, scene: Scene, state: str) -> None:
    made = many_submissions(scene, 1, state)
    Call.objects.filter(pk=scene.call.pk).update(agreement="plan")
    close_call(scene)
    with pytest.raises(RuleViolation, match="under way"):
        erasing.erase(packet_id=made[0].packet_id)


def test_staff_hold_a_form_and_let_it_go(over: None, scene: Scene) -> None:
    (application,) = many_submissions(scene, 1, "not_selected")
    close_call(scene)
    key = application.packet_id
    with pytest.raises(RuleViolation, match="Say why"):
        retaining.hold(packet_id=key, reason=" ", by=scene.officer)
    with pytest.raises(PermissionDenied):
        retaining.hold(packet_id=key, reason="x", by=scene.unit.filler)
    retaining.hold(packet_id=key, reason="审计中", by=scene.officer)
    with pytest.raises(RuleViolation, match="already"):
        retaining.hold(packet_id=key, reason="again", by=scene.officer)
    with pytest.raises(RuleViolation, match="审计中"):
        erasing.erase(packet_id=key)
    assert erasing.erase_due() == 0
    retaining.lift(packet_id=key, by=scene.officer)
    retaining.lift(packet_id=key, by=scene.officer)
    assert AuditEntry.objects.filter(action="retention_lifted").count() == 1
    assert erasing.erase_due() == 1
    with pytest.raises(RuleViolation, match="erased already"):
        erasing.erase(packet_id=key)


def test_an_objection_that_is_not_decided_holds_a_form(over: None, scene: Scene) -> None:
    PublicityRule.objects.create(
        call=scene.call, where=PublicityWhere.ASSOCIATION, length=3,
        counting=PublicityCounting.CALENDAR, clause="公示3天",
    )  # fmt: skip
    (application,) = many_submissions(scene, 1, "accepted")
    choose(scene, submission_of(application), "selected")
    publicity = publicise(scene)
    objection = object_to(publicity, publicity.entries.get())
    Application.objects.filter(pk=application.pk).update(state="not_selected")
    close_call(scene)
    with pytest.raises(RuleViolation, match="objection is not decided"):
        erasing.erase(packet_id=application.packet_id)
    verdict(scene, objection, "dismissed")
    with pytest.raises(RuleViolation, match="being shown"):
        erasing.erase(packet_id=application.packet_id)
    Publicity.objects.update(state=PublicityState.ANNOUNCED)
    assert erasing.erase_due() == 1
    objection.refresh_from_db()
    assert (objection.state, objection.name, objection.text) == ("dismissed", "—", "—")
    assert set(objection.log.values_list("note", flat=True)) <= {"—", ""}


def test_the_database_lets_only_content_go_and_only_beside_an_erasure(
    over: None, scene: Scene
) -> None:
    application = scene.handed_in(answers={"basics.purpose": CANARY})
    version = Version.objects.get(packet=application.packet)
    rows = Version.objects.filter(pk=version.pk)
    too_early: list[dict[str, Any]] = [{"content": {}}, {"sha256": "0" * 64}]
    for change in too_early:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    Erasure.objects.create(packet=application.packet, due_on=clock.today(), at=clock.now())
    forged: list[dict[str, Any]] = [
        {"content": {"applications": "forged"}},
        {"sha256": "0" * 64},
        {"content": {}, "no": 7},
    ]
    for change in forged:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        version.delete()
    rows.update(content={})
    form = Document.objects.filter(subject_label=printing.label_of_version(version))
    with pytest.raises(IntegrityError), transaction.atomic():
        form.update(payload={})
    with pytest.raises(IntegrityError), transaction.atomic():
        form.update(payload={"forged": 1}, erased_at=clock.now())
    form.update(payload={}, erased_at=clock.now())


def test_old_messages_are_forgotten_and_waiting_ones_kept(scene: Scene, settings: Any) -> None:
    settings.MESSAGE_DAYS = 30
    user = scene.officer
    now = clock.now()
    for number, state in enumerate((MessageState.SENT, MessageState.WAITING)):
        Message.objects.create(
            to_user=user, to_email=user.email, subject="s", body=CANARY, occasion=f"t{number}",
            state=state, not_before=now, sent_at=now,
        )  # fmt: skip
    InboxItem.objects.create(user=user, subject="s", body=CANARY)
    assert forget_old() == 0
    Message.objects.update(created_at=now - dt.timedelta(days=31))
    InboxItem.objects.update(created_at=now - dt.timedelta(days=31))
    assert forget_old() == 2
    assert Message.objects.get().state == MessageState.WAITING


def test_drafts_go_after_the_call_closed_and_packets_go_as_a_whole(
    over: None, scene: Scene
) -> None:
    draft = scene.drafted(answers={"basics.purpose": CANARY})
    assert retaining.of_packet(draft.packet) is None or not retaining.ending_by(clock.today())
    close_call(scene)
    Packet.objects.get(pk=draft.packet_id)
    assert erasing.erase_due() == 1
    assert rows_with_canary() == []
    assert not DeliverableVersion.objects.exists()
    assert not Showcase.objects.exists()
