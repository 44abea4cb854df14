"""Booking papers in and taking a mistake back; what a packet owes and has is reckoned here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from applications.capacity import works_for
from applications.models import HandIn, Packet, PaperArrival, PaperPiece, Version
from applications.papers import (
    FORM,
    MOST_COPIES,
    Come,
    Expected,
    Judgement,
    counting_day,
    expected_of,
    is_asked,
    judge,
    last_day,
)
from applications.services import locking, notices
from applications.states import FREED
from calls.enums import PaperCounts
from calls.models import Call, PaperRule
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of one packet: what is owed, what came, where that stands."""

    expected: tuple[Expected, ...]
    arrivals: tuple[PaperArrival, ...]
    judgement: Judgement
    in_hand: Version


def papers_of(packet: Packet, rules: Iterable[PaperRule] | None = None) -> Papers | None:
    """Return the papers of a packet; None where none are asked for or nothing was handed in."""
    rules = list(packet.call.papers.all()) if rules is None else list(rules)
    if not is_asked(packet.call, rules):
        return None
    receipt = HandIn.objects.filter(packet=packet).select_related("version")
    latest = receipt.order_by("-version__no").first()
    if latest is None:
        return None
    arrivals = (
        PaperArrival.objects.standing()
        .filter(packet=packet)
        .select_related("version", "by")
        .prefetch_related("pieces")
    )
    return reckoned(packet, rules, arrivals, latest.version)


def reckoned(
    packet: Packet, rules: Iterable[PaperRule], arrivals: Iterable[PaperArrival], in_hand: Version
) -> Papers:
    """Reckon a packet's papers from rows read before: its applications come prefetched.

    ``arrivals`` are those that stand, each with its version and pieces.
    """
    call, kept = packet.call, tuple(arrivals)
    live = [a for a in packet.applications.all() if a.state not in FREED]
    categories = {pk for a in live for pk in (a.category_id, a.category.parent_id) if pk}
    expected = expected_of(call, rules, categories)
    found = judge(expected, _come(call, kept), version=in_hand.no, last=last_day(call))
    return Papers(expected, kept, found, in_hand)


def _come(call: Call, arrivals: Iterable[PaperArrival]) -> list[Come]:
    """Turn booked arrivals into what is held against the deadline."""
    return [
        Come(
            FORM if piece.is_form else str(piece.paper_id),
            piece.copies,
            counting_day(call, arrival.arrived_on, arrival.postmarked_on),
            arrival.version.no if piece.is_form and arrival.version else None,
        )
        for arrival in arrivals
        for piece in arrival.pieces.all()
    ]


@transaction.atomic
def book_in(
    *,
    packet_id: uuid.UUID,
    version_id: int,
    copies: Mapping[str, int],
    arrived_on: dt.date,
    postmarked_on: dt.date | None,
    by: User,
    key: uuid.UUID,
    note: str = "",
) -> PaperArrival:
    """Book papers in and tell the unit; the same ``key`` books in once.

    ``copies`` counts by the keys of what is owed (papers.Expected). Raises RuleViolation with
    every reason, PermissionDenied for who does not work for the association.
    """
    packet = locking.lock_packet(packet_id)
    if not works_for(by, packet.call.issuer_id):
        raise PermissionDenied
    if kept := PaperArrival.objects.filter(key=key, packet=packet).first():
        return kept
    papers = papers_of(packet)
    wanted = {name: number for name, number in copies.items() if number}
    version = packet.versions.filter(pk=version_id).first()
    if reasons := _reasons(packet, papers, version, wanted, arrived_on, postmarked_on):
        raise RuleViolation(reasons)
    assert papers is not None
    arrival = PaperArrival.objects.create(
        packet=packet,
        key=key,
        version=version if FORM in wanted else None,
        arrived_on=arrived_on,
        postmarked_on=postmarked_on,
        note=note.strip(),
        by=by,
        at=clock.now(),
    )
    PaperPiece.objects.bulk_create(
        PaperPiece(
            arrival=arrival,
            is_form=one.key == FORM,
            paper_id=None if one.key == FORM else int(one.key),
            title=one.title,
            copies=wanted[one.key],
        )
        for one in papers.expected
        if one.key in wanted
    )
    _write_down("papers_booked_in", arrival, by)
    now_here = papers_of(packet)
    notices.tell_papers(arrival, now_here.judgement.missing if now_here else ())
    return arrival


def _reasons(
    packet: Packet,
    papers: Papers | None,
    version: Version | None,
    copies: Mapping[str, int],
    arrived_on: dt.date,
    postmarked_on: dt.date | None,
) -> list[str]:
    """Return everything that speaks against booking in."""
    if papers is None:
        return [_("Nothing of this unit is expected on paper.")]
    found = []
    if all(a.state in FREED for a in packet.applications.all()):
        found.append(_("This application was withdrawn or not accepted; no paper is kept for it."))
    if not copies:
        found.append(_("Count at least one copy of one paper."))
    if set(copies) - {one.key for one in papers.expected}:
        found.append(_("One of these papers is not asked for by the call."))
    if any(not 0 < number <= MOST_COPIES for number in copies.values()):
        found.append(_("At most %(most)d copies can be booked in at once.") % {"most": MOST_COPIES})
    if version is None and FORM in copies:
        found.append(_("Say which version is printed on the form."))
    return found + _reasons_of_days(packet.call, arrived_on, postmarked_on)


def _reasons_of_days(call: Call, arrived_on: dt.date, postmarked_on: dt.date | None) -> list[str]:
    """Return what is wrong with the two days."""
    found = []
    first = clock.local(call.opens_at).date()
    if arrived_on > clock.today():
        found.append(_("The day of arrival lies in the future."))
    if arrived_on < first or (postmarked_on and postmarked_on < first):
        found.append(_("The day lies before the call opened; look at the year."))
    if postmarked_on and postmarked_on > arrived_on:
        found.append(_("A letter cannot arrive before its postmark."))
    if postmarked_on and call.paper_counts != PaperCounts.POSTMARK:
        found.append(_("In this call the day of arrival counts, not the postmark."))
    return found


@transaction.atomic
def undo(*, arrival_id: int, reason: str, by: User) -> PaperArrival:
    """Take back what was booked in by mistake; it stays to be read with its reason.

    Raises RuleViolation without a reason or when it was taken back before.
    """
    arrival = (
        PaperArrival.objects.select_for_update(of=("self",))
        .select_related("packet__call__issuer", "packet__organisation")
        .get(pk=arrival_id)
    )
    if not works_for(by, arrival.packet.call.issuer_id):
        raise PermissionDenied
    if not reason.strip():
        raise RuleViolation([_("Say why it is taken back.")])
    if arrival.undone_at is not None:
        raise RuleViolation([_("It was taken back already.")])
    arrival.undone_by, arrival.undone_at = by, clock.now()
    arrival.undone_reason = reason.strip()
    arrival.save(update_fields=["undone_by", "undone_at", "undone_reason"])
    _write_down("papers_taken_back", arrival, by)
    return arrival


def _write_down(action: str, arrival: PaperArrival, by: User) -> None:
    packet = arrival.packet
    record(
        action,
        by=by,
        target=packet,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        arrival=arrival.pk,
        version=arrival.version.no if arrival.version else None,
    )
