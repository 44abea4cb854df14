"""Opens a project when its application is selected and keeps the list of what it owes complete."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications import presenting
from applications.accounts import BudgetLine, budget_lines
from applications.models import Application, Deliverable, Payment, Project, Version
from applications.models.deliverable import DeliverableState
from applications.states import UNDER_WAY
from calls.answers import by_role
from calls.enums import Agreement, FieldRole, FundingKind
from calls.enums import Payment as PaidWhen
from calls.models import Call, DeliverableRule
from portal import clock
from portal.holidays.services import exceptions
from portal.workdays import add_workdays


def open_project(application: Application, *, granted: Decimal | None = None) -> Project:
    """Return the project of a selected application, made with payments and deliverables if new.

    ``granted`` is the amount in yuan. The caller has locked the application.
    """
    project, made = Project.objects.get_or_create(
        application=application, defaults={"granted": granted}
    )
    project.application = application
    if made:
        _plan_payments(project)
    complete_deliverables(project)
    return project


def of(application: Application) -> Project:
    """Return the project of a locked application; one that was selected long ago gets its own."""
    found = Project.objects.filter(application=application).first()
    if found is None:
        return open_project(application)
    found.application = application
    return found


def executes(call: Call) -> bool:
    """Tell whether anything is asked between the selection and the closing of a project."""
    return bool(call.agreement) or call.deliverable_rules.exists()


def complete_deliverables(project: Project) -> None:
    """Make a row for every rule of the call that has none yet; those there are stay as they are."""
    application = project.application
    call = application.packet.call
    here = Q(category=None) | Q(category__in=application.category.path)
    known = set(project.deliverables.values_list("rule", "turn"))
    rules = DeliverableRule.objects.filter(here, call=call)
    last = project.completed_on or project.planned_end
    wanted = [
        (number, rule, turn)
        for number, rule in enumerate(rules, 1)
        for turn in range(1, rule.turns(last) + 1)
    ]
    Deliverable.objects.bulk_create(
        (
            Deliverable(
                project=project,
                rule=rule,
                turn=turn,
                kind=rule.kind,
                title=_title(rule, turn),
                due=due_by(rule, project.completed_on, turn),
                position=number,
            )
            for number, rule, turn in wanted
            if (rule.pk, turn) not in known
        ),
        ignore_conflicts=True,
    )
    if call.agreement and not project.deliverables.filter(kind=call.agreement).exists():
        with override(settings.LANGUAGE_CODE):
            title = _agreement_title(call.agreement)
        Deliverable.objects.create(project=project, kind=call.agreement, title=title)


def _title(rule: DeliverableRule, turn: int) -> str:
    """Return the title of a deliverable; one that comes every year carries its year."""
    if not rule.yearly:
        return rule.title
    with override(settings.LANGUAGE_CODE):
        return _("%(title)s (%(year)s)") % {"title": rule.title, "year": rule.day_of(turn).year}


def _drop_needless(project: Project) -> None:
    """Take away what would be due every year after the completion and that nobody has begun.

    What is asked for a number of years stays asked for, whenever the project ended.
    """
    assert project.completed_on is not None
    Deliverable.objects.filter(
        project=project,
        rule__yearly=True,
        rule__times=None,
        turn__gt=1,
        due__gt=clock.end_of(project.completed_on),
        state=DeliverableState.DUE,
        has_confidential=None,
        answers={},
        files=None,
        log=None,
    ).delete()


def _agreement_title(kind: str) -> str:
    return _("Plan of execution") if kind == Agreement.PLAN else _("Signed agreement")


def is_agreement(deliverable: Deliverable) -> bool:
    """Tell whether a deliverable is what is confirmed before the execution."""
    return deliverable.kind in (Agreement.PLAN, Agreement.AGREEMENT)


def due_by(
    rule: DeliverableRule, completed_on: dt.date | None, turn: int = 1
) -> dt.datetime | None:
    """Return the exclusive end for a rule, None while it hangs on a completion still to come.

    Within 3 days of the 10th is until the 13th, 24:00; working days follow the calendar of days off
    as it is known on the day of completion.
    """
    if rule.due_on is not None:
        return clock.end_of(rule.day_of(turn))
    if completed_on is None:
        return None
    days = rule.days_after or 0
    if rule.working_days:
        return clock.end_of(add_workdays(completed_on, days, exceptions()).day)
    return clock.end_of(completed_on + dt.timedelta(days=days))


def set_due(project: Project) -> None:
    """Let everything that hangs on the completion be due from it, or not at all without one.

    What comes every year until the project ends, ends with it, and goes on with it again.
    """
    complete_deliverables(project)
    if project.completed_on is not None:
        _drop_needless(project)
    waiting = project.deliverables.filter(
        state=DeliverableState.DUE, rule__isnull=False, rule__due_on=None
    )
    for deliverable in waiting.select_related("rule"):
        assert deliverable.rule is not None
        deliverable.due = due_by(deliverable.rule, project.completed_on)
        deliverable.save(update_fields=["due"])


def complete_all() -> int:
    """Sweep: give every project under way the rows it lacks; returns how many were looked at."""
    applications = Application.objects.filter(state__in=sorted(UNDER_WAY)).select_related(
        "packet__call", "category"
    )
    looked_at = 0
    for application in applications.iterator(chunk_size=200):
        complete_deliverables(of(application))
        looked_at += 1
    return looked_at


def _plan_payments(project: Project) -> None:
    """Write down what the call says about paying: instalments, all at once, or after acceptance."""
    category, granted = project.application.category, project.granted
    instalments = list(category.instalments.all())
    with override(settings.LANGUAGE_CODE):
        once = _once(category.paid)
    if not granted or not FundingKind(category.funding_kind).gives:
        return
    if not instalments:
        Payment.objects.create(project=project, title=once, planned=granted)
        return
    Payment.objects.bulk_create(
        Payment(
            project=project,
            title=one.title,
            planned=one.amount
            if one.amount is not None
            else (granted * (one.percent or 0) / 100).quantize(Decimal("0.01")),
            position=number,
        )
        for number, one in enumerate(instalments)
    )


def _once(when: str) -> str:
    if when == PaidWhen.IN_ADVANCE:
        return _("All at once after the selection")
    if when == PaidWhen.AFTER_ACCEPTANCE:
        return _("After completion has been accepted")
    return _("Grant")


def version_in_hand(application: Application) -> Version | None:
    """Return the version of the packet that was handed in last."""
    return (
        Version.objects.filter(packet=application.packet_id, handin__isnull=False)
        .select_related("form_revision")
        .order_by("-no")
        .first()
    )


def answers_by_role(application: Application) -> dict[str, Any]:
    """Return what was handed in, by meaning; nothing where there is no version."""
    version = version_in_hand(application)
    if version is None:
        return {}
    try:
        answers = presenting.frozen(version, application)["answers"]
    except KeyError:
        return {}
    return by_role(version.form_revision.schema, answers, application.category)


def budget_rows(project: Project) -> list[dict[str, Any]]:
    """Return the rows of the budget as approved, else as handed in."""
    if project.budget is not None:
        return list(project.budget)
    return list(answers_by_role(project.application).get(FieldRole.BUDGET) or ())


def budget_of(project: Project) -> list[BudgetLine]:
    """Return the lines of the budget as they stand."""
    return budget_lines(budget_rows(project))


def leader_of(project: Project) -> str:
    """Return who is in charge: as approved, else as handed in; empty where nobody was named."""
    if project.leader:
        return project.leader
    held = answers_by_role(project.application)
    people = held.get(FieldRole.LEADER) or held.get(FieldRole.CONVENORS) or ()
    if isinstance(people, str):
        return people
    names = [str(row.get("name") or "") for row in people if isinstance(row, dict)]
    return "、".join(name for name in names if name)
