"""What keeps a draft from being frozen, each with the step where it is mended."""

from __future__ import annotations

from typing import Any

import pytest

from applications import completeness
from applications.models import Application, Attachment, Partner
from applications.models.partner import PartnerState
from applications.services import drafting, signoff
from applications.services.standing import packet_findings
from portal.errors import RuleViolation
from portal.files.services import store_bytes
from portal.people.enums import VerificationState
from tests.factories.applications import Scene, make_scene, picture


def found(application: Application) -> list[completeness.Gap]:
    packet = application.packet
    return completeness.gaps(packet, packet_findings(completeness.movable(packet)))


def save(scene: Scene, application: Application, **values: Any) -> None:
    drafting.save_answers(
        packet_id=application.packet_id,
        application_id=application.pk,
        values={f"basics.{code}": value for code, value in values.items()},
        revisions={f"basics.{code}": 1 for code in values},
        by=scene.unit.filler,
    )
    application.refresh_from_db()


def test_a_complete_draft_has_no_gaps(scene: Scene) -> None:
    assert found(scene.drafted()) == []


def test_a_missing_answer_is_named_with_its_step(scene: Scene) -> None:
    application = scene.drafted()
    save(scene, application, purpose="")
    (gap,) = found(application)
    assert "目的与意义" in gap.message
    assert gap.url == completeness.step_url(application, "basics")


@pytest.mark.parametrize("text", ["学术论坛🎉", "会议😀之二", "\U0001f9e7"])
def test_what_cannot_be_printed_is_a_gap_and_not_a_failed_rendering(
    scene: Scene, text: str
) -> None:
    application = scene.drafted()
    save(scene, application, title=text)
    (gap,) = found(application)
    assert (gap.section, gap.url) == ("basics", completeness.step_url(application, "basics"))
    assert text[-1] in gap.message or "🎉" in gap.message or "😀" in gap.message
    with pytest.raises(RuleViolation):
        signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)


@pytest.mark.parametrize("text", ["堃䶮喆的论坛", "α-β Ⅲ ① ㎡ “引号”……", "第一行\n第二行\t末"])
def test_rare_characters_and_signs_are_no_gaps(scene: Scene, text: str) -> None:
    application = scene.drafted()
    save(scene, application, purpose=text)
    assert found(application) == []


def test_an_unprintable_file_name_and_partner_are_gaps_where_they_are_mended(scene: Scene) -> None:
    application = scene.drafted()
    by = scene.unit.filler
    stored = store_bytes(picture(), name="照片🎉.png", content_type="image/png", by=by)
    Attachment.objects.create(application=application, key="basics.files", file=stored, by=by)
    Partner.objects.create(application=application, name="🎉学会", state=PartnerState.NAMED)
    assert [gap.section for gap in found(application)] == ["basics", "partners"]


def test_a_partner_who_declined_is_a_gap(scene: Scene) -> None:
    application = scene.drafted()
    other = scene.another_unit()
    Partner.objects.create(
        application=application,
        organisation=other.organisation,
        name=other.organisation.name,
        state=PartnerState.DECLINED,
    )
    (gap,) = found(application)
    assert gap.url == completeness.partners_url(application)


def test_an_empty_packet_is_a_gap(scene: Scene) -> None:
    application = scene.drafted()
    packet = application.packet
    Application.objects.filter(pk=application.pk).update(state="withdrawn")
    (gap,) = completeness.gaps(packet, packet_findings(completeness.movable(packet)))
    assert gap.url == completeness.packet_url(packet)


def test_the_plan_has_gaps_of_its_own(db: None) -> None:
    scene = make_scene(packet_mode="plan")
    application = scene.drafted()
    (gap,) = found(application)
    assert gap.url == completeness.plan_step_url(application.packet, "plan")
    assert "推荐原则" in gap.message


def test_a_used_up_quota_warns_and_does_not_stop_the_freeze(scene: Scene) -> None:
    scene.handed_in()
    second = scene.drafted()
    assert found(second) == []
    (reason,) = completeness.held_up(completeness.movable(second.packet))
    assert reason.code == "quota"
    assert reason.clause
    assert reason.url
    signoff.request_signoff(packet_id=second.packet_id, by=scene.unit.filler)


def test_a_rule_about_the_unit_stops_the_freeze(scene: Scene) -> None:
    application = scene.drafted()
    scene.unit.organisation.affiliations.update(level="city")
    (gap,) = found(application)
    assert gap.clause == "省级学会可以申报"


def test_what_is_said_of_all_applications_alike_is_said_once(db: None) -> None:
    scene = make_scene(packet_mode="plan")
    first, second = scene.drafted(), scene.drafted(category=1)
    assert first.packet_id == second.packet_id
    common, own = completeness.apart(packet_findings(completeness.movable(first.packet)))
    assert {"registered", "kinds"} <= {finding.rule.kind for finding in common}
    assert not [finding for each in own.values() for finding in each if finding in common]
    assert set(own) == {first, second}


def test_one_application_by_itself_keeps_what_is_said_of_it(scene: Scene) -> None:
    findings = packet_findings([scene.drafted()])
    assert completeness.apart(findings) == ([], findings)


def test_what_holds_up_all_applications_is_said_once(db: None) -> None:
    scene = make_scene(packet_mode="plan")
    first = scene.drafted()
    scene.drafted(category=1)
    scene.unit.organisation.affiliations.update(state=VerificationState.PENDING)
    (reason,) = completeness.held_up(completeness.movable(first.packet))
    assert reason.code == "registered"


PROMISE = {
    "code": "promise", "kind": "declaration", "role": "declaration", "label": "声明",
    "options": {"text": "内容属实"},
}  # fmt: skip
CLAUSE = "示例条款3"  # make_scene's


@pytest.mark.django_db
@pytest.mark.parametrize("params", [{}, {"text": "内容属实"}])
def test_an_unticked_declaration_is_named_once_with_its_clause(params: dict[str, str]) -> None:
    scene = make_scene(fields=[PROMISE], rules=[("declaration", params)])
    application = scene.drafted()
    (gap,) = found(application)
    assert "声明" in gap.message
    assert gap.clause == CLAUSE
    assert gap.url == completeness.step_url(application, "basics")
    application.answers["basics.promise"] = True
    application.save(update_fields=["answers"])
    assert found(application) == []


@pytest.mark.django_db
def test_two_declarations_are_named_one_by_one() -> None:
    """A rule about every declaration lends its clause to each that is not ticked."""
    second = PROMISE | {"code": "second", "label": "承诺", "options": {"text": "未获资助"}}
    scene = make_scene(fields=[PROMISE, second], rules=[("declaration", {})])
    assert [gap.clause for gap in found(scene.drafted())] == [CLAUSE, CLAUSE]
