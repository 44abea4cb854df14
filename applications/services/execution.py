"""The verbs of a project's life after the selection: start, complete, close, end early."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.models import Application, DeliverableLog, Project
from applications.models.deliverable import OPEN, SETTLED, DeliverableState, Step
from applications.services import lifecycle, locking, project_notices, projects
from applications.states import Action, State
from portal import clock
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.face.wording import labelled
from portal.people.models import User


@transaction.atomic
def start(*, application_id: uuid.UUID, by: User, note: str = "") -> Application:
    """Confirm the agreement or plan by hand, such as one that came on paper: execution begins.

    One handed in here is confirmed by accepting it. Raises RuleViolation in a call without any.
    """
    application = locking.lock(application_id)
    lifecycle.move(application, Action.START, by=by, note=note)
    if not application.packet.call.agreement:
        raise RuleViolation([_("This call asks for neither agreement nor plan.")])
    project = projects.of(application)
    now = clock.now()
    for row in project.deliverables.filter(kind=application.packet.call.agreement).exclude(
        state__in=sorted(SETTLED)
    ):
        row.state, row.settled_at = DeliverableState.WAIVED, now
        row.save(update_fields=["state", "settled_at"])
        DeliverableLog.objects.create(deliverable=row, step=Step.WAIVED, note=note, by=by, at=now)
    project_notices.tell(application, "project_started", f"started:{application.log.count()}", {})
    return application


@transaction.atomic
def complete(*, application_id: uuid.UUID, by: User, completed_on: dt.date) -> Project:
    """Report the day on which the project really ended; what hangs on it becomes due.

    Raises RuleViolation for a day to come or before the call, while an agreement is not confirmed
    yet, and in a call that asks for nothing after the selection.
    """
    application = locking.lock(application_id)
    before = application.state
    said = labelled(_("Completed on"), date_format(completed_on))
    lifecycle.move(application, Action.COMPLETE, by=by, note=said)
    call = application.packet.call
    if reasons := _against_completion(application, before, completed_on):
        raise RuleViolation(reasons)
    project = projects.of(application)
    project.completed_on = completed_on
    project.save(update_fields=["completed_on"])
    projects.set_due(project)
    project_notices.tell(
        application,
        "project_completed",
        f"completed:{application.log.count()}",
        {
            "completed_on": completed_on,
            "due": list(project.deliverables.filter(state__in=sorted(OPEN), due__isnull=False)),
        },
    )
    record(
        "project_completed",
        by=by,
        target=application,
        issuer=call.issuer,
        organisation=application.packet.organisation,
        completed_on=completed_on.isoformat(),
    )
    return project


def _against_completion(application: Application, before: str, day: dt.date) -> list[str | Refusal]:
    call = application.packet.call
    reasons: list[str | Refusal] = []
    if day > clock.today():
        reasons.append(_("This day is still to come; report the completion once it is over."))
    if day < clock.local(call.opens_at).date():
        reasons.append(_("This day lies before the call was opened; look at the year again."))
    if before == State.SELECTED and call.agreement:
        reasons.append(_("The association has not confirmed the agreement or plan yet."))
    if not projects.executes(call):
        reasons.append(_("This call asks for nothing after the selection."))
    return reasons


@transaction.atomic
def reopen_running(*, application_id: uuid.UUID, by: User, reason: str) -> Project:
    """Take a wrong completion back; what was handed in stays, what is due waits for the new day."""
    if not reason.strip():
        raise RuleViolation([_("Say why the completion is taken back.")])
    application = locking.lock(application_id)
    lifecycle.move(application, Action.REOPEN_RUNNING, by=by, note=reason.strip())
    project = projects.of(application)
    project.completed_on = None
    project.save(update_fields=["completed_on"])
    projects.set_due(project)
    occasion = f"reopened:{application.log.count()}"
    project_notices.tell(application, "project_reopened", occasion, {"reason": reason.strip()})
    return project


@transaction.atomic
def close(*, application_id: uuid.UUID, by: User, note: str = "") -> Project:
    """Close a project of which everything was accepted; raises RuleViolation with what is not."""
    application = locking.lock(application_id)
    lifecycle.move(application, Action.CLOSE, by=by, note=note.strip())
    project = projects.of(application)
    left = project.deliverables.exclude(state__in=sorted(SETTLED))
    if open_rows := [_("“%(title)s” is not accepted yet.") % {"title": row.title} for row in left]:
        raise RuleViolation(open_rows)
    project_notices.tell(
        application, "project_closed", f"closed:{application.log.count()}", {"note": note.strip()}
    )
    return project


@transaction.atomic
def terminate(*, application_id: uuid.UUID, by: User, reason: str) -> Project:
    """End a project early, with the reason the unit reads; nothing is due any more."""
    if not reason.strip():
        raise RuleViolation([_("Say why the project is ended early.")])
    application = locking.lock(application_id)
    lifecycle.move(application, Action.TERMINATE, by=by, note=reason.strip())
    project = projects.of(application)
    project_notices.tell(
        application,
        "project_terminated",
        f"terminated:{application.log.count()}",
        {"reason": reason.strip()},
    )
    return project
