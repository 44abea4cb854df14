"""Into which batch of a call a packet falls: that of its first hand-in, corrections stay in it."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.models import Packet
from calls.models import Batch
from calls.phases import batch_at


def batch_of(packet: Packet) -> Batch | None:
    """Return the batch of the packet's first receipt; None without a receipt or batches."""
    batches = list(packet.call.batches.all())
    first = packet.handins.order_by("received_at").first() if batches else None
    return batch_at(batches, first.received_at) if first is not None else None


def title_of_batch() -> Coalesce:
    """Return the batch's title of a handed-in application, for a list; null without batches."""
    batches: QuerySet[Batch] = Batch.objects.filter(call=OuterRef("packet__call"))
    ahead = batches.filter(closes_at__gt=OuterRef("handed_in_at")).order_by("closes_at")
    last = batches.order_by("-closes_at")
    return Coalesce(Subquery(ahead.values("title")[:1]), Subquery(last.values("title")[:1]))
