"""In which capacity a person may act on an application; used by verbs and by pages alike."""

from __future__ import annotations

from django.db.models import QuerySet

from applications.models import Application
from applications.recommenders import current
from applications.states import Actor
from portal.people.access import Visitor, membership_of
from portal.people.enums import Right, StaffRole
from portal.people.models import Membership, Organisation, StaffPost, User

_RIGHTS: dict[Actor, tuple[Right, ...]] = {
    Actor.FILLER: (Right.FILLER,),
    Actor.APPROVER: (Right.APPROVER,),
    Actor.SEALER: (Right.SEAL_KEEPER, Right.FILLER),
    Actor.RECOMMENDER: (Right.FILLER,),
}


def member_holds(membership: Membership | None, actor: Actor) -> bool:
    """Tell whether a membership gives the capacity; staff capacities never come from one."""
    return membership is not None and any(membership.has(r) for r in _RIGHTS.get(actor, ()))


def holds(user: Visitor, actor: Actor, application: Application) -> bool:
    """Tell whether the person may act on the application in this capacity."""
    if not isinstance(user, User):
        return False
    if actor is Actor.RECOMMENDER:
        row = current(application)
        return row is not None and recommends_for(user, row.organisation)
    packet = application.packet
    if actor is Actor.FORWARDER:
        below = application.fed_from
        return below is not None and works_for(user, below.packet.call.issuer_id)
    if actor is Actor.STAFF:
        return works_for(user, packet.call.issuer_id)
    return may(user, actor, packet.organisation, packet.call.issuer_id)


def may(user: User, actor: Actor, organisation: Organisation, issuer_id: int) -> bool:
    """Tell whether the person may act for the unit in this capacity.

    The issuer's staff may fill in and upload on behalf, never sign off. That they said so first
    and that it is written down is the page's affair (portal.register.access.on_behalf).
    """
    if member_holds(membership_of(user, organisation), actor):
        return True
    return actor in (Actor.FILLER, Actor.SEALER) and works_for(user, issuer_id)


def recommends_for(user: User, organisation: Organisation) -> bool:
    """Tell whether the person draws up lists for a recommending unit; staff never do it for one."""
    return member_holds(membership_of(user, organisation), Actor.RECOMMENDER)


def may_seal_for(user: User, organisation: Organisation) -> bool:
    """Tell whether the person may upload what the recommending unit stamped."""
    return member_holds(membership_of(user, organisation), Actor.SEALER)


def works_for(user: User, issuer_id: int) -> bool:
    """Tell whether the person is an officer or head of the issuer; officials only read."""
    return _working_posts(issuer_id).filter(user=user).exists()


def staff_of(issuer_id: int) -> list[User]:
    """Return who works for the issuer and is told of what waits; officials only read."""
    posts = _working_posts(issuer_id).filter(user__is_active=True).select_related("user")
    return [post.user for post in posts]


def _working_posts(issuer_id: int) -> QuerySet[StaffPost]:
    return StaffPost.objects.active().filter(issuer=issuer_id).exclude(role=StaffRole.OFFICIAL)


def holders(organisation: Organisation, right: Right) -> list[User]:
    """Return the active members of a unit with a right, to whom a task is mailed."""
    memberships = Membership.objects.with_right(right).filter(organisation=organisation)
    return [m.user for m in memberships.select_related("user")]
