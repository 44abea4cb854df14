"""The archive of a call: what is in the way, what lies in it, what a check finds later."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications.models import Application
from applications.services import execution, lifecycle
from applications.states import State
from calls.enums import Agreement, PublicityCounting, PublicityWhere
from calls.models import Call, DeliverableRule, PublicityRule
from portal.audit.models import AuditEntry
from portal.documents.models import Document, DocumentState
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.jobs.models import Job, JobState
from portal.people.enums import StaffRole
from reviews import review_papers, tasks
from reviews.models import ArchiveRun, Objection, ObjectionState, Panel
from reviews.services import archiving, recording
from tests.factories.applications import picture
from tests.factories.execution import accept, completed, execution_scene, give_in, piece, write
from tests.factories.experts import (
    assign_all,
    make_experts,
    make_panel,
    make_stage,
    score,
    user_of,
)
from tests.factories.printing import print_all
from tests.factories.reviews import Scene, checkable, colleague, many_submissions, submission_of
from tests.reviews.test_publicity import announce, choose, end, file, publicise, verdict


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read refusals as they are written in the code."""
    with translation.override("en"):
        yield


def closed(scene: Scene) -> Application:
    """Bring a project with a report and a photo to its closing."""
    DeliverableRule.objects.filter(call=scene.call).exclude(title="信息报道稿").delete()
    project = completed(scene)
    row = piece(project, "信息报道稿")
    write(scene, row)
    accept(scene, give_in(scene, row))
    execution.close(application_id=project.pk, by=scene.officer)
    return Application.objects.get(pk=project.pk)


def ordered(scene: Scene) -> Job:
    job = archiving.start_archive(call=scene.call, by=scene.officer)
    tasks.make_archive(str(job.pk))
    job.refresh_from_db()
    return job


def archived(scene: Scene) -> ArchiveRun:
    print_all()
    job = ordered(scene)
    assert job.state == JobState.DONE, job.message
    return ArchiveRun.objects.latest("pk")


def test_a_closed_call_is_laid_down_whole_and_checked(
    db: None, client: Client, settings: Any
) -> None:
    settings.DEMO = True
    scene = execution_scene()
    application = closed(scene)
    run = archived(scene)
    application.refresh_from_db()
    assert application.state == State.ARCHIVED
    archive = zipfile.ZipFile(run.file.file.open("rb"))
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest == run.manifest
    names = set(archive.namelist()) - {"manifest.json"}
    assert names == {entry["path"] for entry in manifest["entries"] if entry["available"]}
    assert {archiving.REGISTER, archiving.NOTICES} <= names
    delivered = [name for name in names if f"{application.number}/结项材料/" in name]
    assert len(delivered) == 2  # the text as data, and the photo
    assert archiving.problems_of(run) == []
    told = AuditEntry.objects.get(action="archive_made")
    assert told.data["manifest_sha256"] == run.manifest_sha256
    client.force_login(scene.officer)
    page = client.get(reverse("admin:reviews_archive", args=[scene.call.pk]))
    assert run.manifest_sha256[:16] in page.text
    fetched = client.get(reverse("admin:reviews_archive_file", args=[scene.call.pk, run.pk]))
    assert b"".join(fetched)[:2] == b"PK"
    answer = client.post(reverse("admin:reviews_archive_check", args=[scene.call.pk, run.pk]))
    tasks.check_archive(answer.headers["Location"].split("/")[-2])
    run.refresh_from_db()
    assert run.checked_at is not None
    assert run.problems == []
    with pytest.raises(RuleViolation):
        lifecycle.withdraw(application_id=application.pk, by=scene.unit.filler, reason="x")


def reviewed(scene: Scene) -> Panel:
    """Take two applications through scores, a signed sheet, publicity and an objection."""
    shown = {"call": scene.call, "where": PublicityWhere.ASSOCIATION, "clause": "公示3天"}
    PublicityRule.objects.create(length=3, counting=PublicityCounting.CALENDAR, **shown)
    made = many_submissions(scene, 2, State.ACCEPTED)
    experts = make_experts(scene.call.issuer, 2)
    panel = make_panel(make_stage(scene.call), scene.officer, experts)
    for one in assign_all(panel, scene.officer):
        score(one)
    sheet, expert = panel.stage.sheet, experts[0]
    record = recording.order_sheet(panel=panel, sheet=sheet, expert=expert, by=user_of(expert))
    scan = SimpleUploadedFile("签字.png", picture(), "image/png")
    recording.sign(record_id=record.pk, upload=scan, by=user_of(expert))
    for row, outcome in zip(made, ("selected", "not_selected"), strict=True):
        choose(scene, submission_of(row), outcome)
    publicity = publicise(scene)
    verdict(scene, file(publicity, publicity.entries.get()), "dismissed")
    end(publicity)
    announce(scene, publicity)
    return panel


def test_the_papers_of_the_review_are_laid_down_too(scene: Scene) -> None:
    panel = reviewed(scene)
    run = archived(scene)
    assert archiving.problems_of(run) == []
    archive = zipfile.ZipFile(run.file.file.open("rb"))
    with translation.override("zh-hans"):
        folder = f"{review_papers.REVIEW}/1-{panel.stage.get_kind_display()}"
    scores = json.loads(archive.read(f"{folder}/{review_papers.SCORES}"))["assignments"]
    assert len(scores) == 4
    assert scores[0]["opinion"] == "总体良好，建议支持。"
    assert [line["comment"] for line in scores[0]["scores"]] == ["", "可行"]
    signed = [entry["path"] for entry in run.manifest["entries"] if "-签名." in entry["path"]]
    assert len(signed) == 1
    assert archive.read(signed[0]) == picture()
    decisions = json.loads(archive.read(review_papers.DECISIONS))["decisions"]
    assert {one["outcome"] for one in decisions} == {"selected", "not_selected"}
    shown = json.loads(archive.read(f"{review_papers.SHOWN}/1/{review_papers.PUBLICITY}"))
    (objection,) = shown["objections"]
    assert (objection["name"], objection["state"]) == ("张三", "dismissed")
    assert [step["note"] for step in objection["log"]][-1] == "已核实"
    changed_scores = changed(run, f"{folder}/{review_papers.SCORES}", b"{}")
    (problem,) = archiving.problems_of(run, changed_scores)
    assert problem.startswith("Changed")
    outsider = Client()
    address = reverse("admin:reviews_archive_file", args=[scene.call.pk, run.pk])
    for user in (scene.unit.filler, user_of(panel.members.all()[0].expert)):
        outsider.force_login(user)
        assert outsider.get(address).status_code in (302, 404)


def test_no_paper_is_left_out_in_silence(scene: Scene) -> None:
    submission = checkable(scene)
    Application.objects.filter(pk=submission.pk).update(state=State.NOT_SELECTED)
    job = ordered(scene)
    assert job.state == JobState.FAILED
    assert "申报书（第 1 版）" in job.message, "the paper that is still being printed"
    Document.objects.update(state=DocumentState.FAILED, failure="No face has this character.")
    run = archived(scene)
    named = [e["title"] for e in run.manifest["entries"] if not e["available"]]
    assert len(named) == 2
    with translation.override("zh-hans"):
        told = translation.gettext(
            "%(n)d papers are named only: their files are locked, or they could not be printed."
        )
    assert told % {"n": 2} in Job.objects.latest("created_at").message
    assert archiving.problems_of(run) == []


def test_an_objection_still_open_holds_the_archive_up(scene: Scene) -> None:
    reviewed(scene)
    Objection.objects.update(state=ObjectionState.EXAMINED, answer="")
    with pytest.raises(RuleViolation, match="1 objection is not decided"):
        archiving.start_archive(call=scene.call, by=scene.officer)


def changed(run: ArchiveRun, name: str, data: bytes | None) -> io.BytesIO:
    """Return a copy of an archive in which one paper differs, lacks or was added."""
    target = io.BytesIO()
    with zipfile.ZipFile(run.file.file.open("rb")) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        if data is not None:
            new.writestr(name, data)
    target.seek(0)
    return target


def test_a_check_finds_what_was_changed_lost_or_added(scene: Scene) -> None:
    many_submissions(scene, 2, State.NOT_SELECTED)
    run = archived(scene)
    path = run.manifest["entries"][2]["path"]
    assert archiving.problems_of(run, changed(run, path, b"x")) == [f"Changed: {path}"]
    assert archiving.problems_of(run, changed(run, path, None)) == [f"Missing: {path}"]
    added = archiving.problems_of(run, changed(run, "new.txt", b"x"))
    assert added == ["Not in the manifest: new.txt"]
    swapped = archiving.problems_of(run, changed(run, "manifest.json", b"{}"))
    assert swapped == ["The manifest in the file is not the one that was kept."]
    assert "cannot be read" in archiving.problems_of(run, io.BytesIO(b"no zip"))[0]
    # Who changes the row as well is told by the hash, and by the audit's chained rows.
    run.manifest["entries"].pop()
    assert "manifest in the database" in archiving.problems_of(run)[0]
    run.manifest_sha256 = "0" * 64
    assert "audit does not know" in archiving.problems_of(run)[1]


def test_a_check_that_finds_something_says_it_and_keeps_it(scene: Scene) -> None:
    many_submissions(scene, 1, State.NOT_SELECTED)
    run = archived(scene)
    StoredFile.objects.filter(pk=run.file_id).update(file="gone.zip")
    job = archiving.start_check(run=run, by=colleague(scene, StaffRole.OFFICIAL))
    tasks.check_archive(str(job.pk))
    job.refresh_from_db()
    run.refresh_from_db()
    assert job.state == JobState.FAILED
    assert run.problems == job.message.splitlines() != []


@pytest.mark.parametrize(
    "state",
    [State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.PUBLICISED, State.SELECTED,
     State.RUNNING, State.COMPLETED],
)  # fmt: skip
def test_nothing_is_laid_down_while_something_is_under_way(scene: Scene, state: str) -> None:
    many_submissions(scene, 2, state)
    Call.objects.filter(pk=scene.call.pk).update(agreement=Agreement.PLAN)
    scene.call.refresh_from_db()
    with pytest.raises(RuleViolation, match="2 applications are"):
        archiving.start_archive(call=scene.call, by=scene.officer)


def test_selected_is_the_end_where_nothing_is_asked_for_after_it(scene: Scene) -> None:
    (application,) = many_submissions(scene, 1, State.SELECTED)
    assert archived(scene).applications == 1
    application.refresh_from_db()
    assert application.state == State.SELECTED


def test_what_comes_under_way_meanwhile_stops_the_work(scene: Scene) -> None:
    (application,) = many_submissions(scene, 1, State.NOT_SELECTED)
    job = archiving.start_archive(call=scene.call, by=scene.officer)
    with pytest.raises(RuleViolation, match="already"):
        archiving.start_archive(call=scene.call, by=scene.officer)
    Application.objects.filter(pk=application.pk).update(state=State.ACCEPTED)
    tasks.make_archive(str(job.pk))
    assert Job.objects.get(pk=job.pk).state == JobState.FAILED
    assert not ArchiveRun.objects.exists()
    assert not StoredFile.objects.filter(purpose="archive").exists()


def test_only_working_staff_archive_and_an_empty_call_is_not(scene: Scene, desk: Client) -> None:
    with pytest.raises(PermissionDenied):
        archiving.start_archive(call=scene.call, by=colleague(scene, StaffRole.OFFICIAL))
    page = desk.post(reverse("admin:reviews_archive", args=[scene.call.pk]), follow=True)
    assert "Nothing was handed in" in page.text or "没有" in page.text
    assert not Job.objects.exists()


def test_a_copy_is_checked_from_the_command_line(scene: Scene, tmp_path: Path) -> None:
    many_submissions(scene, 1, State.NOT_SELECTED)
    run = archived(scene)
    copy = tmp_path / "copy.zip"
    copy.write_bytes(run.file.file.read())
    call_command("verify_archive", copy)
    copy.write_bytes(changed(run, archiving.REGISTER, b"x").read())
    with pytest.raises(CommandError, match="Changed"):
        call_command("verify_archive", copy)
    copy.write_bytes(changed(run, "manifest.json", b"{}").read())
    with pytest.raises(CommandError, match="no archive of this portal"):
        call_command("verify_archive", copy)
    copy.write_bytes(b"no zip")
    with pytest.raises(CommandError, match="no archive of this portal"):
        call_command("verify_archive", copy)
