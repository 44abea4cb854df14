"""What a unit is told by mail and inbox when something happens to its application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from applications.capacity import holders
from applications.models import (
    Application,
    HandIn,
    ListVersion,
    Packet,
    PaperArrival,
    Recommendation,
    RecommendationList,
)
from applications.papers import Expected
from applications.recommenders import closes_for
from calls.models import RecommendingLevel
from portal.mail.services import queue
from portal.people.enums import Right
from portal.people.models import Organisation, User


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


def tell_recommender(recommendation: Recommendation, event: str) -> None:
    """Tell the recommending unit that an application lies before it, once for each arrival."""
    application, level = recommendation.application, recommendation.level
    for user in workers_of(recommendation.organisation):
        queue(
            to=user,
            template=f"applications/{event}",
            context={
                "application": application,
                "unit": application.packet.organisation,
                "call": level.call,
                "due": closes_for(level, recommendation.organisation),
            },
            occasion=f"recommendation:{recommendation.pk}:{event}:{application.log.count()}",
            issuer=level.call.issuer,
            url=desk_url(level),
        )


def tell_list_keepers(made: RecommendationList, version: ListVersion) -> None:
    """Tell the unit's seal keepers that a frozen list waits for their seal."""
    keepers = holders(made.organisation, Right.SEAL_KEEPER)
    due = closes_for(made.level, made.organisation)
    _tell_of_list(made, keepers, "list_frozen", f"list-frozen:{version.pk}", due=due)


def tell_list_receipt(made: RecommendationList) -> None:
    """Send the receipt of a list to all who work on it."""
    workers = workers_of(made.organisation)
    _tell_of_list(made, workers, "list_receipt", f"list:{made.receipt_number}")


def tell_list_scan_refused(made: RecommendationList) -> None:
    """Ask the recommending unit for the stamped table again; what it sent shows something else."""
    workers = workers_of(made.organisation)
    _tell_of_list(made, workers, "list_scan_refused", f"list-scan:{made.pk}:{made.scan_id}")


def _tell_of_list(
    made: RecommendationList, people: Iterable[User], event: str, occasion: str, **more: Any
) -> None:
    for user in people:
        queue(
            to=user,
            template=f"applications/{event}",
            context={"list": made, "call": made.level.call, **more},
            occasion=occasion,
            issuer=made.level.call.issuer,
            url=reverse("recommend:list", args=[made.pk]),
        )


def tell_papers(arrival: PaperArrival, missing: Sequence[Expected]) -> None:
    """Tell those who work on the packet which papers have come and what still lacks."""
    packet = arrival.packet
    in_hand = packet.handins.order_by("-version__no").values_list("version__no", flat=True).first()
    printed = arrival.version.no if arrival.version else None
    for user in workers(packet):
        queue(
            to=user,
            template="applications/papers_arrived",
            context={
                "packet": packet,
                "call": packet.call,
                "arrival": arrival,
                "pieces": [(piece.title, piece.copies) for piece in arrival.pieces.all()],
                "missing": [(one.title, one.copies) for one in missing],
                "old_version": printed if printed != in_hand else None,
                "in_hand": in_hand,
            },
            occasion=f"papers:{arrival.pk}",
            issuer=packet.call.issuer,
            url=packet_url(packet),
        )


def desk_url(level: RecommendingLevel) -> str:
    """Return where a recommending unit works on a level, relative to the site."""
    return reverse("recommend:desk", args=[level.pk])


def workers(packet: Packet) -> list[User]:
    """Return fillers and administrators of the unit, each once."""
    return workers_of(packet.organisation)


def workers_of(organisation: Organisation) -> list[User]:
    """Return fillers and administrators of a unit, each once."""
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
