"""Who may do what in a unit; there is always somebody left who may decide that."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.people.enums import RequestState, Right
from portal.people.models import Membership, MembershipRequest, Organisation, User
from portal.register.services.notices import administrators_of, tell

LAST_ADMINISTRATOR = "last_administrator"


def lock_unit(organisation: Organisation) -> Organisation:
    """Lock the unit's row: every change of who administers it queues here."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def columns_for(rights: Collection[Right]) -> dict[str, bool]:
    """Return the boolean columns that stand for a set of rights."""
    return {f"is_{right.value}": right in rights for right in Right}


@transaction.atomic
def change_rights(
    *, by: User, membership: Membership, rights: Collection[Right], position: str
) -> Membership:
    """Give a member exactly these rights.

    Raises ``RuleViolation`` for no right at all, for an ended membership, or if the unit would be
    left without an administrator.
    """
    lock_unit(membership.organisation)
    membership = _fresh(membership)
    if not rights:
        raise RuleViolation([_("Choose at least one right.")])
    if membership.is_administrator and Right.ADMINISTRATOR not in rights:
        _require_another_administrator(membership)
    before = [right.value for right in membership.rights]
    columns = columns_for(rights)
    for column, value in columns.items():
        setattr(membership, column, value)
    membership.position = position
    membership.save(update_fields=[*columns, "position"])
    after = [right.value for right in membership.rights]
    if before != after:
        record(
            "member_rights_changed",
            by=by,
            target=membership,
            organisation=membership.organisation,
            before=before,
            after=after,
        )
    return membership


@transaction.atomic
def end(*, by: User, membership: Membership) -> Membership:
    """End a membership; leaving is ending one's own.

    Raises ``RuleViolation`` if it has ended or if it is the last administrator's.
    """
    lock_unit(membership.organisation)
    membership = _fresh(membership)
    if membership.is_administrator:
        _require_another_administrator(membership)
    close(by=by, membership=membership)
    if by != membership.user:
        tell(
            [membership.user],
            "register/membership_ended",
            {"organisation": membership.organisation.name},
            about=f"membership-{membership.pk}-ended",
        )
    return membership


def close(*, by: User, membership: Membership) -> None:
    """Write down the end of a membership; the caller holds the unit's lock and has checked."""
    membership.ended_at = clock.now()
    membership.save(update_fields=["ended_at"])
    record("membership_ended", by=by, target=membership, organisation=membership.organisation)


def _fresh(membership: Membership) -> Membership:
    """Read the membership again under the lock and refuse one that has ended meanwhile."""
    membership = Membership.objects.select_related("organisation", "user").get(pk=membership.pk)
    if membership.ended_at is not None:
        raise RuleViolation([_("This membership has ended already.")])
    return membership


def _require_another_administrator(membership: Membership) -> None:
    others = (
        Membership.objects.all()
        .with_right(Right.ADMINISTRATOR)
        .filter(organisation=membership.organisation, user__is_active=True)
        .exclude(pk=membership.pk)
    )
    if not others.exists():
        raise RuleViolation(
            [
                Refusal(
                    _("The last administrator stays: first make somebody else administrator."),
                    code=LAST_ADMINISTRATOR,
                )
            ]
        )


@transaction.atomic
def take_in(
    *, by: User, user: User, organisation: Organisation, rights: Collection[Right]
) -> Membership:
    """Make a person a member, or add the rights to the membership held already."""
    lock_unit(organisation)
    membership = Membership.objects.all().active().filter(
        user=user, organisation=organisation
    ).first() or Membership(user=user, organisation=organisation, is_filler=False)
    for right in rights:
        setattr(membership, f"is_{right.value}", True)
    membership.save()
    record(
        "member_taken_in",
        by=by,
        target=membership,
        organisation=organisation,
        rights=[right.value for right in membership.rights],
    )
    return membership


@transaction.atomic
def ask(*, by: User, organisation: Organisation, message: str = "") -> MembershipRequest:
    """Ask the unit's administrators for membership; the asker learns nothing about them.

    Raises ``RuleViolation`` for members, for a second request, and where nobody could answer.
    """
    if Membership.objects.all().active().filter(user=by, organisation=organisation).exists():
        raise RuleViolation([_("You are a member of this unit already.")])
    try:
        with transaction.atomic():
            request = MembershipRequest.objects.create(
                user=by, organisation=organisation, message=message.strip()
            )
    except IntegrityError as error:
        raise RuleViolation([_("You have asked this unit already.")]) from error
    record("membership_asked", by=by, target=request, organisation=organisation)
    tell(
        administrators_of(organisation),
        "register/membership_asked",
        {"organisation": organisation.name, "person": by.name, "message": request.message},
        about=f"request-{request.pk}",
        url=reverse("register:members"),
    )
    return request


@transaction.atomic
def answer(*, by: User, request: MembershipRequest, rights: Collection[Right]) -> MembershipRequest:
    """Take the asker in with these rights, or decline with none; the asker is told.

    Raises ``RuleViolation`` if somebody answered before.
    """
    request = MembershipRequest.objects.select_for_update(of=("self",)).select_related(
        "organisation", "user"
    ).get(pk=request.pk)  # fmt: skip
    if request.state != RequestState.OPEN:
        raise RuleViolation([_("This request is answered already.")])
    request.state = RequestState.ACCEPTED if rights else RequestState.DECLINED
    request.decided_by, request.decided_at = by, clock.now()
    request.save(update_fields=["state", "decided_by", "decided_at"])
    if rights:
        take_in(by=by, user=request.user, organisation=request.organisation, rights=rights)
    else:
        record("membership_declined", by=by, target=request, organisation=request.organisation)
    tell(
        [request.user],
        "register/membership_answered",
        {"organisation": request.organisation.name, "accepted": bool(rights)},
        about=f"request-{request.pk}-{request.state}",
        url=reverse("register:organisation"),
    )
    return request
