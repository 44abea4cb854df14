"""The record of payments to a project: what was planned, what was paid when; no money moves."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from applications.capacity import works_for
from applications.models import Payment
from applications.services import locking, projects
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Entry:
    """What staff write down: amount in yuan and day, both or neither; ``title`` says which one."""

    title: str
    paid: Decimal | None
    paid_on: dt.date | None
    note: str = ""


@transaction.atomic
def write(*, application_id: uuid.UUID, payment_id: uuid.UUID, entry: Entry, by: User) -> Payment:
    """Write a payment down: a planned one, or a further one under the new key its form carried.

    The key makes a form that is sent twice one payment. An entry without amount and day takes a
    mistaken record back. Raises RuleViolation for half an entry, an empty one with nothing to take
    back, a day to come, a further payment without a name, or more than was granted in all.
    """
    project = projects.of(locking.lock(application_id))
    call = project.application.packet.call
    if not works_for(by, call.issuer_id):
        raise PermissionDenied
    payment = Payment.objects.filter(pk=payment_id).first() or Payment(
        pk=payment_id, project=project, position=project.payments.count()
    )
    if payment.project_id != project.pk:
        raise PermissionDenied
    payment.title = entry.title.strip() or payment.title
    others = [p.paid or Decimal(0) for p in project.payments.exclude(pk=payment.pk)]
    problems = _against(entry, sum(others, Decimal(0)), project.granted)
    if entry.paid is None and entry.paid_on is None and payment.paid is None:
        problems.append(_("Write down the amount and the day."))
    if not payment.title:
        problems.append(_("Say what the further payment is for."))
    if problems:
        raise RuleViolation(problems)
    payment.paid, payment.paid_on, payment.note = entry.paid, entry.paid_on, entry.note.strip()
    payment.by, payment.at = by, clock.now()
    payment.save()
    record(
        "payment_recorded",
        by=by,
        target=payment,
        issuer=call.issuer,
        organisation=project.application.packet.organisation,
        paid=None if entry.paid is None else f"{entry.paid:.2f}",
    )
    return payment


def _against(entry: Entry, paid_before: Decimal, granted: Decimal | None) -> list[str]:
    found = []
    if (entry.paid is None) != (entry.paid_on is None):
        found.append(_("A payment has an amount and a day."))
    if entry.paid is not None and entry.paid <= 0:
        found.append(_("The amount must be more than nothing."))
    if entry.paid_on is not None and entry.paid_on > clock.today():
        found.append(_("This day is still to come; write payments down once they are made."))
    if granted is not None and paid_before + (entry.paid or 0) > granted:
        found.append(
            _("Together with this more than the %(granted)s yuan granted would be paid.")
            % {"granted": f"{granted:,.2f}"}
        )
    return found
