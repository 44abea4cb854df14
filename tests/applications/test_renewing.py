"""Running drafts follow a changed form, whoever works on them hears of it, opening writes nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, Packet
from applications.services import lifecycle, renewing, signoff
from applications.tasks import move_drafts
from calls.enums import FieldKind
from calls.form_changes import FormChange
from calls.models import FormField, FormSection
from calls.services.editing import change_call
from portal import clock
from portal.errors import RuleViolation
from portal.mail.models import Message
from tests.factories.applications import Scene


def ask_more(scene: Scene, code: str = "venue", label: str = "举办地点") -> None:
    """Add a question to the published form, as staff do."""

    def change(call: Any) -> None:
        section = FormSection.objects.get(call=call, code="basics")
        FormField.objects.create(
            section=section, code=code, label=label, kind=FieldKind.SHORT_TEXT, position=9
        )

    change_call(scene.call, by=scene.officer, part="form", change=change, summary="增加地点")


def ask_less(scene: Scene) -> None:
    def change(call: Any) -> None:
        FormField.objects.get(section__call=call, code="purpose").delete()

    change_call(scene.call, by=scene.officer, part="form", change=change, summary="不再问目的")


def form_no(application: Application) -> int:
    return Packet.objects.get(pk=application.packet_id).form_revision.no


def told(application: Application) -> set[str]:
    mails = Message.objects.filter(occasion__startswith=f"packet:{application.packet_id}:form:")
    return {mail.to_email for mail in mails}


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_changed_form_reaches_every_draft_and_those_who_fill_it(scene: Scene) -> None:
    mine, theirs = scene.drafted(), scene.drafted(scene.another_unit())
    ask_more(scene)
    assert move_drafts(scene.call.pk) == 2
    assert (form_no(mine), form_no(theirs)) == (2, 2)
    assert told(mine) == {scene.unit.filler.email, scene.unit.administrator.email}
    mail = Message.objects.filter(occasion__startswith=f"packet:{mine.packet_id}:form:").first()
    assert "举办地点" in mail.body
    assert "目的与意义" not in mail.body, "what did not change is not listed"


def test_running_twice_moves_and_tells_once(scene: Scene) -> None:
    application = scene.drafted()
    ask_more(scene)
    move_drafts(scene.call.pk)
    sent = Message.objects.count()
    assert move_drafts() == 0
    assert renewing.adopt_newest_form(packet_id=application.packet_id) == FormChange()
    assert Message.objects.count() == sent


def test_an_amendment_orders_the_move_after_its_commit(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    ordered: list[Any] = []

    def publish(task: str, **kwargs: Any) -> None:
        ordered.append((task, kwargs))

    monkeypatch.setattr(renewing, "publish", publish)
    with django_capture_on_commit_callbacks(execute=True):
        ask_more(scene)
        assert ordered == []
    assert ordered == [("applications.tasks.move_drafts", {"call_id": scene.call.pk})]


def test_answers_to_questions_no_longer_asked_are_kept_unseen(scene: Scene) -> None:
    application = scene.drafted()
    ask_less(scene)
    change = renewing.adopt_newest_form(packet_id=application.packet_id)
    assert change.removed == ("目的与意义",)
    assert not change.added + change.changed
    application.refresh_from_db()
    assert application.answers["basics.purpose"] == "为省内研究生提供交流平台。"
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    version = signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    assert version.form_revision.no == 2


def test_what_is_frozen_or_handed_in_keeps_its_form(scene: Scene) -> None:
    frozen = scene.signed().applications.get()
    handed_in = scene.handed_in(scene.another_unit())
    ask_more(scene)
    assert move_drafts(scene.call.pk) == 0
    assert (form_no(frozen), form_no(handed_in)) == (1, 1)


@pytest.mark.parametrize("way", ["taken back", "declined"])
def test_what_is_opened_again_takes_the_form_changed_meanwhile(scene: Scene, way: str) -> None:
    application = scene.drafted()
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    ask_more(scene)
    if way == "taken back":
        signoff.take_back(packet_id=application.packet_id, by=scene.unit.filler)
    else:
        signoff.decline(packet_id=application.packet_id, by=scene.unit.approver, reason="请改")
    assert form_no(application) == 2
    with pytest.raises(RuleViolation, match="举办地点"):
        signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)


def test_a_returned_application_follows_too(
    scene: Scene, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = scene.handed_in()
    ask_more(scene)
    monkeypatch.setattr(
        renewing, "publish", lambda _task, call_id: bool(move_drafts(call_id)) or True
    )
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.return_for_changes(
            application_id=application.pk,
            by=scene.officer,
            reason="请补充",
            items={},
            due=clock.now() + dt.timedelta(days=3),
        )
    assert form_no(application) == 2


def test_opening_pages_moves_nothing(scene: Scene) -> None:
    application = scene.drafted()
    ask_more(scene)
    client = browser(scene.unit.filler)
    assert client.get(reverse("applications:packet", args=[application.packet_id])).status_code
    assert client.get(reverse("applications:application", args=[application.pk])).status_code
    assert form_no(application) == 1


def test_whoever_saves_or_sends_first_moves_a_lagging_draft(scene: Scene) -> None:
    saved, sent = scene.drafted(), scene.drafted(category=1)
    ask_more(scene)
    client = browser(scene.unit.filler)
    step = reverse("applications:step", args=[saved.pk, "basics"])
    page = client.post(step, {"title": "新题目", "purpose": "目的", "venue": "长春"}, follow=True)
    assert "举办地点" in page.text, "the person is told what is new"
    saved.refresh_from_db()
    assert (form_no(saved), saved.answers["basics.venue"]) == (2, "长春")
    check = reverse("applications:check", args=[sent.packet_id])
    assert client.post(check).headers["Location"] == check, (
        "to look at it before it goes to the approver"
    )
    sent.refresh_from_db()
    assert (form_no(sent), sent.state) == (2, "draft")


def test_a_plan_takes_further_applications_on_the_newest_form(db: None) -> None:
    from tests.factories.applications import make_scene

    scene = make_scene(packet_mode="plan")
    first = scene.drafted()
    ask_more(scene)
    second = scene.drafted(category=1)
    assert second.packet_id == first.packet_id
    assert form_no(first) == 2


def test_an_unknown_packet_is_no_packet(db: None) -> None:
    with pytest.raises(Packet.DoesNotExist):
        renewing.adopt_newest_form(packet_id=uuid.uuid4())
