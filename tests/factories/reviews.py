"""Submissions on the association's desk, single ones the real way and many at once by row."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from applications.models import Application, HandIn, Packet, Version
from applications.models.version import ScanMatch, SignedScan
from applications.services import scans
from applications.states import State
from calls.forms_schema import digest
from portal import clock
from portal.files.services import store_bytes
from portal.people.enums import StaffRole
from portal.people.models import User
from reviews.models import Submission
from reviews.services import checking
from tests.factories.applications import Scene, Unit, make_scene, make_unit
from tests.factories.people import OrganisationFactory, StaffPostFactory

__all__ = ("Scene", "make_scene", "make_unit")


def submission_of(application: Application) -> Submission:
    """Read an application as staff see it."""
    return Submission.objects.select_related("packet__call__issuer", "packet__organisation").get(
        pk=application.pk
    )


def version_id(application: Application) -> int:
    """Return the version a page would show."""
    version = checking.version_in_hand(submission_of(application))
    assert version is not None
    return version.pk


def checkable(
    scene: Scene,
    unit: Unit | None = None,
    category: int = 0,
    answers: Mapping[str, Any] | None = None,
) -> Submission:
    """Hand in with a stamped scan that staff have compared: nothing is in the way any more."""
    packet = scene.signed(unit, category, answers)
    scene.scan(packet, unit)
    scene.hand_in(packet, unit)
    scan = SignedScan.objects.get(version__packet=packet)
    scans.compare_by_eye(scan_id=scan.pk, by=scene.officer, matches=True)
    return submission_of(packet.applications.get())


def accepted(
    scene: Scene,
    unit: Unit | None = None,
    category: int = 0,
    answers: Mapping[str, Any] | None = None,
) -> Submission:
    """Bring a submission past its formal check."""
    submission = checkable(scene, unit, category, answers)
    checking.accept(
        application_id=submission.pk, version_id=version_id(submission), by=scene.officer
    )
    submission.refresh_from_db()
    return submission


def colleague(scene: Scene, role: StaffRole = StaffRole.OFFICER) -> User:
    """Employ one more person at the scene's association."""
    user: User = StaffPostFactory(issuer=scene.issuer, role=role).user
    return user


def many_submissions(scene: Scene, number: int, state: str = State.SUBMITTED) -> list[Application]:
    """Write rows as a hand-in leaves them, without the way there; for pages full of them."""
    now = clock.now()
    organisation = OrganisationFactory()
    revision = scene.call.form_revisions.get()
    filler, made = scene.unit.filler, []
    for count in range(number):
        packet = Packet.objects.create(
            call=scene.call,
            organisation=organisation,
            form_revision=revision,
            number=f"SL-{uuid.uuid4().hex[:12]}",
            created_by=filler,
        )
        application = Application.objects.create(
            packet=packet,
            category=scene.categories[count % len(scene.categories)],
            state=state,
            title=f"示例项目 {count}",
            number=packet.number,
            handed_in_at=now - dt.timedelta(minutes=count),
            created_by=filler,
        )
        _receive(application, now)
        made.append(application)
    return made


def _receive(application: Application, now: dt.datetime) -> None:
    """Freeze and hand in one row, and hang a matched scan on it."""
    packet, by = application.packet, application.created_by
    content: dict[str, Any] = {
        "call": packet.call.code,
        "number": packet.number,
        "unit": {"name": packet.organisation.name},
        "plan": {},
        "applications": [
            {
                "id": str(application.pk),
                "answers": {},
                "files": [],
                "partners": [],
                "title": application.title,
            }
        ],
    }
    version = Version.objects.create(
        packet=packet,
        no=1,
        form_revision=packet.form_revision,
        content=content,
        sha256=digest(content),
        by=by,
        at=now,
    )
    HandIn.objects.create(
        packet=packet,
        version=version,
        key=uuid.uuid4(),
        receipt_number=f"R-{uuid.uuid4().hex[:12]}",
        received_at=now,
        by=by,
    )
    file = store_bytes(b"scan", name="scan.png", content_type="image/png", by=by)
    SignedScan.objects.create(version=version, file=file, match=ScanMatch.MATCHED, by=by, at=now)
