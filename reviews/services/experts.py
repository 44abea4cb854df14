"""The register of experts: invitation by link, absence, ties declared once, leaving."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.capacity import works_for
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.mail.services import queue
from portal.people.models import Organisation, User
from reviews.models import Assignment, Expert, ExpertInvitation, ExpertTie

VALID_FOR = dt.timedelta(days=14)


def require_worker(user: User, issuer_id: int) -> None:
    """Refuse a service to anyone who does not work for the association."""
    if not works_for(user, issuer_id):
        raise PermissionDenied


@transaction.atomic
def invite(*, by: User, expert: Expert) -> ExpertInvitation:
    """Mail a link by which the expert takes her place; earlier links die.

    Raises RuleViolation for who has an account already or left, PermissionDenied for who does not
    work for the association.
    """
    require_worker(by, expert.issuer_id)
    expert = Expert.objects.select_for_update(of=("self",)).get(pk=expert.pk)
    if expert.user_id is not None:
        raise RuleViolation([_("%(name)s has accepted already.") % {"name": expert}])
    if expert.ended_at is not None:
        raise RuleViolation([_("%(name)s has left the register.") % {"name": expert}])
    now = clock.now()
    expert.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=now)
    code = secrets.token_urlsafe(24)
    invitation = ExpertInvitation.objects.create(
        expert=expert, code_sha256=digest(code), invited_by=by, expires_at=now + VALID_FOR
    )
    record("expert_invited", by=by, target=expert, issuer=expert.issuer)
    queue(
        to=(expert.email, expert.name),
        template="reviews/expert_invitation",
        context={
            "association": expert.issuer.organisation.name,
            "expires_at": invitation.expires_at,
        },
        occasion=f"expert-invitation:{invitation.pk}",
        issuer=expert.issuer,
        url=reverse("desk:join", args=[code]),
        sensitive=True,
    )
    return invitation


def digest(code: str) -> str:
    """Return the hash kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def find(code: str) -> ExpertInvitation | None:
    """Return the standing invitation of a code, or None."""
    return (
        ExpertInvitation.objects.valid(clock.now())
        .select_related("expert__issuer__organisation")
        .filter(code_sha256=digest(code))
        .first()
    )


@transaction.atomic
def accept(*, by: User, code: str) -> Expert:
    """Use the link once: its owner becomes the expert.

    Raises RuleViolation for a code that is used, replaced, expired or unknown (one answer for
    all), for another mailbox's owner, and for a person who is an expert there already.
    """
    found = find(code)
    invitation = (
        ExpertInvitation.objects.select_for_update().filter(pk=found.pk).first() if found else None
    )
    if found is None or invitation is None or invitation.accepted_at or invitation.revoked_at:
        raise RuleViolation([_("This link is not valid (any more).")])
    expert = found.expert
    if expert.email.lower() != by.email.lower():
        raise RuleViolation([_("This invitation was sent to another mailbox.")])
    if Expert.objects.of_user(by).filter(issuer=expert.issuer_id).exists():
        raise RuleViolation([_("You are an expert of this association already.")])
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    expert.user = by
    expert.save(update_fields=["user"])
    record("expert_joined", by=by, target=expert, issuer=expert.issuer)
    return expert


@transaction.atomic
def end(*, by: User, expert: Expert) -> None:
    """Take an expert off the register; what was scored is kept.

    Raises RuleViolation while files wait for the expert: somebody else has to take them first.
    """
    require_worker(by, expert.issuer_id)
    waiting = Assignment.objects.waiting().filter(expert=expert).count()
    if waiting:
        raise RuleViolation(
            [
                _("%(name)s still has %(n)d files to score; replace the expert there first.")
                % {"name": expert, "n": waiting}
            ]
        )
    expert.ended_at = clock.now()
    expert.save(update_fields=["ended_at"])
    record("expert_ended", by=by, target=expert, issuer=expert.issuer)


@transaction.atomic
def set_absence(
    *, by: User, expert: Expert, away_from: dt.date | None, away_until: dt.date | None
) -> None:
    """Keep when the expert is away; both days belong to it, None for both: not away.

    Raises RuleViolation when only one is given or they are in the wrong order.
    """
    if (away_from is None) != (away_until is None) or (
        away_from and away_until and away_until < away_from
    ):
        raise RuleViolation([_("Give the first and the last day of the absence.")])
    expert.away_from, expert.away_until = away_from, away_until
    expert.save(update_fields=["away_from", "away_until"])
    record("expert_absence_set", by=by, target=expert, issuer=expert.issuer)


@transaction.atomic
def declare_tie(*, by: User, expert: Expert, unit_name: str, reason: str) -> ExpertTie:
    """Keep a tie to a unit the expert declares: from now on its applications go to others."""
    if not unit_name.strip():
        raise RuleViolation([_("Name the unit in full.")])
    tie = ExpertTie.objects.create(
        expert=expert,
        unit_name=unit_name.strip()[:120],
        reason=reason.strip()[:300],
        declared_at=clock.now(),
    )
    record("expert_tie_declared", by=by, target=expert, issuer=expert.issuer)
    return tie


@transaction.atomic
def drop_tie(*, by: User, tie: ExpertTie) -> None:
    """Take a tie to a unit back; one to an application stays, since the file was refused for it."""
    if tie.application_id is not None:
        raise RuleViolation([_("A conflict declared about one file cannot be taken back.")])
    record("expert_tie_dropped", by=by, target=tie.expert, issuer=tie.expert.issuer)
    tie.delete()


def words_of(text: str) -> list[str]:
    """Return words divided by commas, semicolons or Chinese signs, each once, in their order."""
    for sign in "，、；;\n":
        text = text.replace(sign, ",")
    return list(dict.fromkeys(word.strip()[:40] for word in text.split(",") if word.strip()))


def link_units(experts: Sequence[Expert]) -> None:
    """Point experts at the registered unit of exactly their unit's name, or at none; unsaved."""
    names = {expert.unit_name for expert in experts}
    found = {unit.name: unit for unit in Organisation.objects.live().filter(name__in=names)}
    for expert in experts:
        expert.organisation = found.get(expert.unit_name)


def invitable(experts: Iterable[Expert]) -> list[Expert]:
    """Return those who can be invited: in the register and without an account."""
    return [expert for expert in experts if expert.user_id is None and expert.ended_at is None]
