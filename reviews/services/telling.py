"""Mail to those who worked on a packet, about what the association does with it."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from applications.models import Packet
from applications.services.notices import workers
from portal.mail.services import queue


def tell_workers(
    packet: Packet, event: str, context: Mapping[str, object], *, occasion: str
) -> None:
    """Tell fillers and administrators of the unit; the link leads to what became of the packet.

    ``event`` names the template; once for each occasion, however often it is called.
    """
    call = packet.call
    for user in workers(packet):
        queue(
            to=user,
            template=f"reviews/{event}",
            context={"call": call, **context},
            occasion=occasion,
            issuer=call.issuer,
            url=reverse("outcome:packet", args=[packet.pk]),
        )
