"""Joint applications: named by the lead, confirmed by the partner's own administrator, counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from applications.models import Application, Partner
from applications.models.partner import PartnerState
from applications.services import lifecycle, locking, partners, signoff
from calls.models import Category, Rule
from portal.errors import RuleViolation
from portal.mail.models import Message
from tests.factories.applications import Scene, Unit, make_scene, picture

ONE_JOINTLY = {"limit": 1, "scope": "call", "joint": "all"}


@pytest.fixture
def scene(db: None) -> Scene:
    """A call that foresees partners everywhere and counts a joint application for each of them."""
    made = make_scene(quota_each={"limit": 9, "scope": "call"}, seal_days=None, sealing="none")
    Category.objects.update(joint="allowed")
    Rule.objects.filter(pk=made.quota_all.pk).update(params=ONE_JOINTLY)
    made.categories = list(made.call.categories.select_related("call", "parent"))
    return made


@pytest.fixture
def partner(scene: Scene) -> Unit:
    return scene.another_unit()


def ask(scene: Scene, application: Application, partner: Unit) -> Partner:
    return partners.add_partner(
        application_id=application.pk, organisation=partner.organisation, by=scene.unit.filler
    )


def confirm(row: Partner, partner: Unit) -> Partner:
    return partners.answer(partner_id=row.pk, confirm=True, by=partner.administrator)


def hand_in(scene: Scene, application: Application, unit: Unit | None = None) -> Any:
    unit = unit or scene.unit
    signoff.request_signoff(packet_id=application.packet_id, by=unit.filler)
    signoff.sign_off(packet_id=application.packet_id, by=unit.approver)
    return scene.hand_in(application.packet, unit)


def test_the_page_and_the_check_say_whom_the_notice_asks_for(scene: Scene, partner: Unit) -> None:
    Rule.objects.create(
        call=scene.call,
        kind="partners",
        params={"min": 1},
        clause="通知要求两家以上一起申报",
        position=9,
    )
    application = scene.drafted()
    client = Client()
    client.force_login(scene.unit.filler)
    page = reverse("applications:partners", args=[application.pk])
    check = reverse("applications:check", args=[application.packet_id])
    said = "联合单位不少于1家"
    assert said in client.get(page).text
    assert "单独申报的不必填写" not in client.get(page).text
    assert said in (checked := client.get(check).text)
    assert page in checked
    assert "通知要求两家以上一起申报" in checked
    row = ask(scene, application, partner)
    assert said not in client.get(page).text + client.get(check).text
    partners.answer(partner_id=row.pk, confirm=False, by=partner.administrator)
    assert said in client.get(page).text


# Naming -------------------------------------------------------------------------------------


def test_a_registered_partner_is_asked(scene: Scene, partner: Unit) -> None:
    row = ask(scene, scene.drafted(), partner)
    assert (row.state, row.name) == (PartnerState.PENDING, partner.organisation.name)
    mail = Message.objects.get(occasion=f"partner:{row.pk}:asked")
    assert mail.to_user == partner.administrator


def test_a_body_that_never_registers_is_named_in_text(scene: Scene) -> None:
    letter = SimpleUploadedFile("同意函.png", picture(), "image/png")
    row = partners.name_partner(
        application_id=scene.drafted().pk, name=" 某国外学会 ", letter=letter, by=scene.unit.filler
    )
    assert (row.state, row.name, row.letter.name) == ("named", "某国外学会", "同意函.png")


def test_what_is_refused_leaves_no_partner(scene: Scene, partner: Unit) -> None:
    application = scene.drafted()
    ask(scene, application, partner)
    common: dict[str, Any] = {"application_id": application.pk, "by": scene.unit.filler}
    with pytest.raises(RuleViolation):
        partners.add_partner(organisation=scene.unit.organisation, **common)
    with pytest.raises(RuleViolation):
        partners.add_partner(organisation=partner.organisation, **common)
    with pytest.raises(RuleViolation):
        partners.name_partner(name=" ", letter=None, **common)
    Category.objects.update(joint="no")
    with pytest.raises(RuleViolation):
        partners.name_partner(name="某学会", letter=None, **common)
    assert application.partners.count() == 1


def test_nobody_else_names_or_removes(scene: Scene, partner: Unit) -> None:
    application = scene.drafted()
    row = ask(scene, application, partner)
    for person in (scene.unit.approver, partner.administrator, partner.filler):
        with pytest.raises(PermissionDenied):
            partners.add_partner(
                application_id=application.pk, organisation=partner.organisation, by=person
            )
        with pytest.raises(PermissionDenied):
            partners.remove_partner(application_id=application.pk, partner_id=row.pk, by=person)
    assert application.partners.count() == 1


def test_a_partner_of_another_application_is_not_removed_through_ones_own(
    scene: Scene, partner: Unit
) -> None:
    mine, theirs = scene.drafted(), scene.drafted(partner)
    row = partners.add_partner(
        application_id=theirs.pk, organisation=scene.unit.organisation, by=partner.filler
    )
    with pytest.raises(RuleViolation):
        partners.remove_partner(application_id=mine.pk, partner_id=row.pk, by=scene.unit.filler)
    client = Client()
    client.force_login(scene.unit.filler)
    page = reverse("applications:partners", args=[mine.pk])
    for key in (row.pk, "x", "", "9" * 5000, "-1", "²"):
        assert client.post(page, {"remove": key}).status_code == 404, key
    assert Partner.objects.filter(pk=row.pk).exists()


# Answering ----------------------------------------------------------------------------------


def test_only_the_partners_own_administrator_answers(scene: Scene, partner: Unit) -> None:
    row = ask(scene, scene.drafted(), partner)
    for person in (partner.filler, partner.approver, scene.unit.administrator, scene.officer):
        with pytest.raises(PermissionDenied):
            partners.answer(partner_id=row.pk, confirm=True, by=person)
    assert confirm(row, partner).decided_by == partner.administrator


def test_a_named_body_has_nobody_to_answer(scene: Scene, partner: Unit) -> None:
    row = partners.name_partner(
        application_id=scene.drafted().pk, name="某学会", letter=None, by=scene.unit.filler
    )
    with pytest.raises(PermissionDenied):
        confirm(row, partner)


def test_the_page_tells_strangers_nothing(scene: Scene, partner: Unit) -> None:
    row = ask(scene, scene.drafted(), partner)
    url = reverse("applications:partner_answer", args=[row.pk])
    wanted = {
        scene.another_unit().administrator: 404,
        partner.filler: 403,
        partner.administrator: 302,
    }
    for person, status in wanted.items():
        client = Client()
        client.force_login(person)
        assert client.post(url, {"answer": "yes"}).status_code == status
    assert client.post(reverse("applications:partner_answer", args=[10**9])).status_code == 404


def test_the_answer_may_change_until_the_hand_in(scene: Scene, partner: Unit) -> None:
    application = scene.drafted()
    row = ask(scene, application, partner)
    confirm(row, partner)
    partners.answer(partner_id=row.pk, confirm=False, by=partner.administrator)
    confirm(row, partner)
    hand_in(scene, application)
    with pytest.raises(RuleViolation):
        partners.answer(partner_id=row.pk, confirm=False, by=partner.administrator)


def test_a_partner_without_an_answer_is_flagged(scene: Scene, partner: Unit) -> None:
    application = scene.drafted()
    ask(scene, application, partner)
    hand_in(scene, application)
    assert partner.organisation.name in application.flags.get().message


def test_nobody_answers_for_what_has_ended(scene: Scene, partner: Unit) -> None:
    application = scene.drafted()
    row = ask(scene, application, partner)
    lifecycle.withdraw(application_id=application.pk, by=scene.unit.filler)
    with pytest.raises(RuleViolation):
        confirm(row, partner)


# Counting -----------------------------------------------------------------------------------


def test_a_joint_application_takes_a_place_of_the_partner_too(scene: Scene, partner: Unit) -> None:
    application = scene.drafted()
    confirm(ask(scene, application, partner), partner)
    hand_in(scene, application)
    theirs = scene.drafted(partner)
    with pytest.raises(RuleViolation) as refused:
        hand_in(scene, theirs, partner)
    assert {reason.code for reason in refused.value.reasons} == {"quota"}


def test_a_partner_without_a_place_stops_the_lead_and_tells_no_titles(
    scene: Scene, partner: Unit
) -> None:
    theirs = scene.drafted(partner)
    Application.objects.filter(pk=theirs.pk).update(
        title="合作方自己的项目",
        answers={"basics.title": "合作方自己的项目", "basics.purpose": "x"},
    )
    hand_in(scene, theirs, partner)
    mine = scene.drafted()
    confirm(ask(scene, mine, partner), partner)
    with pytest.raises(RuleViolation) as refused:
        hand_in(scene, mine)
    (reason,) = refused.value.reasons
    assert partner.organisation.name in reason.message
    assert "合作方自己的项目" not in reason.message
    assert not reason.url


def test_a_late_yes_finds_no_place_when_it_was_used_meanwhile(scene: Scene, partner: Unit) -> None:
    mine = scene.drafted()
    row = ask(scene, mine, partner)
    hand_in(scene, mine)
    hand_in(scene, scene.drafted(partner), partner)
    with pytest.raises(RuleViolation):
        confirm(row, partner)
    row.refresh_from_db()
    assert row.state == PartnerState.PENDING


def test_partners_do_not_count_where_the_call_counts_leads_only(
    scene: Scene, partner: Unit
) -> None:
    Rule.objects.filter(pk=scene.quota_all.pk).update(params={"limit": 1, "scope": "call"})
    mine = scene.drafted()
    confirm(ask(scene, mine, partner), partner)
    hand_in(scene, mine)
    assert hand_in(scene, scene.drafted(partner), partner)


def test_a_check_taken_up_again_needs_the_partners_place_too(scene: Scene, partner: Unit) -> None:
    mine = scene.drafted()
    confirm(ask(scene, mine, partner), partner)
    hand_in(scene, mine)
    lifecycle.not_accept(application_id=mine.pk, by=scene.officer, reason="材料不实")
    hand_in(scene, scene.drafted(partner), partner)
    with pytest.raises(RuleViolation):
        lifecycle.reopen_check(application_id=mine.pk, by=scene.officer, reason="重新核对")


def test_hand_in_locks_the_partners_places(
    scene: Scene, partner: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = scene.drafted()
    confirm(ask(scene, application, partner), partner)
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    locked: list[set[int]] = []
    real = locking.lock_counting

    def noted(call: Any, units: list[Any]) -> None:
        locked.append({unit.pk for unit in units})
        real(call, units)

    monkeypatch.setattr(locking, "lock_counting", noted)
    scene.hand_in(application.packet)
    assert {scene.unit.organisation.pk, partner.organisation.pk} in locked
