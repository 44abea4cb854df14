"""Change requests: the unit asks, the association decides, only then anything changes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from applications.accounts import money
from applications.capacity import may, works_for
from applications.models import ChangeRequest, Project
from applications.models.project import ChangeKind, ChangeState
from applications.services import execution, locking, project_notices, projects
from applications.states import UNDER_WAY, Actor
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.face.rows import total_of
from portal.people.models import User


@transaction.atomic
def request_change(
    *, application_id: uuid.UUID, kind: str, after: Mapping[str, Any], reason: str, by: User
) -> ChangeRequest:
    """Ask for a change; ``after`` holds the new values as ``ChangeRequest.after`` describes.

    Raises RuleViolation with everything in the way: no reason, nothing changed, one of the kind
    waiting already, a project that is over.
    """
    project = _lock(application_id)
    packet = project.application.packet
    if not may(by, Actor.FILLER, packet.organisation, packet.call.issuer_id):
        raise PermissionDenied
    before = values_of(project, kind)
    if problems := _against(project, kind, before, after, reason):
        raise RuleViolation(problems)
    made = ChangeRequest.objects.create(
        project=project,
        kind=kind,
        before=before,
        after=dict(after),
        reason=reason.strip(),
        by=by,
        at=clock.now(),
    )
    _record("change_requested", made, by)
    return made


def values_of(project: Project, kind: str) -> dict[str, Any]:
    """Return what stands now for a kind of change, as JSON."""
    if kind == ChangeKind.TITLE:
        return {"title": str(project)}
    if kind == ChangeKind.LEADER:
        return {"leader": projects.leader_of(project)}
    if kind == ChangeKind.DATES:
        start, end = project.planned_start, project.planned_end
        return {
            "starts_on": start.isoformat() if start else "",
            "ends_on": end.isoformat() if end else "",
        }
    if kind == ChangeKind.BUDGET:
        return {"budget": projects.budget_rows(project)}
    return {}


def _against(
    project: Project, kind: str, before: Mapping[str, Any], after: Mapping[str, Any], reason: str
) -> list[str]:
    """Say why a change cannot be asked for."""
    found = []
    if project.application.state not in UNDER_WAY:
        found.append(_("The project is over; nothing changes any more."))
    if not reason.strip():
        found.append(_("Say why you ask for this change."))
    if kind != ChangeKind.TERMINATION and dict(before) == dict(after):
        found.append(_("Nothing is changed yet; enter the new value."))
    if project.changes.filter(kind=kind, state=ChangeState.PENDING).exists():
        found.append(_("A request of this kind waits for the association already."))
    start, end = after.get("starts_on"), after.get("ends_on")
    if kind == ChangeKind.DATES and start and end and end < start:
        found.append(_("The last day must not lie before the first."))
    if kind == ChangeKind.BUDGET:
        found += _against_budget(project, after["budget"])
    return found


def _against_budget(project: Project, rows: list[dict[str, Any]]) -> list[str]:
    """A changed budget has lines and keeps to the sum of the old one."""
    if not rows or any(money(row.get("amount")) is None for row in rows):
        return [_("Enter every line of the new budget with its amount.")]
    old = total_of(projects.budget_rows(project), "amount")
    new = total_of(rows, "amount")
    if old and new != old:
        return [
            _("The lines sum to %(new)s yuan; the budget stays at %(old)s yuan.")
            % {"new": f"{new:,.2f}", "old": f"{old:,.2f}"}
        ]
    return []


@transaction.atomic
def take_back(*, change_id: int, by: User) -> ChangeRequest:
    """Take a request back while nobody has decided."""
    change = _lock_change(change_id)
    packet = change.project.application.packet
    if not may(by, Actor.FILLER, packet.organisation, packet.call.issuer_id):
        raise PermissionDenied
    _refuse_decided(change)
    change.state = ChangeState.TAKEN_BACK
    change.save(update_fields=["state"])
    return change


@transaction.atomic
def decide(*, change_id: int, by: User, approve: bool, note: str = "") -> ChangeRequest:
    """Approve or refuse; an approved change takes effect at once. A refusal needs its reason."""
    change = _lock_change(change_id)
    application = change.project.application
    if not works_for(by, application.packet.call.issuer_id):
        raise PermissionDenied
    _refuse_decided(change)
    if not approve and not note.strip():
        raise RuleViolation([_("Say why it is not approved; the unit reads it.")])
    if application.state not in UNDER_WAY:
        raise RuleViolation([_("The project is over; nothing changes any more.")])
    change.state = ChangeState.APPROVED if approve else ChangeState.REFUSED
    change.decided_by, change.decided_at = by, clock.now()
    change.decision_note = note.strip()
    change.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    if approve:
        _apply(change, by)
    _record("change_decided", change, by, approved=approve)
    project_notices.tell(
        application, "change_decided", f"change:{change.pk}", {"change": change, "note": note}
    )
    return change


def _apply(change: ChangeRequest, by: User) -> None:
    """Write the new values to the project; an approved end is an early end."""
    project, after = change.project, change.after
    if change.kind == ChangeKind.TERMINATION:
        reason = change.decision_note or change.reason
        execution.terminate(application_id=project.pk, by=by, reason=reason)
        return
    if change.kind == ChangeKind.DATES:
        project.starts_on, project.ends_on = _day(after["starts_on"]), _day(after["ends_on"])
    else:
        setattr(project, change.kind, after[change.kind])
    project.full_clean(exclude=["application"])
    project.save(update_fields=["title", "leader", "starts_on", "ends_on", "budget"])


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _lock(application_id: uuid.UUID) -> Project:
    return projects.of(locking.lock(application_id))


def _lock_change(change_id: int) -> ChangeRequest:
    application_id = ChangeRequest.objects.values_list("project", flat=True).get(pk=change_id)
    project = _lock(application_id)
    change = ChangeRequest.objects.get(pk=change_id)
    change.project = project
    return change


def _refuse_decided(change: ChangeRequest) -> None:
    if change.state != ChangeState.PENDING:
        raise RuleViolation([_("This request is decided or taken back already.")])


def _record(action: str, change: ChangeRequest, by: User, **data: Any) -> None:
    packet = change.project.application.packet
    record(
        action,
        by=by,
        target=change,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        kind=change.kind,
        **data,
    )
