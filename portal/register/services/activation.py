"""Printed activation codes for units that nobody administers yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from portal import clock
from portal.audit.services import record
from portal.people.enums import Right
from portal.people.models import Invitation, Issuer, Membership, Organisation, User
from portal.register.services.invitations import Issued, invite, revoke


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which of some units would get a printed code, and which need none."""

    waiting: list[Organisation]
    attended: list[Organisation]


def candidates(organisations: Sequence[Organisation]) -> Candidates:
    """Part units into those without administrator and those with one."""
    administered = set(
        Membership.objects.with_right(Right.ADMINISTRATOR)
        .filter(organisation__in=organisations, user__is_active=True)
        .values_list("organisation", flat=True)
    )
    return Candidates(
        waiting=[one for one in organisations if one.pk not in administered],
        attended=[one for one in organisations if one.pk in administered],
    )


@transaction.atomic
def print_codes(*, by: User, issuer: Issuer, organisations: Sequence[Organisation]) -> list[Issued]:
    """Issue one printed code per unit without administrator; earlier codes of these units die.

    The codes are in the answer and nowhere else: print them now.
    """
    issued = []
    for organisation in candidates(organisations).waiting:
        earlier = (
            Invitation.objects.standing(clock.now())
            .filter(organisation=organisation, is_administrator=True)
            .order_by("created_at")
        )
        known = earlier.last()
        for invitation in earlier:
            revoke(by=by, invitation=invitation)
        issued.append(
            invite(
                by=by,
                organisation=organisation,
                rights=[Right.ADMINISTRATOR, Right.FILLER],
                email=known.email if known else "",
                name=known.name if known else "",
                phone=known.phone if known else "",
                by_mail=False,
                issuer=issuer,
            )
        )
    record("codes_printed", by=by, target=issuer, issuer=issuer, count=len(issued))
    return issued
