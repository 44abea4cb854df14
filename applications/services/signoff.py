"""From a finished draft to a frozen, signed and stamped form."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applications import completeness, doors, printing
from applications.freezing import content_of
from applications.models import Application, Packet, Version
from applications.services import history, lifecycle, locking, notices, renewing
from applications.services.numbering import new_number
from applications.services.standing import packet_findings
from applications.states import EDITABLE, FROZEN, Action, State
from calls.answers import by_role
from calls.enums import FieldRole, Sealing
from calls.forms_schema import digest
from calls.models import Call
from portal import clock
from portal.audit.services import record
from portal.documents.handwriting import mark_of
from portal.errors import Refusal, RuleViolation
from portal.files.services import store_bytes
from portal.people.enums import Right
from portal.people.models import User


@transaction.atomic
def request_signoff(*, packet_id: uuid.UUID, by: User) -> Packet:
    """Hand the finished draft to the unit's approver.

    Raises RuleViolation with everything that is missing or refused.
    """
    packet, applications = _lock_in(packet_id, EDITABLE)
    _require_complete(packet, applications)
    for application in applications:
        lifecycle.move(application, Action.REQUEST_SIGNOFF, by=by)
    round_no = packet.versions.count() + 1
    notices.tell_holders(packet, Right.APPROVER, "signoff_asked", f"signoff:{round_no}", {})
    return packet


@transaction.atomic
def take_back(*, packet_id: uuid.UUID, by: User) -> Packet:
    """Open a frozen packet for editing again; a later freeze is a new version.

    A form changed meanwhile takes the place of the frozen one.
    """
    packet, applications = _lock_in(packet_id, FROZEN)
    for application in applications:
        lifecycle.move(application, Action.TAKE_BACK, by=by)
    renewing.adopt_if_lagging(packet)
    return packet


@transaction.atomic
def decline(*, packet_id: uuid.UUID, by: User, reason: str) -> Packet:
    """The approver gives the draft back with a reason."""
    if not reason.strip():
        raise RuleViolation([_("Say what has to be changed.")])
    packet, applications = _lock_in(packet_id, {State.AWAITING_SIGNOFF})
    for application in applications:
        lifecycle.move(application, Action.DECLINE_SIGNOFF, by=by, note=reason)
    for application in applications:
        notices.tell_unit(application, "signoff_declined", {"reason": reason})
    renewing.adopt_if_lagging(packet)
    return packet


@transaction.atomic
def sign_off(
    *,
    packet_id: uuid.UUID,
    by: User,
    arrived_at: dt.datetime | None = None,
    signature: UploadedFile[Any] | None = None,
) -> Version:
    """The approver signs off: the content is frozen, numbered, hashed and sent to print.

    ``arrived_at`` is when the request came, None for now. ``signature`` is what the approver wrote
    by hand on the screen, printed in the form's box where the call takes it. Raises RuleViolation
    when the call wants two persons and the filler signs herself, and after the call's own end for
    the sign-off; what came back for correction has its own term.
    """
    packet, applications = _lock_in(packet_id, {State.AWAITING_SIGNOFF})
    if first := [a for a in applications if a.handed_in_at is None]:
        refusal = doors.signoff_refusal_at(packet, first, arrived_at or clock.now())
        if refusal is not None:
            raise RuleViolation([refusal])
    if packet.call.two_persons and _filled_by(packet, by):
        raise RuleViolation([_("Filler and approver must be two persons in this call.")])
    mark = _mark(packet, signature) if signature is not None else None
    version = freeze_now(packet, applications, by=by, action=Action.SIGN_OFF, mark=mark)
    for application in applications:
        notices.tell_unit(application, "signed_off", {"version": version})
    return version


@transaction.atomic
def freeze(*, packet_id: uuid.UUID, by: User) -> Version:
    """Freeze without sign-off, for calls that ask for none."""
    packet, applications = _lock_in(packet_id, EDITABLE)
    if packet.call.signoff:
        raise RuleViolation([_("This call wants the approver's sign-off.")])
    _require_complete(packet, applications)
    return freeze_now(packet, applications, by=by, action=Action.FREEZE)


def takes_hand(call: Call) -> bool:
    """Tell whether a form of this call may be signed on the screen: not what is signed on paper."""
    return call.sealing != Sealing.SCAN


def _mark(packet: Packet, signature: UploadedFile[Any]) -> bytes:
    """Return the signature fit to be printed; RuleViolation where it is none or not wanted."""
    if not takes_hand(packet.call):
        raise RuleViolation([_("The forms of this call are signed on paper.")])
    return mark_of(signature)


def _lock_in(
    packet_id: uuid.UUID, states: frozenset[State] | set[State]
) -> tuple[Packet, list[Application]]:
    """Lock the packet and those of its applications that stand in one of the states."""
    packet = locking.lock_packet(packet_id)
    applications = [a for a in locking.lock_applications(packet) if a.state in states]
    if not applications:
        raise RuleViolation([_("Nothing in this packet is waiting for this step.")])
    return packet, applications


def _require_complete(packet: Packet, applications: list[Application]) -> None:
    found = completeness.gaps(packet, packet_findings(applications))
    if found:
        raise RuleViolation(
            Refusal(gap.message, clause=gap.clause, code=gap.code, url=gap.url) for gap in found
        )


def _filled_by(packet: Packet, user: User) -> bool:
    """Tell whether the person asked for this sign-off herself."""
    last = (
        packet.applications.filter(log__action=Action.REQUEST_SIGNOFF)
        .order_by("-log__pk")
        .values_list("log__by", flat=True)
        .first()
    )
    return last == user.pk


def freeze_now(
    packet: Packet,
    applications: list[Application],
    *,
    by: User,
    action: Action,
    mark: bytes | None = None,
) -> Version:
    """Write the immutable version and order its printed form; the caller locks the packet."""
    if packet.number is None:
        packet.number = new_number(packet.call.number_prefix, packet.call.year)
        packet.save(update_fields=["number", "updated_at"])
    every = [a for a in locking.lock_applications(packet) if a.state != State.WITHDRAWN]
    for place, application in enumerate(every, start=1):
        if application.number is None:
            application.number = (
                packet.number if len(every) == 1 else f"{packet.number}-{_free_place(every, place)}"
            )
        copy_answers_to_columns(packet, application)
    moving = {a.pk for a in applications}
    for application in every:
        if application.pk in moving:
            lifecycle.move(application, action, by=by)
    history.write_places(every)
    content = content_of(packet, every)
    version = Version.objects.create(
        packet=packet,
        no=packet.versions.count() + 1,
        form_revision=packet.form_revision,
        content=content,
        sha256=digest(content),
        by=by,
        at=clock.now(),
        signature=store_bytes(
            mark, name="签名.png", content_type="image/png", by=by, purpose="signature"
        )
        if mark
        else None,
    )
    record(
        "version_frozen",
        by=by,
        target=version,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        no=version.no,
        sha256=version.sha256,
        signed_by_hand=mark is not None,
    )
    printing.order_form(version)
    return version


def _free_place(every: list[Application], place: int) -> int:
    """Return a running number not yet used in the packet."""
    used = {a.number.rpartition("-")[2] for a in every if a.number}
    while str(place) in used:
        place += 1
    return place


def copy_answers_to_columns(packet: Packet, application: Application) -> None:
    """Copy title, amount and days from the answers by their roles, for lists and search."""
    roles = by_role(packet.form_revision.schema, application.answers, application.category)
    application.title = str(roles.get(FieldRole.TITLE) or "")[:200]
    application.amount = _money(roles.get(FieldRole.AMOUNT))
    application.starts_on, application.ends_on = _days(roles.get(FieldRole.DATES))


def _money(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


def _days(answer: Any) -> tuple[dt.date | None, dt.date | None]:
    """Read the first and the last day; a question may ask for one day alone."""
    asked: Mapping[str, str] = answer if isinstance(answer, dict) else {"start": answer}
    start = _day(asked.get("start"))
    return start, _day(asked.get("end")) or start


def _day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
