"""Stamped final accounts as a scan: the right version is recognised, another one refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications import printing_accounts
from applications.models import AccountsScan, Deliverable
from applications.services import accounts_scans, deliverables, projects
from demo.paper import scan_of
from portal import clock
from portal.documents.services import render_document
from portal.errors import RuleViolation
from portal.people.models import User
from portal.seals.services.sealing import read_bytes
from tests.factories.applications import Scene, make_scene, picture
from tests.factories.execution import completed, execution_scene, give_in, piece

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(settings: Any) -> Scene:
    settings.DEMO = True
    return execution_scene()


@pytest.fixture
def accounts(scene: Scene) -> Deliverable:
    """Final accounts as they were handed in."""
    row, by = piece(completed(scene), "决算表"), scene.unit.filler
    deliverables.answer_confidentiality(deliverable_id=row.pk, has_confidential=False, by=by)
    spent = {f"d.spent-{line.code}": "100.00" for line in projects.budget_of(row.project)}
    deliverables.save_answers(
        deliverable_id=row.pk, values={"d.received": "30000.00", **spent}, revisions={}, by=by
    )
    return give_in(scene, row)


def paper(accounts: Deliverable) -> SimpleUploadedFile:
    """Print the accounts and put the paper on the scanner."""
    document = printing_accounts.document_of(accounts.latest_version())
    assert document is not None
    render_document(document.pk)
    document.refresh_from_db()
    assert document.file is not None, document.failure
    return SimpleUploadedFile(
        "盖章扫描件.pdf", scan_of(read_bytes(document.file)), "application/pdf"
    )


def send(accounts: Deliverable, upload: SimpleUploadedFile, by: User) -> AccountsScan:
    return accounts_scans.upload_scan(deliverable_id=accounts.pk, upload=upload, by=by)


def test_the_right_version_is_recognised_and_an_earlier_one_refused(
    scene: Scene, accounts: Deliverable, english: None
) -> None:
    by, first = scene.unit.filler, paper(accounts)
    assert send(accounts, first, by).match == "matched"
    deliverables.give_back(
        deliverable_id=accounts.pk,
        by=scene.officer,
        reason="金额有误。",
        due=clock.now() + dt.timedelta(days=3),
    )
    with pytest.raises(RuleViolation, match="hand them in first"):
        send(accounts, first, by)
    give_in(scene, Deliverable.objects.get(pk=accounts.pk))
    first.seek(0)
    with pytest.raises(RuleViolation, match=r"another version .* version 2"):
        send(accounts, first, by)
    assert AccountsScan.objects.count() == 1
    assert send(accounts, paper(accounts), by).match == "matched"


def test_what_no_machine_reads_staff_compare_on_their_page(
    scene: Scene, accounts: Deliverable
) -> None:
    unit, staff = Client(), Client()
    unit.force_login(scene.unit.filler)
    staff.force_login(scene.officer)
    page = f"/my/deliverables/{accounts.pk}/"
    upload = SimpleUploadedFile("scan.png", picture(), "image/png")
    assert unit.post(f"{page}stamped/", {"scan": upload}).status_code == 302
    scan = AccountsScan.objects.get()
    assert scan.match == "by_eye"
    assert b"scan.png" in unit.get(page).content
    assert unit.get(f"/my/accounts-scans/{scan.pk}/").status_code == 200
    desk = f"/admin/reviews/deliverable/{accounts.pk}/"
    assert "scan_wrong" in staff.get(desk).content.decode()
    assert staff.get(f"{desk}accounts/{scan.pk}/").status_code == 200
    assert staff.post(desk, {"do": "scan_wrong", "scan": scan.pk}).status_code == 302
    scan.refresh_from_db()
    assert scan.match == "refused"
    assert "scan_wrong" not in staff.get(desk).content.decode()
    with pytest.raises(RuleViolation):
        accounts_scans.compare(scan_id=scan.pk, by=scene.officer, matches=True)


def test_strangers_neither_send_nor_compare(scene: Scene, accounts: Deliverable) -> None:
    stranger = make_scene().unit.filler
    with pytest.raises(PermissionDenied):
        send(accounts, SimpleUploadedFile("scan.png", picture(), "image/png"), stranger)
    scan = send(accounts, SimpleUploadedFile("scan.png", picture(), "image/png"), scene.unit.filler)
    with pytest.raises(PermissionDenied):
        accounts_scans.compare(scan_id=scan.pk, by=scene.unit.filler, matches=True)
