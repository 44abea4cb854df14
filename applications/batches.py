"""Into which batch of a call a packet falls: that of its first hand-in, corrections stay in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from applications.models import Application, Packet
from calls.models import Batch
from calls.phases import batch_at


def batch_of(packet: Packet) -> Batch | None:
    """Return the batch of the packet's first receipt; None without a receipt or batches."""
    batches = list(packet.call.batches.all())
    first = packet.handins.order_by("received_at").first() if batches else None
    return batch_at(batches, first.received_at) if first is not None else None


def titles_of_batches(applications: Iterable[Application]) -> dict[uuid.UUID, str]:
    """Return the batch's title of each handed-in application of a page, in one query."""
    rows = list(applications)
    batches: dict[int, list[Batch]] = {}
    for batch in Batch.objects.filter(call__in={row.packet.call_id for row in rows}):
        batches.setdefault(batch.call_id, []).append(batch)
    found = {
        row.pk: batch_at(batches[row.packet.call_id], row.handed_in_at)
        for row in rows
        if row.handed_in_at and row.packet.call_id in batches
    }
    return {pk: batch.title for pk, batch in found.items() if batch is not None}
