"""Holders of drafts hear of an amendment once, with the difference; with new dates all hear."""

from __future__ import annotations

import pytest

from applications.models import Application
from applications.tasks import tell_amended
from calls.models import Amendment, Call
from calls.services.editing import change_call
from calls.services.publish import extend_deadline
from portal.mail.models import InboxItem, Message
from tests.factories.applications import Scene

pytestmark = pytest.mark.django_db


def new_phone(scene: Scene) -> Amendment:
    change_call(
        scene.call,
        by=scene.officer,
        part="contact",
        change=lambda call: call.contacts.update(phone="0000-2"),
        summary="更正联系电话",
    )
    return Amendment.objects.latest("pk")


def longer(scene: Scene) -> Amendment:
    until = Call.objects.get(pk=scene.call.pk).closes_at + (
        scene.call.closes_at - scene.call.opens_at
    )
    extend_deadline(scene.call, by=scene.officer, closes_at=until, reason="暴雪")
    return Amendment.objects.latest("pk")


def told(application: Application) -> list[Message]:
    ending = f":{application.packet.organisation_id}"
    return list(
        Message.objects.filter(occasion__startswith="amendment:", occasion__endswith=ending)
    )


def test_holders_of_a_draft_are_told_from_what_to_what(scene: Scene) -> None:
    draft = scene.drafted()
    amendment = new_phone(scene)
    assert tell_amended(amendment.pk) == 1
    mails = told(draft)
    assert {mail.to_email for mail in mails} >= {scene.unit.filler.email}
    for mail in mails:
        assert "更正联系电话" in mail.body
        assert amendment.changes[0]["before"] in mail.body
        assert amendment.changes[0]["after"] in mail.body
    assert InboxItem.objects.filter(user=scene.unit.filler, url__contains=str(draft.packet_id))


def test_a_unit_with_two_drafts_is_told_once(scene: Scene) -> None:
    first, second = scene.drafted(), scene.drafted()
    assert first.packet_id != second.packet_id
    tell_amended(new_phone(scene).pk)
    mails = told(first)
    assert len(mails) == len({mail.to_email for mail in mails})
    item = InboxItem.objects.get(user=scene.unit.filler, subject__contains=scene.call.title)
    assert item.url == "/my/"


def test_a_second_run_and_the_sweep_tell_nobody_twice(scene: Scene) -> None:
    scene.drafted()
    amendment = new_phone(scene)
    tell_amended(amendment.pk)
    before = Message.objects.count()
    assert (tell_amended(amendment.pk), tell_amended()) == (0, 0)
    Amendment.objects.update(told_at=None)
    assert tell_amended() == 1
    assert Message.objects.count() == before


def test_handed_in_applications_hear_of_dates_and_of_nothing_else(scene: Scene) -> None:
    handed_in = scene.handed_in()
    tell_amended(new_phone(scene).pk)
    assert told(handed_in) == []
    tell_amended(longer(scene).pk)
    assert told(handed_in)


def test_what_was_withdrawn_hears_nothing(scene: Scene) -> None:
    draft = scene.drafted()
    Application.objects.filter(pk=draft.pk).update(state="withdrawn")
    tell_amended(longer(scene).pk)
    assert told(draft) == []


def test_a_changed_form_alone_is_told_by_the_form(scene: Scene) -> None:
    draft = scene.drafted()
    change_call(
        scene.call,
        by=scene.officer,
        part="form",
        change=lambda call: call.sections.first().fields.update(help="请如实填写"),
        summary="补充说明",
    )
    assert tell_amended() == 1
    assert told(draft) == []
