"""Changes, payments, reminders and what is overdue: the rest of a project's life."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from applications.models import Application, Deliverable, Project
from applications.models.project import ChangeState
from applications.services import changes, debts, payments
from applications.services.project_notices import project_url
from applications.services.project_reminding import remind_of_projects
from applications.services.standing import standing_of
from applications.states import State
from calls.rules.facts import Verdict
from portal import clock
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.models import FactCode, YearlyFact
from tests.factories.applications import make_scene
from tests.factories.execution import (
    BUDGET,
    application_of,
    completed,
    execution_scene,
    give_in,
    piece,
    selected,
    write,
)

pytestmark = pytest.mark.django_db


def test_a_change_takes_effect_only_when_it_is_approved() -> None:
    scene = execution_scene()
    project, by = selected(scene), scene.unit.filler
    later = clock.today() + dt.timedelta(days=60)
    after = {"starts_on": "", "ends_on": later.isoformat()}
    asked = changes.request_change(
        application_id=project.pk, kind="dates", after=after, reason="专家日程有变", by=by
    )
    assert Project.objects.get(pk=project.pk).planned_end is None
    with pytest.raises(RuleViolation):  # one of a kind at a time
        changes.request_change(
            application_id=project.pk, kind="dates", after=after, reason="再报", by=by
        )
    with pytest.raises(PermissionDenied):
        changes.decide(change_id=asked.pk, by=by, approve=True)
    with pytest.raises(RuleViolation):  # a refusal needs its reason
        changes.decide(change_id=asked.pk, by=scene.officer, approve=False)
    changes.decide(change_id=asked.pk, by=scene.officer, approve=True, note="同意")
    assert Project.objects.get(pk=project.pk).planned_end == later
    with pytest.raises(RuleViolation):
        changes.take_back(change_id=asked.pk, by=by)
    assert Message.objects.filter(to_user=by, occasion__contains=":change:").count() == 1


def test_a_changed_budget_keeps_its_sum_and_becomes_the_plan_of_the_accounts() -> None:
    scene = execution_scene()
    project, by = selected(scene), scene.unit.filler
    rows = [dict(BUDGET[0], amount="10000.00"), dict(BUDGET[1])]
    with pytest.raises(RuleViolation) as caught:
        changes.request_change(
            application_id=project.pk, kind="budget", after={"budget": rows}, reason="调整", by=by
        )
    assert "30,000.00" in caught.value.reasons[0].message
    rows.append({"item": "资料", "amount": "2000.00", "note": ""})
    asked = changes.request_change(
        application_id=project.pk, kind="budget", after={"budget": rows}, reason="调整", by=by
    )
    changes.decide(change_id=asked.pk, by=scene.officer, approve=True)
    assert Project.objects.get(pk=project.pk).budget == rows


def test_an_approved_end_ends_the_project() -> None:
    scene = execution_scene()
    project = completed(scene)
    asked = changes.request_change(
        application_id=project.pk, kind="termination", after={}, reason="无法举办",
        by=scene.unit.filler,
    )  # fmt: skip
    changes.decide(change_id=asked.pk, by=scene.officer, approve=True)
    asked.refresh_from_db()
    assert asked.state == ChangeState.APPROVED
    assert application_of(project).state == State.TERMINATED


def test_payments_are_written_down_and_never_beyond_the_grant() -> None:
    scene = execution_scene()
    project = selected(scene)
    Project.objects.filter(pk=project.pk).update(granted=Decimal(30000))
    today = clock.today()
    first = payments.write(
        application_id=project.pk, payment_id=uuid.uuid4(), by=scene.officer,
        entry=payments.Entry("首付", Decimal(20000), today),
    )  # fmt: skip
    with pytest.raises(RuleViolation):
        payments.write(
            application_id=project.pk, payment_id=uuid.uuid4(), by=scene.officer,
            entry=payments.Entry("尾款", Decimal(10001), today),
        )  # fmt: skip
    with pytest.raises(RuleViolation):  # half an entry
        payments.write(
            application_id=project.pk, payment_id=first.pk, by=scene.officer,
            entry=payments.Entry("首付", Decimal(1), None),
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        payments.write(
            application_id=project.pk, payment_id=first.pk, by=scene.unit.filler,
            entry=payments.Entry("首付", None, None),
        )  # fmt: skip


def test_units_are_reminded_once_for_each_hour_and_never_of_what_is_handed_in() -> None:
    scene = execution_scene()
    project = completed(scene)
    row = piece(project, "项目总结")
    write(scene, row, photos=0)
    give_in(scene, row)
    news = piece(project, "信息报道稿")
    assert news.due is not None
    before = news.due - dt.timedelta(hours=23)
    first = remind_of_projects(before)
    assert first > 0
    assert remind_of_projects(before + dt.timedelta(minutes=10)) == 0
    assert remind_of_projects(news.due) > 0
    told = Message.objects.filter(occasion__contains="deliverables-due:").order_by("created_at")
    assert {message.to_user for message in told} == {scene.unit.filler, scene.unit.administrator}
    assert "已逾期" in told.filter(subject__contains=news.title).latest("created_at").body
    assert not any(row.title in message.subject for message in told)


def test_what_is_due_at_the_same_hour_is_named_in_one_message() -> None:
    project = completed(execution_scene())
    summary, accounts = piece(project, "项目总结"), piece(project, "决算表")
    assert summary.due == accounts.due
    assert summary.due is not None
    assert remind_of_projects(summary.due) == 4  # two people, two ends
    told = Message.objects.filter(subject__contains=summary.title)
    assert {message.subject for message in told} == {"已逾期：项目总结、决算表"}
    assert {project_url(project.application) in message.body for message in told} == {True}


def test_a_planned_end_that_passed_asks_for_the_completion() -> None:
    scene = execution_scene()
    project = selected(scene)
    today = clock.today()
    Application.objects.filter(pk=project.pk).update(ends_on=today - dt.timedelta(days=2))
    assert remind_of_projects(clock.now()) == 2
    assert remind_of_projects(clock.now()) == 0


def test_what_is_overdue_counts_in_the_next_call_and_is_written_down_for_the_year() -> None:
    scene = execution_scene()
    unit = scene.unit.organisation
    rule = (
        "yearly_fact",
        {"code": "overdue", "year": 2027, "values": ["no"], "label": "无逾期", "absent_ok": True},
    )
    assert debts.write_down(clock.now()) == 0  # the fact is there from now on
    later = make_scene(issuer=scene.issuer, year=2027, rules=[rule])

    def verdict() -> Verdict:
        findings = standing_of(later.call, unit)[0].findings
        return next(f.verdict for f in findings if f.rule.kind == "yearly_fact")

    project = completed(scene)
    assert verdict() is Verdict.YES
    Deliverable.objects.filter(project=project).update(due=clock.now())
    assert verdict() is Verdict.NO
    # Written down once.
    assert debts.write_down(clock.now()) == 1
    assert debts.write_down(clock.now()) == 0
    code = FactCode.objects.get(issuer=scene.issuer, code=FactCode.OVERDUE)
    fact = YearlyFact.objects.get(code=code, organisation=unit)
    assert (fact.year, fact.value) == (clock.today().year + 1, "yes")
    Deliverable.objects.filter(project=project).update(state="waived")
    debts.write_down(clock.now())
    fact.refresh_from_db()
    assert fact.value == "no"
