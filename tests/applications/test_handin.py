"""The hand-in: deadline to the microsecond, one receipt, places counted, reasons in full."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from applications.models import HandIn, Version
from applications.services import lifecycle, signoff
from applications.states import State
from calls.models import Grant, LateDoor
from portal import clock
from portal.errors import RuleViolation
from portal.mail.models import Message
from tests.factories.applications import Scene, make_scene

SECOND = dt.timedelta(seconds=1)
TICK = dt.timedelta(microseconds=1)


def codes(refused: pytest.ExceptionInfo[RuleViolation]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def test_hand_in_gives_a_receipt_and_tells_the_unit(scene: Scene) -> None:
    packet = scene.signed()
    receipt = scene.hand_in(packet)
    application = packet.applications.get()
    assert application.state == State.SUBMITTED
    assert application.handed_in_at == receipt.received_at
    assert receipt.version.sha256 == packet.latest_version().sha256
    mails = Message.objects.filter(occasion=f"receipt:{receipt.receipt_number}")
    assert {m.to_user for m in mails} == {scene.unit.filler, scene.unit.administrator}


@pytest.mark.parametrize(
    ("late_by", "taken"),
    [(-SECOND, True), (-TICK, True), (TICK * 0, False), (TICK, False), (SECOND, False)],
)
def test_the_deadline_itself_is_outside(scene: Scene, late_by: dt.timedelta, taken: bool) -> None:
    packet = scene.signed()
    arrival = scene.call.closes_at + late_by
    if taken:
        assert scene.hand_in(packet, arrived_at=arrival).received_at == arrival
        return
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(packet, arrived_at=arrival)
    assert codes(refused) == {"closed"}


def test_a_late_door_opens_for_one_unit_only(scene: Scene) -> None:
    other = scene.another_unit()
    mine, theirs = scene.signed(), scene.signed(other)
    late = scene.call.closes_at + dt.timedelta(hours=1)
    LateDoor.objects.create(
        call=scene.call,
        organisation=scene.unit.organisation,
        until=late + SECOND,
        reason="停电",
        by=scene.officer,
    )
    assert scene.hand_in(mine, arrived_at=late)
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(theirs, other, arrived_at=late)
    assert codes(refused) == {"closed"}


def test_the_second_try_gets_the_first_receipt(scene: Scene) -> None:
    packet, key = scene.signed(), uuid.uuid4()
    first = scene.hand_in(packet, key=key)
    assert scene.hand_in(packet, key=key) == first
    assert scene.hand_in(packet, key=uuid.uuid4()) == first
    assert HandIn.objects.count() == 1


def test_a_key_of_another_packet_is_refused(scene: Scene) -> None:
    key = uuid.uuid4()
    scene.hand_in(scene.signed(), key=key)
    other = scene.another_unit()
    with pytest.raises(RuleViolation):
        scene.hand_in(scene.signed(other), other, key=key)


def test_second_in_category_and_third_in_all_are_refused_with_the_clause(db: None) -> None:
    scene = make_scene(categories=3)
    scene.handed_in(category=0)
    again = scene.signed(category=0)
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(again)
    (reason,) = refused.value.reasons
    assert reason.clause == "同类项目每个单位限报 1 项"
    assert "示例学术论坛" in reason.message
    scene.handed_in(category=1)
    third = scene.signed(category=2)
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(third)
    assert [reason.clause for reason in refused.value.reasons] == ["总计不超过 2 项"]


def test_withdrawing_frees_the_place_and_not_accepting_too(scene: Scene) -> None:
    first = scene.handed_in()
    lifecycle.withdraw(application_id=first.pk, by=scene.unit.filler, reason="改报其他类别")
    second = scene.handed_in()
    lifecycle.not_accept(application_id=second.pk, by=scene.officer, reason="材料不实")
    assert scene.handed_in().state == State.SUBMITTED


def test_a_returned_application_keeps_its_place(scene: Scene) -> None:
    first = scene.handed_in()
    due = clock.now() + dt.timedelta(days=3)
    lifecycle.return_for_changes(
        application_id=first.pk, by=scene.officer, reason="请补充", items={}, due=due
    )
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(scene.signed())
    assert codes(refused) == {"quota"}


def test_a_correction_has_its_own_term_beyond_the_deadline(scene: Scene) -> None:
    application = scene.handed_in()
    due = scene.call.closes_at + dt.timedelta(days=3)
    lifecycle.return_for_changes(
        application_id=application.pk, by=scene.officer, reason="请补充", items={}, due=due
    )
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    packet = application.packet
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(packet, arrived_at=due)
    assert codes(refused) == {"closed"}
    receipt = scene.hand_in(packet, arrived_at=due - SECOND)
    assert receipt.version.no == 2
    application.refresh_from_db()
    assert application.handed_in_at < receipt.received_at


def test_beyond_a_rule_in_principle_only_with_the_units_reason(db: None) -> None:
    scene = make_scene(mode="in_principle")
    scene.handed_in()
    packet = scene.signed()
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(packet)
    assert codes(refused) == {"quota"}
    scene.hand_in(packet, reasons={scene.quota_each.pk: "两场会议同等重要"})
    flag = packet.applications.get().flags.get()
    assert (flag.rule, flag.unit_reason) == (scene.quota_each, "两场会议同等重要")


def test_an_exception_granted_before_needs_no_reason(db: None) -> None:
    scene = make_scene(mode="in_principle")
    scene.handed_in()
    Grant.objects.create(
        call=scene.call,
        organisation=scene.unit.organisation,
        rule=scene.quota_each,
        reason="领导同意",
        by=scene.officer,
    )
    packet = scene.signed()
    scene.hand_in(packet)
    assert not packet.applications.get().flags.exists()


def test_the_scan_must_be_there_where_it_may_not_follow(db: None) -> None:
    scene = make_scene(seal_days=None)
    packet = scene.signed()
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(packet)
    assert codes(refused) == {"scan_missing"}
    scene.scan(packet)
    assert packet.applications.get().state == State.SEALED
    assert scene.hand_in(packet)


def test_a_call_without_signoff_and_seal_freezes_inside_the_hand_in(db: None) -> None:
    scene = make_scene(signoff_wanted=False, sealing="none", seal_days=None)
    application = scene.drafted()
    receipt = scene.hand_in(application.packet)
    assert receipt.version.no == 1


def test_a_draft_that_nobody_signed_is_not_taken(scene: Scene) -> None:
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(scene.drafted().packet)
    assert codes(refused) == {"not_ready"}


def test_only_the_unit_hands_in(scene: Scene) -> None:
    packet = scene.signed()
    with pytest.raises(PermissionDenied):
        scene.hand_in(packet, by=scene.unit.approver)
    with pytest.raises(PermissionDenied):
        scene.hand_in(packet, by=scene.another_unit().filler)


def test_a_unit_not_verified_is_told_so(scene: Scene) -> None:
    packet = scene.signed()
    scene.unit.organisation.affiliations.update(state="pending")
    with pytest.raises(RuleViolation) as refused:
        scene.hand_in(packet)
    assert "registered" in codes(refused)


def test_versions_and_receipts_cannot_be_changed(scene: Scene) -> None:
    receipt = scene.hand_in(scene.signed())
    for rows, column in ((Version.objects, "sha256"), (HandIn.objects, "receipt_number")):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{column: "0"})
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.all().delete()
    assert HandIn.objects.get() == receipt


def test_numbers_tell_nothing_of_order_or_unit(scene: Scene) -> None:
    numbers = [scene.signed(scene.another_unit()).number for _n in range(6)]
    assert len(set(numbers)) == 6
    assert any(a > b for a, b in pairwise(numbers)) or numbers != sorted(numbers)
    assert all(number.startswith("SL2026-") for number in numbers)
