"""Score sheets: kept as typed, handed in once, opened again with a reason, two pages told apart."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from calls.models import Criterion
from portal.errors import Conflict, RuleViolation
from portal.mail.models import Message
from reviews.models import Assignment, AssignmentState, Panel, Score
from reviews.services import assigning, scoring
from reviews.sheets import read_score
from reviews.summary import summary_of
from tests.factories.experts import (
    ExpertFactory,
    assign_all,
    fill_in,
    make_experts,
    make_panel,
    make_stage,
    score,
    user_of,
)
from tests.factories.reviews import Scene, accepted


@pytest.fixture
def panel(scene: Scene) -> Panel:
    """One application in review by three experts."""
    accepted(scene)
    stage = make_stage(scene.call, drop_over=2)
    return make_panel(stage, scene.officer, make_experts(scene.issuer, 3), per_file=3)


@pytest.fixture
def one(scene: Scene, panel: Panel) -> Assignment:
    """One expert's file, not opened yet."""
    return assign_all(panel, scene.officer)[0]


def save(one: Assignment, text: str, revision: int) -> int:
    key = f"score-{scoring.criteria_of(one)[0].pk}"
    entry = scoring.save_entry(
        assignment_id=one.pk, key=key, text=text, revision=revision, by=user_of(one.expert)
    )
    return entry.revision


def test_a_sheet_opens_only_after_the_declaration(one: Assignment) -> None:
    with pytest.raises(RuleViolation):
        save(one, "50", 0)
    assigning.clear(assignment_id=one.pk, by=user_of(one.expert))
    assert save(one, "50", 0) == 1


def test_what_is_unsound_is_kept_but_not_handed_in(one: Assignment) -> None:
    fill_in(one, first="六十")
    with pytest.raises(RuleViolation) as refused:
        scoring.hand_in(assignment_id=one.pk, version_id=one.version_id, by=user_of(one.expert))
    assert len(refused.value.reasons) == 1
    assert "学术价值" in refused.value.reasons[0].message
    assert not Score.objects.exists()


def test_an_empty_sheet_is_told_everything_it_lacks(one: Assignment) -> None:
    assigning.clear(assignment_id=one.pk, by=user_of(one.expert))
    with pytest.raises(RuleViolation) as refused:
        scoring.hand_in(assignment_id=one.pk, version_id=one.version_id, by=user_of(one.expert))
    assert len(refused.value.reasons) == 4


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"), ("60", "60"), ("59.5", "59.5"), ("６０", "60"), (" 12 ", "12"),
        ("60.1", None), ("-1", None), ("59.55", None), ("NaN", None), ("1e9", None), ("", None),
    ],
)  # fmt: skip
def test_a_score_lies_on_its_scale(text: str, value: str | None) -> None:
    criterion = Criterion(title="x", weight=Decimal(60), low=Decimal(0), top=Decimal(60))
    assert read_score(criterion, text) == (None if value is None else Decimal(value))


def test_the_total_weighs_the_scores(one: Assignment) -> None:
    score(one, "45", "7.5")
    one.refresh_from_db()
    assert one.total == Decimal("75.00")
    assert one.opinion == "总体良好，建议支持。"


def test_a_second_click_changes_nothing_and_a_later_save_is_refused(one: Assignment) -> None:
    score(one)
    again = scoring.hand_in(assignment_id=one.pk, version_id=0, by=user_of(one.expert))
    assert again.state == AssignmentState.SUBMITTED
    with pytest.raises(RuleViolation) as refused:
        save(one, "1", 1)
    assert refused.value.reasons[0].code == "handed_in"
    assert Score.objects.count() == 2


def test_a_stale_page_gets_both_texts_and_overwrites_nothing(one: Assignment) -> None:
    assigning.clear(assignment_id=one.pk, by=user_of(one.expert))
    first = save(one, "40", 0)
    save(one, "41", first)
    with pytest.raises(Conflict) as stale:
        save(one, "39", first)
    assert (stale.value.theirs, stale.value.revision) == ("41", 2)
    assert one.entries.get().text == "41"


def test_the_same_text_from_a_stale_page_is_no_conflict(one: Assignment) -> None:
    assigning.clear(assignment_id=one.pk, by=user_of(one.expert))
    save(one, "41", 0)
    assert save(one, "41", 0) == 1


def test_nobody_writes_on_anothers_sheet(scene: Scene, one: Assignment) -> None:
    fill_in(one)
    for stranger in (user_of(ExpertFactory(issuer=scene.issuer)), scene.officer):
        with pytest.raises(RuleViolation):
            scoring.save_entry(
                assignment_id=one.pk, key="opinion", text="改", revision=1, by=stranger
            )
        with pytest.raises(RuleViolation):
            scoring.hand_in(assignment_id=one.pk, version_id=one.version_id, by=stranger)


def test_a_line_of_another_sheet_is_no_line(one: Assignment) -> None:
    assigning.clear(assignment_id=one.pk, by=user_of(one.expert))
    with pytest.raises(RuleViolation):
        scoring.save_entry(
            assignment_id=one.pk, key="score-999999", text="1", revision=0, by=user_of(one.expert)
        )


def test_another_version_seen_is_refused(one: Assignment) -> None:
    fill_in(one)
    with pytest.raises(RuleViolation):
        scoring.hand_in(assignment_id=one.pk, version_id=one.version_id + 1, by=user_of(one.expert))


def test_staff_open_a_sheet_again_with_a_reason_and_its_figures_count_no_more(
    scene: Scene, panel: Panel, one: Assignment
) -> None:
    score(one)
    with pytest.raises(RuleViolation):
        scoring.reopen(assignment_id=one.pk, by=scene.officer, reason=" ")
    scoring.reopen(assignment_id=one.pk, by=scene.officer, reason="评语与分数不符")
    one.refresh_from_db()
    assert (one.state, one.total) == (AssignmentState.OPEN, None)
    assert Message.objects.filter(occasion__startswith=f"sheet-reopened:{one.pk}").count() == 1
    (group,) = summary_of(panel, panel.stage.sheet)
    assert group.rows[0].summary is None
    scoring.hand_in(assignment_id=one.pk, version_id=one.version_id, by=user_of(one.expert))
    assert Score.objects.count() == 2


def test_only_the_associations_staff_open_a_sheet_again(one: Assignment) -> None:
    from tests.factories.people import StaffPostFactory

    score(one)
    for user in (user_of(one.expert), StaffPostFactory().user):
        with pytest.raises(PermissionDenied):
            scoring.reopen(assignment_id=one.pk, by=user, reason="重评")


def test_what_was_scored_by_stays_once_a_sheet_was_handed_in(
    scene: Scene, panel: Panel, one: Assignment
) -> None:
    score(one)
    with pytest.raises(RuleViolation):
        scoring.change_sheet(stage=panel.stage, by=scene.officer, change=lambda: None)


def test_the_summary_drops_marks_and_cuts(scene: Scene, panel: Panel, one: Assignment) -> None:
    rows = list(panel.assignments.select_related("expert__user"))
    for assignment, first in zip(rows, ("60", "50", "10"), strict=True):
        score(assignment, first, "10")
    (group,) = summary_of(panel, panel.stage.sheet)
    (row,) = group.rows
    assert row.summary.score == Decimal("90.00")
    assert sorted(line.dropped for line in row.summary.lines) == [False, True, True]
    assert [line.raw for line in row.summary.lines if line.outlier] == [Decimal("50.00")]
    assert row.cut.side == "above"
    (moved,) = summary_of(panel, panel.stage.sheet, {group.category.pk: (0, 1)})
    assert moved.rows[0].cut.side == "reserve"
