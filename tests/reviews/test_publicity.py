"""From the decision over publicity and objections to the announcement, and what is in the way."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.models import Application
from applications.states import State
from calls.enums import NoticeKind, NoticeState, PublicityCounting, PublicityWhere
from calls.models import Notice, PublicityRule
from portal import clock
from portal.documents.models import Document
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.enums import StaffRole
from reviews.board import board_of, fingerprint
from reviews.models import (
    Decision,
    Objection,
    ObjectionState,
    Publicity,
    PublicityState,
    Standing,
    Submission,
)
from reviews.services import approving, deciding, objections, publicising, withdrawing
from reviews.services.deciding import Choice
from reviews.services.objections import Statement
from tests.factories.applications import picture
from tests.factories.people import MembershipFactory
from tests.factories.reviews import Scene, colleague, many_submissions

SECRET = "匿名不得外泄张三丰"


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """Let the call show names for three calendar days before they count."""
    PublicityRule.objects.create(
        call=scene.call, where=PublicityWhere.ASSOCIATION, length=3,
        counting=PublicityCounting.CALENDAR, clause="公示3天",
    )  # fmt: skip
    return scene


def decided(scene: Scene, *outcomes: str) -> list[Submission]:
    """Draft a decision for as many accepted applications."""
    made = many_submissions(scene, len(outcomes), State.ACCEPTED)
    rows = [Submission.objects.get(pk=one.pk) for one in made]
    for row, outcome in zip(rows, outcomes, strict=True):
        choose(scene, row, outcome)
    return rows


def choose(scene: Scene, submission: Submission, outcome: str) -> deciding.Saved:
    row = next(r for r in board_of(scene.call).rows if r.submission == submission)
    choice = Choice(outcome, None, None, "", row.base, row.revision)
    return deciding.save_drafts(
        call_id=scene.call.pk, choices={submission.pk: choice}, by=scene.officer
    )


def publicise(scene: Scene, **changes: Any) -> Publicity:
    asked: dict[str, Any] = {
        "call_id": scene.call.pk, "seen": fingerprint(board_of(scene.call).to_publish),
        "title": "拟入选名单公示", "by": scene.officer,
    }  # fmt: skip
    return publicising.publicise(**(asked | changes))


def end(publicity: Publicity, seconds: int = 0) -> None:
    """Let the period have ended so many seconds ago."""
    Publicity.objects.filter(pk=publicity.pk).update(
        begins_at=clock.now() - dt.timedelta(days=4),
        ends_at=clock.now() - dt.timedelta(seconds=seconds),
    )


def announce(scene: Scene, publicity: Publicity, **changes: Any) -> Notice:
    publicity.refresh_from_db()
    seen = fingerprint(publicising.to_announce(publicity, board_of(scene.call)))
    asked: dict[str, Any] = {
        "publicity_id": publicity.pk, "seen": seen, "title": "入选名单", "by": scene.officer,
    }  # fmt: skip
    return publicising.announce(**(asked | changes))


def file(publicity: Publicity, entry: Any = None, **changes: Any) -> Objection:
    statement = Statement(entry.pk if entry else None, "张三", "某学会", "0000-1111111",
                          "objector@example.org", SECRET)  # fmt: skip
    asked: dict[str, Any] = {
        "publicity_id": publicity.pk, "statement": statement, "key": uuid.uuid4(),
        "arrived_at": clock.now(),
    }  # fmt: skip
    objection, _code = objections.file(**(asked | changes))
    return objection


def verdict(scene: Scene, objection: Objection, how: str) -> Objection:
    return objections.decide(
        objection_id=objection.pk, verdict=how, answer="经核实，答复如下。", note="已核实",
        by=scene.officer,
    )  # fmt: skip


def state_of(submission: Application) -> str:
    return str(Application.objects.get(pk=submission.pk).state)


def codes(refused: pytest.ExceptionInfo[RuleViolation]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def test_a_call_that_shows_names_first_publishes_nothing_at_once(scene: Scene) -> None:
    decided(scene, "selected", "not_selected")
    with pytest.raises(RuleViolation) as refused:
        deciding.publish(
            call_id=scene.call.pk, seen=fingerprint(board_of(scene.call).to_publish),
            title="名单", by=scene.officer,
        )  # fmt: skip
    assert codes(refused) == {"shown"}


def test_nobody_selected_is_published_at_once(scene: Scene) -> None:
    (row,) = decided(scene, "not_selected")
    deciding.publish(
        call_id=scene.call.pk, seen=fingerprint(board_of(scene.call).to_publish), title="结果",
        by=scene.officer,
    )  # fmt: skip
    assert state_of(row) == State.NOT_SELECTED


def test_the_whole_way(scene: Scene) -> None:
    first, second, spare, other = decided(scene, "selected", "selected", "reserve", "not_selected")
    publicity = publicise(scene)
    notice = publicity.notice
    assert (notice.kind, notice.state) == (NoticeKind.PUBLICITY, NoticeState.PUBLISHED)
    assert notice.shown_until == publicity.ends_at
    titles = [row[2] for group in notice.rows["groups"] for row in group["rows"]]
    assert set(titles) == {first.title, second.title}
    assert [state_of(s) for s in (first, second, spare, other)] == [
        State.PUBLICISED, State.PUBLICISED, State.ACCEPTED, State.ACCEPTED,
    ]  # fmt: skip
    # Nothing is changed while the names are shown, and a second click makes nothing new.
    assert choose(scene, other, "selected").refused
    assert publicise(scene, seen=publicity.seen) == publicity
    assert Document.objects.filter(title=notice.title).count() == 1

    entry = publicity.entries.get(application=second.pk)
    objection = file(publicity, entry)
    objections.take_up(objection_id=objection.pk, by=scene.officer, note="调查", suspend=True)
    end(publicity)
    result = announce(scene, publicity)
    assert result.kind == NoticeKind.RESULT
    assert [state_of(s) for s in (first, second, spare, other)] == [
        State.SELECTED, State.PUBLICISED, State.RESERVE, State.NOT_SELECTED,
    ]  # fmt: skip
    # The suspended one follows in a supplementary list once the objection is not upheld.
    verdict(scene, objection, ObjectionState.DISMISSED)
    supplement = announce(scene, publicity)
    assert state_of(second) == State.SELECTED
    rows = [row[2] for group in supplement.rows["groups"] for row in group["rows"]]
    assert rows == [second.title]
    with pytest.raises(RuleViolation):
        announce(scene, publicity, seen="0" * 64)
    said = " ".join(
        Message.objects.exclude(to_email="objector@example.org").values_list("body", flat=True)
    )
    assert SECRET not in said
    assert "张三" not in said


@pytest.mark.parametrize(("seconds", "lawful"), [(-1, False), (0, True), (1, True)])
def test_announced_only_from_the_end_on(scene: Scene, seconds: int, lawful: bool) -> None:
    (row,) = decided(scene, "selected")
    publicity = publicise(scene)
    # A moment of slack: the clock runs on between the two statements.
    end(publicity, seconds if lawful else seconds * 60)
    if lawful:
        announce(scene, publicity)
        assert state_of(row) == State.SELECTED
        return
    with pytest.raises(RuleViolation) as refused:
        announce(scene, publicity)
    assert codes(refused) == {"not_over"}


@pytest.mark.parametrize(("seconds", "lawful"), [(-1, True), (0, False), (1, False)])
def test_objections_are_in_time_until_the_second_before_the_end(
    scene: Scene, seconds: int, lawful: bool
) -> None:
    decided(scene, "selected")
    publicity = publicise(scene)
    arrived = publicity.ends_at + dt.timedelta(seconds=seconds)
    if lawful:
        assert file(publicity, arrived_at=arrived).filed_at == arrived
        return
    with pytest.raises(RuleViolation):
        file(publicity, arrived_at=arrived)
    assert not Objection.objects.exists()


def test_an_upheld_objection_strikes_the_project(scene: Scene) -> None:
    first, second = decided(scene, "selected", "selected")
    publicity = publicise(scene)
    entry = publicity.entries.get(application=second.pk)
    objection = file(publicity, entry)
    verdict(scene, objection, ObjectionState.UPHELD)
    entry.refresh_from_db()
    assert entry.standing == Standing.STRUCK
    end(publicity)
    notice = announce(scene, publicity)
    assert [state_of(s) for s in (first, second)] == [State.SELECTED, State.NOT_SELECTED]
    assert Decision.objects.get(application=second.pk).published_in == notice


def test_upheld_after_the_announcement_it_is_not_selected_at_once(scene: Scene) -> None:
    _first, second = decided(scene, "selected", "selected")
    publicity = publicise(scene)
    objection = file(publicity, publicity.entries.get(application=second.pk))
    objections.take_up(objection_id=objection.pk, by=scene.officer, note="", suspend=True)
    end(publicity)
    announce(scene, publicity)
    verdict(scene, objection, ObjectionState.UPHELD)
    assert state_of(second) == State.NOT_SELECTED


def test_an_open_objection_holds_the_announcement_up(scene: Scene) -> None:
    decided(scene, "selected", "selected")
    publicity = publicise(scene)
    objection = file(publicity)
    end(publicity)
    with pytest.raises(RuleViolation) as refused:
        announce(scene, publicity)
    assert codes(refused) == {"objections"}
    verdict(scene, objection, ObjectionState.NOT_ADMITTED)
    announce(scene, publicity)


def test_two_objections_suspend_until_both_are_decided(scene: Scene) -> None:
    decided(scene, "selected", "selected")
    publicity = publicise(scene)
    entry = publicity.entries.all()[0]
    both = [file(publicity, entry) for _n in range(2)]
    objections.take_up(objection_id=both[0].pk, by=scene.officer, note="", suspend=True)
    verdict(scene, both[0], ObjectionState.DISMISSED)
    entry.refresh_from_db()
    assert entry.standing == Standing.SUSPENDED
    verdict(scene, both[1], ObjectionState.DISMISSED)
    entry.refresh_from_db()
    assert entry.standing == Standing.SHOWN
    with pytest.raises(RuleViolation):
        verdict(scene, both[1], ObjectionState.UPHELD)


def test_a_unit_withdraws_while_its_project_is_shown(scene: Scene) -> None:
    given, kept, spare = decided(scene, "selected", "selected", "reserve")
    publicity = publicise(scene)
    approver = MembershipFactory(
        organisation=given.packet.organisation, is_approver=True, is_filler=True
    ).user
    filler = MembershipFactory(organisation=given.packet.organisation, is_approver=False).user
    asked: dict[str, Any] = {"application_id": given.pk, "reason": "主讲人不能到会"}
    for person in (filler, scene.officer):
        with pytest.raises(PermissionDenied):
            withdrawing.withdraw(**asked, by=person)
    with pytest.raises(RuleViolation):
        withdrawing.withdraw(application_id=given.pk, by=approver, reason=" ")
    objection = file(publicity, publicity.entries.get(application=given))
    withdrawing.withdraw(**asked, by=approver)
    with pytest.raises(RuleViolation):
        withdrawing.withdraw(**asked, by=approver)
    assert state_of(given) == State.WITHDRAWN
    told = Message.objects.filter(occasion=f"application:{given.pk}:given_up")
    assert {m.to_email for m in told} == {scene.officer.email}
    assert "主讲人不能到会" in told.get().body
    entry = publicity.entries.get(application=given)
    assert entry.standing == Standing.WITHDRAWN
    with pytest.raises(RuleViolation) as refused:
        objections.take_up(objection_id=objection.pk, by=scene.officer, note="", suspend=True)
    assert codes(refused) == {"withdrawn"}
    with pytest.raises(RuleViolation) as refused:
        publicising.strike(
            publicity_id=publicity.pk, entry_id=entry.pk, by=scene.officer, reason="放弃"
        )
    assert codes(refused) == {"withdrawn"}
    # The open objection keeps nobody else waiting, and nobody moves up by himself.
    end(publicity)
    notice = announce(scene, publicity)
    assert (state_of(kept), state_of(spare)) == (State.SELECTED, State.RESERVE)
    rows = [row for group in (notice.rows or {})["groups"] for row in group["rows"]]
    assert kept.title in str(rows)
    assert given.title not in str(rows)
    verdict(scene, objection, ObjectionState.UPHELD)
    assert state_of(given) == State.WITHDRAWN
    # Held in reserve one steps back the same way, and staff may move up whoever is left.
    withdrawing.withdraw(application_id=spare.pk, by=approver, reason="另有安排")
    assert state_of(spare) == State.WITHDRAWN


def test_a_list_all_of_whose_projects_left_is_called_off(scene: Scene) -> None:
    (row,) = decided(scene, "selected")
    publicity = publicise(scene)
    approver = MembershipFactory(organisation=row.packet.organisation, is_approver=True).user
    withdrawing.withdraw(application_id=row.pk, by=approver, reason="另有安排")
    end(publicity)
    with pytest.raises(RuleViolation) as refused:
        announce(scene, publicity)
    assert codes(refused) == {"empty"}
    publicising.call_off(publicity_id=publicity.pk, by=scene.officer, reason="全部放弃")
    assert publicity.entries.get().standing == Standing.WITHDRAWN
    assert state_of(row) == State.WITHDRAWN


def test_a_list_called_off_leaves_everything_as_before(scene: Scene) -> None:
    row, spare = decided(scene, "selected", "reserve")
    publicity = publicise(scene)
    with pytest.raises(RuleViolation):
        publicising.call_off(publicity_id=publicity.pk, by=scene.officer, reason=" ")
    publicising.call_off(publicity_id=publicity.pk, by=scene.officer, reason="名单有误")
    publicity.refresh_from_db()
    assert publicity.state == PublicityState.CALLED_OFF
    assert Notice.objects.get(pk=publicity.notice_id).state == NoticeState.WITHDRAWN
    assert state_of(row) == State.ACCEPTED
    assert Document.objects.filter(title=publicity.notice.title, superseded=True).count() == 1
    with pytest.raises(RuleViolation):
        file(publicity)
    # From the reserve it goes back to the reserve.
    again = publicise(scene)
    assert again != publicity
    end(again)
    announce(scene, again)
    choose(scene, spare, "selected")
    third = publicise(scene)
    assert state_of(spare) == State.PUBLICISED
    publicising.call_off(publicity_id=third.pk, by=scene.officer, reason="名单有误")
    assert state_of(spare) == State.RESERVE


def test_only_writing_staff_of_the_association(scene: Scene) -> None:
    decided(scene, "selected")
    reader = colleague(scene, StaffRole.OFFICIAL)
    with pytest.raises(PermissionDenied):
        publicise(scene, by=reader)
    publicity = publicise(scene)
    objection = file(publicity)
    with pytest.raises(PermissionDenied):
        objections.take_up(objection_id=objection.pk, by=reader, note="", suspend=False)
    with pytest.raises(PermissionDenied):
        publicising.call_off(publicity_id=publicity.pk, by=scene.unit.filler, reason="x")


def test_days_nobody_knows_keep_a_list_from_being_shown(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(scene, "selected")
    scene.call.publicity_rules.update(counting=PublicityCounting.WORKING)
    later = dt.datetime(2034, 12, 30, 10, tzinfo=clock.SHANGHAI)
    monkeypatch.setattr("reviews.services.publicising.clock.now", lambda: later)
    with pytest.raises(RuleViolation) as refused:
        publicise(scene)
    assert codes(refused) == {"provisional"}


def test_files_of_an_objection_are_looked_at(scene: Scene) -> None:
    decided(scene, "selected")
    publicity = publicise(scene)
    good = SimpleUploadedFile("证据.png", picture(), "image/png")
    assert file(publicity, uploads=[good]).files.count() == 1
    bad = SimpleUploadedFile("证据.pdf", b"MZ\x90", "application/pdf")
    with pytest.raises(RuleViolation):
        file(publicity, uploads=[bad])
    assert Objection.objects.count() == 1


def test_two_persons_decide_where_the_call_asks_it(scene: Scene) -> None:
    (row,) = decided(scene, "selected")
    scene.call.two_deciders = True
    scene.call.save(update_fields=["two_deciders"])
    seen = fingerprint(board_of(scene.call).to_publish)
    with pytest.raises(RuleViolation) as refused:
        publicise(scene)
    assert codes(refused) == {"approval"}
    approving.propose(call_id=scene.call.pk, seen=seen, by=scene.officer)
    with pytest.raises(RuleViolation) as refused:
        approving.approve(call_id=scene.call.pk, seen=seen, by=scene.officer)
    assert codes(refused) == {"same_person"}
    other = colleague(scene)
    approving.send_back(call_id=scene.call.pk, seen=seen, by=other, reason="请核对")
    with pytest.raises(RuleViolation):
        publicise(scene)
    approving.propose(call_id=scene.call.pk, seen=seen, by=scene.officer)
    approving.approve(call_id=scene.call.pk, seen=seen, by=other)
    # A decision written after the approval is not approved.
    choose(scene, row, "not_selected")
    choose(scene, row, "selected")
    with pytest.raises(RuleViolation) as refused:
        publicise(scene)
    assert codes(refused) == {"approval"}
    seen = fingerprint(board_of(scene.call).to_publish)
    approving.propose(call_id=scene.call.pk, seen=seen, by=other)
    approving.approve(call_id=scene.call.pk, seen=seen, by=scene.officer)
    assert publicise(scene).is_running
