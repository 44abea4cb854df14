"""Chains committed audit rows by their hashes and finds what was changed, removed or swapped."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator

from django.db import transaction

from portal.audit.models import AuditEntry, ChainHead

BATCH = 1000


def link_hash(entry: AuditEntry, position: int, previous_hash: str) -> str:
    """Return the SHA-256 (hex) over the row, its place and the link before it."""
    content = [
        position,
        previous_hash,
        entry.seq,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.action,
        entry.actor_id,
        entry.issuer_id,
        entry.organisation_id,
        entry.target,
        entry.data,
        entry.ip,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal() -> int:
    """Chain every committed row that is not chained yet; return how many.

    May run at any time and several times at once: whoever holds the head row works, others leave.
    """
    ChainHead.objects.get_or_create(pk=1)
    total = 0
    while sealed := _seal_batch():
        total += sealed
    return total


@transaction.atomic
def _seal_batch() -> int:
    head = ChainHead.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if head is None:
        return 0
    entries = list(AuditEntry.objects.unsealed()[:BATCH])
    for entry in entries:
        entry.previous_hash, entry.position = head.hash, head.position + 1
        entry.hash = link_hash(entry, entry.position, entry.previous_hash)
        head.position, head.hash = entry.position, entry.hash
    if entries:
        AuditEntry.objects.bulk_update(entries, ["position", "previous_hash", "hash"])
        head.save(update_fields=["position", "hash"])
    return len(entries)


def faults() -> Iterator[str]:
    """Yield one sentence for each place where the chain is broken; nothing when it is whole.

    Reads the sealed rows once, in the order of the chain. A changed row no longer yields its own
    hash, a removed one leaves a gap, two swapped ones name themselves, a cut-off tail does not
    reach the head.
    """
    expected, previous = 1, ""
    for entry in AuditEntry.objects.sealed().iterator(chunk_size=2000):
        position = entry.position or 0
        if position != expected:
            yield f"places {expected} to {position - 1} of the chain are missing before {entry.seq}"
        elif entry.previous_hash != previous:
            yield f"row {entry.seq} does not follow the row before it: one of them was replaced"
        if entry.hash != link_hash(entry, position, entry.previous_hash or ""):
            yield f"row {entry.seq} was changed after it was sealed"
        expected, previous = position + 1, entry.hash or ""
    head = ChainHead.objects.filter(pk=1).first() or ChainHead()
    if (expected - 1, previous) != (head.position, head.hash):
        yield f"the chain ends at place {expected - 1}, its head is at place {head.position}"
