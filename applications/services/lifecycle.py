"""The only writer of an application's state: named verbs over the one table of transitions.

Every verb locks the row, looks into the table, writes the state with its log and audit rows, and
leaves mail and tasks to the outbox, all in one transaction. Verbs that free or take a place lock
the unit's participation first (see locking.py), always in the same order.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from applications import printing
from applications.capacity import holds
from applications.models import Application, CorrectionItem, CorrectionRequest, StateLog
from applications.models.recommendation import Stand
from applications.services import history, locking, notices, projects, renewing
from applications.states import TRANSITIONS, Action, State
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User


def move(application: Application, action: Action, *, by: User, note: str = "") -> None:
    """Take one application, locked by the caller, one step along the table.

    Raises RuleViolation when the table has no such step from here, PermissionDenied when the
    person lacks the capacity. Only services of this app call it, inside their transaction.
    """
    step = TRANSITIONS[action]
    if not holds(by, step.actor, application):
        raise PermissionDenied
    if application.state not in step.sources:
        raise RuleViolation(
            [
                _("“%(title)s” is %(state)s now; this step is not possible.")
                % {"title": application, "state": application.get_state_display()}
            ]
        )
    source, now = application.state, clock.now()
    target = step.target(handed_in_before=application.handed_in_at is not None)
    application.state, application.state_since = target, now
    application.save(
        update_fields=[
            "state",
            "state_since",
            "handed_in_at",
            "correction_due",
            "number",
            "title",
            "amount",
            "starts_on",
            "ends_on",
            "updated_at",
        ]
    )
    StateLog.objects.create(
        application=application,
        action=action,
        source=source,
        target=target,
        by=by,
        at=now,
        note=note,
    )
    packet = application.packet
    record(
        f"application_{action}",
        by=by,
        target=application,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        source=source,
        to=target,
    )


@transaction.atomic
def withdraw(*, application_id: uuid.UUID, by: User, reason: str = "") -> Application:
    """Withdraw an application; a place it took is free at once.

    Raises RuleViolation once it was decided, PermissionDenied for who may not.
    """
    application = locking.lock_with_participation(application_id)
    if application.handed_in_at is not None and not reason.strip():
        raise RuleViolation([_("Say why the application is withdrawn.")])
    move(application, Action.WITHDRAW, by=by, note=reason)
    _gone(application, reason)
    return application


@transaction.atomic
def give_up(*, application_id: uuid.UUID, by: User, reason: str) -> Application:
    """Withdraw what is shown to the public or held in reserve, confirmed by the unit's approver.

    The place is free at once and stays so until the association fills it. Raises RuleViolation
    without a reason and in any other state, PermissionDenied for who may not.
    """
    if not reason.strip():
        raise RuleViolation([_("Say why the application is withdrawn.")])
    application = locking.lock_with_participation(application_id)
    move(application, Action.GIVE_UP, by=by, note=reason)
    _gone(application, reason)
    return application


def _gone(application: Application, reason: str) -> None:
    """Tell the unit of a withdrawal; with the last of a packet its forms lose their validity."""
    if application.handed_in_at is not None:
        notices.tell_unit(application, "withdrawn", {"reason": reason})
    if not application.packet.applications.exclude(state=State.WITHDRAWN).exists():
        printing.withdraw_forms(application.packet)


@transaction.atomic
def accept(*, application_id: uuid.UUID, by: User, note: str = "") -> Application:
    """Accept after the formal check (受理)."""
    application = locking.lock(application_id)
    move(application, Action.ACCEPT, by=by, note=note)
    notices.tell_unit(application, "accepted", {})
    return application


@transaction.atomic
def return_for_changes(
    *,
    application_id: uuid.UUID,
    by: User,
    reason: str,
    items: Mapping[str, str],
    due: dt.datetime,
) -> Application:
    """Return for correction with a reason for each section; the place in the quota is kept.

    ``due`` is the exclusive end of the time for correcting. Raises RuleViolation when nothing is
    asked for or the time lies in the past.
    """
    application = locking.lock(application_id)
    wanted = {section: text.strip() for section, text in items.items() if text.strip()}
    problems = []
    if not reason.strip() and not wanted:
        problems.append(_("Say what is to be corrected, in general or in a section."))
    if due <= clock.now():
        problems.append(_("The time for correcting must lie in the future."))
    version = application.packet.latest_version()
    if problems or version is None:
        raise RuleViolation(problems or [_("Nothing was handed in yet.")])
    application.correction_due = due
    move(application, Action.RETURN, by=by, note=reason)
    request = CorrectionRequest.objects.create(
        application=application,
        version=version,
        reason=reason.strip(),
        due=due,
        by=by,
        at=application.state_since,
    )
    CorrectionItem.objects.bulk_create(
        CorrectionItem(request=request, section=section, reason=text)
        for section, text in wanted.items()
    )
    notices.tell_unit(application, "returned", {"reason": reason, "due": due})
    # A form changed since: the packet is locked before its applications, so a task moves it.
    renewing.renew_soon(application.packet.call_id)
    return application


@transaction.atomic
def not_accept(*, application_id: uuid.UUID, by: User, reason: str) -> Application:
    """Refuse to accept (不予受理), with the reason the unit reads; the place is free again."""
    if not reason.strip():
        raise RuleViolation([_("Say why the application is not accepted.")])
    application = locking.lock_with_participation(application_id)
    move(application, Action.NOT_ACCEPT, by=by, note=reason)
    notices.tell_unit(application, "not_accepted", {"reason": reason})
    return application


@transaction.atomic
def reopen_check(*, application_id: uuid.UUID, by: User, reason: str) -> Application:
    """Take the formal check up again; a freed place must still be there.

    Raises RuleViolation without a reason, or when the unit has used the place meanwhile.
    """
    from applications.services.standing import quota_refusals

    if not reason.strip():
        raise RuleViolation([_("Say why the check is taken up again.")])
    application = locking.lock_with_participation(application_id)
    if application.recommendations.filter(state=Stand.PENDING).exists():
        raise RuleViolation([_("It was never recommended; the check cannot be taken up.")])
    history.lock_people(application.packet.call, history.people_of(application))
    if refusals := quota_refusals([application]):
        raise RuleViolation(refusals)
    move(application, Action.REOPEN_CHECK, by=by, note=reason)
    return application


@transaction.atomic
def publicise(*, application_id: uuid.UUID, by: User, note: str = "") -> Application:
    """Show the application to the public among those to be selected; the unit is told of it."""
    application = locking.lock(application_id)
    move(application, Action.PUBLICISE, by=by, note=note)
    return application


@transaction.atomic
def call_off_publicity(*, application_id: uuid.UUID, by: User, reason: str) -> Application:
    """Take the application off the list shown to the public, as if it had never been on it.

    What came from the reserve goes back there. Raises RuleViolation without a reason.
    """
    if not reason.strip():
        raise RuleViolation([_("Say why the publicity is called off.")])
    application = locking.lock(application_id)
    shown = application.log.filter(action=Action.PUBLICISE).order_by("-pk").first()
    move(application, Action.CALL_OFF_PUBLICITY, by=by, note=reason)
    if shown is not None and shown.source == State.RESERVE:
        move(application, Action.HOLD_IN_RESERVE, by=by)
    return application


@transaction.atomic
def select(
    *, application_id: uuid.UUID, by: User, note: str = "", granted: Decimal | None = None
) -> Application:
    """Write down that the application was selected; the published list tells the unit.

    It becomes a project with ``granted`` yuan, and with all it will have to hand in.
    """
    application = locking.lock(application_id)
    move(application, Action.SELECT, by=by, note=note)
    projects.open_project(application, granted=granted)
    return application


@transaction.atomic
def hold_in_reserve(*, application_id: uuid.UUID, by: User, note: str = "") -> Application:
    """Write down that the application is held in reserve."""
    application = locking.lock(application_id)
    move(application, Action.HOLD_IN_RESERVE, by=by, note=note)
    return application


@transaction.atomic
def not_select(*, application_id: uuid.UUID, by: User, note: str = "") -> Application:
    """Write down that the application was not selected."""
    application = locking.lock(application_id)
    move(application, Action.NOT_SELECT, by=by, note=note)
    return application


@transaction.atomic
def archive(*, application_id: uuid.UUID, by: User, note: str = "") -> Application:
    """Write down that a closed project lies in the archive; ``note`` names the archive."""
    application = locking.lock(application_id)
    move(application, Action.ARCHIVE, by=by, note=note)
    return application
