"""Objections: taken in by name with a receipt, examined on the file, decided with an answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.capacity import staff_of
from portal import clock
from portal.audit.services import record
from portal.documents.codes import code_of, read, shown
from portal.errors import RuleViolation
from portal.files.services import store
from portal.mail.services import queue
from portal.people.models import User
from reviews.models import (
    Objection,
    ObjectionFile,
    ObjectionLog,
    ObjectionState,
    ObjectionStep,
    Publicity,
    PublicityEntry,
    PublicityState,
    Standing,
)
from reviews.services.publicising import lock_publicity, strike_entry, tell, withdrawn

FILE_KINDS = frozenset({"pdf", "docx", "jpg", "png"})
MOST_FILES = 5
VERDICTS = (ObjectionState.UPHELD, ObjectionState.DISMISSED, ObjectionState.NOT_ADMITTED)


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody objects, as she typed it; ``entry_id`` None is the list as a whole."""

    entry_id: int | None
    name: str
    unit_name: str
    phone: str
    email: str
    text: str


def digest(code: str) -> str:
    """Return what is kept of a receipt's code."""
    return hashlib.sha256(code.encode()).hexdigest()


def find(code: str) -> Objection | None:
    """Return the objection somebody has the code of, None for anything else."""
    meant = read(code)
    if not meant:
        return None
    rows = Objection.objects.select_related("publicity__call__issuer__organisation")
    return rows.filter(code_sha256=digest(meant)).first()


@transaction.atomic
def file(
    *,
    publicity_id: int,
    statement: Statement,
    uploads: Sequence[File[Any]] = (),
    key: uuid.UUID,
    arrived_at: dt.datetime,
) -> tuple[Objection, str]:
    """Take an objection in; return it with the code by which its state is looked up.

    ``key`` is the form's: the same words sent again with it get the first receipt, while somebody
    who goes back and objects something else gets another one. Only an instant from the beginning
    to before the end of the publicity is in time. Raises RuleViolation for one too late, a list
    no longer shown, and files that are not accepted.
    """
    # The row gives out numbers one after the other.
    publicity = (
        Publicity.objects.select_for_update(of=("self",))
        .select_related("call__issuer__organisation", "notice")
        .get(pk=publicity_id)
    )
    code = _code(key, publicity, statement, uploads)
    if (first := find(code)) is not None:
        return first, code
    _require_in_time(publicity, arrived_at)
    if len(uploads) > MOST_FILES:
        raise RuleViolation([_("At most %(n)s files.") % {"n": MOST_FILES}])
    entry = None
    if statement.entry_id is not None:
        entry = publicity.entries.filter(pk=statement.entry_id).first()
        if entry is None:
            raise RuleViolation([_("This project is not on the list.")])
    objection = Objection.objects.create(
        publicity=publicity,
        entry=entry,
        number=f"YY-{publicity.pk}-{publicity.objections.count() + 1:03}",
        code_sha256=digest(code),
        name=statement.name,
        unit_name=statement.unit_name,
        phone=statement.phone,
        email=statement.email,
        text=statement.text,
        filed_at=arrived_at,
    )
    for upload in uploads:
        stored = store(upload, by=None, allowed=FILE_KINDS, purpose="objection")
        ObjectionFile.objects.create(objection=objection, file=stored)
    _log(objection, ObjectionStep.FILED, by=None)
    record("objection_filed", by=None, target=objection, issuer=publicity.call.issuer)
    _tell_objector(objection, "objection_received", {"code": shown(code)}, code)
    _tell_staff(objection)
    return objection, code


def _code(
    key: uuid.UUID, publicity: Publicity, statement: Statement, uploads: Sequence[File[Any]]
) -> str:
    """Return the code of exactly this objection from exactly this form."""
    files = [[upload.name, upload.size] for upload in uploads]
    return code_of(json.dumps([str(key), publicity.pk, *astuple(statement), files]))


def _require_in_time(publicity: Publicity, arrived_at: dt.datetime) -> None:
    if not publicity.is_running:
        raise RuleViolation([_("This list is not being shown any more.")])
    if not publicity.takes_objections(arrived_at):
        raise RuleViolation(
            [_("The publicity period is over; objections are not taken here any more.")]
        )


@transaction.atomic
def set_entry(*, objection_id: uuid.UUID, entry_id: int | None, by: User) -> Objection:
    """Write down which project an open objection is about."""
    objection = _lock(objection_id, by)
    _require_open(objection)
    before, entry = objection.entry, None
    if entry_id is not None:
        entry = objection.publicity.entries.get(pk=entry_id)
    if entry == before:
        return objection
    objection.entry = entry
    objection.save(update_fields=["entry"])
    _log(objection, ObjectionStep.ABOUT, by=by, note=str(entry or _("the list as a whole")))
    if before is not None and before.standing == Standing.SUSPENDED:
        _resume_if_free(objection, before, by)
    return objection


@transaction.atomic
def take_up(*, objection_id: uuid.UUID, by: User, note: str, suspend: bool) -> Objection:
    """Begin to examine an objection, or note what was found out; ``suspend`` its project.

    A suspended project is not announced until the objections against it are decided.
    """
    objection = _lock(objection_id, by)
    _require_open(objection)
    if suspend and objection.entry is None:
        raise RuleViolation([_("Say which project it is about before suspending one.")])
    if objection.state == ObjectionState.FILED:
        objection.state = ObjectionState.EXAMINED
        objection.save(update_fields=["state"])
        _log(objection, ObjectionStep.TAKEN_UP, by=by, note=note)
        _tell_objector(objection, "objection_examined", {})
    elif note.strip():
        _log(objection, ObjectionStep.NOTED, by=by, note=note)
    if suspend:
        _suspend(objection, by)
    record("objection_handled", by=by, target=objection, issuer=objection.publicity.call.issuer)
    return objection


def _suspend(objection: Objection, by: User) -> None:
    entry = objection.entry
    assert entry is not None
    if entry.standing == Standing.WITHDRAWN:
        raise RuleViolation([withdrawn()])
    if entry.settled_at is not None:
        raise RuleViolation([_("This project is announced already.")])
    if entry.standing == Standing.SHOWN:
        entry.standing = Standing.SUSPENDED
        entry.save(update_fields=["standing"])
        _log(objection, ObjectionStep.SUSPENDED, by=by)
        tell(entry, "entry_suspended", {})


@transaction.atomic
def decide(*, objection_id: uuid.UUID, verdict: str, answer: str, note: str, by: User) -> Objection:
    """Decide an objection: the person is answered, an upheld one strikes its project.

    ``answer`` is for the person, ``note`` for the file. A project without another open objection
    is suspended no longer. Raises RuleViolation without an answer.
    """
    objection = _lock(objection_id, by)
    _require_open(objection)
    if verdict not in VERDICTS:
        raise RuleViolation([_("Choose what is decided.")])
    if not answer.strip():
        raise RuleViolation([_("Say what the person who objects is answered.")])
    objection.state, objection.answer = ObjectionState(verdict), answer.strip()
    objection.save(update_fields=["state", "answer"])
    _log(objection, ObjectionStep.DECIDED, by=by, note=note)
    entry = objection.entry
    if entry is not None and objection.publicity.state != PublicityState.CALLED_OFF:
        if verdict == ObjectionState.UPHELD:
            note = _("Struck after objection %(number)s") % {"number": objection.number}
            strike_entry(objection.publicity, entry, note=note, by=by)
        else:
            _resume_if_free(objection, entry, by)
    record(
        "objection_decided", by=by, target=objection, issuer=objection.publicity.call.issuer,
        verdict=verdict,
    )  # fmt: skip
    _tell_objector(objection, "objection_decided", {"objection": objection})
    return objection


def _resume_if_free(objection: Objection, entry: PublicityEntry, by: User) -> None:
    """Lift a suspension once no open objection is left against the project."""
    if entry.standing != Standing.SUSPENDED or entry.objections.unsettled().exists():
        return
    entry.standing = Standing.SHOWN
    entry.save(update_fields=["standing"])
    _log(objection, ObjectionStep.RESUMED, by=by)
    tell(entry, "entry_resumed", {})


def _lock(objection_id: uuid.UUID, by: User) -> Objection:
    """Lock call and list, then read the objection: two who handle it go one after the other."""
    publicity_id = Objection.objects.values_list("publicity_id", flat=True).get(pk=objection_id)
    publicity = lock_publicity(publicity_id, by)
    objection = Objection.objects.select_related(
        "entry__application__packet__call__issuer", "entry__application__packet__organisation"
    ).get(pk=objection_id)
    objection.publicity = publicity
    return objection


def _require_open(objection: Objection) -> None:
    if not objection.is_open:
        raise RuleViolation([_("This objection is decided already.")])


def _log(objection: Objection, step: ObjectionStep, *, by: User | None, note: str = "") -> None:
    ObjectionLog.objects.create(
        objection=objection, step=step, note=note.strip(), by=by, at=clock.now()
    )


def _tell_staff(objection: Objection) -> None:
    """Tell who works on the call that an objection lies on the desk; who objects is read there."""
    call = objection.publicity.call
    for user in staff_of(call.issuer_id):
        queue(
            to=user,
            template="reviews/objection_filed",
            context={"call": call, "objection": objection},
            occasion=f"objection:{objection.pk}:filed",
            issuer=call.issuer,
            url=reverse("admin:reviews_objection", args=[objection.pk]),
        )


def _tell_objector(
    objection: Objection, event: str, context: dict[str, Any], code: str = ""
) -> None:
    """Write to the person who objects, where she gave a mailbox; no staff reads the mail."""
    if not objection.email:
        return
    publicity = objection.publicity
    queue(
        to=(objection.email, objection.name),
        template=f"reviews/{event}",
        context={"objection": objection, "notice": publicity.notice, **context},
        occasion=f"objection:{objection.pk}:{event}",
        issuer=publicity.call.issuer,
        url=reverse("objections:receipt", args=[shown(code)]) if code else "",
        sensitive=True,
    )
