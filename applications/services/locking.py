"""Row locks in one order: participations by ascending key, then the packet, then applications."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from applications.models import Application, Packet, Participation
from applications.models.partner import PartnerState
from applications.services.families import family_head
from calls.frozen_forms import frozen_form
from calls.models import Call
from portal.people.models import Organisation


def lock(application_id: uuid.UUID) -> Application:
    """Lock one application for a step that neither takes nor frees a place."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("packet__call__issuer", "packet__organisation", "category")
        .get(pk=application_id)
    )


def lock_with_participation(application_id: uuid.UUID) -> Application:
    """Lock what counts the unit's places, then the application."""
    packet = Packet.objects.select_related("call", "organisation__parent").get(
        applications=application_id
    )
    lock_counting(packet.call, counted_units(packet))
    return lock(application_id)


def counted_units(packet: Packet) -> list[Organisation]:
    """Return the units whose places a packet may use: its own and its partners.

    Those who have not answered yet too: their yes may come while the hand-in goes on.
    """
    may_count = (PartnerState.PENDING, PartnerState.CONFIRMED)
    partners = Organisation.objects.filter(
        partnerships__application__packet=packet, partnerships__state__in=may_count
    ).select_related("parent")
    return [packet.organisation, *partners]


def lock_counting(call: Call, organisations: Iterable[Organisation]) -> None:
    """Lock every row by which places of these units are counted, making missing ones.

    A bucket shared by a unit and its branches is locked at the family's head, so that two branches
    cannot count past each other.
    """
    wanted = {o.pk for o in organisations} | {family_head(o).pk for o in organisations}
    Participation.objects.bulk_create(
        (Participation(call=call, organisation_id=pk) for pk in sorted(wanted)),
        ignore_conflicts=True,
    )
    rows = Participation.objects.filter(call=call, organisation__in=wanted)
    list(rows.order_by("pk").select_for_update().values_list("pk"))


def lock_packet(packet_id: uuid.UUID) -> Packet:
    """Lock a packet; its applications are written under this lock."""
    packet = (
        Packet.objects.select_for_update(of=("self",))
        .select_related("call__issuer", "organisation")
        .get(pk=packet_id)
    )
    packet.form_revision = frozen_form(packet.form_revision_id)
    return packet


def lock_applications(packet: Packet) -> list[Application]:
    """Lock the packet's applications in ascending key and return them in the packet's order."""
    rows = list(
        packet.applications.select_for_update(of=("self",))
        .select_related("category__parent")
        .order_by("pk")
    )
    for application in rows:
        application.packet = packet
    return sorted(rows, key=lambda a: (a.position, a.created_at))
