"""Assigning: computed conflicts kept out, the preview binds, hand work refused with its ground."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from applications.models import AvoidedExpert, Partner
from applications.models.partner import PartnerState
from portal import clock
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.enums import StaffRole
from portal.people.models import Organisation
from reviews.models import Assignment, AssignmentState, Expert, ExpertTie, Panel
from reviews.recusal import Ground
from reviews.services import assigning, experts
from tests.factories.experts import (
    ExpertFactory,
    assign_all,
    make_experts,
    make_panel,
    make_stage,
    score,
    user_of,
)
from tests.factories.people import MembershipFactory, OrganisationFactory
from tests.factories.reviews import Scene, accepted, colleague, many_submissions


@pytest.fixture
def panel(scene: Scene) -> Panel:
    """Two applications in review, three experts, two for each."""
    accepted(scene)
    accepted(scene, scene.another_unit(), category=1)
    stage = make_stage(scene.call)
    return make_panel(stage, scene.officer, make_experts(scene.issuer, 3))


def test_the_preview_writes_nothing_and_the_yes_makes_exactly_it(
    scene: Scene, panel: Panel
) -> None:
    preview = assigning.preview(panel)
    assert not Assignment.objects.exists()
    assert len(preview.pairs) == 4
    assert not preview.lacking
    number = assigning.confirm(panel_id=panel.pk, shown=preview.shown, by=scene.officer)
    made = set(Assignment.objects.values_list("application", "expert"))
    assert number == 4
    assert made == set(preview.pairs)
    assert (
        max(load.total for load in preview.loads) - min(load.total for load in preview.loads) <= 1
    )


def test_every_expert_is_told_once_of_all_her_files(scene: Scene, panel: Panel) -> None:
    assign_all(panel, scene.officer)
    mails = Message.objects.filter(occasion__startswith="files-assigned")
    assert mails.count() == 3
    assert {m.to_email for m in mails} == set(panel.members.values_list("expert__email", flat=True))


def test_a_second_yes_to_an_old_preview_is_refused(scene: Scene, panel: Panel) -> None:
    shown = assigning.preview(panel).shown
    assigning.confirm(panel_id=panel.pk, shown=shown, by=scene.officer)
    with pytest.raises(RuleViolation):
        assigning.confirm(panel_id=panel.pk, shown=shown, by=scene.officer)
    assert Assignment.objects.count() == 4


def relate(expert: Expert, file: Any, ground: Ground) -> None:
    """Make an expert unfit for one application on one ground."""
    unit = file.submission.packet.organisation
    if ground is Ground.SAME_UNIT:
        MembershipFactory(user=user_of(expert), organisation=unit)
    elif ground is Ground.PARTNER_UNIT:
        partner = OrganisationFactory()
        Partner.objects.create(
            application_id=file.key, organisation=partner, name=partner.name,
            state=PartnerState.CONFIRMED,
        )  # fmt: skip
        MembershipFactory(user=user_of(expert), organisation=partner)
    elif ground is Ground.RELATED_UNIT:
        branch = OrganisationFactory(parent=unit)
        MembershipFactory(user=user_of(expert), organisation=branch)
    elif ground is Ground.AVOIDED:
        AvoidedExpert.objects.create(
            application_id=file.key, name=expert.name, unit_name=expert.unit_name,
            reason="有纠纷", named_by=file.submission.created_by, named_at=clock.now(),
        )  # fmt: skip
    elif ground is Ground.DECLARED:
        experts.declare_tie(by=user_of(expert), expert=expert, unit_name=unit.name, reason="理事")


@pytest.mark.parametrize(
    "ground",
    [
        Ground.SAME_UNIT,
        Ground.PARTNER_UNIT,
        Ground.RELATED_UNIT,
        Ground.AVOIDED,
        Ground.DECLARED,
    ],
)
def test_who_has_a_conflict_is_passed_over_and_refused_by_hand(
    scene: Scene, panel: Panel, ground: Ground
) -> None:
    file = assigning.table_of(panel).files[0]
    expert = panel.members.first().expert
    relate(expert, file, ground)
    preview = assigning.preview(panel)
    assert (file.key, expert.pk) not in preview.pairs
    line = next(one for one in preview.lines if one.file.key == file.key)
    assert [kept for kept, _why in line.kept_out] == [expert]
    with pytest.raises(RuleViolation) as refused:
        assigning.assign_by_hand(
            panel_id=panel.pk, application_id=file.key, expert_id=expert.pk, by=scene.officer
        )
    assert [reason.code for reason in refused.value.reasons] == [ground.value]


def test_who_gives_or_replaces_by_hand_reads_who_keeps_out(
    scene: Scene, desk: Client, panel: Panel
) -> None:
    file = assigning.table_of(panel).files[0]
    expert = panel.members.first().expert
    relate(expert, file, Ground.DECLARED)
    one = next(a for a in assign_all(panel, scene.officer) if a.application_id == file.key)
    for page in (("panel", panel.stage_id), ("assignment", one.pk)):
        shown = desk.get(reverse(f"admin:reviews_{page[0]}", args=[page[1]]))
        assert shown.text.count(str(Ground.DECLARED.label)) == 1
        assert expert.name in shown.text
    title = shown.text.partition("<h1>")[2].partition("</h1>")[0]
    assert one.expert.name in title
    assert str(one.application) in title


def test_a_declined_partner_is_no_conflict(scene: Scene, panel: Panel) -> None:
    file = assigning.table_of(panel).files[0]
    expert = panel.members.first().expert
    relate(expert, file, Ground.PARTNER_UNIT)
    Partner.objects.update(state=PartnerState.DECLINED)
    assert not assigning.table_of(panel).kept_out


def test_the_parent_of_a_branch_is_related_too(scene: Scene, panel: Panel) -> None:
    file = assigning.table_of(panel).files[0]
    parent = OrganisationFactory()
    Organisation.objects.filter(pk=file.facts.unit).update(parent=parent)
    expert = panel.members.first().expert
    MembershipFactory(user=user_of(expert), organisation=parent)
    found = assigning.table_of(panel).kept_out
    assert found == {(file.key, expert.pk): (Ground.RELATED_UNIT,)}


def test_who_is_away_before_the_end_gets_nothing_by_herself(scene: Scene, panel: Panel) -> None:
    expert = panel.members.first().expert
    day = clock.today() + dt.timedelta(days=3)
    experts.set_absence(by=user_of(expert), expert=expert, away_from=day, away_until=day)
    preview = assigning.preview(panel)
    assert expert.pk not in {one for _file, one in preview.pairs}
    assert next(load for load in preview.loads if load.expert == expert).away


def test_a_late_expert_is_replaced_and_does_not_get_the_file_again(
    scene: Scene, panel: Panel
) -> None:
    one = assign_all(panel, scene.officer)[0]
    file = next(f for f in assigning.table_of(panel).files if f.key == one.application_id)
    (other,) = assigning.table_of(panel).candidates(file)
    new = assigning.replace(
        assignment_id=one.pk, by=scene.officer, reason="逾期未评", expert_id=other.pk
    )
    one.refresh_from_db()
    assert one.state == AssignmentState.REPLACED
    assert new.expert == other
    assert Message.objects.filter(occasion=f"file-taken:{one.pk}").count() == 1
    assert not assigning.preview(panel).pairs


def test_a_refused_replacement_leaves_the_file_where_it_was(scene: Scene, panel: Panel) -> None:
    one = assign_all(panel, scene.officer)[0]
    with pytest.raises(RuleViolation):
        assigning.replace(
            assignment_id=one.pk, by=scene.officer, reason="逾期", expert_id=one.expert_id
        )
    one.refresh_from_db()
    assert one.state == AssignmentState.ASSIGNED


def test_a_sheet_handed_in_is_not_replaced(scene: Scene, panel: Panel) -> None:
    one = score(assign_all(panel, scene.officer)[0])
    with pytest.raises(RuleViolation):
        assigning.replace(assignment_id=one.pk, by=scene.officer, reason="逾期")


def test_a_conflict_declared_gives_the_file_back_for_good(scene: Scene, panel: Panel) -> None:
    one = assign_all(panel, scene.officer)[0]
    user = user_of(one.expert)
    assigning.recuse(assignment_id=one.pk, by=user, reason="导师与学生")
    one.refresh_from_db()
    assert one.state == AssignmentState.RECUSED
    assert ExpertTie.objects.get(expert=one.expert).application_id == one.application_id
    assert Message.objects.filter(occasion=f"conflict:{one.pk}").exists()
    assert (one.application_id, one.expert_id) in assigning.table_of(panel).kept_out


def test_a_tie_found_after_the_assignment_keeps_the_file_shut(scene: Scene, panel: Panel) -> None:
    one = assign_all(panel, scene.officer)[0]
    MembershipFactory(user=user_of(one.expert), organisation=one.application.packet.organisation)
    with pytest.raises(RuleViolation):
        assigning.clear(assignment_id=one.pk, by=user_of(one.expert))
    one.refresh_from_db()
    assert one.cleared_at is None


def test_nobody_clears_or_recuses_for_another(scene: Scene, panel: Panel) -> None:
    one = assign_all(panel, scene.officer)[0]
    stranger = user_of(ExpertFactory(issuer=scene.issuer))
    with pytest.raises(RuleViolation):
        assigning.clear(assignment_id=one.pk, by=stranger)
    with pytest.raises(RuleViolation):
        assigning.recuse(assignment_id=one.pk, by=stranger, reason="无")


@pytest.mark.parametrize("who", ["official", "foreign"])
def test_only_working_staff_of_the_association_assign(scene: Scene, panel: Panel, who: str) -> None:
    if who == "official":
        user = colleague(scene, StaffRole.OFFICIAL)
    else:
        from tests.factories.people import StaffPostFactory

        user = StaffPostFactory().user
    shown = assigning.preview(panel).shown
    with pytest.raises(PermissionDenied):
        assigning.confirm(panel_id=panel.pk, shown=shown, by=user)


def test_experts_of_another_association_are_no_members(scene: Scene, panel: Panel) -> None:
    with pytest.raises(RuleViolation):
        make_panel(panel.stage, scene.officer, [ExpertFactory()])


def test_who_holds_files_does_not_leave_the_panel_or_the_register(
    scene: Scene, panel: Panel
) -> None:
    one = assign_all(panel, scene.officer)[0]
    others = [m.expert for m in panel.members.exclude(expert=one.expert)]
    with pytest.raises(RuleViolation):
        make_panel(panel.stage, scene.officer, others)
    with pytest.raises(RuleViolation):
        experts.end(by=scene.officer, expert=one.expert)


def test_the_table_asks_no_more_of_ten_files_than_of_two(
    scene: Scene, panel: Panel, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        assigning.preview(panel)
    many_submissions(scene, 8, state="accepted")
    with django_assert_num_queries(len(few)):
        assert len(assigning.preview(panel).lines) == 10
