"""A meeting of experts: quorum, votes of those without a tie, closing; papers and signatures."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext
from PIL import Image, ImageDraw

from portal import clock
from portal.documents.models import DocumentState
from portal.documents.services import render_document
from portal.errors import RuleViolation
from portal.people.enums import StaffRole
from reviews.models import (
    AssignmentState,
    Ballot,
    Choice,
    Expert,
    Majority,
    Meeting,
    MeetingState,
    Panel,
    ReviewRecord,
    Vote,
)
from reviews.proposal import Fate
from reviews.services import assigning, experts, proposing, recording, scoring, voting
from reviews.services import meeting as service
from tests.factories.applications import picture
from tests.factories.experts import (
    assign_all,
    make_experts,
    make_panel,
    make_stage,
    score,
    user_of,
)
from tests.factories.reviews import Scene, accepted, colleague, make_unit


@pytest.fixture
def panel(scene: Scene) -> Panel:
    """Two applications scored by three experts each."""
    accepted(scene)
    accepted(scene, make_unit(scene.issuer))
    made = make_panel(
        make_stage(scene.call), scene.officer, make_experts(scene.issuer, 3), per_file=3
    )
    for one in assign_all(made, scene.officer):
        score(one)
    return made


def members(panel: Panel) -> list[Expert]:
    return [m.expert for m in panel.members.select_related("expert__user")]


def call_meeting(panel: Panel, by: Any, quorum: int = 2, ballot: Ballot = Ballot.SECRET) -> Meeting:
    return service.plan(
        panel=panel, sheet=panel.stage.sheet, begins_at=clock.now() + dt.timedelta(days=1),
        place="三楼会议室", chair=members(panel)[0], quorum=quorum, majority=Majority.TWO_THIRDS,
        ballot=ballot, by=by,
    )  # fmt: skip


def vote(meeting: Meeting, number: int, votes: tuple[int, int, int], by: Any) -> bool:
    item = meeting.items.all()[number]
    kept = voting.count_votes(
        item_id=item.pk, votes_for=votes[0], votes_against=votes[1], abstained=votes[2],
        note="建议支持", by=by,
    )  # fmt: skip
    assert kept.passed is not None
    return kept.passed


def test_opens_with_the_quorum_counts_votes_and_closes_with_minutes(
    scene: Scene, panel: Panel
) -> None:
    by = scene.officer
    meeting = call_meeting(panel, by)
    with pytest.raises(RuleViolation):  # one at a time
        call_meeting(panel, by)
    everybody = members(panel)
    service.take_attendance(meeting_id=meeting.pk, present=[everybody[0].pk], by=by)
    with pytest.raises(RuleViolation):
        service.open_meeting(meeting_id=meeting.pk, by=by)
    service.take_attendance(meeting_id=meeting.pk, present=[e.pk for e in everybody], by=by)
    with pytest.raises(RuleViolation):  # votes only while it is under way
        vote(meeting, 0, (3, 0, 0), by)
    service.open_meeting(meeting_id=meeting.pk, by=by)
    with pytest.raises(RuleViolation):  # three are there
        vote(meeting, 0, (2, 0, 0), by)
    assert vote(meeting, 0, (2, 1, 0), by)
    with pytest.raises(RuleViolation):  # who voted was there
        service.take_attendance(meeting_id=meeting.pk, present=[everybody[0].pk], by=by)
    with pytest.raises(RuleViolation):  # one is not voted on
        service.close(meeting_id=meeting.pk, notes="", by=by)
    assert not vote(meeting, 1, (1, 1, 1), by)
    service.close(meeting_id=meeting.pk, notes="会议顺利。", by=by)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED
    with pytest.raises(RuleViolation):
        vote(meeting, 1, (3, 0, 0), by)
    record = recording.order_minutes(meeting=meeting, by=by)
    assert recording.order_minutes(meeting=meeting, by=by) == record
    assert render_document(record.document_id)


def test_the_meeting_is_held_by_a_chair_who_is_there(scene: Scene, panel: Panel) -> None:
    by, meeting = scene.officer, call_meeting(panel, scene.officer)
    chair, *others = [e.pk for e in members(panel)]
    service.take_attendance(meeting_id=meeting.pk, present=others, by=by)
    with pytest.raises(RuleViolation):
        service.open_meeting(meeting_id=meeting.pk, by=by)
    service.take_attendance(meeting_id=meeting.pk, present=others, chair=others[0], by=by)
    assert service.open_meeting(meeting_id=meeting.pk, by=by).chair_id == others[0]
    with pytest.raises(RuleViolation):
        service.take_attendance(meeting_id=meeting.pk, present=others, chair=chair, by=by)


def test_who_has_a_tie_leaves_the_room_and_does_not_vote(scene: Scene, panel: Panel) -> None:
    by, everybody = scene.officer, members(panel)
    meeting = call_meeting(panel, by)
    item = meeting.items.select_related("application__packet__organisation").all()[0]
    tied = everybody[2]
    experts.declare_tie(
        by=user_of(tied), expert=tied, unit_name=item.application.packet.organisation.name,
        reason="理事",
    )  # fmt: skip
    service.take_attendance(meeting_id=meeting.pk, present=[e.pk for e in everybody], by=by)
    service.open_meeting(meeting_id=meeting.pk, by=by)
    with pytest.raises(RuleViolation):
        vote(meeting, 0, (3, 0, 0), by)
    assert vote(meeting, 0, (2, 0, 0), by)


def test_an_expert_reads_the_others_only_in_the_meeting_she_attends(
    scene: Scene, panel: Panel
) -> None:
    everybody, by = members(panel), scene.officer
    panel.assignments.filter(expert=everybody[1]).update(opinion="夜莺意见")
    meeting = call_meeting(panel, by, quorum=1)
    service.take_attendance(meeting_id=meeting.pk, present=[everybody[0].pk], by=by)
    address, client = reverse("desk:meeting", args=[meeting.pk]), Client()
    client.force_login(user_of(everybody[0]))
    assert client.get(address).status_code == 404, "before it is opened"
    service.open_meeting(meeting_id=meeting.pk, by=by)
    page = client.get(address)
    assert "夜莺意见" in page.text
    assert everybody[1].name not in page.text
    assert address in client.get(reverse("desk:files")).text
    tied = meeting.items.select_related("application__packet__organisation").all()
    for item in tied:
        experts.declare_tie(
            by=user_of(everybody[0]), expert=everybody[0],
            unit_name=item.application.packet.organisation.name, reason="理事",
        )  # fmt: skip
    assert "夜莺意见" not in client.get(address).text, "she leaves the room"
    absent = Client()
    absent.force_login(user_of(everybody[2]))
    assert absent.get(address).status_code == 404


def test_the_line_leaves_what_the_meeting_voted_down_to_people(scene: Scene, panel: Panel) -> None:
    by = scene.officer
    meeting = call_meeting(panel, by)
    service.take_attendance(meeting_id=meeting.pk, present=[e.pk for e in members(panel)], by=by)
    service.open_meeting(meeting_id=meeting.pk, by=by)
    vote(meeting, 0, (3, 0, 0), by)
    vote(meeting, 1, (0, 3, 0), by)
    service.close(meeting_id=meeting.pk, notes="", by=by)
    first, second = (item.application_id for item in meeting.items.all())
    proposal = proposing.proposal_of(panel, panel.stage.sheet, {scene.categories[0].pk: (2, 0)})
    fates = {change.row.submission.pk: change.fate for change in proposal.changes}
    assert fates == {first: Fate.NEW, second: Fate.OPEN}


def test_the_order_names_every_project_once(scene: Scene, panel: Panel) -> None:
    meeting = call_meeting(panel, scene.officer)
    first, second = meeting.items.values_list("pk", flat=True)
    for wrong in ([first], [first, first], [first, second, 0]):
        with pytest.raises(RuleViolation):
            service.set_order(meeting_id=meeting.pk, order=wrong, by=scene.officer)
    service.set_order(meeting_id=meeting.pk, order=[second, first], by=scene.officer)
    assert list(meeting.items.values_list("pk", flat=True)) == [second, first]


def test_who_only_reads_holds_no_meeting(scene: Scene, panel: Panel) -> None:
    with pytest.raises(PermissionDenied):
        call_meeting(panel, colleague(scene, StaffRole.OFFICIAL))


# Experts who vote themselves ---------------------------------------------------------------------
@pytest.fixture
def held(scene: Scene, panel: Panel, request: pytest.FixtureRequest) -> Meeting:
    """A meeting under way with all three experts, one of them tied to the first project."""
    by, everybody = scene.officer, members(panel)
    meeting = call_meeting(panel, by, ballot=getattr(request, "param", Ballot.SECRET))
    item = meeting.items.select_related("application__packet__organisation").all()[0]
    experts.declare_tie(
        by=user_of(everybody[2]), expert=everybody[2],
        unit_name=item.application.packet.organisation.name, reason="理事",
    )  # fmt: skip
    service.take_attendance(meeting_id=meeting.pk, present=[e.pk for e in everybody], by=by)
    return service.open_meeting(meeting_id=meeting.pk, by=by)


def at_desk(expert: Expert) -> Client:
    client = Client()
    client.force_login(user_of(expert))
    return client


def test_experts_vote_on_their_own_pages_and_nobody_reads_how(
    scene: Scene, desk: Client, panel: Panel, held: Meeting
) -> None:
    first, second, tied = members(panel)
    one, two = held.items.all()
    staff = reverse("admin:reviews_meeting", args=[held.pk])
    own = reverse("desk:meeting", args=[held.pk])
    ballot = reverse("desk:vote", args=[held.pk, one.pk])
    at_desk(first).post(ballot, {"choice": "for"})
    assert not Vote.objects.exists(), "no vote is open yet"
    desk.post(staff, {"do": "open_vote", "item": one.pk})
    desk.post(staff, {"do": "open_vote", "item": two.pk})
    two.refresh_from_db()
    assert not two.voting, "one after the other"
    assert ballot in at_desk(first).get(own).text
    assert ballot not in at_desk(tied).get(own).text
    at_desk(tied).post(ballot, {"choice": "against"})
    at_desk(first).post(ballot, {"choice": "perhaps"})
    assert not Vote.objects.exists()
    at_desk(first).post(ballot, {"choice": "for"})
    at_desk(first).post(ballot, {"choice": "against"})
    assert ballot not in at_desk(first).get(own).text
    assert Vote.objects.get().choice == ""
    shown = desk.get(staff)
    (line,) = [line for line in shown.context["lines"] if line.item.voting]
    assert (len(line.votes), line.voters) == (1, 2)
    with pytest.raises(RuleViolation):
        vote(held, 0, (2, 0, 0), scene.officer)
    # Who has not voted when the vote is closed abstains; one of two is no two thirds.
    desk.post(staff, {"do": "close_vote", "item": one.pk, "note": "建议修改后再报"})
    one.refresh_from_db()
    assert (one.votes_for, one.votes_against, one.abstained, one.passed) == (1, 0, 1, False)
    assert not one.voting
    at_desk(second).post(ballot, {"choice": "for"})
    assert one.votes.count() == 1
    assert vote(held, 1, (3, 0, 0), scene.officer), "counted in the room"
    service.close(meeting_id=held.pk, notes="", by=scene.officer)
    minutes = recording.order_minutes(meeting=Meeting.objects.get(pk=held.pk), by=scene.officer)
    titles = [section["title"] for section in minutes.document.payload["sections"]]
    assert gettext("Who voted how") not in titles
    assert render_document(minutes.document_id)


@pytest.mark.parametrize("held", [Ballot.OPEN], indirect=True)
def test_an_open_vote_stands_in_the_minutes_by_name(
    scene: Scene, panel: Panel, held: Meeting
) -> None:
    everybody = members(panel)
    item = held.items.all()[1]
    voting.open_vote(item_id=item.pk, by=scene.officer)
    for expert, choice in zip(everybody, (Choice.FOR, Choice.FOR, Choice.AGAINST), strict=True):
        voting.cast(item_id=item.pk, choice=choice, by=user_of(expert))
    assert voting.close_vote(item_id=item.pk, note="", by=scene.officer).passed
    vote(held, 0, (0, 2, 0), scene.officer)
    service.close(meeting_id=held.pk, notes="", by=scene.officer)
    record = recording.order_minutes(meeting=Meeting.objects.get(pk=held.pk), by=scene.officer)
    sections = record.document.payload["sections"]
    (section,) = [s for s in sections if s["title"] == gettext("Who voted how")]
    (row,) = section["rows"]
    assert all(expert.name in row["value"] for expert in everybody)
    assert row["value"].count("赞成") == 2


def test_who_is_not_there_does_not_vote_and_the_quorum_is_kept(scene: Scene, panel: Panel) -> None:
    by, (first, second, third) = scene.officer, members(panel)
    meeting = call_meeting(panel, by)
    service.take_attendance(meeting_id=meeting.pk, present=[first.pk, second.pk], by=by)
    service.open_meeting(meeting_id=meeting.pk, by=by)
    item = meeting.items.all()[0]
    service.take_attendance(meeting_id=meeting.pk, present=[first.pk], by=by)
    with pytest.raises(RuleViolation):
        voting.open_vote(item_id=item.pk, by=by)
    with pytest.raises(RuleViolation):
        vote(meeting, 0, (1, 0, 0), by)
    service.take_attendance(meeting_id=meeting.pk, present=[first.pk, second.pk], by=by)
    voting.open_vote(item_id=item.pk, by=by)
    with pytest.raises(RuleViolation):  # nobody has voted
        voting.close_vote(item_id=item.pk, note="", by=by)
    with pytest.raises(RuleViolation):  # who may vote stays in the room
        service.take_attendance(meeting_id=meeting.pk, present=[first.pk], by=by)
    for outsider in (user_of(third), by, scene.unit.filler):
        with pytest.raises(PermissionDenied):
            voting.cast(item_id=item.pk, choice=Choice.FOR, by=outsider)
    with pytest.raises(PermissionDenied):
        voting.open_vote(item_id=item.pk, by=user_of(first))


@pytest.mark.parametrize(
    ("majority", "votes", "passes"),
    [
        (Majority.HALF, (1, 2), False), (Majority.HALF, (2, 3), True),
        (Majority.TWO_THIRDS, (2, 3), True), (Majority.TWO_THIRDS, (5, 8), False),
        (Majority.TWO_THIRDS, (6, 9), True), (Majority.HALF, (0, 0), False),
    ],
)  # fmt: skip
def test_majorities_are_exact(majority: Majority, votes: tuple[int, int], passes: bool) -> None:
    assert majority.is_reached(*votes) is passes


def test_the_pages_of_a_meeting_hold_it(scene: Scene, desk: Client, panel: Panel) -> None:
    address = reverse("admin:reviews_meeting_plan", args=[panel.stage_id])
    data = {
        "begins_at_0": "2030-05-06", "begins_at_1": "09:00", "place": "三楼会议室", "chair": "",
        "quorum": 2, "majority": "half", "ballot": "secret",
    }  # fmt: skip
    page = desk.post(address, data)
    meeting = Meeting.objects.get()
    address = reverse("admin:reviews_meeting", args=[meeting.pk])
    assert page["Location"] == address
    desk.post(address, {"do": "attend", "present": [e.pk for e in members(panel)]})
    desk.post(address, {"do": "open"})
    for item in meeting.items.all():
        sent = {"do": "vote", "item": item.pk, "votes_for": 3, "votes_against": 0, "abstained": 0}
        assert desk.post(address, sent)["Location"] == f"{address}#item-{item.pk}"
    desk.post(address, {"do": "close", "notes": "无"})
    desk.post(address, {"do": "minutes"})
    shown = desk.get(address)
    assert shown.context["record"] is not None
    assert shown.context["meeting"].state == MeetingState.CLOSED


# Score sheets on paper -------------------------------------------------------------------------
def test_an_expert_prints_signs_and_prints_anew_after_a_change(scene: Scene, panel: Panel) -> None:
    expert = members(panel)[0]
    user, client = user_of(expert), Client()
    client.force_login(user)
    desk = reverse("desk:files")
    assert client.get(desk).context["papers"]
    client.post(reverse("desk:print_sheet", args=[panel.pk]))
    record = ReviewRecord.objects.get()
    assert render_document(record.document_id)
    printed = client.get(reverse("desk:record", args=[record.pk, "printed"]))
    assert b"".join(printed.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    upload = SimpleUploadedFile("签字.png", picture(), "image/png")
    client.post(reverse("desk:sign", args=[record.pk]), {"file": upload})
    record.refresh_from_db()
    assert record.signed_by == user
    own = panel.assignments.filter(expert=expert).first()
    assert own is not None
    scoring.reopen(assignment_id=own.pk, by=scene.officer, reason="请复核")
    assert not client.get(desk).context["papers"]
    with pytest.raises(RuleViolation):
        recording.order_sheet(panel=panel, sheet=panel.stage.sheet, expert=expert, by=user)
    entry = own.entries.get(key="opinion")
    scoring.save_entry(
        assignment_id=own.pk, key="opinion", text="改后的意见", revision=entry.revision, by=user
    )
    scoring.hand_in(assignment_id=own.pk, version_id=own.version_id, by=user)
    again = recording.order_sheet(panel=panel, sheet=panel.stage.sheet, expert=expert, by=user)
    assert again != record
    record.document.refresh_from_db()
    assert record.document.superseded
    with pytest.raises(RuleViolation):
        recording.sign(record_id=record.pk, upload=upload, by=user)


def test_an_expert_signs_on_the_screen_and_nobody_for_her(scene: Scene, panel: Panel) -> None:
    expert = members(panel)[0]
    user, client = user_of(expert), Client()
    client.force_login(user)
    drawn = SimpleUploadedFile("signature.png", signature(), "image/png")
    client.post(reverse("desk:print_sheet", args=[panel.pk]), {f"signature-{panel.pk}": drawn})
    record = ReviewRecord.objects.get()
    assert record.is_drawn
    assert record.document.payload["signatures"][0]["signer_mark"]
    assert render_document(record.document_id)
    kept = client.get(reverse("desk:record", args=[record.pk, "signed"]))
    assert b"".join(kept.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    again = recording.order_sheet(panel=panel, sheet=panel.stage.sheet, expert=expert, by=user)
    assert again == record, "the signature is no other content"
    with pytest.raises(PermissionDenied):
        recording.order_sheet(
            panel=panel, sheet=panel.stage.sheet, expert=expert, by=scene.officer,
            signature=SimpleUploadedFile("signature.png", signature(), "image/png"),
        )  # fmt: skip
    empty = SimpleUploadedFile("signature.png", picture(), "image/png")
    with pytest.raises(RuleViolation):
        recording.order_sheet(
            panel=panel, sheet=panel.stage.sheet, expert=expert, by=user, signature=empty
        )


def signature() -> bytes:
    """Draw a line as a finger does."""
    image = Image.new("RGB", (960, 360), "white")
    points = [(120, 240), (300, 90), (420, 260), (640, 120), (820, 200)]
    ImageDraw.Draw(image).line(points, fill="black", width=8)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_nobody_prints_or_reads_anothers_sheet(scene: Scene, panel: Panel) -> None:
    mine, other = members(panel)[:2]
    with pytest.raises(PermissionDenied):
        recording.order_sheet(panel=panel, sheet=panel.stage.sheet, expert=mine, by=user_of(other))
    record = recording.order_sheet(
        panel=panel, sheet=panel.stage.sheet, expert=mine, by=scene.officer
    )
    assert render_document(record.document_id)
    client = Client()
    client.force_login(user_of(other))
    assert client.get(reverse("desk:record", args=[record.pk, "printed"])).status_code == 404
    upload = SimpleUploadedFile("签字.png", picture(), "image/png")
    sent = client.post(reverse("desk:sign", args=[record.pk]), {"file": upload})
    assert sent.status_code == 404


def test_a_blind_sheet_names_no_applicant(scene: Scene, panel: Panel) -> None:
    record = recording.order_sheet(
        panel=panel, sheet=panel.stage.sheet, expert=members(panel)[0], by=scene.officer
    )
    text = str(record.document.payload)
    for one in panel.assignments.select_related("application__packet__organisation"):
        assert one.application.packet.organisation.name not in text
        assert str(one.application.number) not in text


def test_staff_print_the_summary_with_every_total(scene: Scene, desk: Client, panel: Panel) -> None:
    address = reverse("admin:reviews_records", args=[panel.stage_id])
    desk.post(address, {"do": "summary"})
    desk.post(address, {"do": "sheet", "expert": members(panel)[1].pk})
    summary = ReviewRecord.objects.get(kind="summary")
    assert render_document(summary.document_id)
    summary.document.refresh_from_db()
    assert summary.document.state == DocumentState.READY
    (group,) = summary.document.payload["groups"]
    assert [len(line) for line in group["entries"]] == [6, 6]
    page = desk.get(address)
    assert page.context["summary"] == summary
    assert [paper.done for paper in page.context["papers"]] == [2, 2, 2]


# Late experts -----------------------------------------------------------------------------------
def test_all_waiting_files_of_an_expert_go_to_others(scene: Scene, desk: Client) -> None:
    accepted(scene)
    accepted(scene, make_unit(scene.issuer))
    panel = make_panel(make_stage(scene.call), scene.officer, make_experts(scene.issuer, 3))
    given = assign_all(panel, scene.officer)
    late = given[0].expert
    waiting = sum(one.expert_id == late.pk for one in given)
    address = reverse("admin:reviews_take_back", args=[panel.stage_id])
    desk.post(address, {"expert": late.pk, "reason": ""})
    assert not panel.assignments.filter(state=AssignmentState.REPLACED).exists()
    answer = desk.post(address, {"expert": late.pk, "reason": "逾期未评"})
    assert answer["Location"] == reverse("admin:reviews_assign", args=[panel.stage_id])
    assert panel.assignments.filter(state=AssignmentState.REPLACED, expert=late).count() == waiting
    assert late.pk not in {expert for _file, expert in assigning.preview(panel).pairs}
