"""Ways into a unit: codes by mail or on paper, each used once."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.enums import Right
from portal.people.models import Invitation, Issuer, Membership, Organisation, User
from portal.register.services.members import columns_for, take_in
from portal.register.services.notices import tell

MAILED_FOR = dt.timedelta(days=14)
PRINTED_FOR = dt.timedelta(days=90)
# No 0 O 1 I L U: a code is read from paper and typed by hand. 15 letters of 30 carry 73 bits, too
# many to guess one of a register's codes over the network.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP_LENGTH = 3, 5


@dataclass(frozen=True, slots=True)
class Issued:
    """An invitation with its code, which is kept nowhere: it is mailed or printed now or never."""

    invitation: Invitation
    code: str


@transaction.atomic
def invite(
    *,
    by: User,
    organisation: Organisation,
    rights: Collection[Right],
    email: str = "",
    name: str = "",
    phone: str = "",
    by_mail: bool = True,
    issuer: Issuer | None = None,
) -> Issued:
    """Invite a person into a unit with these rights.

    By mail the code goes out after the commit; otherwise the caller prints it. ``issuer`` is said
    when an association invites. Earlier open invitations for the same mailbox are revoked. Raises
    ``RuleViolation`` without a right or mailbox, and for somebody who is a member.
    """
    email = email.strip().lower()
    if not rights:
        raise RuleViolation([_("Choose at least one right.")])
    if by_mail and not email:
        raise RuleViolation([_("An invitation by mail needs a mailbox.")])
    members = Membership.objects.all().active().filter(organisation=organisation)
    if email and members.filter(user__email__iexact=email).exists():
        raise RuleViolation([_("This person is a member already.")])
    now = clock.now()
    if email:
        Invitation.objects.all().standing(now).filter(
            organisation=organisation, email=email
        ).update(revoked_at=now)
    code = _new_code()
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        name=name.strip(),
        phone=phone.strip(),
        by_mail=by_mail,
        code_sha256=digest(code),
        invited_by=by,
        expires_at=now + (MAILED_FOR if by_mail else PRINTED_FOR),
        **columns_for(rights),
    )
    record(
        "member_invited",
        by=by,
        target=invitation,
        issuer=issuer,
        organisation=organisation,
        rights=[right.value for right in invitation.rights],
        by_mail=by_mail,
    )
    if by_mail:
        _send(invitation, code, issuer)
    return Issued(invitation, code)


def _send(invitation: Invitation, code: str, issuer: Issuer | None) -> None:
    tell(
        [(invitation.email, invitation.name)],
        "register/invitation",
        {
            "organisation": invitation.organisation.name,
            "inviter": issuer.organisation.name if issuer else invitation.invited_by.name,
            "rights": [right.label for right in invitation.rights],
            "code": code,
            "expires_at": invitation.expires_at,
        },
        about=f"invitation-{invitation.pk}",
        issuer=issuer,
        url=reverse("register:accept", args=[code]),
        sensitive=True,
    )


@transaction.atomic
def renew(*, by: User, invitation: Invitation, issuer: Issuer | None = None) -> Issued:
    """Replace an invitation that was lost or ran out by a fresh one; the old code dies.

    Raises ``RuleViolation`` when it has been accepted.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise RuleViolation([_("This invitation has been accepted.")])
    revoke(by=by, invitation=invitation)
    return invite(
        by=by,
        organisation=invitation.organisation,
        rights=invitation.rights,
        email=invitation.email,
        name=invitation.name,
        phone=invitation.phone,
        by_mail=invitation.by_mail,
        issuer=issuer,
    )


@transaction.atomic
def revoke(*, by: User, invitation: Invitation) -> None:
    """Make an unused invitation worthless; a used one stays as it is."""
    now = clock.now()
    if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    ):
        record("invitation_revoked", by=by, target=invitation, organisation=invitation.organisation)


def find(code: str) -> Invitation | None:
    """Return the standing invitation of a code however it was typed, or None."""
    return (
        Invitation.objects.all()
        .standing(clock.now())
        .select_related("organisation", "invited_by")
        .filter(code_sha256=digest(code), organisation__merged_into=None)
        .first()
    )


@transaction.atomic
def accept(*, by: User, code: str) -> Membership:
    """Use the code once: its holder becomes a member with the rights it carries.

    Raises ``RuleViolation`` for a code that is used, revoked, expired or unknown (one answer for
    all), and for a mailed code in the hands of another mailbox's owner.
    """
    invitation = find(code)
    if invitation is not None:
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("organisation", "invited_by")
            .get(pk=invitation.pk)
        )
    if invitation is None or invitation.accepted_at or invitation.revoked_at:
        raise RuleViolation([_("This code is not valid (any more).")])
    if invitation.by_mail and invitation.email != by.email.lower():
        raise RuleViolation([_("This invitation was sent to another mailbox.")])
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    record("invitation_accepted", by=by, target=invitation, organisation=invitation.organisation)
    return take_in(by=by, user=by, organisation=invitation.organisation, rights=invitation.rights)


def written(code: str) -> str:
    """Return a code as it is printed, however it was typed."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return "-".join(
        letters[start : start + GROUP_LENGTH] for start in range(0, len(letters), GROUP_LENGTH)
    )


def digest(code: str) -> str:
    """Return the hash kept of a code; blanks, dashes and case do not matter."""
    return hashlib.sha256(written(code).encode()).hexdigest()


def _new_code() -> str:
    letters = (secrets.choice(ALPHABET) for _letter in range(GROUPS * GROUP_LENGTH))
    return written("".join(letters))
