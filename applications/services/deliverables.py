"""Writing, handing in, returning and accepting what a project owes, piece by piece.

Everything of one project goes one after the other under the lock of its application.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications import deliverable_forms, printing_accounts
from applications.capacity import may, works_for
from applications.deliverable_forms import Asked
from applications.models import (
    Application,
    Deliverable,
    DeliverableFile,
    DeliverableLog,
    DeliverableVersion,
)
from applications.models.deliverable import OPEN, SETTLED, DeliverableState, Step
from applications.services import lifecycle, locking, project_notices, projects
from applications.states import UNDER_WAY, Action, Actor, State
from calls.forms_schema import SectionSpec, digest
from portal import clock, counting
from portal.audit.services import record
from portal.errors import Conflict, RuleViolation
from portal.files.services import store
from portal.files.text import READABLE, text_of
from portal.people.models import User


def asked(deliverable: Deliverable) -> Asked:
    """Return what a deliverable asks for."""
    return deliverable_forms.asked_of(deliverable.kind, deliverable.rule)


def section(deliverable: Deliverable) -> SectionSpec:
    """Return the questions of a deliverable."""
    wanted, project = asked(deliverable), deliverable.project
    budget = projects.budget_of(project) if wanted.has_accounts else []
    return deliverable_forms.section_of(
        wanted, deliverable.title, budget, asks_grant=project.granted is None
    )


def not_yet(deliverable: Deliverable) -> str:
    """Return why a deliverable cannot be worked on now; empty when it can."""
    state = deliverable.project.application.state
    if state not in UNDER_WAY:
        return _("The project is over; nothing is handed in any more.")
    if projects.is_agreement(deliverable):
        return "" if state == State.SELECTED else _("The execution has begun already.")
    if deliverable.due is None:
        return _("First report the day of completion; this is due after it.")
    return _too_early(deliverable)


def _too_early(deliverable: Deliverable) -> str:
    """Say from when what comes every year can be handed in: once the year before has ended."""
    rule = deliverable.rule
    if rule is None or not rule.yearly or deliverable.turn == 1:
        return ""
    before = rule.day_of(deliverable.turn - 1)
    # No deadline hangs on this, so that lists of many rows ask the database for no hour.
    if clock.shown() >= clock.end_of(before):
        return ""
    return _("This is the one of a later year; it can be handed in after %(day)s.") % {
        "day": date_format(before)
    }


@transaction.atomic
def answer_confidentiality(*, deliverable_id: uuid.UUID, has_confidential: bool, by: User) -> None:
    """Write down whether a part is secret; asked anew for each deliverable."""
    deliverable = _lock_for_writing(deliverable_id, by)
    deliverable.has_confidential = has_confidential
    deliverable.confidential_by, deliverable.confidential_at = by, clock.now()
    deliverable.save(update_fields=["has_confidential", "confidential_by", "confidential_at"])
    if has_confidential:
        _record("deliverable_confidential", deliverable, by)


@transaction.atomic
def save_answer(*, deliverable_id: uuid.UUID, key: str, value: Any, revision: int, by: User) -> int:
    """Save one answer if nobody saved a newer one; returns its new revision.

    Raises Conflict with the other value when ``revision`` is stale, RuleViolation when nothing can
    be written now.
    """
    deliverable = _lock_for_writing(deliverable_id, by)
    kept = _save(deliverable, key, value, revision)
    deliverable.save(update_fields=["answers", "revisions"])
    return kept


@transaction.atomic
def save_answers(
    *,
    deliverable_id: uuid.UUID,
    values: Mapping[str, Any],
    revisions: Mapping[str, int],
    by: User,
) -> dict[str, Conflict]:
    """Save all answers of a page; returns the conflicts, everything else is saved."""
    deliverable = _lock_for_writing(deliverable_id, by)
    conflicts = {}
    for key, value in values.items():
        if deliverable.answers.get(key) == value:
            continue
        try:
            _save(deliverable, key, value, revisions.get(key, 0))
        except Conflict as conflict:
            conflicts[key] = conflict
    deliverable.save(update_fields=["answers", "revisions"])
    return conflicts


def _save(deliverable: Deliverable, key: str, value: Any, revision: int) -> int:
    held = int(deliverable.revisions.get(key, 0))
    if held != revision and deliverable.answers.get(key) != value:
        raise Conflict(deliverable.answers.get(key), held)
    deliverable.answers[key] = value
    deliverable.revisions[key] = held + 1
    return held + 1


@transaction.atomic
def attach(
    *, deliverable_id: uuid.UUID, upload: UploadedFile[Any], photo: bool, by: User
) -> DeliverableFile:
    """Add a photo or another file; a text that can be read is measured against its limit.

    Raises RuleViolation for a file that is not taken, or one too many.
    """
    deliverable = _lock_for_writing(deliverable_id, by)
    wanted = asked(deliverable)
    most = wanted.photos_max if photo else deliverable_forms.MOST_FILES
    if deliverable.files.filter(photo=photo).count() >= most:
        raise RuleViolation([_("At most %(n)s files here; remove one first.") % {"n": most}])
    words = None
    if wanted.max_words and not photo:
        words = _words_in(upload)
    kinds = deliverable_forms.PHOTOS if photo else wanted.file_types
    stored = store(upload, by=by, allowed=set(kinds))
    return DeliverableFile.objects.create(
        deliverable=deliverable, file=stored, photo=photo, words=words, by=by
    )


def _words_in(upload: UploadedFile[Any]) -> int | None:
    """Return the length of a text in 字, None where no machine can read it: staff look then."""
    if not (upload.name or "").lower().endswith(READABLE):
        return None
    try:
        return counting.count(text_of(upload))
    except RuleViolation:
        return None


@transaction.atomic
def detach(*, deliverable_id: uuid.UUID, file_id: int, by: User) -> None:
    """Take a file away again; what was handed in before keeps its own."""
    deliverable = _lock_for_writing(deliverable_id, by)
    deliverable.files.get(pk=file_id).delete()


@transaction.atomic
def hand_in(*, deliverable_id: uuid.UUID, by: User, arrived_at: dt.datetime) -> DeliverableVersion:
    """Hand a deliverable in as it stands; a second click returns what the first one made.

    Late ones are taken and marked. Raises RuleViolation with everything that is missing.
    """
    deliverable = _lock(deliverable_id)
    _require_filler(deliverable, by)
    if deliverable.state == DeliverableState.HANDED_IN:
        standing = deliverable.latest_version()
        assert standing is not None
        return standing
    _refuse_unless_open(deliverable)
    found = gaps(deliverable)
    if found:
        raise RuleViolation(found)
    version = _freeze(deliverable, by)
    if deliverable.handed_in_at is None:
        deliverable.late = deliverable.due is not None and arrived_at >= deliverable.due
    deliverable.state, deliverable.handed_in_at = DeliverableState.HANDED_IN, arrived_at
    deliverable.save(update_fields=["state", "handed_in_at", "late"])
    _log(deliverable, Step.HANDED_IN, by)
    if asked(deliverable).has_accounts:
        printing_accounts.order(version)
    _record("deliverable_handed_in", deliverable, by, version=version.no, late=deliverable.late)
    return version


def gaps(deliverable: Deliverable) -> list[str]:
    """Return what keeps a deliverable from being handed in, as sentences."""
    return deliverable_forms.gaps(
        asked(deliverable),
        section(deliverable),
        deliverable.answers,
        deliverable.files.all(),
        has_confidential=deliverable.has_confidential,
    )


def _freeze(deliverable: Deliverable, by: User) -> DeliverableVersion:
    """Write down what is handed in, with the questions as they were asked."""
    project = deliverable.project
    packet = project.application.packet
    content = {
        "deliverable": str(deliverable.pk),
        "kind": deliverable.kind,
        "title": deliverable.title,
        "project": str(project),
        "number": project.application.number,
        "unit": {"name": packet.organisation.name, "uscc": packet.organisation.uscc or ""},
        "leader": projects.leader_of(project),
        "granted": None if project.granted is None else f"{project.granted:.2f}",
        "budget": projects.budget_rows(project) if asked(deliverable).has_accounts else [],
        "completed_on": project.completed_on.isoformat() if project.completed_on else "",
        "has_confidential": deliverable.has_confidential,
        "section": section(deliverable),
        "answers": deliverable.answers,
        "files": [
            {
                "id": str(one.file_id),
                "name": one.file.name,
                "size": one.file.size,
                "sha256": one.file.sha256,
                "photo": one.photo,
            }
            for one in deliverable.files.select_related("file")
        ],
    }
    return DeliverableVersion.objects.create(
        deliverable=deliverable,
        no=deliverable.versions.count() + 1,
        content=content,
        sha256=digest(content),
        by=by,
        at=clock.now(),
    )


# What the association says -------------------------------------------------------------------


@transaction.atomic
def give_back(*, deliverable_id: uuid.UUID, by: User, reason: str, due: dt.datetime) -> Deliverable:
    """Return a deliverable for correction, also one accepted by mistake; ``due`` is exclusive.

    Raises RuleViolation without a reason, for a time that has passed, and for one that the unit
    has not handed in.
    """
    deliverable = _lock_as_staff(deliverable_id, by)
    problems = []
    if deliverable.state not in (DeliverableState.HANDED_IN, DeliverableState.ACCEPTED):
        problems.append(_("“%(title)s” is not handed in.") % {"title": deliverable})
    if not reason.strip():
        problems.append(_("Say what is to be corrected."))
    if due <= clock.now():
        problems.append(_("The time for correcting must lie in the future."))
    if problems:
        raise RuleViolation(problems)
    deliverable.state, deliverable.due = DeliverableState.RETURNED, due
    deliverable.settled_at = None
    deliverable.save(update_fields=["state", "due", "settled_at"])
    log = _log(deliverable, Step.RETURNED, by, note=reason, due=due)
    _record("deliverable_returned", deliverable, by)
    _tell(log, "deliverable_returned", {"reason": reason.strip(), "due": due})
    return deliverable


@transaction.atomic
def accept(*, deliverable_id: uuid.UUID, version_id: int, by: User, note: str = "") -> Deliverable:
    """Accept the version the person looked at; an accepted agreement or plan begins the execution.

    Raises RuleViolation when it is not handed in, or another version was handed in meanwhile.
    """
    deliverable = _lock_as_staff(deliverable_id, by)
    version = deliverable.latest_version()
    if deliverable.state != DeliverableState.HANDED_IN or version is None:
        raise RuleViolation([_("“%(title)s” is not handed in.") % {"title": deliverable}])
    if version.pk != version_id:
        raise RuleViolation([_("A newer version was handed in meanwhile; look at it first.")])
    _settle(deliverable, DeliverableState.ACCEPTED)
    log = _log(deliverable, Step.ACCEPTED, by, note=note)
    _record("deliverable_accepted", deliverable, by, version=version.no)
    if projects.is_agreement(deliverable):
        application = deliverable.project.application
        lifecycle.move(application, Action.START, by=by)
        occasion = f"started:{application.log.count()}"
        project_notices.tell(application, "project_started", occasion, {})
    else:
        _tell(log, "deliverable_accepted", {"note": note.strip()})
    return deliverable


@transaction.atomic
def waive(*, deliverable_id: uuid.UUID, by: User, reason: str) -> Deliverable:
    """Let a deliverable go: it is not needed in this project; the reason is kept and shown."""
    deliverable = _lock_as_staff(deliverable_id, by)
    if not reason.strip():
        raise RuleViolation([_("Say why it is not needed.")])
    if deliverable.state in SETTLED or projects.is_agreement(deliverable):
        raise RuleViolation(
            [_("This step is not possible for “%(title)s”.") % {"title": deliverable}]
        )
    _settle(deliverable, DeliverableState.WAIVED)
    _log(deliverable, Step.WAIVED, by, note=reason)
    _record("deliverable_waived", deliverable, by)
    return deliverable


@transaction.atomic
def ask_again(*, deliverable_id: uuid.UUID, by: User, due: dt.datetime) -> Deliverable:
    """Ask again for what was let go."""
    deliverable = _lock_as_staff(deliverable_id, by)
    if deliverable.state != DeliverableState.WAIVED or projects.is_agreement(deliverable):
        raise RuleViolation(
            [_("This step is not possible for “%(title)s”.") % {"title": deliverable}]
        )
    _refuse_past(due)
    deliverable.state, deliverable.due, deliverable.settled_at = DeliverableState.DUE, due, None
    deliverable.save(update_fields=["state", "due", "settled_at"])
    log = _log(deliverable, Step.REOPENED, by, due=due)
    _tell(log, "deliverable_time", {"due": due, "reason": ""})
    return deliverable


@transaction.atomic
def extend(*, deliverable_id: uuid.UUID, by: User, due: dt.datetime, reason: str) -> Deliverable:
    """Give more time for one deliverable; ``due`` is exclusive and the reason is told."""
    deliverable = _lock_as_staff(deliverable_id, by)
    if not deliverable.is_open:
        raise RuleViolation([_("“%(title)s” is not with the unit.") % {"title": deliverable}])
    if not reason.strip():
        raise RuleViolation([_("Say why more time is given.")])
    _refuse_past(due)
    deliverable.due = due
    deliverable.save(update_fields=["due"])
    log = _log(deliverable, Step.EXTENDED, by, note=reason, due=due)
    _record("deliverable_extended", deliverable, by)
    _tell(log, "deliverable_time", {"due": due, "reason": reason.strip()})
    return deliverable


def _not_possible(deliverable: Deliverable) -> str:
    return _("This step is not possible for “%(title)s”.") % {"title": deliverable}


def _refuse_past(due: dt.datetime) -> None:
    if due <= clock.now():
        raise RuleViolation([_("The new end must lie in the future.")])


# What the above share ------------------------------------------------------------------------


def _lock(deliverable_id: uuid.UUID) -> Deliverable:
    """Lock the application of a deliverable, then the row itself."""
    application_id = Deliverable.objects.values_list("project", flat=True).get(pk=deliverable_id)
    application = locking.lock(application_id)
    deliverable = (
        Deliverable.objects.select_for_update(of=("self",))
        .select_related("project", "rule")
        .get(pk=deliverable_id)
    )
    deliverable.project.application = application
    return deliverable


def _lock_for_writing(deliverable_id: uuid.UUID, by: User) -> Deliverable:
    deliverable = _lock(deliverable_id)
    _require_filler(deliverable, by)
    _refuse_unless_open(deliverable)
    return deliverable


def _require_filler(deliverable: Deliverable, by: User) -> None:
    packet = deliverable.project.application.packet
    if not may(by, Actor.FILLER, packet.organisation, packet.call.issuer_id):
        raise PermissionDenied


def _refuse_unless_open(deliverable: Deliverable) -> None:
    reason = not_yet(deliverable)
    if not reason and deliverable.state not in OPEN:
        reason = _("“%(title)s” is %(state)s now; it cannot be changed.") % {
            "title": deliverable,
            "state": deliverable.get_state_display(),
        }
    if reason:
        raise RuleViolation([reason])


def _lock_as_staff(deliverable_id: uuid.UUID, by: User) -> Deliverable:
    deliverable = _lock(deliverable_id)
    application = deliverable.project.application
    if not works_for(by, application.packet.call.issuer_id):
        raise PermissionDenied
    if application.state not in UNDER_WAY:
        raise RuleViolation([_("The project is over; nothing changes any more.")])
    return deliverable


def _settle(deliverable: Deliverable, state: DeliverableState) -> None:
    deliverable.state, deliverable.settled_at = state, clock.now()
    deliverable.save(update_fields=["state", "settled_at"])


def _log(
    deliverable: Deliverable,
    step: Step,
    by: User,
    *,
    note: str = "",
    due: dt.datetime | None = None,
) -> DeliverableLog:
    return DeliverableLog.objects.create(
        deliverable=deliverable, step=step, note=note.strip(), due=due, by=by, at=clock.now()
    )


def _tell(log: DeliverableLog, event: str, context: Mapping[str, Any]) -> None:
    """Tell the unit of one step; the row of the step makes the occasion unique."""
    deliverable = log.deliverable
    application: Application = deliverable.project.application
    project_notices.tell(
        application, event, f"deliverable-log:{log.pk}", {"deliverable": deliverable, **context}
    )


def _record(action: str, deliverable: Deliverable, by: User, **data: Any) -> None:
    packet = deliverable.project.application.packet
    record(
        action,
        by=by,
        target=deliverable,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        **data,
    )
