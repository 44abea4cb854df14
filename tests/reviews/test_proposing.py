"""The cut line as draft decisions: previewed, written once, never over a colleague in silence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from portal.errors import RuleViolation
from portal.people.enums import StaffRole
from reviews.board import board_of
from reviews.models import Decision, Panel, Submission
from reviews.proposal import Fate, Proposal
from reviews.services import deciding, proposing
from tests.factories.experts import assign_all, make_experts, make_panel, make_stage, score
from tests.factories.reviews import Scene, accepted, colleague, make_unit


@pytest.fixture
def files(scene: Scene) -> list[Submission]:
    """Three accepted applications of one category."""
    return [
        accepted(scene, unit) for unit in (None, make_unit(scene.issuer), make_unit(scene.issuer))
    ]


@pytest.fixture
def panel(scene: Scene, files: list[Submission]) -> Panel:
    """Scored by one expert: 100, 80 and 60 in the order of the files."""
    stage = make_stage(scene.call)
    made = make_panel(stage, scene.officer, make_experts(scene.issuer, 1), per_file=1)
    points = dict(zip([f.pk for f in files], (("60", "10"), ("48", "8"), ("36", "6")), strict=True))
    for one in assign_all(made, scene.officer):
        score(one, *points[one.application_id])
    return made


def lines(files: list[Submission], places: int, reserve: int = 0) -> dict[int, tuple[int, int]]:
    return {files[0].category_id: (places, reserve)}


def proposal(panel: Panel, files: list[Submission], places: int = 1) -> Proposal:
    return proposing.proposal_of(panel, panel.stage.sheet, lines(files, places, 1))


def take(panel: Panel, files: list[Submission], by: object, shown: str, *replacing: object) -> int:
    return proposing.take_over(
        panel=panel, sheet=panel.stage.sheet, lines=lines(files, 1, 1), shown=shown,
        replacing=replacing, by=by,  # type: ignore[arg-type]
    ).written  # fmt: skip


def outcomes(files: list[Submission]) -> list[tuple[str, int | None]]:
    found = {d.application_id: (d.outcome, d.rank) for d in Decision.objects.all()}
    return [found.get(f.pk, ("", None)) for f in files]


def test_the_line_becomes_drafts_with_rank_and_amount(
    scene: Scene, panel: Panel, files: list[Submission]
) -> None:
    shown = proposal(panel, files)
    assert [c.fate for c in shown.changes] == [Fate.NEW] * 3
    assert not Decision.objects.exists()
    assert take(panel, files, scene.officer, shown.shown) == 3
    assert outcomes(files) == [("selected", 1), ("reserve", 2), ("not_selected", 3)]
    first = Decision.objects.get(application=files[0].pk)
    assert first.amount == files[0].category.amount_max
    assert [c.fate for c in proposal(panel, files).changes] == [Fate.SAME] * 3
    with pytest.raises(RuleViolation):  # nothing is left to write
        take(panel, files, scene.officer, proposal(panel, files).shown)


def test_a_call_without_reserve_gets_none(
    scene: Scene, panel: Panel, files: list[Submission]
) -> None:
    scene.call.word_reserve = ""
    scene.call.save(update_fields=["word_reserve"])
    panel.refresh_from_db()
    assert [c.outcome for c in proposal(panel, files).changes][1] == "not_selected"


def draft_by_colleague(scene: Scene, submission: Submission) -> None:
    row = next(r for r in board_of(scene.call).rows if r.submission.pk == submission.pk)
    choice = deciding.Choice("not_selected", row.amount, None, "领导意见", row.base, row.revision)
    deciding.save_drafts(
        call_id=scene.call.pk, choices={submission.pk: choice}, by=colleague(scene)
    )


def test_a_colleagues_draft_gives_way_only_where_it_was_ticked(
    scene: Scene, panel: Panel, files: list[Submission]
) -> None:
    draft_by_colleague(scene, files[0])
    shown = proposal(panel, files)
    assert [c.fate for c in shown.changes] == [Fate.OTHER, Fate.NEW, Fate.NEW]
    assert take(panel, files, scene.officer, shown.shown) == 2
    assert outcomes(files)[0] == ("not_selected", None)
    assert take(panel, files, scene.officer, proposal(panel, files).shown, files[0].pk) == 1
    assert outcomes(files)[0] == ("selected", 1)
    assert Decision.objects.get(application=files[0].pk).note == "领导意见"


def test_a_draft_written_after_the_preview_is_not_overrun(
    scene: Scene, panel: Panel, files: list[Submission]
) -> None:
    seen = proposal(panel, files).shown
    draft_by_colleague(scene, files[0])
    with pytest.raises(RuleViolation):
        take(panel, files, scene.officer, seen, files[0].pk)
    assert Decision.objects.count() == 1


def test_ties_on_the_line_and_files_without_a_score_are_left_to_people(
    scene: Scene, panel: Panel, files: list[Submission]
) -> None:
    panel.assignments.filter(application=files[1].pk).update(total=Decimal(100))
    unscored = accepted(scene, make_unit(scene.issuer))
    found = {c.row.submission.pk: c.fate for c in proposal(panel, files).changes}
    assert found[files[0].pk] == found[files[1].pk] == found[unscored.pk] == Fate.OPEN


def test_who_only_reads_takes_nothing_over(
    scene: Scene, panel: Panel, files: list[Submission]
) -> None:
    with pytest.raises(PermissionDenied):
        take(panel, files, colleague(scene, StaffRole.OFFICIAL), proposal(panel, files).shown)


def test_the_page_shows_first_and_writes_then(
    scene: Scene, desk: Client, panel: Panel, files: list[Submission]
) -> None:
    query = f"?places-{files[0].category_id}=1"
    summary = desk.get(reverse("admin:reviews_summary", args=[panel.stage_id]) + query)
    address = reverse("admin:reviews_take_over", args=[panel.stage_id]) + query
    assert address in summary.text
    page = desk.get(address)
    assert page.context["writable"]
    desk.post(address, {"shown": page.context["proposal"].shown})
    assert [outcome for outcome, _rank in outcomes(files)] == [
        "selected", "not_selected", "not_selected",
    ]  # fmt: skip


def test_scores_stay_to_be_read_when_the_list_is_out(
    scene: Scene, desk: Client, panel: Panel, files: list[Submission]
) -> None:
    take(panel, files, scene.officer, proposal(panel, files).shown)
    Submission.objects.filter(pk=files[0].pk).update(state="selected")
    Submission.objects.filter(pk=files[2].pk).update(state="withdrawn")
    page = desk.get(reverse("admin:reviews_summary", args=[panel.stage_id]))
    shown = [row.submission.pk for group in page.context["groups"] for row in group.rows]
    assert shown == [files[0].pk, files[1].pk]
