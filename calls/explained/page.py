"""What a call page consists of: plain data, in one language, at one moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from calls.models.amendment import Change
from calls.notice_text import Block
from calls.phases import Phase
from portal.people.models import Issuer


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule as a person reads it, with the notice's clause."""

    text: str
    clause: str
    strict: bool
    priority: bool


@dataclass(frozen=True, slots=True)
class TierWords:
    """Money beside the amount for each place."""

    title: str
    amount: str
    applied_for: bool


@dataclass(frozen=True, slots=True)
class DeliverableWords:
    """What is handed in after completion."""

    title: str
    due: str
    limits: str
    clause: str


@dataclass(frozen=True, slots=True)
class PartWords:
    """A batch, a paper, a stage of the review or a publicity period: its name and what is said."""

    title: str
    words: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ForwardedLink:
    """The call of another association into which what is applied for here is recommended."""

    pk: int
    title: str
    association: str


@dataclass(frozen=True, slots=True)
class AmendmentWords:
    """What was changed in the published call, and when."""

    day: str
    summary: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One category of the table; a category with sub-categories is not applied for itself."""

    pk: int
    title: str
    summary: str
    purpose: tuple[str, ...]
    requirements: tuple[str, ...]
    places: str
    money: str
    # Until when applications are taken, where that is earlier than the call's end; else empty.
    closes: str
    closed: bool
    window: str
    joint: str
    # Who may apply, for the table; empty where the category above says it for all beneath.
    who: str
    rules: tuple[RuleWords, ...]
    deliverables: tuple[DeliverableWords, ...]
    tiers: tuple[TierWords, ...]
    # How the money is given and paid, beside the figure in the table.
    payment: tuple[str, ...]
    papers: tuple[PartWords, ...]
    children: tuple[Row, ...] = ()
    nested: bool = False

    @property
    def leaf(self) -> bool:
        """Whether one applies for this category itself."""
        return not self.children

    @property
    def says_more(self) -> bool:
        """Whether there is anything to say beneath the table."""
        own = self.purpose or self.requirements or self.rules or self.joint or self.tiers
        return bool(own or self.deliverables or self.payment or self.papers)


@dataclass(frozen=True, slots=True)
class Event:
    """One date of the timeline."""

    label: str
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class AttachmentLink:
    """A file to download."""

    pk: int
    title: str
    octets: int


@dataclass(frozen=True, slots=True)
class ContactWords:
    """Whom to ask."""

    duty: str
    name: str
    phone: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class ResultLink:
    """A published list about this call."""

    pk: int
    title: str


@dataclass(frozen=True, slots=True)
class CallPage:
    """Everything the public reads about a call, in one language, at one moment."""

    pk: int
    notice_pk: int
    revision: int
    issuer: Issuer
    title: str
    number: str
    year: int
    published_at: dt.datetime | None
    opens_at: dt.datetime
    closes_at: dt.datetime
    phase: Phase
    good_until: dt.datetime | None
    rows: tuple[Row, ...]
    # Rules of the whole call, and what must be handed in after selection in any category.
    rules: tuple[RuleWords, ...]
    # What is confirmed between the selection and the beginning, as a sentence; empty: nothing.
    agreement: str
    # The words by which results name the support; empty: nothing is asked.
    acknowledgement: str
    deliverables: tuple[DeliverableWords, ...]
    papers: tuple[PartWords, ...]
    batches: tuple[PartWords, ...]
    levels: tuple[PartWords, ...]
    review: tuple[PartWords, ...]
    publicity: tuple[PartWords, ...]
    amendments: tuple[AmendmentWords, ...]
    how: tuple[str, ...]
    totals: tuple[str, ...]
    timeline: tuple[Event, ...]
    contacts: tuple[ContactWords, ...]
    attachments: tuple[AttachmentLink, ...]
    results: tuple[ResultLink, ...]
    text: tuple[Block, ...] = field(repr=False)
    forwards: ForwardedLink | None = None

    @property
    def leaves(self) -> tuple[Row, ...]:
        """The categories one applies for, in the table's order."""
        return tuple(leaf for row in self.rows for leaf in (row.children or (row,)))

    @property
    def has_money(self) -> bool:
        """Whether any category states an amount."""
        return any(row.money for row in (*self.rows, *self.leaves))

    @property
    def has_places(self) -> bool:
        """Whether any category states a number of places."""
        return any(row.places for row in (*self.rows, *self.leaves))

    @property
    def has_window(self) -> bool:
        """Whether any category says when it is carried out."""
        return any(row.window for row in (*self.rows, *self.leaves))
