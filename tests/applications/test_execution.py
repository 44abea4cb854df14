"""From the selection to the closing: completion, deliverables, returns, acceptance, the end."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from applications import accounts, printing_accounts
from applications.models import Deliverable, Project
from applications.models.deliverable import DeliverableState
from applications.services import deliverables, execution, projects
from applications.states import State
from calls.models import Call, DeliverableRule
from calls.shifting import shift_years
from portal import clock
from portal.documents.payloads import DocumentKind
from portal.errors import Conflict, RuleViolation
from portal.holidays.models import HolidayYear
from portal.mail.models import Message
from tests.factories.applications import Scene, picture
from tests.factories.execution import (
    accept,
    application_of,
    completed,
    execution_scene,
    give_in,
    piece,
    selected,
    write,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def reasons(caught: pytest.ExceptionInfo[RuleViolation]) -> str:
    return " ".join(r.message for r in caught.value.reasons)


def test_a_selected_application_becomes_a_project_with_all_it_owes() -> None:
    scene = execution_scene()
    project = selected(scene)
    rows = list(project.deliverables.all())
    assert [row.title for row in rows] == ["信息报道稿", "成绩", "项目总结", "决算表"]
    assert all(row.due is None and row.state == DeliverableState.DUE for row in rows)
    # Before the completion nothing can be written or handed in.
    with pytest.raises(RuleViolation) as caught:
        give_in(scene, rows[0])
    assert "completion" in reasons(caught)


def test_working_days_pass_over_holidays_and_count_the_weekends_worked_instead() -> None:
    rule = DeliverableRule(days_after=3, working_days=True)
    # The 1st to the 8th of October 2025 were free; Saturday the 11th was worked.
    due = projects.due_by(rule, dt.date(2025, 9, 30))
    assert due == clock.end_of(dt.date(2025, 10, 11))
    year = HolidayYear.objects.create(year=2025)
    year.days.create(day=dt.date(2025, 10, 11), is_workday=False)
    due = projects.due_by(rule, dt.date(2025, 9, 30))
    assert due == clock.end_of(dt.date(2025, 10, 13)), "what staff entered wins"
    assert projects.due_by(rule, None) is None


def yearly_scene(times: int | None, last: int = 800) -> tuple[Scene, Project, dt.date]:
    """Ask every year from 10 days ago on, of a project whose planned end is ``last`` days ahead."""
    scene = execution_scene()
    project = selected(scene)
    first = clock.today() - dt.timedelta(days=10)
    DeliverableRule.objects.create(
        call=scene.call, kind="summary", title="年度报告", due_on=first, yearly=True, times=times
    )
    Project.objects.filter(pk=project.pk).update(ends_on=clock.today() + dt.timedelta(days=last))
    project = Project.objects.get(pk=project.pk)
    projects.complete_deliverables(project)
    return scene, project, first


def yearly_dues(project: Project) -> list[dt.datetime | None]:
    rows = project.deliverables.filter(rule__yearly=True).order_by("turn")
    return list(rows.values_list("due", flat=True))


def ends(first: dt.date, years: int) -> list[dt.datetime]:
    return [clock.end_of(shift_years(first, n)) for n in range(years)]


@pytest.mark.parametrize(
    ("last", "years"),
    [
        ("2028-11-29", 1),
        ("2028-11-30", 2),
        ("2029-11-29", 2),
        ("2027-01-01", 1),
        ("2099-01-01", 20),
    ],
)
def test_a_report_of_each_year_is_asked_to_the_last_day_of_the_project(
    last: str, years: int
) -> None:
    rule = DeliverableRule(due_on=dt.date(2027, 11, 30), yearly=True)
    assert rule.turns(dt.date.fromisoformat(last)) == years


def test_a_report_of_each_year_has_its_own_row_day_and_title() -> None:
    scene, project, first = yearly_scene(None)
    assert yearly_dues(project) == ends(first, 3)
    piece(project, f"年度报告（{first.year}年）")
    second = piece(project, f"年度报告（{first.year + 1}年）")
    third = piece(project, f"年度报告（{first.year + 2}年）")
    # The second year has begun, as the first report was due ten days ago; the third has not.
    write(scene, second, photos=0)
    give_in(scene, second)
    with pytest.raises(RuleViolation) as caught:
        write(scene, third, photos=0)
    assert "later year" in reasons(caught)
    overdue = Deliverable.objects.overdue(clock.now())
    assert list(overdue) == [piece(project, f"年度报告（{first.year}年）")]


def test_more_time_for_the_project_asks_for_the_reports_of_more_years() -> None:
    _scene, project, first = yearly_scene(None, last=300)
    assert yearly_dues(project) == ends(first, 1)
    Project.objects.filter(pk=project.pk).update(ends_on=shift_years(first, 1))
    projects.complete_all()
    assert yearly_dues(project) == ends(first, 2)


def test_the_completion_ends_what_is_asked_until_the_end_and_not_what_is_asked_so_often() -> None:
    scene, project, first = yearly_scene(None)
    second = piece(project, f"年度报告（{first.year + 1}年）")
    write(scene, second, photos=0)
    give_in(scene, second)
    execution.complete(application_id=project.pk, by=scene.unit.filler, completed_on=clock.today())
    assert yearly_dues(project) == ends(first, 2), "what was handed in stays"
    execution.reopen_running(application_id=project.pk, by=scene.officer, reason="填错")
    assert yearly_dues(project) == ends(first, 3)

    scene, project, first = yearly_scene(3)
    execution.complete(application_id=project.pk, by=scene.unit.filler, completed_on=clock.today())
    assert yearly_dues(project) == ends(first, 3)


def test_without_a_known_end_the_next_report_is_asked_for() -> None:
    today = clock.today()
    rule = DeliverableRule(due_on=today - dt.timedelta(days=400), yearly=True)
    assert rule.turns(None) == 3
    assert DeliverableRule(due_on=today, yearly=True).turns(None) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"yearly": True, "days_after": 3},
        {"due_on": dt.date(2027, 1, 1), "times": 2},
        {"due_on": dt.date(2027, 1, 1), "yearly": True, "times": 1},
        {"due_on": dt.date(2027, 1, 1), "yearly": True, "times": 21},
    ],
)
def test_years_belong_to_a_fixed_day(wrong: dict[str, object]) -> None:
    scene = execution_scene()
    with pytest.raises(ValidationError):
        DeliverableRule(call=scene.call, kind="other", title="表", **wrong).validate_constraints()


def test_the_completion_sets_the_days_to_the_end_of_the_last_one() -> None:
    scene = execution_scene()
    project = completed(scene, days_ago=2)
    day = clock.today() - dt.timedelta(days=2)
    assert project.completed_on == day
    assert piece(project, "信息报道稿").due == clock.end_of(day + dt.timedelta(days=3))
    assert piece(project, "决算表").due == clock.end_of(day + dt.timedelta(days=10))
    assert application_of(project).state == State.COMPLETED
    told = Message.objects.filter(to_user=scene.unit.filler, occasion__contains=":completed:")
    assert "信息报道稿" in told.get().body


@pytest.mark.parametrize(("days", "word"), [(1, "still to come"), (-400, "before the call")])
def test_a_day_that_cannot_be_is_refused(days: int, word: str) -> None:
    scene = execution_scene()
    project = selected(scene)
    day = clock.today() + dt.timedelta(days=days)
    with pytest.raises(RuleViolation) as caught:
        execution.complete(application_id=project.pk, by=scene.unit.filler, completed_on=day)
    assert word in reasons(caught)
    assert application_of(project).state == State.SELECTED


def test_lateness_is_judged_to_the_second_by_the_arrival() -> None:
    scene = execution_scene()
    project = completed(scene)
    row = piece(project, "项目总结")
    write(scene, row, photos=0)
    assert row.due is not None
    for arrived, late in ((row.due - dt.timedelta(seconds=1), False), (row.due, True)):
        Deliverable.objects.filter(pk=row.pk).update(state="due", handed_in_at=None, late=False)
        assert give_in(scene, row, arrived).late is late


def test_words_photos_and_the_question_about_secrets_are_held_to() -> None:
    scene = execution_scene()
    project = completed(scene)
    row, by = piece(project, "信息报道稿"), scene.unit.filler
    with pytest.raises(RuleViolation) as caught:
        give_in(scene, row)
    assert "confidential" in reasons(caught)
    write(scene, row, text="字" * 1001, photos=0)
    with pytest.raises(RuleViolation) as caught:
        give_in(scene, row)
    assert "1001" in reasons(caught)
    assert "photos" in reasons(caught)
    write(scene, row, text="", photos=3)
    deliverables.save_answers(
        deliverable_id=row.pk, values={"d.text": "字" * 1000}, revisions={"d.text": 1}, by=by
    )
    with pytest.raises(RuleViolation):  # a fourth photo
        write(scene, row, text="", photos=1)
    assert give_in(scene, row).state == DeliverableState.HANDED_IN
    # A second click finds the first version; nothing can be written any more.
    give_in(scene, row)
    assert row.versions.count() == 1
    with pytest.raises(RuleViolation):
        write(scene, row)


def test_what_is_confidential_comes_offline_and_the_rest_may_go_on() -> None:
    scene = execution_scene()
    project = completed(scene)
    row = piece(project, "信息报道稿")
    deliverables.answer_confidentiality(
        deliverable_id=row.pk, has_confidential=True, by=scene.unit.filler
    )
    give_in(scene, row)
    version = row.latest_version()
    assert version is not None
    assert version.content["has_confidential"] is True


def test_two_people_who_write_are_told_and_nothing_is_overwritten() -> None:
    scene = execution_scene()
    row = piece(completed(scene), "项目总结")
    write(scene, row, photos=0)
    with pytest.raises(Conflict) as caught:
        deliverables.save_answer(
            deliverable_id=row.pk, key="d.text", value="另一人的文字", revision=0,
            by=scene.unit.filler,
        )  # fmt: skip
    assert caught.value.theirs == "会议圆满举行。"


def test_returned_corrected_and_accepted_with_the_version_one_looked_at() -> None:
    scene = execution_scene()
    row = piece(completed(scene), "项目总结")
    write(scene, row, photos=0)
    give_in(scene, row)
    first = row.latest_version()
    assert first is not None
    due = clock.now() + dt.timedelta(days=2)
    deliverables.give_back(deliverable_id=row.pk, by=scene.officer, reason="请补充人数", due=due)
    row.refresh_from_db()
    assert (row.state, row.due) == (DeliverableState.RETURNED, due)
    deliverables.save_answers(
        deliverable_id=row.pk, values={"d.text": "二百人参加。"}, revisions={"d.text": 1},
        by=scene.unit.filler,
    )  # fmt: skip
    give_in(scene, row)
    with pytest.raises(RuleViolation):  # a newer version came meanwhile
        deliverables.accept(deliverable_id=row.pk, version_id=first.pk, by=scene.officer)
    with pytest.raises(PermissionDenied):
        deliverables.accept(deliverable_id=row.pk, version_id=first.pk, by=scene.unit.filler)
    accept(scene, row)
    row.refresh_from_db()
    assert row.state == DeliverableState.ACCEPTED
    assert [str(log.step) for log in row.log.all()] == [
        "handed_in", "returned", "handed_in", "accepted",
    ]  # fmt: skip
    assert Message.objects.filter(to_user=scene.unit.filler, body__contains="请补充人数").exists()


def test_a_project_closes_only_when_everything_is_accepted_or_let_go() -> None:
    scene = execution_scene()
    project = completed(scene)
    with pytest.raises(RuleViolation) as caught:
        execution.close(application_id=project.pk, by=scene.officer)
    assert len(caught.value.reasons) == 4
    for row in project.deliverables.all():
        deliverables.waive(deliverable_id=row.pk, by=scene.officer, reason="本项目不需要")
    execution.close(application_id=project.pk, by=scene.officer)
    assert application_of(project).state == State.CLOSED


def test_final_accounts_are_entered_line_by_line_and_printed() -> None:
    scene = execution_scene()
    project = completed(scene)
    row, by = piece(project, "决算表"), scene.unit.filler
    lines = projects.budget_of(project)
    assert [line.item for line in lines] == ["场地与会务", "专家差旅"]
    deliverables.answer_confidentiality(deliverable_id=row.pk, has_confidential=False, by=by)
    with pytest.raises(RuleViolation) as caught:
        give_in(scene, row)
    assert "场地与会务" in reasons(caught)
    values = {
        "d.received": "30000.00", "d.own": "2000.00",
        f"d.spent-{lines[0].code}": "13000.00", f"d.note-{lines[0].code}": "场地涨价",
        f"d.spent-{lines[1].code}": "17500.00",
        "d.extra": [{"item": "保险", "amount": "500.00", "note": ""}],
    }  # fmt: skip
    deliverables.save_answers(deliverable_id=row.pk, values=values, revisions={}, by=by)
    give_in(scene, row)
    version = row.latest_version()
    assert version is not None
    sums = printing_accounts.accounts_of(version)
    assert (sums.planned, sums.spent, sums.balance) == (
        Decimal("30000.00"), Decimal("31000.00"), Decimal("1000.00"),
    )  # fmt: skip
    document = printing_accounts.document_of(version)
    assert document is not None
    assert document.kind == DocumentKind.FINAL_ACCOUNTS
    spending = document.payload["sections"][1]["rows"][0]["value"]
    assert spending[0] == ["场地与会务", "12,000", "13,000", "+1,000", "场地涨价"]
    assert spending[-1] == ["合计", "30,000", "31,000", "+1,000", ""]


def test_lines_of_the_same_words_are_told_apart() -> None:
    codes = [line.code for line in accounts.budget_lines([{"item": "差旅", "amount": "1"}] * 2)]
    assert len(set(codes)) == 2


def test_an_agreement_is_confirmed_before_the_project_begins() -> None:
    scene = execution_scene(agreement="agreement")
    project = selected(scene)
    day = clock.today()
    with pytest.raises(RuleViolation) as caught:
        execution.complete(application_id=project.pk, by=scene.unit.filler, completed_on=day)
    assert "agreement" in reasons(caught)
    row = project.deliverables.get(kind="agreement")
    deliverables.answer_confidentiality(
        deliverable_id=row.pk, has_confidential=False, by=scene.unit.filler
    )
    with pytest.raises(RuleViolation):
        give_in(scene, row)
    scan = SimpleUploadedFile("协议.png", picture(), "image/png")
    deliverables.attach(deliverable_id=row.pk, upload=scan, photo=False, by=scene.unit.filler)
    give_in(scene, row)
    accept(scene, row)
    assert application_of(project).state == State.RUNNING
    execution.complete(application_id=project.pk, by=scene.unit.filler, completed_on=day)
    execution.reopen_running(application_id=project.pk, by=scene.officer, reason="日期有误")
    assert not project.deliverables.exclude(due=None).exists()


def test_nothing_is_handed_in_after_an_early_end_and_strangers_do_nothing() -> None:
    scene = execution_scene()
    project = completed(scene)
    row = piece(project, "项目总结")
    stranger = scene.another_unit()
    with pytest.raises(PermissionDenied):
        deliverables.answer_confidentiality(
            deliverable_id=row.pk, has_confidential=False, by=stranger.filler
        )
    with pytest.raises(PermissionDenied):
        execution.terminate(application_id=project.pk, by=scene.unit.filler, reason="不做了")
    execution.terminate(application_id=project.pk, by=scene.officer, reason="单位申请终止")
    with pytest.raises(RuleViolation):
        write(scene, row, photos=0)
    assert not Deliverable.objects.all().alive().exists()


def test_the_words_that_name_the_support_stand_with_what_is_handed_in(client: Client) -> None:
    scene = execution_scene()
    project = completed(scene)
    client.force_login(scene.unit.filler)
    pages = [
        reverse("applications:project", args=[project.pk]),
        reverse("applications:deliverable", args=[piece(project, "项目总结").pk]),
    ]
    words = "本成果由示例科协资助"
    assert not any(words in client.get(page).text for page in pages)
    Call.objects.filter(pk=scene.call.pk).update(acknowledgement=words)
    pages.append(reverse("calls:detail", args=[scene.call.pk]))
    assert [words in client.get(page).text for page in pages] == [True, True, True]
