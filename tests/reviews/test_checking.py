"""The formal check: what is in the way of an acceptance, and what is never overwritten."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from applications.models import Flag, SignedScan
from applications.models.handin import FlagKind
from applications.services import flags, scans
from applications.states import State
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.people.enums import StaffRole
from reviews.checklist import Answer, answered, points_for
from reviews.models import CheckItem, CheckOutcome, FormalCheck
from reviews.services import checking
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import (
    Scene,
    accepted,
    checkable,
    colleague,
    many_submissions,
    submission_of,
    version_id,
)


def reasons(refused: pytest.ExceptionInfo[RuleViolation]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def test_accepts_what_is_in_order_and_keeps_the_check(scene: Scene) -> None:
    submission = checkable(scene)
    check = checking.accept(
        application_id=submission.pk, version_id=version_id(submission), by=scene.officer
    )
    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED
    assert check.outcome == CheckOutcome.ACCEPTED
    assert AuditEntry.objects.filter(action="check_concluded", actor_id=scene.officer.pk).exists()


def test_refuses_to_accept_without_the_stamped_scan(scene: Scene) -> None:
    application = scene.handed_in()
    with pytest.raises(RuleViolation) as refused:
        checking.accept(
            application_id=application.pk, version_id=version_id(application), by=scene.officer
        )
    assert reasons(refused) == {"scan"}
    application.refresh_from_db()
    assert application.state == State.SUBMITTED
    assert not FormalCheck.objects.exists(), "a refused acceptance leaves no trace"


def test_refuses_to_accept_a_scan_nobody_compared_and_one_that_was_refused(scene: Scene) -> None:
    packet = scene.signed()
    scene.scan(packet)
    scene.hand_in(packet)
    application = packet.applications.get()
    asked: dict[str, Any] = {
        "application_id": application.pk,
        "version_id": version_id(application),
    }
    with pytest.raises(RuleViolation) as refused:
        checking.accept(**asked, by=scene.officer)
    assert reasons(refused) == {"scan"}
    scan = SignedScan.objects.get()
    scans.compare_by_eye(scan_id=scan.pk, by=scene.officer, matches=False)
    with pytest.raises(RuleViolation) as refused:
        checking.accept(**asked, by=scene.officer)
    assert reasons(refused) == {"scan"}


def test_refuses_to_accept_while_a_flag_is_open(scene: Scene) -> None:
    submission = checkable(scene)
    flag = Flag.objects.create(
        application=submission,
        kind=FlagKind.UNKNOWN,
        message="年检情况待核实",
        at=clock.now(),
    )
    asked: dict[str, Any] = {"application_id": submission.pk, "version_id": version_id(submission)}
    with pytest.raises(RuleViolation) as refused:
        checking.accept(**asked, by=scene.officer)
    assert reasons(refused) == {"flag"}
    flags.settle(flag_id=flag.pk, by=scene.officer, note="已电话核实")
    checking.accept(**asked, by=scene.officer)
    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED


def test_refuses_to_accept_what_the_checklist_finds_not_in_order(scene: Scene) -> None:
    submission = checkable(scene)
    asked: dict[str, Any] = {"application_id": submission.pk, "version_id": version_id(submission)}
    wrong = [Answer(code="complete", label="各部分填写完整", ok=False, note="缺预算")]
    checking.save_check(**asked, answers=wrong, by=scene.officer)
    with pytest.raises(RuleViolation) as refused:
        checking.accept(**asked, by=scene.officer)
    assert reasons(refused) == {"point"}
    assert FormalCheck.objects.get().items == wrong, "what was kept stays"
    # What nobody looked at is in the way too, but not papers that may still come by post.
    checking.save_check(**asked, answers=[{**wrong[0], "ok": None}], by=scene.officer)
    with pytest.raises(RuleViolation) as refused:
        checking.accept(**asked, by=scene.officer)
    assert reasons(refused) == {checking.UNREAD}
    coming = Answer(code="paper", label="纸质材料", ok=None, note="")
    checking.save_check(**asked, answers=[coming], by=scene.officer)
    assert checking.accept(**asked, by=scene.officer).outcome == CheckOutcome.ACCEPTED


def test_a_version_handed_in_meanwhile_is_looked_at_first(scene: Scene) -> None:
    submission = checkable(scene)
    seen = version_id(submission)
    checking.return_for_changes(
        application_id=submission.pk,
        version_id=seen,
        by=scene.officer,
        reason="请补充预算",
        items={},
        due=clock.now() + dt.timedelta(days=3),
    )
    from applications.services import signoff

    signoff.request_signoff(packet_id=submission.packet_id, by=scene.unit.filler)
    signoff.sign_off(packet_id=submission.packet_id, by=scene.unit.approver)
    scene.hand_in(submission.packet)
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED
    with pytest.raises(RuleViolation) as refused:
        checking.accept(application_id=submission.pk, version_id=seen, by=scene.officer)
    assert reasons(refused) == {"version"}


def test_returns_with_a_reason_for_each_section(scene: Scene) -> None:
    submission = checkable(scene)
    check = checking.return_for_changes(
        application_id=submission.pk,
        version_id=version_id(submission),
        by=scene.officer,
        reason="",
        items={"basics": "名称与附件不一致", "other": "  "},
        due=clock.now() + dt.timedelta(days=3),
    )
    submission.refresh_from_db()
    assert submission.state == State.RETURNED
    request = submission.corrections.get()
    assert [(i.section, i.reason) for i in request.items.all()] == [("basics", "名称与附件不一致")]
    assert check.outcome == CheckOutcome.RETURNED
    assert check.reason == "名称与附件不一致"


def test_a_second_member_of_staff_finds_it_done(scene: Scene) -> None:
    submission = checkable(scene)
    asked: dict[str, Any] = {"application_id": submission.pk, "version_id": version_id(submission)}
    checking.accept(**asked, by=scene.officer)
    with pytest.raises(RuleViolation) as refused:
        checking.accept(**asked, by=colleague(scene))
    assert reasons(refused) == {"state"}
    assert FormalCheck.objects.count() == 1


def test_not_accepting_needs_a_reason_and_frees_the_place(scene: Scene) -> None:
    submission = checkable(scene)
    asked: dict[str, Any] = {"application_id": submission.pk, "version_id": version_id(submission)}
    with pytest.raises(RuleViolation):
        checking.not_accept(**asked, by=scene.officer, reason=" ")
    checking.not_accept(**asked, by=scene.officer, reason="不在申报范围内")
    assert scene.handed_in().state == State.SUBMITTED, "the place can be used again"
    with pytest.raises(RuleViolation):
        checking.reopen(application_id=submission.pk, by=scene.officer, reason="误操作")


def test_takes_the_check_up_again(scene: Scene) -> None:
    submission = accepted(scene)
    checking.reopen(application_id=submission.pk, by=scene.officer, reason="发现附件有误")
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


@pytest.mark.parametrize("who", ["official", "stranger", "member"])
def test_who_does_not_work_on_the_call_changes_nothing(scene: Scene, who: str) -> None:
    submission = checkable(scene)
    people = {
        "official": colleague(scene, StaffRole.OFFICIAL),
        "stranger": StaffPostFactory().user,
        "member": scene.unit.administrator,
    }
    asked: dict[str, Any] = {
        "application_id": submission.pk,
        "version_id": version_id(submission),
        "by": people[who],
    }
    for step in (
        lambda: checking.accept(**asked),
        lambda: checking.save_check(**asked, answers=[]),
        lambda: checking.not_accept(**asked, reason="x"),
        lambda: checking.return_for_changes(
            **asked, reason="x", items={}, due=clock.now() + dt.timedelta(days=1)
        ),
        lambda: checking.reopen(application_id=submission.pk, by=asked["by"], reason="x"),
    ):
        with pytest.raises(PermissionDenied):
            step()
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


def test_bulk_preview_changes_nothing_and_bulk_accepts_one_by_one(scene: Scene) -> None:
    good = submission_of(many_submissions(scene, 1)[0])
    without_scan = submission_of(scene.handed_in())
    lines = checking.preview_accept([good, without_scan])
    assert [bool(line.refusals) for line in lines] == [False, True]
    good.refresh_from_db()
    assert good.state == State.SUBMITTED
    chosen: dict[uuid.UUID, int] = {s.pk: version_id(s) for s in (good, without_scan)}
    done = checking.accept_many(chosen=chosen, by=scene.officer)
    assert [bool(line.refusals) for line in done] == [False, True]
    good.refresh_from_db()
    without_scan.refresh_from_db()
    assert (good.state, without_scan.state) == (State.ACCEPTED, State.SUBMITTED)


def test_checklist_holds_points_of_rules_switches_and_staff(scene: Scene) -> None:
    from applications.services.standing import findings_for

    CheckItem.objects.create(call=scene.call, text="申报书为最新模板")
    submission = checkable(scene)
    version = checking.version_in_hand(submission)
    points = points_for(submission, version, findings_for(submission), "society")
    codes = [point.code for point in points]
    assert codes[:3] == ["scan", "eligibility", "quota"]
    assert codes[-1].startswith("own-")
    found = {point.code: point.found for point in points}
    assert found["scan"] is True
    assert found["eligibility"] is True
    assert found["complete"] is None, "what only a person can tell is left to her"


def test_days_of_a_schedule_after_the_event_are_shown_to_staff(scene: Scene) -> None:
    submission = checkable(scene)
    version = checking.version_in_hand(submission)
    assert version is not None
    section = version.form_revision.schema["sections"][0]
    columns = [{"code": "when", "label": "日期", "kind": "date"}]
    section["fields"].append(
        {
            "code": "steps", "label": "进度安排", "kind": "table", "required": False,
            "options": {"columns": columns},
        }
    )  # fmt: skip
    part = version.content["applications"][0]
    part["answers"][f"{section['code']}.steps"] = [{"when": "2026-09-10"}, {"when": "2026-12-01"}]
    submission.ends_on = dt.date(2026, 9, 11)
    points = points_for(submission, version, [], "society")
    (point,) = (one for one in points if one.code == "schedule")
    assert point.found is None, "a person looks"
    assert "2026年12月1日" in point.detail
    assert "9月10日" not in point.detail
    submission.ends_on = dt.date(2026, 12, 1)
    assert "schedule" not in [p.code for p in points_for(submission, version, [], "society")]


def test_kept_answers_win_over_what_the_portal_found(scene: Scene) -> None:
    from reviews.checklist import Point

    points = [Point("scan", "扫描件", True), Point("complete", "完整", None)]
    kept = [Answer(code="scan", label="扫描件", ok=False, note="盖章模糊")]
    answers = answered(points, kept)
    assert [(a["code"], a["ok"], a["note"]) for a in answers] == [
        ("scan", False, "盖章模糊"),
        ("complete", None, ""),
    ]
