"""What is owed on paper and whether it came in time; booking in and taking back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation

from applications.models import PaperArrival
from applications.papers import (
    FORM,
    Come,
    Expected,
    PaperStanding,
    counting_day,
    expected_of,
    judge,
    last_day,
)
from applications.services import paper
from calls.enums import PaperCounts
from calls.models import Call, PaperRule
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.enums import StaffRole
from tests.factories.applications import Scene, make_scene, version_of
from tests.factories.people import StaffPostFactory


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read refusals as they are written in the code."""
    with translation.override("en"):
        yield


DAY = dt.timedelta(days=1)
LAST = dt.date(2026, 3, 5)
TWO_FORMS = (Expected(FORM, "申报书", 2),)
WITH_LETTER = (*TWO_FORMS, Expected("7", "公函", 1))


@pytest.mark.parametrize(
    ("expected", "come", "standing", "missing"),
    [
        (TWO_FORMS, [], "missing", [(FORM, 2)]),
        (TWO_FORMS, [(FORM, 2, 0, 1)], "complete", []),
        (TWO_FORMS, [(FORM, 2, 1, 1)], "late", []),
        # The second copy makes it complete, and too late.
        (TWO_FORMS, [(FORM, 1, 0, 1), (FORM, 1, 1, 1)], "late", []),
        (TWO_FORMS, [(FORM, 1, 0, 1)], "partly", [(FORM, 1)]),
        (TWO_FORMS, [(FORM, 2, 0, 2)], "old_version", [(FORM, 2)]),
        (WITH_LETTER, [(FORM, 2, 0, 2), ("7", 1, 0, None)], "partly", [(FORM, 2)]),
        (WITH_LETTER, [(FORM, 2, 0, 1), ("7", 1, -3, None)], "complete", []),
        # A copy more than asked for, and a paper nobody asks for any more, do no harm.
        (TWO_FORMS, [(FORM, 3, 0, 1), ("9", 1, 5, None)], "complete", []),
        ((), [], "complete", []),
    ],
)
def test_holds_what_came_against_what_is_owed(
    expected: tuple[Expected, ...],
    come: list[tuple[str, int, int, int | None]],
    standing: str,
    missing: list[tuple[str, int]],
) -> None:
    rows = [Come(key, n, LAST + days * DAY, version) for key, n, days, version in come]
    found = judge(expected, rows, version=1, last=LAST)
    assert found.standing == standing
    assert [(one.key, one.copies) for one in found.missing] == missing
    assert found.is_complete is (not missing)


def test_without_a_last_day_nothing_is_late() -> None:
    found = judge(TWO_FORMS, [Come(FORM, 2, LAST + 400 * DAY, 1)], version=1, last=None)
    assert (found.standing, found.complete_on) == (PaperStanding.COMPLETE, LAST + 400 * DAY)


def test_the_last_day_is_the_one_before_midnight_and_that_of_an_hour_within() -> None:
    midnight = clock.start_of(dt.date(2026, 3, 6))
    second = dt.timedelta(seconds=1)
    assert last_day(Call(paper_by=midnight - second)) == LAST
    assert last_day(Call(paper_by=midnight)) == LAST
    assert last_day(Call(paper_by=midnight + second)) == LAST + DAY
    assert last_day(Call(paper_by=None)) is None


def test_the_postmark_counts_only_where_the_notice_says_so_and_only_of_a_letter() -> None:
    by_post, by_hand = Call(paper_counts=PaperCounts.POSTMARK), Call()
    assert counting_day(by_post, LAST + DAY, LAST) == LAST
    assert counting_day(by_post, LAST + DAY, None) == LAST + DAY
    assert counting_day(by_hand, LAST + DAY, LAST) == LAST + DAY


def test_a_paper_of_one_category_is_owed_by_those_who_apply_there() -> None:
    rules = [
        PaperRule(pk=1, title="公函", copies=1),
        PaperRule(pk=2, title="协议书", copies=2, category_id=5),
        PaperRule(pk=3, title="电子表", copies=0, formats=["xlsx"]),
    ]
    call = Call(paper_copies=3)
    assert [one.key for one in expected_of(call, rules, {4})] == [FORM, "1"]
    assert [one.key for one in expected_of(call, rules, {4, 5})] == [FORM, "1", "2"]
    assert [one.key for one in expected_of(Call(), rules, set())] == ["1"]


@pytest.fixture
def scene(db: None) -> Scene:
    """A call that wants two forms and one letter, the postmark of its last day counting."""
    made = make_scene(sealing="none")
    Call.objects.filter(pk=made.call.pk).update(
        paper_copies=2, paper_by=made.call.closes_at, paper_counts=PaperCounts.POSTMARK
    )
    made.call.refresh_from_db()
    PaperRule.objects.create(call=made.call, title="推荐公函", copies=1)
    return made


def book(scene: Scene, **changes: object) -> PaperArrival:
    application = scene.extra.get("application") or scene.handed_in()
    scene.extra["application"] = application
    letter = str(scene.call.papers.get().pk)
    usual: dict[str, object] = {
        "packet_id": application.packet_id,
        "version_id": version_of(application.packet).pk,
        "copies": {FORM: 2, letter: 1},
        "arrived_on": clock.today(),
        "postmarked_on": None,
        "by": scene.officer,
        "key": uuid.uuid4(),
    }
    return paper.book_in(**(usual | changes))  # type: ignore[arg-type]


def test_booking_in_is_told_to_the_unit_and_written_down_once(scene: Scene) -> None:
    key = uuid.uuid4()
    first = book(scene, key=key, note=" 顺丰 ")
    assert book(scene, key=key) == first
    assert first.note == "顺丰"
    papers = paper.papers_of(first.packet)
    assert papers is not None
    assert papers.judgement.standing is PaperStanding.COMPLETE
    assert AuditEntry.objects.filter(action="papers_booked_in").count() == 1
    mails = Message.objects.filter(occasion__contains=f"papers:{first.pk}")
    assert {m.to_email for m in mails} == {scene.unit.filler.email, scene.unit.administrator.email}
    assert scene.officer.name not in mails[0].body


def test_a_part_leaves_the_rest_and_a_second_parcel_completes_it(scene: Scene) -> None:
    arrival = book(scene, copies={FORM: 1})
    papers = paper.papers_of(arrival.packet)
    assert papers is not None
    assert [(p.title, p.copies) for p in papers.judgement.missing][1:] == [("推荐公函", 1)]
    book(scene, copies={FORM: 1, str(scene.call.papers.get().pk): 1})
    again = paper.papers_of(arrival.packet)
    assert again is not None
    assert again.judgement.is_complete


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"copies": {}}, "at least one copy"),
        ({"copies": {FORM: 0}}, "at least one copy"),
        ({"copies": {FORM: 100}}, "At most 99"),
        ({"copies": {"0": 1}}, "not asked for"),
        ({"version_id": 0}, "which version"),
        ({"arrived_on": 1}, "future"),
        ({"arrived_on": -400}, "look at the year"),
        ({"postmarked_on": 1}, "before its postmark"),
        ({"postmarked_on": -400}, "look at the year"),
    ],
)
def test_refuses_with_a_sentence(scene: Scene, changes: dict[str, object], said: str) -> None:
    for name in ("arrived_on", "postmarked_on"):
        if name in changes:
            changes = changes | {name: clock.today() + int(str(changes[name])) * DAY}
    with pytest.raises(RuleViolation, match=said):
        book(scene, **changes)
    assert not PaperArrival.objects.exists()


def test_who_does_not_work_for_the_association_books_nothing(scene: Scene) -> None:
    official = StaffPostFactory(issuer=scene.issuer, role=StaffRole.OFFICIAL).user
    for stranger in (official, scene.unit.filler, StaffPostFactory().user):
        with pytest.raises(PermissionDenied):
            book(scene, by=stranger)
    arrival = book(scene)
    with pytest.raises(PermissionDenied):
        paper.undo(arrival_id=arrival.pk, reason="误登", by=official)


def test_nothing_is_booked_where_nothing_is_asked_or_handed_in(scene: Scene) -> None:
    packet = scene.signed()
    scene.extra["application"] = packet.applications.get()
    with pytest.raises(RuleViolation, match="Nothing of this unit"):
        book(scene, packet_id=packet.pk, version_id=version_of(packet).pk)
    PaperRule.objects.all().delete()
    Call.objects.update(paper_copies=0, paper_by=None)
    scene.hand_in(packet)
    with pytest.raises(RuleViolation, match="Nothing of this unit"):
        paper.book_in(
            packet_id=packet.pk, version_id=version_of(packet).pk, copies={FORM: 1},
            arrived_on=clock.today(), postmarked_on=None, by=scene.officer, key=uuid.uuid4(),
        )  # fmt: skip


def test_a_mistake_is_taken_back_once_with_its_reason(scene: Scene) -> None:
    arrival = book(scene)
    with pytest.raises(RuleViolation, match="Say why"):
        paper.undo(arrival_id=arrival.pk, reason="  ", by=scene.officer)
    paper.undo(arrival_id=arrival.pk, reason="登错单位", by=scene.officer)
    with pytest.raises(RuleViolation, match="already"):
        paper.undo(arrival_id=arrival.pk, reason="登错单位", by=scene.officer)
    papers = paper.papers_of(arrival.packet)
    assert papers is not None
    assert papers.judgement.standing is PaperStanding.MISSING
    assert PaperArrival.objects.get().undone_reason == "登错单位"


def test_the_database_refuses_what_the_service_would(scene: Scene) -> None:
    arrival = book(scene)
    rows = PaperArrival.objects.filter(pk=arrival.pk)
    for wrong in (
        {"postmarked_on": arrival.arrived_on + DAY},
        {"undone_at": arrival.at},
        {"undone_reason": "误登"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        arrival.pieces.update(copies=0)
