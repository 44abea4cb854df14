"""Register and dossiers: no formula, no personal data unasked, a manifest that equals the page."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from applications.models import Application
from portal.audit.models import AuditEntry
from portal.jobs.models import Job, JobState
from portal.people.enums import StaffRole
from reviews import dossier, exports, tasks
from reviews.models import Submission
from reviews.services import exporting
from tests.factories.people import StaffPostFactory
from tests.factories.printing import print_all
from tests.factories.reviews import Scene, accepted, checkable, colleague, many_submissions


def register(scene: Scene, form: str = "xlsx", *, personal: bool = False) -> bytes:
    job = exporting.start_register(call=scene.call, by=scene.officer, form=form, personal=personal)
    tasks.export_register(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    assert job.result is not None
    return job.result.file.read()


def test_the_register_holds_a_line_for_each_submission(scene: Scene) -> None:
    submission = accepted(scene)
    sheet = load_workbook(io.BytesIO(register(scene))).active
    assert sheet is not None
    heads = [cell.value for cell in sheet[1]]
    line = [cell.value for cell in sheet[2]]
    assert sheet.max_row == 2
    assert len(heads) == len(exports.chosen_columns(personal=False))
    assert line[0] == submission.number
    assert line[2] == scene.unit.organisation.name


@pytest.mark.parametrize("title", ['=HYPERLINK("http://x","y")', "=1+1", "+1", "-1", "@x"])
def test_a_formula_stays_text(scene: Scene, title: str) -> None:
    (application,) = many_submissions(scene, 1)
    Application.objects.filter(pk=application.pk).update(title=title)
    book = load_workbook(io.BytesIO(register(scene)))
    assert book.active is not None
    cell = next(c for c in book.active[2] if c.value == title)
    assert cell.data_type == "s"
    rows = list(csv.reader(io.StringIO(register(scene, "csv").decode("utf-8-sig"))))
    assert "'" + title in rows[1]


def test_control_characters_do_not_break_the_book(scene: Scene) -> None:
    (application,) = many_submissions(scene, 1)
    Application.objects.filter(pk=application.pk).update(title="光学\x0b\x01论坛")
    sheet = load_workbook(io.BytesIO(register(scene))).active
    assert sheet is not None
    assert "光学论坛" in [c.value for c in sheet[2]]


def test_personal_data_only_when_asked_for_and_written_down(scene: Scene) -> None:
    many_submissions(scene, 1)
    phone = scene.unit.filler.phone
    assert phone not in register(scene, "csv").decode("utf-8-sig")
    assert phone in register(scene, "csv", personal=True).decode("utf-8-sig")
    asked = AuditEntry.objects.filter(action="register_exported").order_by("seq")
    assert [entry.data["personal"] for entry in asked] == [False, True]
    assert "filler_phone" in asked[1].data["columns"]
    assert phone not in json.dumps(asked[1].data)


@pytest.mark.parametrize("rows", [1, 40])
def test_an_export_asks_as_often_for_many_rows_as_for_one(
    scene: Scene, django_assert_num_queries: Any, rows: int
) -> None:
    many_submissions(scene, rows)
    columns = exports.chosen_columns(personal=True)
    with django_assert_num_queries(4):
        assert len(list(exports.lines_of(scene.call, columns))) == rows


def test_who_lost_the_post_gets_no_export(scene: Scene) -> None:
    stranger = StaffPostFactory().user
    with pytest.raises(PermissionDenied):
        exporting.start_register(call=scene.call, by=stranger, form="csv", personal=False)
    with pytest.raises(PermissionDenied):
        exporting.start_dossiers(call=scene.call, by=scene.unit.filler)
    job = exporting.start_dossiers(call=scene.call, by=colleague(scene, StaffRole.OFFICIAL))
    job.created_by.posts.update(ended_at=job.created_at)
    with pytest.raises(PermissionDenied):
        tasks.export_dossiers(str(job.pk))
    assert Job.objects.get(pk=job.pk).state == JobState.FAILED


def test_the_manifest_equals_what_the_page_shows(scene: Scene, desk: Client) -> None:
    submission = checkable(scene)
    print_all()
    page = desk.get(reverse("admin:reviews_submission_change", args=[submission.pk]))
    shown = [paper.listed() for paper in page.context["papers"]]
    response = desk.get(reverse("admin:reviews_dossier", args=[submission.pk]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["entries"] == shown
    assert manifest["number"] == submission.number
    assert archive.testzip() is None
    in_zip = set(archive.namelist()) - {"manifest.json"}
    assert in_zip == {line["path"] for line in shown if line["available"]}
    assert {line["path"].split("/")[0] for line in shown} >= {dossier.SCAN, dossier.CONTENT}
    for line in shown:
        assert line["title"] in page.text
        assert _digest(archive.read(line["path"])) == line["sha256"]
    assert AuditEntry.objects.filter(action="dossier_downloaded").count() == 1


def _digest(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def test_a_file_under_quarantine_is_named_and_not_handed_out(scene: Scene, desk: Client) -> None:
    submission = checkable(scene)
    print_all()
    scan = submission.packet.versions.get().scans.get()
    scan.file.state = "quarantined"
    scan.file.save(update_fields=["state"])
    response = desk.get(reverse("admin:reviews_dossier", args=[submission.pk]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    manifest = json.loads(archive.read("manifest.json"))
    locked = [line for line in manifest["entries"] if not line["available"]]
    assert [line["sha256"] for line in locked] == [scan.file.sha256]
    assert locked[0]["path"] not in archive.namelist()


def test_the_archive_of_a_call_holds_a_folder_for_each(scene: Scene) -> None:
    checkable(scene)
    many_submissions(scene, 2)
    job = exporting.start_dossiers(call=scene.call, by=scene.officer)
    tasks.export_dossiers(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    assert job.result is not None
    archive = zipfile.ZipFile(job.result.file.open("rb"))
    folders = {name.partition("/")[0] for name in archive.namelist()}
    assert folders == {dossier.name_of(s) for s in Submission.objects.all()}
    assert sum(name.endswith("/manifest.json") for name in archive.namelist()) == 3


def test_every_paper_handed_out_is_written_down(scene: Scene, desk: Client) -> None:
    submission = checkable(scene)
    print_all()
    for entry in dossier.entries_of(submission):
        url = reverse("admin:reviews_paper", args=[submission.pk, entry.key])
        response = desk.get(url)
        assert response.status_code == 200
        assert _digest(b"".join(response)) == entry.sha256
        assert "attachment" in response.headers["Content-Disposition"]
    taken = AuditEntry.objects.filter(action="submission_downloaded")
    assert taken.count() == len(dossier.entries_of(submission))
    assert (
        desk.get(reverse("admin:reviews_paper", args=[submission.pk, "file-unknown"])).status_code
        == 404
    )


def test_card_numbers_leave_the_portal_masked_only() -> None:
    people = [{"name": "张三", "sex": "female", "id_number": "11010519491231002X"}]
    written = exports._person(people)
    assert "110***********002X" in written
    assert "11010519491231002X" not in written
