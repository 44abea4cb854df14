"""Reads the text of a notice and proposes the facts a call is made of; invents nothing."""

from __future__ import annotations

from calls.reader.applicants import read_applicants
from calls.reader.asked_figures import read_asked_figures
from calls.reader.bars import read_bars
from calls.reader.categories import read_categories
from calls.reader.composition import read_composition
from calls.reader.contacts import read_contacts
from calls.reader.finding import Finding, Proposal, Span, Unread, Value
from calls.reader.funding_terms import read_funding_terms
from calls.reader.head import read_head
from calls.reader.kinds import GROUPS, KINDS, Kind, Part, PartType
from calls.reader.notes import Notes
from calls.reader.papers import read_papers, read_results
from calls.reader.persons import read_persons
from calls.reader.quota_tables import read_quota_tables
from calls.reader.reviewing import read_reviewing
from calls.reader.standing import read_standing
from calls.reader.text import Document, quoted
from calls.reader.timing import read_timing
from calls.reader.unread import read_unread

__all__ = [
    "GROUPS",
    "KINDS",
    "Finding",
    "Kind",
    "Part",
    "PartType",
    "Proposal",
    "Span",
    "Unread",
    "Value",
    "quoted",
    "read",
]

# Longer than the longest notice with its annexes; what is longer is another kind of document.
MAX_CHARS = 60_000


def read(raw: str) -> Proposal:
    """Return what a notice states, each fact with its sentence, in the order of the kinds.

    Reads at most ``MAX_CHARS`` characters. Never raises for what a person may paste.
    """
    notes = Notes(Document(raw[:MAX_CHARS]))
    for part in (
        read_head,
        read_categories,
        read_funding_terms,
        read_timing,
        read_applicants,
        read_quota_tables,
        read_standing,
        read_bars,
        read_persons,
        read_asked_figures,
        read_composition,
        read_papers,
        read_reviewing,
        read_results,
        read_contacts,
    ):
        part(notes)
    order = {kind: place for place, kind in enumerate(KINDS)}
    found = sorted(notes.findings, key=lambda one: (order[one.kind], one.sentence.start))
    return Proposal(notes.doc.text, tuple(found), read_unread(notes))
