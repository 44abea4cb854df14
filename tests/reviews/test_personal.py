"""A person's data handed out, and an account erased when nobody needs it any more."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from applications.services import erasing
from calls.models import Call
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.mail.models import InboxItem
from portal.people.models import User
from portal.register.services import personal
from reviews.models import Expert
from tests.factories.experts import assign_all, make_experts, make_panel, make_stage, score, user_of
from tests.factories.people import UserFactory
from tests.factories.reviews import Scene, many_submissions


@pytest.fixture
def operator(db: None) -> User:
    """Somebody who runs the installation."""
    user: User = UserFactory(is_staff=True, is_superuser=True)
    return user


def test_an_operator_hands_out_what_is_kept_about_a_person(
    scene: Scene, operator: User, english: None
) -> None:
    packet = scene.handed_in().packet
    person = scene.unit.filler
    InboxItem.objects.create(user=person, subject="你好", body="正文")
    browser = Client()
    browser.force_login(operator)
    answer = browser.get(reverse("admin:people_user_data", args=[person.pk]))
    data = json.loads(answer.content)
    assert data["account"]["mailbox"] == person.email
    assert [one["number"] for one in data["applications"]] == [packet.number]
    assert "你好" in [one["subject"] for one in data["messages"]]
    assert {"application_started", "packet_handed_in"} <= {one["action"] for one in data["acts"]}
    assert AuditEntry.objects.filter(action="person_exported").count() == 1
    page = browser.get(
        reverse("admin:people_user_erase", args=[person.pk]), headers={"accept-language": "en"}
    )
    assert "1 form she began" in page.text
    assert browser.post(page.request["PATH_INFO"]).status_code == 409
    with pytest.raises(PermissionDenied):
        personal.data_of(person, by=scene.officer)
    with pytest.raises(PermissionDenied):
        personal.erase(user_id=person.pk, by=scene.officer)


def test_an_account_goes_once_nobody_needs_it(
    scene: Scene, operator: User, settings: Any, english: None
) -> None:
    settings.RETENTION_MONTHS = 0
    draft = scene.drafted()
    person = scene.unit.filler
    with pytest.raises(RuleViolation, match="still kept"):
        personal.erase(user_id=person.pk, by=operator)
    Call.objects.filter(pk=scene.call.pk).update(closes_at=clock.now() - dt.timedelta(hours=1))
    erasing.erase(packet_id=draft.packet_id)
    name, mailbox = person.name, person.email
    browser = Client()
    browser.force_login(person)
    personal.erase(user_id=person.pk, by=operator)
    personal.erase(user_id=person.pk, by=operator)  # a second click changes nothing
    gone = User.objects.get(pk=person.pk)
    assert name not in gone.name
    assert (gone.email, gone.phone, gone.is_active) == (
        f"{person.pk}@{personal.NOWHERE}",
        "",
        False,
    )
    assert not User.objects.filter(email=mailbox).exists()
    assert not gone.memberships.active().exists()
    assert browser.get(reverse("applications:my")).status_code == 302
    (entry,) = AuditEntry.objects.filter(action="person_erased")
    assert name not in json.dumps(entry.data)


def test_posts_units_and_operators_come_first(scene: Scene, operator: User, english: None) -> None:
    with pytest.raises(RuleViolation, match="works for an association"):
        personal.erase(user_id=scene.officer.pk, by=operator)
    with pytest.raises(RuleViolation, match="no other administrator"):
        personal.erase(user_id=scene.unit.administrator.pk, by=operator)
    with pytest.raises(RuleViolation, match="operator's account"):
        personal.erase(user_id=operator.pk, by=operator)


def test_an_expert_is_forgotten_when_her_marks_are_nobodys_evidence(
    scene: Scene, operator: User, settings: Any, english: None
) -> None:
    settings.RETENTION_MONTHS = 0
    (application,) = many_submissions(scene, 1, "accepted")
    expert, other = make_experts(scene.issuer, 2)
    panel = make_panel(make_stage(scene.call), scene.officer, [expert, other])
    given = assign_all(panel, scene.officer)
    person = user_of(expert)
    with pytest.raises(RuleViolation, match="score sheets to hand in"):
        personal.erase(user_id=person.pk, by=operator)
    for one in given:
        score(one)
    with pytest.raises(RuleViolation, match="marks are part"):
        personal.erase(user_id=person.pk, by=operator)
    type(application).objects.filter(pk=application.pk).update(state="not_selected")
    Call.objects.filter(pk=scene.call.pk).update(closes_at=clock.now() - dt.timedelta(hours=1))
    erasing.erase(packet_id=application.packet_id)
    assert [one["total"] for one in personal.data_of(person, by=operator)["score_sheets"]]
    personal.erase(user_id=person.pk, by=operator)
    forgotten = Expert.objects.get(pk=expert.pk)
    assert (forgotten.name, forgotten.phone, forgotten.unit_name) == ("—", "", "—")
    assert forgotten.ended_at is not None
