"""Who may act for a unit or an issuer: "may she" and "which ones may she" in one place."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.people.enums import Right, StaffRole
from portal.people.models import Issuer, Membership, Organisation, StaffPost, User

Visitor = User | AnonymousUser


def membership_of(user: Visitor, organisation: Organisation) -> Membership | None:
    """Return the person's active membership in the unit, or None."""
    if not isinstance(user, User):
        return None
    return Membership.objects.active().filter(user=user, organisation=organisation).first()


def require_member(
    user: Visitor, organisation: Organisation, right: Right | None = None
) -> Membership:
    """Return the membership; a stranger gets 404, a colleague without the right 403."""
    membership = membership_of(user, organisation)
    if membership is None:
        raise Http404
    if right is not None and not membership.has(right):
        raise PermissionDenied
    return membership


def issuers_of(user: Visitor) -> list[Issuer]:
    """Issuers for which the person works now, superusers see all."""
    if not isinstance(user, User):
        return []
    issuers = Issuer.objects.select_related("organisation")
    if user.is_superuser:
        return list(issuers)
    posts = StaffPost.objects.active().filter(user=user)
    return list(issuers.filter(pk__in=posts.values("issuer")))


def require_staff(user: Visitor, issuer: Issuer, *, writes: bool = True) -> None:
    """Let the issuer's staff pass; strangers get 404, officials who only read get 403 on writes."""
    if isinstance(user, User) and user.is_superuser:
        return
    post = (
        StaffPost.objects.active().filter(user=user, issuer=issuer).first()
        if isinstance(user, User)
        else None
    )
    if post is None:
        raise Http404
    if writes and post.role == StaffRole.OFFICIAL:
        raise PermissionDenied
