"""Naming experts who shall not judge an application, as many as its call allows, with reasons."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application, AvoidedExpert
from applications.services.drafting import lock_application_for_editing
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User


@transaction.atomic
def name_expert(
    *, application_id: uuid.UUID, name: str, unit_name: str, reason: str, by: User
) -> AvoidedExpert:
    """Put one expert on the list of those to avoid.

    Raises RuleViolation where the call does not ask for it, for one more than it allows, for the
    same person twice, without a reason, and once the form is frozen.
    """
    application = _editable(application_id, by)
    name, unit_name = name.strip()[:60], unit_name.strip()[:120]
    if not name or not reason.strip():
        raise RuleViolation([_("Say who it is and why.")])
    held = list(application.avoided_experts.all())
    if any(
        (one.name.lower(), one.unit_name.lower()) == (name.lower(), unit_name.lower())
        for one in held
    ):
        raise RuleViolation([_("This expert is on the list already.")])
    most = application.packet.call.avoid_experts_max
    if len(held) >= most:
        words = ngettext(
            "The call allows %(n)d expert to be avoided.",
            "The call allows %(n)d experts to be avoided.",
            most,
        )
        raise RuleViolation([words % {"n": most}])
    made = AvoidedExpert.objects.create(
        application=application,
        name=name,
        unit_name=unit_name,
        reason=reason.strip()[:300],
        named_by=by,
        named_at=clock.now(),
    )
    _record("expert_to_avoid_named", application, by)
    return made


@transaction.atomic
def drop_expert(*, application_id: uuid.UUID, avoided_id: int, by: User) -> None:
    """Take an expert off the list; raises RuleViolation for one that is not (any more) on it."""
    application = _editable(application_id, by)
    dropped, _by_model = application.avoided_experts.filter(pk=avoided_id).delete()
    if not dropped:
        raise RuleViolation([_("This expert is not on the list any more.")])
    _record("expert_to_avoid_dropped", application, by)


def _editable(application_id: uuid.UUID, by: User) -> Application:
    packet, application = lock_application_for_editing(application_id, by)
    if not packet.call.avoid_experts_max:
        raise RuleViolation([_("This call does not ask whom to avoid.")])
    return application


def _record(action: str, application: Application, by: User) -> None:
    packet = application.packet
    record(
        action, by=by, target=application, issuer=packet.call.issuer,
        organisation=packet.organisation,
    )  # fmt: skip
