"""A unit whose clerk left gets a new administrator from its association."""

from __future__ import annotations

from django.db import transaction

from portal.audit.services import record
from portal.people.enums import Right
from portal.people.models import Issuer, Membership, Organisation, User
from portal.register.services import invitations, members
from portal.register.services.notices import administrators_of, tell


@transaction.atomic
def hand_over(
    *,
    by: User,
    issuer: Issuer,
    organisation: Organisation,
    leaving: Membership | None,
    name: str,
    email: str = "",
    phone: str = "",
    by_mail: bool = True,
) -> invitations.Issued:
    """End the membership of who left and invite the successor as administrator and filler.

    The rule of the last administrator does not bind the association: the unit waits for the
    successor instead. Everybody concerned is told, so that a take-over cannot pass unseen. Raises
    ``RuleViolation`` as inviting does.
    """
    organisation = members.lock_unit(organisation)
    concerned = administrators_of(organisation)
    if leaving is not None:
        leaving = Membership.objects.select_related("organisation", "user").get(pk=leaving.pk)
        if leaving.organisation_id != organisation.pk:
            raise ValueError("the leaving member belongs to another unit")
        if leaving.ended_at is None:
            members.close(by=by, membership=leaving)
        concerned = list({*concerned, leaving.user})
    issued = invitations.invite(
        by=by,
        organisation=organisation,
        rights=[Right.ADMINISTRATOR, Right.FILLER],
        email=email,
        name=name,
        phone=phone,
        by_mail=by_mail,
        issuer=issuer,
    )
    record(
        "organisation_handed_over",
        by=by,
        target=organisation,
        issuer=issuer,
        organisation=organisation,
        ended_membership=leaving.pk if leaving else None,
        invitation=issued.invitation.pk,
    )
    tell(
        concerned,
        "register/handed_over",
        {
            "organisation": organisation.name,
            "leaving": leaving.user.name if leaving else "",
        },
        about=f"handover-{organisation.pk}",
        issuer=issuer,
    )
    return issued
