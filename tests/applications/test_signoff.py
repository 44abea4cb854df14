"""Sign-off and freeze: two persons, declines, versions that follow each other, numbers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from applications import printing
from applications.models import Application, Packet, Version
from applications.services import drafting, lifecycle, signoff
from applications.states import State
from calls.forms_schema import digest
from portal import clock
from portal.documents.models import Document
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.models import Membership
from tests.factories.applications import Scene, make_scene, version_of


def ask(scene: Scene, application: Application) -> None:
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)


def mailed(event: str) -> set[str]:
    return set(Message.objects.filter(occasion__contains=event).values_list("to_email", flat=True))


def test_the_approver_is_asked_and_the_unit_told(scene: Scene) -> None:
    application = scene.drafted()
    ask(scene, application)
    assert mailed("signoff:1") == {scene.unit.approver.email}
    version = signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    assert mailed("signed_off") == {scene.unit.filler.email, scene.unit.administrator.email}
    assert (version.no, version.by) == (1, scene.unit.approver)


def test_the_version_holds_the_answers_and_hashes_to_itself(scene: Scene) -> None:
    version = version_of(scene.signed())
    (part,) = version.content["applications"]
    assert part["answers"]["basics.title"] == "示例学术论坛"
    assert version.content["unit"]["name"] == scene.unit.organisation.name
    assert version.sha256 == digest(version.content)


def test_one_person_may_do_both_where_the_call_allows_it(scene: Scene) -> None:
    Membership.objects.filter(user=scene.unit.filler).update(is_approver=True)
    application = scene.drafted()
    ask(scene, application)
    assert signoff.sign_off(packet_id=application.packet_id, by=scene.unit.filler)


def test_filler_and_approver_are_two_persons_where_the_call_asks_it(scene: Scene) -> None:
    scene.call.__class__.objects.update(two_persons=True)
    Membership.objects.filter(user=scene.unit.filler).update(is_approver=True)
    application = scene.drafted()
    ask(scene, application)
    with pytest.raises(RuleViolation):
        signoff.sign_off(packet_id=application.packet_id, by=scene.unit.filler)
    assert signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)


def test_who_asked_last_counts_as_the_filler(scene: Scene) -> None:
    scene.call.__class__.objects.update(two_persons=True)
    Membership.objects.filter(user=scene.unit.approver).update(is_filler=True)
    application = scene.drafted()
    ask(scene, application)
    signoff.take_back(packet_id=application.packet_id, by=scene.unit.filler)
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.approver)
    with pytest.raises(RuleViolation):
        signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)


def test_declining_needs_a_reason_and_tells_it(scene: Scene) -> None:
    application = scene.drafted()
    ask(scene, application)
    with pytest.raises(RuleViolation):
        signoff.decline(packet_id=application.packet_id, by=scene.unit.approver, reason=" ")
    signoff.decline(packet_id=application.packet_id, by=scene.unit.approver, reason="请补充预算")
    application.refresh_from_db()
    assert application.state == State.DRAFT
    assert "请补充预算" in Message.objects.filter(occasion__contains="declined").first().body
    assert not Version.objects.exists()


@pytest.mark.parametrize("step", [signoff.sign_off, signoff.freeze, signoff.take_back])
def test_a_draft_that_waits_for_nothing_is_refused(scene: Scene, step: Any) -> None:
    application = scene.drafted()
    with pytest.raises((RuleViolation, PermissionDenied)):
        step(packet_id=application.packet_id, by=scene.unit.approver)
    assert not Version.objects.exists()


def test_a_second_version_takes_the_place_of_the_first_and_keeps_the_number(scene: Scene) -> None:
    packet = scene.signed()
    first, number = version_of(packet), packet.number
    signoff.take_back(packet_id=packet.pk, by=scene.unit.filler)
    signoff.request_signoff(packet_id=packet.pk, by=scene.unit.filler)
    second = signoff.sign_off(packet_id=packet.pk, by=scene.unit.approver)
    assert (second.no, second.packet.number) == (2, number)
    assert printing.form_of(first).superseded
    assert not printing.form_of(second).superseded


def test_withdrawing_ends_the_validity_of_the_printed_forms(scene: Scene) -> None:
    application = scene.handed_in()
    lifecycle.withdraw(application_id=application.pk, by=scene.unit.filler, reason="另有安排")
    forms = Document.objects.filter(subject_label__startswith="applications.version:")
    assert [form.superseded for form in forms] == [True]
    receipt = Document.objects.get(subject_label__startswith="applications.handin:")
    assert not receipt.superseded, "what was received was received"


def test_forms_of_a_plan_stay_valid_while_one_application_stands(db: None) -> None:
    scene = make_scene(packet_mode="plan")
    packet = plan(scene)
    first, second = packet.applications.all()
    lifecycle.withdraw(application_id=first.pk, by=scene.unit.filler)
    assert not printing.form_of(version_of(packet)).superseded
    lifecycle.withdraw(application_id=second.pk, by=scene.unit.filler)
    assert printing.form_of(version_of(packet)).superseded


def plan(scene: Scene) -> Packet:
    """Sign a plan of two applications."""
    application = scene.drafted()
    scene.drafted(category=1)
    drafting.save_answers(
        packet_id=application.packet_id,
        application_id=None,
        values={"plan.principles": "公开、公平"},
        revisions={},
        by=scene.unit.filler,
    )
    ask(scene, application)
    signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    return Packet.objects.get(pk=application.packet_id)


def test_applications_of_a_plan_bear_running_numbers(db: None) -> None:
    scene = make_scene(packet_mode="plan")
    packet = plan(scene)
    numbers = {a.number for a in packet.applications.all()}
    assert numbers == {f"{packet.number}-1", f"{packet.number}-2"}


def test_the_freeze_without_sign_off_is_for_calls_without(db: None) -> None:
    scene = make_scene(signoff_wanted=False)
    application = scene.drafted()
    version = signoff.freeze(packet_id=application.packet_id, by=scene.unit.filler)
    assert version.by == scene.unit.filler
    application.refresh_from_db()
    assert application.state == State.SIGNED_OFF


def test_a_call_with_sign_off_is_not_frozen_without(scene: Scene) -> None:
    with pytest.raises(RuleViolation):
        signoff.freeze(packet_id=scene.drafted().packet_id, by=scene.unit.filler)


def test_what_is_missing_is_told_in_full_with_its_place(scene: Scene) -> None:
    application = scene.drafted()
    Application.objects.filter(pk=application.pk).update(answers={})
    with pytest.raises(RuleViolation) as refused:
        ask(scene, application)
    assert len(refused.value.reasons) == 2
    assert all(str(application.pk) in reason.url for reason in refused.value.reasons)


def test_only_the_returned_application_of_a_plan_is_signed_again(db: None) -> None:
    scene = make_scene(packet_mode="plan", seal_days=None, sealing="none")
    packet = plan(scene)
    scene.hand_in(packet)
    first, second = packet.applications.all()
    lifecycle.return_for_changes(
        application_id=first.pk,
        by=scene.officer,
        reason="请补充",
        items={},
        due=clock.now() + dt.timedelta(days=3),
    )
    signoff.request_signoff(packet_id=packet.pk, by=scene.unit.filler)
    version = signoff.sign_off(packet_id=packet.pk, by=scene.unit.approver)
    assert len(version.content["applications"]) == 2, "the whole packet is frozen again"
    second.refresh_from_db()
    assert second.state == State.SUBMITTED


def test_strange_amounts_and_days_leave_their_columns_empty() -> None:
    assert signoff._money("不详") is None
    assert signoff._money("20000.00") == Decimal("20000.00")
    assert signoff._day(None) is None
    assert signoff._day("2026-05-10") == dt.date(2026, 5, 10)
