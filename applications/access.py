"""How a request reaches packets and applications: strangers 404, colleagues without a right 403."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from applications.capacity import works_for
from applications.models import Application, Packet, Version
from applications.states import Actor
from calls.frozen_forms import frozen_form
from portal.files.models import StoredFile
from portal.people.access import Visitor, issuers_of, membership_of, require_staff
from portal.people.enums import Right
from portal.people.models import Membership, User
from portal.register.access import on_behalf, own_units, require_right, unit_at_hand

_PACKET = ("call__issuer__organisation", "erasure")


@dataclass(frozen=True, slots=True)
class Desk:
    """A packet with what this person may do to it; templates read it."""

    packet: Packet
    user: User
    membership: Membership | None

    @property
    def fills(self) -> bool:
        """Whether the person may fill in and hand in."""
        return self.membership is None or self.membership.has(Right.FILLER)

    @property
    def approves(self) -> bool:
        """Whether the person may sign off."""
        return self.membership is not None and self.membership.has(Right.APPROVER)

    @property
    def seals(self) -> bool:
        """Whether the person may upload the stamped scan."""
        return self.fills or (
            self.membership is not None and self.membership.has(Right.SEAL_KEEPER)
        )

    @property
    def keeps_seals(self) -> bool:
        """Whether the person may use the unit's seals."""
        return self.membership is not None and self.membership.has(Right.SEAL_KEEPER)


_RIGHTS = {Actor.FILLER: Right.FILLER, Actor.APPROVER: Right.APPROVER}


def desk_for(request: HttpRequest, pk: uuid.UUID, actor: Actor | None = None) -> Desk:
    """Return the packet for a member of its unit, or staff filling in for it in its own call.

    ``actor`` names the capacity the request needs; reading needs none.
    """
    return _desk(request, get_object_or_404(_packets(), pk=pk), actor)


def _packets() -> QuerySet[Packet]:
    """Packets with everything their pages show, in two queries; `_desk` adds the unit."""
    applications = Application.objects.select_related("category__parent")
    return Packet.objects.select_related(*_PACKET).prefetch_related(
        Prefetch("applications", queryset=applications)
    )


def _desk(request: HttpRequest, packet: Packet, actor: Actor | None) -> Desk:
    unit = unit_at_hand(request, packet.organisation_id)
    if unit is None:
        raise Http404
    packet.organisation, packet.form_revision = unit, frozen_form(packet.form_revision_id)
    membership = require_right(request, unit, _RIGHTS.get(actor) if actor else None)
    acting = on_behalf(request)
    if membership is None and (acting is None or acting.issuer != packet.call.issuer):
        raise Http404
    assert isinstance(request.user, User)
    return Desk(packet, request.user, membership)


def application_for(
    request: HttpRequest, pk: uuid.UUID, actor: Actor | None = None
) -> tuple[Desk, Application]:
    """Return an application with its desk; see desk_for."""
    desk = _desk(request, get_object_or_404(_packets(), applications=pk), actor)
    return desk, next(a for a in desk.packet.applications.all() if a.pk == pk)


def readers(user: Visitor) -> Q:
    """Return the condition under which a packet's files are read: own unit, staff, recommender."""
    if not isinstance(user, User):
        return Q(pk__in=[])
    own = Q(organisation__memberships__user=user, organisation__memberships__ended_at=None)
    staff = Q(
        call__issuer__in=[i.pk for i in issuers_of(user)],
        applications__handed_in_at__isnull=False,
    )
    asked = Q(
        applications__recommendations__organisation__memberships__user=user,
        applications__recommendations__organisation__memberships__ended_at=None,
    )
    return own | staff | asked


def readable_packet(request: HttpRequest, pk: uuid.UUID) -> Packet:
    """Return a packet whose files the person may read.

    Members always; staff and the units asked to recommend it once it is handed in.
    """
    packet = get_object_or_404(_packets(), pk=pk)
    own = next((u for u in own_units(request) if u.pk == packet.organisation_id), None)
    if own is not None:
        packet.organisation = own
    elif not Packet.objects.filter(readers(request.user), pk=pk).exists():
        return _desk(request, packet, None).packet
    return packet


def versions_for(request: HttpRequest, packet: Packet) -> QuerySet[Version]:
    """Return the versions the person may read: the unit's own all, for staff what was handed in.

    What is frozen and not handed in yet is still the unit's own affair.
    """
    if _is_inside(request, packet):
        return packet.versions.all()
    return packet.versions.filter(handin__isnull=False)


def may_read_file(request: HttpRequest, packet: Packet, file: StoredFile) -> bool:
    """Tell whether a file of the packet's applications was handed in, or is the reader's own."""
    if _is_inside(request, packet):
        return True
    parts = [
        part
        for content in versions_for(request, packet).values_list("content", flat=True)
        for part in content["applications"]
    ]
    frozen = {one["sha256"] for part in parts for one in part["files"]}
    letters = {one["letter_sha256"] for part in parts for one in part["partners"]}
    return file.sha256 in frozen | letters


def _is_inside(request: HttpRequest, packet: Packet) -> bool:
    """Tell whether the person belongs to the unit or fills in for it."""
    if membership_of(request.user, packet.organisation) is not None:
        return True
    acting = on_behalf(request)
    return (
        acting is not None
        and acting.unit == packet.organisation
        and acting.issuer == packet.call.issuer
    )


def require_staff_application(user: Visitor, pk: uuid.UUID, *, writes: bool = True) -> Application:
    """Return an application handed in to the person's issuer; strangers 404, officials 403."""
    application = get_object_or_404(
        Application.objects.for_staff(user).select_related(
            "packet__call__issuer__organisation",
            "packet__organisation",
            "packet__form_revision",
            "category__parent",
        ),
        pk=pk,
    )
    require_staff(user, application.packet.call.issuer, writes=writes)
    return application


def is_own_staff(user: Visitor, packet: Packet) -> bool:
    """Tell whether the person works for the packet's association."""
    return isinstance(user, User) and works_for(user, packet.call.issuer_id)
