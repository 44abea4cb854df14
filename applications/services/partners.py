"""Joint applications: naming partners, and their own word that they take part."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application, Partner
from applications.models.partner import PartnerState
from applications.services import locking
from applications.services.drafting import lock_application_for_editing
from applications.services.standing import partner_refusals
from applications.states import FREED
from calls.enums import Joint
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.files.services import store
from portal.mail.services import queue
from portal.people.access import membership_of
from portal.people.enums import Right
from portal.people.models import Membership, Organisation, User


@transaction.atomic
def add_partner(*, application_id: uuid.UUID, organisation: Organisation, by: User) -> Partner:
    """Name a registered unit; its administrators are asked to confirm.

    Raises RuleViolation where the category foresees no joint application, or for the own unit.
    """
    application = _editable_joint(application_id, by)
    packet = application.packet
    if organisation.pk == packet.organisation_id:
        raise RuleViolation([_("Your own unit leads the application already.")])
    if application.partners.filter(organisation=organisation).exists():
        raise RuleViolation([_("This unit is a partner already.")])
    partner = Partner.objects.create(
        application=application,
        organisation=organisation,
        name=organisation.name,
        state=PartnerState.PENDING,
    )
    _ask(partner)
    return partner


@transaction.atomic
def name_partner(
    *, application_id: uuid.UUID, name: str, letter: UploadedFile[Any] | None, by: User
) -> Partner:
    """Name a body that never registers (national, foreign), with its letter where there is one."""
    application = _editable_joint(application_id, by)
    if not name.strip():
        raise RuleViolation([_("Write the partner's name.")])
    stored = store(letter, by=by, allowed={"pdf", "jpg", "png"}) if letter else None
    return Partner.objects.create(
        application=application, name=name.strip(), letter=stored, state=PartnerState.NAMED
    )


@transaction.atomic
def remove_partner(*, application_id: uuid.UUID, partner_id: int, by: User) -> None:
    """Take a partner off the draft; raises RuleViolation for one that is not (any more) on it."""
    application = _editable_joint(application_id, by)
    partner = application.partners.filter(pk=partner_id).first()
    if partner is None:
        raise RuleViolation([_("This partner is not on the list any more.")])
    partner.delete()


@transaction.atomic
def answer(*, partner_id: int, confirm: bool, by: User) -> Partner:
    """Confirm or decline for the partner unit; only its own administrator may.

    A confirmation may take a place of the partner's where the call counts joint applications for
    every partner, so the partner's participation is locked first. Raises RuleViolation once the
    application has ended, for taking back a yes to what is handed in, and for a yes that comes
    after the hand-in and finds no place left.
    """
    partner = Partner.objects.select_related("application__packet__call", "organisation").get(
        pk=partner_id
    )
    organisation = partner.organisation
    membership = membership_of(by, organisation) if organisation else None
    if organisation is None or membership is None or not membership.has(Right.ADMINISTRATOR):
        raise PermissionDenied
    locking.lock_counting(partner.application.packet.call, [organisation])
    application = locking.lock(partner.application_id)
    partner.refresh_from_db(fields=["state"])
    if application.state in FREED:
        raise RuleViolation([_("The application is not pursued any more.")])
    if partner.state == PartnerState.CONFIRMED and application.handed_in_at:
        raise RuleViolation([_("The application is handed in; the answer stands.")])
    partner.state = PartnerState.CONFIRMED if confirm else PartnerState.DECLINED
    partner.decided_by, partner.decided_at = by, clock.now()
    partner.save(update_fields=["state", "decided_by", "decided_at"])
    if confirm and application.handed_in_at and (found := partner_refusals(application, partner)):
        raise RuleViolation(found)
    packet = application.packet
    record(
        "partner_confirmed" if confirm else "partner_declined",
        by=by,
        target=partner,
        issuer=packet.call.issuer,
        organisation=organisation,
    )
    return partner


def _editable_joint(application_id: uuid.UUID, by: User) -> Application:
    _packet, application = lock_application_for_editing(application_id, by)
    if application.category.joint == Joint.NO:
        raise RuleViolation([_("This category foresees no joint application.")])
    return application


def _ask(partner: Partner) -> None:
    """Ask the partner's administrators by mail and inbox."""
    packet = partner.application.packet
    administrators = (
        Membership.objects.with_right(Right.ADMINISTRATOR)
        .filter(organisation=partner.organisation)
        .select_related("user")
    )
    for membership in administrators:
        queue(
            to=membership.user,
            template="applications/partner_asked",
            context={"partner": partner, "packet": packet, "call": packet.call},
            occasion=f"partner:{partner.pk}:asked",
            issuer=packet.call.issuer,
            url="/my/",
        )
