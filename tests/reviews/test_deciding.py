"""Drafting decisions with two people at once, and publishing the list exactly once."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from applications.models import Recommendation, RecommendationList, StateLog
from applications.models.recommendation import Stand
from applications.states import State
from calls.enums import FundingKind, NoticeState, SlotsKind
from calls.models import Notice, RecommendingLevel
from portal import clock
from portal.audit.models import AuditEntry
from portal.documents.models import Document
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.enums import StaffRole
from reviews import results
from reviews.board import board_of, fingerprint, refusals_to_publish, spelled, warnings
from reviews.models import Decision, Submission
from reviews.services import deciding
from reviews.services.deciding import Choice
from tests.factories.applications import make_unit
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import Scene, accepted, colleague, many_submissions


def choice(submission: Submission, outcome: str, **changes: Any) -> Choice:
    """Fill in a row as a page that was loaded just now shows it."""
    row = next(r for r in board_of(submission.packet.call).rows if r.submission == submission)
    values: dict[str, Any] = {"amount": row.amount, "rank": None, "note": "", **changes}
    return Choice(outcome=outcome, base=row.base, revision=row.revision, **values)


def decide(scene: Scene, submission: Submission, outcome: str, **changes: Any) -> deciding.Saved:
    made = choice(submission, outcome, **changes)
    return deciding.save_drafts(
        call_id=scene.call.pk, choices={submission.pk: made}, by=scene.officer
    )


def publish(scene: Scene, **changes: Any) -> Notice:
    asked: dict[str, Any] = {
        "call_id": scene.call.pk,
        "seen": fingerprint(board_of(scene.call).to_publish),
        "title": "入选名单",
        "by": scene.officer,
    }
    return deciding.publish(**(asked | changes))


def codes(refused: pytest.ExceptionInfo[RuleViolation]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def funded(scene: Scene, low: int, high: int) -> None:
    scene.call.categories.update(
        funding_kind=FundingKind.FIXED if low == high else FundingKind.RANGE,
        amount_min=low,
        amount_max=high,
    )


def test_a_draft_is_kept_and_changes_no_state(scene: Scene) -> None:
    submission = accepted(scene)
    saved = decide(scene, submission, "selected", rank=1, note="会商一致")
    assert saved.written == 1
    decision = Decision.objects.get()
    assert (decision.outcome, decision.rank, decision.note) == ("selected", 1, "会商一致")
    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED


def test_an_untouched_row_is_not_written(scene: Scene) -> None:
    submission = accepted(scene)
    assert decide(scene, submission, "").written == 0
    assert not Decision.objects.exists()


def test_the_second_of_two_staff_overwrites_nothing(scene: Scene) -> None:
    submission = accepted(scene)
    mine, theirs = choice(submission, "selected"), choice(submission, "not_selected")
    other = colleague(scene)
    deciding.save_drafts(call_id=scene.call.pk, choices={submission.pk: theirs}, by=other)
    saved = deciding.save_drafts(
        call_id=scene.call.pk, choices={submission.pk: mine}, by=scene.officer
    )
    assert saved.written == 0
    assert saved.conflicts[submission.pk].outcome == "not_selected"
    assert Decision.objects.get().by == other


def test_a_stale_page_leaves_rows_alone_that_its_reader_did_not_touch(scene: Scene) -> None:
    submission = accepted(scene)
    stale = choice(submission, "")
    decide(scene, submission, "selected")
    saved = deciding.save_drafts(
        call_id=scene.call.pk, choices={submission.pk: stale}, by=colleague(scene)
    )
    assert (saved.written, dict(saved.conflicts)) == (0, {})
    assert Decision.objects.get().outcome == "selected"


def test_two_who_choose_the_same_do_not_quarrel(scene: Scene) -> None:
    submission = accepted(scene)
    mine = choice(submission, "selected")
    decide(scene, submission, "selected")
    saved = deciding.save_drafts(
        call_id=scene.call.pk, choices={submission.pk: mine}, by=colleague(scene)
    )
    assert not saved.conflicts


@pytest.mark.parametrize(
    ("amount", "kept"), [("29999.99", 0), ("30000", 1), ("45000", 1), ("45000.01", 0)]
)
def test_an_amount_outside_the_notice_is_refused(scene: Scene, amount: str, kept: int) -> None:
    funded(scene, 30_000, 45_000)
    submission = accepted(scene)
    saved = decide(scene, submission, "selected", amount=Decimal(amount))
    assert saved.written == kept
    assert (submission.pk in saved.refused) == (not kept)


def test_a_fixed_amount_stands_without_being_typed(scene: Scene) -> None:
    funded(scene, 30_000, 30_000)
    decide(scene, accepted(scene), "selected")
    board = board_of(scene.call)
    assert board.money == Decimal(30_000)
    assert board.groups[0].money_top == Decimal(90_000)


def test_money_where_the_notice_has_none_is_refused(scene: Scene) -> None:
    saved = decide(scene, accepted(scene), "selected", amount=Decimal(1))
    assert saved.written == 0


def test_who_only_reads_decides_nothing(scene: Scene) -> None:
    submission = accepted(scene)
    made = choice(submission, "selected")
    for user in (colleague(scene, StaffRole.OFFICIAL), StaffPostFactory().user):
        with pytest.raises(PermissionDenied):
            deciding.save_drafts(call_id=scene.call.pk, choices={submission.pk: made}, by=user)
        with pytest.raises(PermissionDenied):
            publish(scene, by=user)
    assert not Decision.objects.exists()


def test_publication_names_everything_in_the_way(scene: Scene) -> None:
    accepted(scene)
    scene.handed_in(scene.another_unit())
    with pytest.raises(RuleViolation) as refused:
        publish(scene)
    assert codes(refused) == {"unfinished", "undecided", "empty"}
    assert not Notice.objects.filter(kind="result").exists()


@pytest.mark.parametrize(
    ("kind", "blocked"),
    [(SlotsKind.EXACT, True), (SlotsKind.RANGE, False), (SlotsKind.ABOUT, False)],
)
def test_more_than_the_places_is_refused_only_where_the_number_is_exact(
    scene: Scene, kind: str, blocked: bool
) -> None:
    scene.call.categories.update(slots_kind=kind, slots_min=1, slots_max=1)
    for unit in (scene.unit, scene.another_unit()):
        decide(scene, accepted(scene, unit), "selected")
    board = board_of(scene.call)
    assert [w.code for w in warnings(board)] == ["slots"]
    assert ("slots" in {r.code for r in refusals_to_publish(board)}) is blocked


def test_publication_moves_tells_and_freezes_everything_at_once(scene: Scene) -> None:
    chosen = accepted(scene)
    passed_over = accepted(scene, scene.another_unit())
    kept_back = accepted(scene, scene.another_unit())
    decide(scene, chosen, "selected")
    decide(scene, passed_over, "not_selected")
    decide(scene, kept_back, "reserve")
    notice = publish(scene)
    states = {s.pk: s.state for s in Submission.objects.all()}
    assert states == {
        chosen.pk: State.SELECTED,
        passed_over.pk: State.NOT_SELECTED,
        kept_back.pk: State.RESERVE,
    }
    assert notice.state == NoticeState.PUBLISHED
    assert notice.rows is not None
    assert notice.rows["groups"] == [
        {
            "title": scene.categories[0].full_title,
            "rows": [[scene.unit.organisation.name, "—", chosen.title]],
        }
    ], "names and titles of the selected only"
    assert set(Decision.objects.values_list("published_in", flat=True)) == {notice.pk}
    told = Message.objects.filter(occasion__startswith=f"result:{notice.pk}:")
    assert told.filter(to_email=scene.unit.filler.email).count() == 1
    assert told.count() == 6, "filler and administrator of three units"
    assert Document.objects.filter(subject_label=f"calls.notice:{notice.pk}").count() == 1
    assert AuditEntry.objects.filter(action="result_published").count() == 1


def test_the_mail_says_the_outcome_in_the_calls_own_word(scene: Scene) -> None:
    scene.call.word_selected = "列入申报范围"
    scene.call.save(update_fields=["word_selected"])
    submission = accepted(scene)
    decide(scene, submission, "selected")
    notice = publish(scene)
    mail = Message.objects.get(
        occasion__startswith=f"result:{notice.pk}:", to_email=scene.unit.filler.email
    )
    assert f"{submission.title}: 列入申报范围" in mail.body
    assert "列入申报范围" in notice.body


def test_a_second_click_finds_the_list_of_the_first(scene: Scene) -> None:
    decide(scene, accepted(scene), "selected")
    seen = fingerprint(board_of(scene.call).to_publish)
    first = publish(scene, seen=seen)
    steps, mails = StateLog.objects.count(), Message.objects.count()
    assert publish(scene, seen=seen) == first
    assert Notice.objects.filter(kind="result").count() == 1
    assert (StateLog.objects.count(), Message.objects.count()) == (steps, mails)


def test_decisions_changed_after_the_preview_are_not_published(scene: Scene) -> None:
    submission = accepted(scene)
    decide(scene, submission, "selected")
    seen = fingerprint(board_of(scene.call).to_publish)
    decide(scene, submission, "selected", note="改动")
    with pytest.raises(RuleViolation) as refused:
        publish(scene, seen=seen)
    assert codes(refused) == {"changed"}


def test_a_fault_in_the_middle_leaves_nothing_behind(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(scene, accepted(scene), "selected")

    def broken(*args: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("reviews.results.tell_units", broken)
    with pytest.raises(OSError, match="no room"):
        publish(scene)
    assert not Notice.objects.filter(kind="result").exists()
    assert Submission.objects.get().state == State.ACCEPTED


def test_the_reserve_moves_up_with_a_further_list(scene: Scene) -> None:
    first, second = accepted(scene), accepted(scene, scene.another_unit())
    decide(scene, first, "selected")
    decide(scene, second, "reserve")
    publish(scene)
    second.refresh_from_db()
    assert decide(scene, first, "not_selected").refused, "a published selection stands"
    decide(scene, second, "selected")
    further = publish(scene, title="补充入选名单")
    second.refresh_from_db()
    assert second.state == State.SELECTED
    assert further.rows is not None
    assert [row[2] for g in further.rows["groups"] for row in g["rows"]] == [second.title]
    assert Notice.objects.filter(kind="result").count() == 2


def test_a_project_ended_early_gives_its_place_to_the_reserve(scene: Scene) -> None:
    scene.call.categories.update(slots_kind=SlotsKind.EXACT, slots_min=1, slots_max=1)
    first, second = accepted(scene), accepted(scene, scene.another_unit())
    decide(scene, first, "selected")
    decide(scene, second, "reserve")
    publish(scene)
    Submission.objects.filter(pk=first.pk).update(state=State.TERMINATED)
    second.refresh_from_db()
    decide(scene, second, "selected")
    assert board_of(scene.call).selected == 1
    publish(scene, title="补充入选名单")
    second.refresh_from_db()
    assert second.state == State.SELECTED


def test_a_list_nobody_is_on_is_published_as_a_sentence(scene: Scene) -> None:
    first, second = accepted(scene), accepted(scene, scene.another_unit())
    decide(scene, first, "not_selected")
    decide(scene, second, "reserve")
    notice = publish(scene, title="申报结果")
    first.refresh_from_db()
    assert first.state == State.NOT_SELECTED
    assert notice.rows is not None
    assert notice.rows["groups"] == []
    assert scene.call.word_selected in notice.body
    assert notice.body != results.body(scene.call, nobody=False), "it promises no list"
    assert Message.objects.filter(occasion__startswith=f"result:{notice.pk}:").count() == 4
    printed = Document.objects.get(subject_label=f"calls.notice:{notice.pk}")
    assert printed.payload["intro"] == notice.body
    decide(scene, second, "not_selected")
    further = publish(scene, title="补充结果")
    second.refresh_from_db()
    assert (second.state, further.rows) == (State.NOT_SELECTED, notice.rows)


def test_the_reserve_needs_a_word_of_the_call(scene: Scene) -> None:
    scene.call.word_reserve = ""
    scene.call.save(update_fields=["word_reserve"])
    assert decide(scene, accepted(scene), "reserve").refused


def test_the_board_asks_as_often_for_many_rows_as_for_one(
    scene: Scene, django_assert_num_queries: Any
) -> None:
    many_submissions(scene, 1, State.ACCEPTED)
    with django_assert_num_queries(6):
        board_of(scene.call)
    many_submissions(scene, 20, State.ACCEPTED)
    with django_assert_num_queries(6):
        assert len(board_of(scene.call).rows) == 21


def test_a_row_says_who_recommended_it_last_and_on_which_place(scene: Scene, desk: Client) -> None:
    submission, alone = many_submissions(scene, 2, State.ACCEPTED)
    for no in (1, 2):
        level = RecommendingLevel.objects.create(
            call=scene.call,
            no=no,
            title=f"第{no}级推荐",
            closes_at=clock.now(),
            who=[{"kind": "local_association"}],
        )
        unit = make_unit(scene.issuer, "local_association").organisation
        made = RecommendationList.objects.create(level=level, organisation=unit)
        Recommendation.objects.create(
            application=submission, level=level, organisation=unit, list=made, rank=3 - no,
            reserve=no == 2, state=Stand.RECOMMENDED, at=clock.now(),
        )  # fmt: skip
    rows = {row.submission.pk: row for row in board_of(scene.call).rows}
    assert rows[alone.pk].recommended is None
    page = desk.get(reverse("admin:reviews_deciding", args=[scene.call.pk])).text
    assert f"由{unit}推荐 · 在其名单中排第 1 · 备选" in " ".join(page.split())


def test_spelling_tells_values_apart() -> None:
    assert spelled("selected", Decimal(30000), 1, " a ") == "selected|30000.00|1|a"
    assert spelled("", None, None, "") == "|||"


def test_a_row_of_another_call_is_not_written(scene: Scene) -> None:
    stranger = uuid.uuid4()
    made = Choice("selected", None, None, "", "", 0)
    saved = deciding.save_drafts(call_id=scene.call.pk, choices={stranger: made}, by=scene.officer)
    assert saved.written == 0
