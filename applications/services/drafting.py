"""Drafting: beginning, saving answer by answer, files; nothing here takes a place."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applications import doors
from applications.capacity import may
from applications.models import (
    Application,
    Attachment,
    FieldSave,
    Packet,
    Participation,
)
from applications.services import locking, recommending, renewing
from applications.services.standing import gather, refusals
from applications.states import EDITABLE, Actor, State
from calls.answers import by_role
from calls.enums import FieldRole, PacketMode, SectionScope
from calls.forms_schema import FieldSpec, SectionSpec, answer_key, sections_for
from calls.models import Call, Category
from calls.rules.facts import REGISTERED, Stage
from portal import clock
from portal.audit.services import record
from portal.errors import Conflict, Refusal, RuleViolation
from portal.files.services import store
from portal.people.models import Organisation, User

MAX_FILES_PER_APPLICATION = 40
USUAL_TYPES = ("pdf", "docx", "jpg", "png")


@transaction.atomic
def start(
    *,
    category: Category,
    organisation: Organisation,
    by: User,
    has_confidential: bool,
    arrived_at: dt.datetime,
) -> Application:
    """Begin an application; asks the confidentiality question before anything else.

    Raises RuleViolation when the door is closed or a rule about the unit itself is in the way;
    a used-up quota only warns, because a draft reserves nothing.
    """
    call = category.call
    _require_filler(by, organisation, call)
    late = doors.late_end(call, organisation)
    if refusal := doors.refusal_to_begin(category, late, arrived_at):
        raise RuleViolation([refusal])
    if category.children.exists():
        raise RuleViolation([_("Choose one of the parts of this category.")])
    findings = gather(call, organisation).findings(category, frozenset({Stage.ELIGIBILITY}))
    # A unit that only waits for verification may prepare; hand-in asks again.
    blocking = refusals(f for f in findings if f.rule.kind != REGISTERED)
    if blocking:
        raise RuleViolation(blocking)
    _answer_confidentiality(call, organisation, by, has_confidential)
    packet = _packet_for(call, organisation, by)
    application = Application.objects.create(
        packet=packet,
        category=category,
        created_by=by,
        position=packet.applications.count(),
    )
    record(
        "application_started",
        by=by,
        target=application,
        issuer=call.issuer,
        organisation=organisation,
        category=category.pk,
    )
    return application


def _require_filler(user: User, organisation: Organisation, call: Call) -> None:
    if not may(user, Actor.FILLER, organisation, call.issuer_id):
        raise PermissionDenied


def _answer_confidentiality(
    call: Call, organisation: Organisation, by: User, has_confidential: bool
) -> None:
    """Write the answer down; a later yes is never turned back into a no by another draft."""
    locking.lock_counting(call, [organisation])
    row = Participation.objects.get(call=call, organisation=organisation)
    if row.has_confidential and not has_confidential:
        return
    row.has_confidential, row.confidential_by, row.confidential_at = (
        has_confidential,
        by,
        clock.now(),
    )
    row.save(update_fields=["has_confidential", "confidential_by", "confidential_at"])
    if has_confidential:
        record(
            "confidential_content_declared",
            by=by,
            target=row,
            issuer=call.issuer,
            organisation=organisation,
        )


def _packet_for(call: Call, organisation: Organisation, by: User) -> Packet:
    """Return the unit's open packet of a plan call, or a new one; the participation is locked."""
    revision = call.form_revisions.latest("no")
    if call.packet_mode == PacketMode.PLAN:
        for packet in Packet.objects.filter(call=call, organisation=organisation):
            if _is_open(packet):
                renewing.adopt_if_lagging(packet)
                return packet
    made = Packet.objects.create(
        call=call, organisation=organisation, form_revision=revision, created_by=by
    )
    recommending.preselect(made)
    return made


def _is_open(packet: Packet) -> bool:
    """Tell whether the packet still takes applications: all of it is in editing."""
    states = set(packet.applications.values_list("state", flat=True)) - {State.WITHDRAWN}
    return states <= {State.DRAFT}


@transaction.atomic
def save_answer(
    *,
    packet_id: uuid.UUID,
    application_id: uuid.UUID | None,
    key: str,
    value: Any,
    revision: int,
    by: User,
) -> FieldSave:
    """Save one answer if nobody saved a newer one; ``application_id`` None means the plan.

    ``revision`` is the one the page was shown with, 0 for a never-saved answer. Raises Conflict
    with the other text when it is stale, RuleViolation when the form is frozen or the key unknown.
    """
    packet, application = _lock_for_editing(packet_id, application_id, by)
    return _save(packet, application, key, value, revision, by)


@transaction.atomic
def save_answers(
    *,
    packet_id: uuid.UUID,
    application_id: uuid.UUID | None,
    values: Mapping[str, Any],
    revisions: Mapping[str, int],
    by: User,
) -> dict[str, Conflict]:
    """Save the answers of a step; returns the conflicts, everything else is saved."""
    packet, application = _lock_for_editing(packet_id, application_id, by)
    held = packet.plan if application is None else application.answers
    conflicts: dict[str, Conflict] = {}
    for key, value in values.items():
        if held.get(key) == value:
            continue
        try:
            _save(packet, application, key, value, revisions.get(key, 0), by)
        except Conflict as conflict:
            conflicts[key] = conflict
    return conflicts


def _lock_for_editing(
    packet_id: uuid.UUID, application_id: uuid.UUID | None, by: User
) -> tuple[Packet, Application | None]:
    """Lock what is to be written; refuse once it is frozen."""
    packet = locking.lock_packet(packet_id)
    _require_filler(by, packet.organisation, packet.call)
    application = None
    if application_id is not None:
        application = locking.lock(application_id)
        if application.packet_id != packet.pk:
            raise Application.DoesNotExist
        states = {application.state}
    else:
        states = set(packet.applications.values_list("state", flat=True)) - {State.WITHDRAWN}
    if not states & EDITABLE:
        raise RuleViolation(
            [Refusal(_("The form is frozen; take it back to edit it."), code="frozen")]
        )
    return packet, application


def lock_application_for_editing(application_id: uuid.UUID, by: User) -> tuple[Packet, Application]:
    """Lock packet and application, in that order."""
    packet_id = Application.objects.values_list("packet", flat=True).get(pk=application_id)
    packet, application = _lock_for_editing(packet_id, application_id, by)
    assert application is not None
    return packet, application


def _save(
    packet: Packet,
    application: Application | None,
    key: str,
    value: Any,
    revision: int,
    by: User,
) -> FieldSave:
    """Compare and set one answer under the row lock held by the caller."""
    field_of(packet, application, key)
    target = packet if application is None else application
    answers = packet.plan if application is None else application.answers
    save = FieldSave.objects.filter(packet=packet, application=application, key=key).first()
    held = save.revision if save else 0
    if held != revision and answers.get(key) != value:
        raise Conflict(answers.get(key), held, str(save.by) if save else "")
    answers[key] = value
    fields = ["updated_at", "plan" if application is None else "answers"]
    if application is not None:
        application.title = title_of(packet, application)
        fields.append("title")
    target.save(update_fields=fields)
    if save is None:
        save = FieldSave(packet=packet, application=application, key=key, revision=0)
    save.revision, save.by, save.at = held + 1, by, clock.now()
    save.save()
    return save


def field_of(
    packet: Packet, application: Application | None, key: str
) -> tuple[SectionSpec, FieldSpec]:
    """Return the question with this key in the packet's form; raises RuleViolation without one."""
    for section in sections_of(packet, application):
        for field in section["fields"]:
            if answer_key(section, field) == key:
                return section, field
    raise RuleViolation([_("The form has no such question any more; reload the page.")])


def sections_of(packet: Packet, application: Application | None) -> list[SectionSpec]:
    """Return the steps of the plan (application None) or of an application, in order."""
    schema = packet.form_revision.schema
    if application is None:
        return sections_for(schema, (), SectionScope.PLAN)
    return sections_for(schema, application.category.codes, SectionScope.APPLICATION)


def title_of(packet: Packet, application: Application) -> str:
    """Return the answer that carries the title, cut to the column."""
    roles = by_role(packet.form_revision.schema, application.answers, application.category)
    return str(roles.get(FieldRole.TITLE) or "")[:200]


@transaction.atomic
def attach(
    *, application_id: uuid.UUID, key: str, upload: UploadedFile[Any], by: User
) -> Attachment:
    """Add a file to a question of kind files.

    Raises RuleViolation for a frozen form, a question that takes no files, too many files, or a
    file the portal does not take.
    """
    packet, application = lock_application_for_editing(application_id, by)
    _section, field = field_of(packet, application, key)
    if field["kind"] != "files":
        raise RuleViolation([_("This question takes no files.")])
    options = field.get("options", {})
    most = min(int(options.get("max_files", 5)), MAX_FILES_PER_APPLICATION)
    present = application.attachments.filter(key=key).count()
    if present >= most:
        raise RuleViolation([_("At most %(n)s files here; remove one first.") % {"n": most}])
    stored = store(upload, by=by, allowed=set(options.get("types") or USUAL_TYPES))
    attachment = Attachment.objects.create(
        application=application, key=key, file=stored, position=present, by=by
    )
    _mirror_files(application, key)
    return attachment


@transaction.atomic
def detach(*, application_id: uuid.UUID, attachment_id: int, by: User) -> None:
    """Take a file away again; versions already frozen keep theirs."""
    _packet, application = lock_application_for_editing(application_id, by)
    attachment = application.attachments.get(pk=attachment_id)
    key = attachment.key
    attachment.delete()
    _mirror_files(application, key)


def _mirror_files(application: Application, key: str) -> None:
    """Keep the answer of a files question equal to its attachments."""
    files = application.attachments.filter(key=key).values_list("file_id", flat=True)
    application.answers[key] = [str(pk) for pk in files]
    application.save(update_fields=["answers", "updated_at"])
