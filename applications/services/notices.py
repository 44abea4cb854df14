"""What a unit is told by mail and inbox when something happens to its application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from applications.capacity import holders
from applications.models import Application, HandIn, Packet
from portal.mail.services import queue
from portal.people.enums import Right
from portal.people.models import User


def tell_unit(application: Application, event: str, context: Mapping[str, Any]) -> None:
    """Tell fillers and administrators of the unit; ``event`` names the template.

    The occasion counts the steps of the application, so that a second return is told again while
    a repeated task is not.
    """
    packet = application.packet
    occasion = f"application:{application.pk}:{event}:{application.log.count()}"
    for user in workers(packet):
        queue(
            to=user,
            template=f"applications/{event}",
            context={"application": application, "packet": packet, "call": packet.call, **context},
            occasion=occasion,
            issuer=packet.call.issuer,
            url=packet_url(packet),
        )


def tell_holders(
    packet: Packet, right: Right, event: str, occasion: str, context: Mapping[str, Any]
) -> None:
    """Tell the members with one right that a step waits for them."""
    for user in holders(packet.organisation, right):
        queue(
            to=user,
            template=f"applications/{event}",
            context={"packet": packet, "call": packet.call, **context},
            occasion=f"packet:{packet.pk}:{occasion}",
            issuer=packet.call.issuer,
            url=packet_url(packet),
        )


def workers(packet: Packet) -> list[User]:
    """Return fillers and administrators of the unit, each once."""
    organisation = packet.organisation
    people = [*holders(organisation, Right.FILLER), *holders(organisation, Right.ADMINISTRATOR)]
    return list({user.pk: user for user in people}.values())


def packet_url(packet: Packet) -> str:
    """Return the packet's page, relative to the site."""
    return reverse("applications:packet", args=[packet.pk])


def tell_receipt(receipt: HandIn) -> None:
    """Send the receipt to all who work on the packet."""
    packet = receipt.packet
    for user in workers(packet):
        queue(
            to=user,
            template="applications/receipt",
            context={"receipt": receipt, "packet": packet, "call": packet.call},
            occasion=f"receipt:{receipt.receipt_number}",
            issuer=packet.call.issuer,
            url=packet_url(packet),
        )
