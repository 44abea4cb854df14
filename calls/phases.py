"""Where a call stands at an instant, derived from its dates: time changes no stored state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from calls.enums import CallState
from portal import clock


class Ending(Protocol):
    """What has an exclusive end; a ``Batch`` is one."""

    closes_at: dt.datetime


E = TypeVar("E", bound=Ending)


class Phase(TextChoices):
    """What the public may do with a call."""

    DRAFT = "draft", _("Not published")
    ANNOUNCED = "announced", _("Announced")
    OPEN = "open", _("Open")
    # Closed to everybody but the one unit for which a late door stands open.
    LATE = "late", _("Open late")
    # Nothing is handed in any more, but stamped scans of what was may follow.
    SEALING = "sealing", _("Closed, stamped scans may follow")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")

    @property
    def takes_hand_ins(self) -> bool:
        """Whether applications may be handed in."""
        return self in {Phase.OPEN, Phase.LATE}


class Dated(Protocol):
    """What a phase is derived from; a ``Call`` is one."""

    state: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    drafts_until: dt.datetime | None
    signoff_by: dt.datetime | None
    seal_by: dt.datetime | None
    paper_by: dt.datetime | None
    result_by: dt.date | None


def phase_of(call: Dated, now: dt.datetime, *, late_until: dt.datetime | None = None) -> Phase:
    """Return the phase at an instant; every end is exclusive.

    ``late_until`` is the end of the asking unit's late door, if it has one.
    """
    if call.state == CallState.DRAFT:
        return Phase.DRAFT
    if call.state == CallState.ARCHIVED:
        return Phase.ARCHIVED
    if now < call.opens_at:
        return Phase.ANNOUNCED
    if now < call.closes_at:
        return Phase.OPEN
    if late_until is not None and now < late_until:
        return Phase.LATE
    if call.seal_by is not None and now < call.seal_by:
        return Phase.SEALING
    return Phase.CLOSED


def next_change(
    call: Dated, now: dt.datetime, ends: Iterable[dt.datetime | None] = ()
) -> dt.datetime | None:
    """Return the next instant at which a page about the call stops being right.

    ``ends`` are those of its parts: batches, categories, lists. None when no date lies ahead.
    Pages are cached until this instant at most.
    """
    dates = [
        *ends,
        call.opens_at,
        call.closes_at,
        call.drafts_until,
        call.signoff_by,
        call.seal_by,
        call.paper_by,
    ]
    if call.result_by is not None:
        dates.append(clock.end_of(call.result_by))
    return min((date for date in dates if date is not None and date > now), default=None)


def batch_at(batches: Sequence[E], instant: dt.datetime) -> E | None:
    """Return the batch into which a hand-in of this instant falls; ends are exclusive.

    It is the first whose end lies ahead; whoever is let in after the last one belongs to the last.
    None where the call has no batches.
    """
    in_order = sorted(batches, key=lambda batch: batch.closes_at)
    last = in_order[-1] if in_order else None
    return next((batch for batch in in_order if instant < batch.closes_at), last)
