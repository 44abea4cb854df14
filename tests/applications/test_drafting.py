"""Drafting: begin, save, two people at once, files; a draft takes no place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.models import Application, FieldSave, Packet, Participation
from applications.services import drafting, signoff
from calls.enums import FieldKind
from calls.models import Category, FormField, FormSection
from calls.services.editing import change_call
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import Conflict, RuleViolation
from portal.files.models import StoredFile
from tests.factories.applications import Scene, make_scene, picture
from tests.factories.people import MembershipFactory


def start(scene: Scene, **kwargs: Any) -> Application:
    defaults: dict[str, Any] = {
        "category": scene.categories[0],
        "organisation": scene.unit.organisation,
        "by": scene.unit.filler,
        "has_confidential": False,
        "arrived_at": clock.now(),
    }
    return drafting.start(**(defaults | kwargs))


def save(application: Application, key: str, value: Any, revision: int, by: Any) -> FieldSave:
    return drafting.save_answer(
        packet_id=application.packet_id,
        application_id=application.pk,
        key=key,
        value=value,
        revision=revision,
        by=by,
    )


def codes(refused: pytest.ExceptionInfo[RuleViolation]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


# Beginning ----------------------------------------------------------------------------------


def test_beginning_writes_packet_participation_and_audit(scene: Scene) -> None:
    application = start(scene)
    assert (application.state, application.number, application.handed_in_at) == (
        "draft",
        None,
        None,
    )
    row = Participation.objects.get(call=scene.call, organisation=scene.unit.organisation)
    assert (row.has_confidential, row.confidential_by) == (False, scene.unit.filler)
    assert AuditEntry.objects.filter(action="application_started").count() == 1


def test_drafts_beyond_the_quota_are_begun_all_the_same(scene: Scene) -> None:
    scene.handed_in()
    assert [start(scene).state for _n in range(3)] == ["draft"] * 3


def test_a_yes_to_confidential_content_is_never_turned_back(scene: Scene) -> None:
    start(scene, has_confidential=True)
    start(scene, has_confidential=False)
    assert Participation.objects.get().has_confidential is True
    assert AuditEntry.objects.filter(action="confidential_content_declared").count() == 1


@pytest.mark.parametrize("edge", ["before the opening", "at the deadline"])
def test_nothing_begins_while_the_door_is_closed(scene: Scene, edge: str) -> None:
    call = scene.call
    instant = call.opens_at - dt.timedelta(microseconds=1) if "before" in edge else call.closes_at
    with pytest.raises(RuleViolation):
        start(scene, arrived_at=instant)
    assert start(scene, arrived_at=call.closes_at - dt.timedelta(microseconds=1))


def test_a_unit_not_entitled_is_refused_and_one_awaiting_verification_is_not(scene: Scene) -> None:
    affiliations = scene.unit.organisation.affiliations
    affiliations.update(state="pending")
    assert start(scene)
    affiliations.update(state="verified", level="city")
    with pytest.raises(RuleViolation) as refused:
        start(scene)
    assert codes(refused) == {"kinds"}


def test_only_parts_of_a_category_are_applied_for(scene: Scene) -> None:
    top = scene.categories[0]
    Category.objects.create(call=scene.call, code="part", title="分赛场", parent=top)
    with pytest.raises(RuleViolation):
        start(scene)


def test_only_fillers_begin(scene: Scene) -> None:
    stranger = scene.another_unit().filler
    for person in (scene.unit.approver, scene.unit.administrator, stranger):
        with pytest.raises(PermissionDenied):
            start(scene, by=person)
    assert start(scene, by=scene.officer), "staff fill in on behalf"


def test_a_plan_takes_its_applications_into_one_packet_until_it_is_frozen(db: None) -> None:
    scene = make_scene(packet_mode="plan")
    first, second = scene.drafted(), scene.drafted(category=1)
    assert first.packet_id == second.packet_id
    drafting.save_answers(
        packet_id=first.packet_id,
        application_id=None,
        values={"plan.principles": "公开、公平"},
        revisions={},
        by=scene.unit.filler,
    )
    signoff.request_signoff(packet_id=first.packet_id, by=scene.unit.filler)
    assert scene.drafted().packet_id != first.packet_id


# Saving -------------------------------------------------------------------------------------


def test_each_answer_counts_its_own_revisions(scene: Scene) -> None:
    application = start(scene)
    by = scene.unit.filler
    assert save(application, "basics.title", "一", 0, by).revision == 1
    assert save(application, "basics.title", "二", 1, by).revision == 2
    assert save(application, "basics.purpose", "目的", 0, by).revision == 1
    application.refresh_from_db()
    assert application.answers == {"basics.title": "二", "basics.purpose": "目的"}
    assert application.title == "二"


def test_the_second_of_two_people_gets_both_texts(scene: Scene) -> None:
    application = start(scene)
    second = MembershipFactory(organisation=scene.unit.organisation).user
    save(application, "basics.title", "原来的", 0, scene.unit.filler)
    save(application, "basics.title", "甲的", 1, scene.unit.filler)
    with pytest.raises(Conflict) as conflict:
        save(application, "basics.title", "乙的", 1, second)
    found = conflict.value
    assert (found.theirs, found.revision, found.by) == ("甲的", 2, str(scene.unit.filler))
    application.refresh_from_db()
    assert application.answers["basics.title"] == "甲的"
    assert save(application, "basics.title", "乙的", 2, second).by == second


def test_saying_the_same_again_is_no_conflict(scene: Scene) -> None:
    application = start(scene)
    save(application, "basics.title", "同", 0, scene.unit.filler)
    assert save(application, "basics.title", "同", 0, scene.unit.filler).revision == 2


def test_a_step_saves_what_it_can_and_returns_the_conflicts(scene: Scene) -> None:
    application = start(scene)
    by = scene.unit.filler
    save(application, "basics.title", "甲的", 0, by)
    conflicts = drafting.save_answers(
        packet_id=application.packet_id,
        application_id=application.pk,
        values={"basics.title": "乙的", "basics.purpose": "目的"},
        revisions={},
        by=by,
    )
    assert list(conflicts) == ["basics.title"]
    application.refresh_from_db()
    assert application.answers == {"basics.title": "甲的", "basics.purpose": "目的"}


def test_an_unknown_question_saves_nothing(scene: Scene) -> None:
    application = start(scene)
    for key in ("basics.state", "state", "plan.principles", "", "basics."):
        with pytest.raises(RuleViolation):
            save(application, key, "x", 0, scene.unit.filler)
    application.refresh_from_db()
    assert application.answers == {}


def test_a_frozen_form_takes_nothing(scene: Scene) -> None:
    application = scene.signed().applications.get()
    with pytest.raises(RuleViolation) as refused:
        save(application, "basics.title", "改", 1, scene.unit.filler)
    assert codes(refused) == {"frozen"}
    signoff.take_back(packet_id=application.packet_id, by=scene.unit.filler)
    assert save(application, "basics.title", "改", 1, scene.unit.filler)


def test_an_application_of_another_packet_is_not_written_through_ones_own(scene: Scene) -> None:
    other = scene.another_unit()
    mine, theirs = start(scene), scene.drafted(other)
    with pytest.raises(Application.DoesNotExist):
        drafting.save_answer(
            packet_id=mine.packet_id,
            application_id=theirs.pk,
            key="basics.title",
            value="篡改",
            revision=1,
            by=scene.unit.filler,
        )
    theirs.refresh_from_db()
    assert theirs.answers["basics.title"] == "示例学术论坛"


def test_strangers_save_nothing(scene: Scene) -> None:
    application = start(scene)
    for person in (scene.unit.approver, scene.another_unit().filler):
        with pytest.raises(PermissionDenied):
            save(application, "basics.title", "x", 0, person)


# Files --------------------------------------------------------------------------------------


@pytest.fixture
def asked(scene: Scene) -> Application:
    """A draft whose form asks for at most two pictures."""

    def change(call: Any) -> None:
        section = FormSection.objects.get(call=call, code="basics")
        FormField.objects.create(
            section=section,
            code="files",
            label="佐证材料",
            kind=FieldKind.FILES,
            required=False,
            options={"max_files": 2, "types": ["png"]},
        )

    change_call(scene.call, by=scene.officer, part="form", change=change, summary="增加附件")
    return start(scene)


def upload(name: str = "照片.png", data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or picture(), "image/png")


def attach(application: Application, by: Any, **kwargs: Any) -> Any:
    defaults: dict[str, Any] = {"key": "basics.files", "upload": upload()}
    return drafting.attach(application_id=application.pk, by=by, **(defaults | kwargs))


def test_files_are_kept_and_mirrored_in_the_answers(scene: Scene, asked: Application) -> None:
    attachment = attach(asked, scene.unit.filler)
    asked.refresh_from_db()
    assert asked.answers["basics.files"] == [str(attachment.file_id)]
    drafting.detach(application_id=asked.pk, attachment_id=attachment.pk, by=scene.unit.filler)
    asked.refresh_from_db()
    assert asked.answers["basics.files"] == []
    assert StoredFile.objects.filter(pk=attachment.file_id).exists(), "versions may name it"


def test_too_many_wrong_kind_wrong_question(scene: Scene, asked: Application) -> None:
    by = scene.unit.filler
    attach(asked, by)
    attach(asked, by)
    with pytest.raises(RuleViolation):
        attach(asked, by)
    drafting.detach(application_id=asked.pk, attachment_id=asked.attachments.first().pk, by=by)
    for wrong in (
        {"upload": upload("表.png", b"%PDF-1.7")},
        {"key": "basics.title"},
        {"key": "basics.nothing"},
    ):
        with pytest.raises(RuleViolation):
            attach(asked, by, **wrong)
    assert asked.attachments.count() == 1


def test_a_file_of_another_application_is_not_taken_away(scene: Scene, asked: Application) -> None:
    theirs = start(
        scene, organisation=(other := scene.another_unit()).organisation, by=other.filler
    )
    attachment = attach(theirs, other.filler)
    with pytest.raises(theirs.attachments.model.DoesNotExist):
        drafting.detach(application_id=asked.pk, attachment_id=attachment.pk, by=scene.unit.filler)
    assert theirs.attachments.count() == 1


def test_nothing_is_attached_to_a_frozen_form(scene: Scene, asked: Application) -> None:
    Application.objects.filter(pk=asked.pk).update(state="signed_off")
    with pytest.raises(RuleViolation) as refused:
        attach(asked, scene.unit.filler)
    assert codes(refused) == {"frozen"}


def test_a_title_longer_than_its_column_is_cut(scene: Scene) -> None:
    application = start(scene)
    save(application, "basics.title", "题" * 300, 0, scene.unit.filler)
    application.refresh_from_db()
    assert len(application.title) <= 200
    assert Packet.objects.get(pk=application.packet_id).number is None
