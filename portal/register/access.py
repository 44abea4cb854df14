"""For which unit a request acts: the one chosen, or the one staff fill in for."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from portal.people.access import require_member
from portal.people.enums import Right, StaffRole, VerificationState
from portal.people.models import Affiliation, Issuer, Membership, Organisation, StaffPost, User

UNIT_KEY = "unit"
ON_BEHALF_KEY = "on_behalf"
# A printed code whose holder is signing up or in before using it.
ACTIVATION_KEY = "activation_code"


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """Staff of ``issuer`` filling in for ``unit``: only that issuer's calls, only filling."""

    unit: Organisation
    issuer: Issuer


def on_behalf(request: HttpRequest) -> OnBehalf | None:
    """Return whom the signed-in staff fill in for, if they do and still may."""
    if not hasattr(request, "_on_behalf"):
        request._on_behalf = _read_on_behalf(request)  # type: ignore[attr-defined]
    acting: OnBehalf | None = request._on_behalf  # type: ignore[attr-defined]
    return acting


def _read_on_behalf(request: HttpRequest) -> OnBehalf | None:
    mark = request.session.get(ON_BEHALF_KEY) if request.user.is_authenticated else None
    if not mark:
        return None
    affiliation = (
        Affiliation.objects.select_related("organisation", "issuer__organisation")
        .exclude(state=VerificationState.ENDED)
        .filter(organisation=mark["unit"], issuer=mark["issuer"], organisation__merged_into=None)
        .first()
    )
    if affiliation is None or not may_act_for(request.user, affiliation.issuer):
        return None
    return OnBehalf(unit=affiliation.organisation, issuer=affiliation.issuer)


def may_act_for(user: object, issuer: Issuer) -> bool:
    """Tell whether the person may fill in for the issuer's units: its working staff may."""
    if not isinstance(user, User):
        return False
    posts = StaffPost.objects.all().active().filter(user=user, issuer=issuer)
    return user.is_superuser or posts.exclude(role=StaffRole.OFFICIAL).exists()


def acting_unit(request: HttpRequest) -> Organisation | None:
    """Return the unit that staff fill in for during this session, or None."""
    acting = on_behalf(request)
    return acting.unit if acting else None


def memberships(request: HttpRequest) -> list[Membership]:
    """Return the person's memberships with their units, by the unit's name; read once a request."""
    if not hasattr(request, "_memberships"):
        request._memberships = _read_memberships(request.user)  # type: ignore[attr-defined]
    held: list[Membership] = request._memberships  # type: ignore[attr-defined]
    return held


def _read_memberships(user: object) -> list[Membership]:
    if not isinstance(user, User):
        return []
    standing = Membership.objects.all().active().filter(user=user, organisation__merged_into=None)
    return list(standing.select_related("organisation").order_by("organisation__name"))


def membership_in(request: HttpRequest, organisation: Organisation) -> Membership | None:
    """Return what the person may do in the unit, from what was read of her already."""
    held = memberships(request)
    return next((one for one in held if one.organisation_id == organisation.pk), None)


def own_units(request: HttpRequest) -> list[Organisation]:
    """Return the units the person belongs to, by name."""
    return [one.organisation for one in memberships(request)]


def unit_at_hand(request: HttpRequest, pk: int) -> Organisation | None:
    """Return the unit if the person belongs to it or fills in for it, as read already."""
    acting = acting_unit(request)
    units = [*own_units(request), *([acting] if acting else [])]
    return next((unit for unit in units if unit.pk == pk), None)


def current_unit(request: HttpRequest) -> Organisation | None:
    """Return the unit this request acts for: filled in for, chosen, or the only one.

    Read once per request. ``request.unit`` is the same, lazily, for templates.
    """
    if not hasattr(request, "_current_unit"):
        request._current_unit = acting_unit(request) or _chosen(request)  # type: ignore[attr-defined]
    unit: Organisation | None = request._current_unit  # type: ignore[attr-defined]
    return unit


def _chosen(request: HttpRequest) -> Organisation | None:
    units = own_units(request)
    chosen = request.session.get(UNIT_KEY) if units else None
    return next((unit for unit in units if unit.pk == chosen), units[0] if units else None)


def require_current_unit(request: HttpRequest) -> Organisation:
    """Return the unit this request acts for; 404 for a person without any."""
    unit = current_unit(request)
    if unit is None:
        raise Http404
    return unit


def choose(request: HttpRequest, organisation: Organisation) -> None:
    """Make one of the person's units the current one; 404 for a stranger."""
    require_member(request.user, organisation)
    request.session[UNIT_KEY] = organisation.pk
    for cached in ("_current_unit", "_on_behalf", "_memberships"):
        if hasattr(request, cached):
            delattr(request, cached)


def fills_for(request: HttpRequest, organisation: Organisation) -> bool:
    """Tell whether the person fills in for the unit: its fillers, and staff acting for it."""
    membership = membership_in(request, organisation)
    if membership is None:
        return acting_unit(request) == organisation
    return membership.has(Right.FILLER)


def require_right(
    request: HttpRequest, organisation: Organisation, right: Right | None = None
) -> Membership | None:
    """Let a member with the right pass, and staff filling in for exactly this unit.

    Staff have the filler's right and no other: 403 for sign-off, sealing, members. Returns the
    membership, or None for staff. Strangers get 404.
    """
    membership = membership_in(request, organisation)
    if membership is None and acting_unit(request) == organisation:
        if right not in (None, Right.FILLER):
            raise PermissionDenied
        return None
    if membership is None:
        raise Http404
    if right is not None and not membership.has(right):
        raise PermissionDenied
    return membership
