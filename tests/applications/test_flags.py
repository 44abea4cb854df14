"""Flags: settled with a reason by staff, kept settled when the unit hands in again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from applications.models import Flag
from applications.services import flags, lifecycle, signoff
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.people.enums import StaffRole
from tests.factories.applications import Scene, make_scene
from tests.factories.people import StaffPostFactory


@pytest.fixture
def flag(db: None) -> Flag:
    """A second application in one category, where only one was meant."""
    scene = make_scene(mode="in_principle")
    scene.handed_in()
    packet = scene.signed()
    scene.hand_in(packet, reasons={scene.quota_each.pk: "两场会议同等重要"})
    made = packet.applications.get().flags.get()
    made.scene = scene  # type: ignore[attr-defined]
    return made


def test_settling_keeps_who_when_and_why(flag: Flag) -> None:
    scene: Scene = flag.scene  # type: ignore[attr-defined]
    settled = flags.settle(flag_id=flag.pk, by=scene.officer, note=" 领导同意 ")
    assert (settled.settled_by, settled.settled_note) == (scene.officer, "领导同意")
    assert settled.settled_at is not None
    again = flags.settle(flag_id=flag.pk, by=scene.officer, note="另一个理由")
    assert again.settled_note == "领导同意"
    assert AuditEntry.objects.filter(action="flag_settled").count() == 1


def test_a_reason_is_wanted(flag: Flag) -> None:
    with pytest.raises(RuleViolation):
        flags.settle(flag_id=flag.pk, by=flag.scene.officer, note=" ")  # type: ignore[attr-defined]


def test_only_working_staff_of_the_association_settle(flag: Flag) -> None:
    scene: Scene = flag.scene  # type: ignore[attr-defined]
    official = StaffPostFactory(issuer=scene.issuer, role=StaffRole.OFFICIAL).user
    for person in (scene.unit.filler, official, StaffPostFactory().user):
        with pytest.raises(PermissionDenied):
            flags.settle(flag_id=flag.pk, by=person, note="可以")


@pytest.mark.parametrize("settled", [True, False])
def test_a_flag_once_settled_is_not_raised_again(flag: Flag, settled: bool) -> None:
    scene: Scene = flag.scene  # type: ignore[attr-defined]
    if settled:
        flags.settle(flag_id=flag.pk, by=scene.officer, note="领导同意")
    application = flag.application
    lifecycle.return_for_changes(
        application_id=application.pk,
        by=scene.officer,
        reason="请补充",
        items={},
        due=clock.now() + dt.timedelta(days=3),
    )
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    scene.hand_in(application.packet, reasons={scene.quota_each.pk: "仍然重要"})
    open_flags = application.flags.filter(settled_at=None)
    assert open_flags.count() == (0 if settled else 1)
    assert application.flags.count() == 1
