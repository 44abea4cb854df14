"""What rules are told and what they answer: plain data, no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID


class Verdict(Enum):
    """An unknown fact is not a false one."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Stage(Enum):
    """When a rule can be judged."""

    ELIGIBILITY = "eligibility"  # from the unit alone, before anything is filled in
    QUOTA = "quota"  # from what the unit has handed in
    OBJECT = "object"  # from the answers
    LIST = "list"  # from a whole list: a recommending unit's, or the plan of one packet


# Kinds of the two findings that no notice needs to state. The first may still become a yes while
# its unit prepares: the association knows the unit, whether verified by now or not. The second
# stands before everything else: the unit has to ask the association first.
REGISTERED, UNREGISTERED = "registered", "unregistered"


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule as data, detached from its row."""

    id: int
    kind: str
    params: Mapping[str, Any]
    clause: str = ""
    strict: bool = True
    # Path of the category the rule hangs on; empty for the whole call.
    category_path: tuple[int, ...] = ()
    position: int = 0
    # What categories themselves state, by primary key of the leaf: the window's first and last day
    # for a rule of dates, the least and the greatest amount for a rule of money.
    bounds: Mapping[int, tuple[Any, Any]] = field(default_factory=dict)
    # Whether an unknown fact lets pass, marked to be checked (a switch of the call).
    unknown_passes: bool = True

    def covers(self, path: tuple[int, ...]) -> bool:
        """Tell whether the rule holds for a category; rules inherit downwards."""
        return path[: len(self.category_path)] == self.category_path


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit as one association sees it; ``kind`` is empty where it never asked to be known."""

    organisation_id: int
    name: str
    kind: str = ""
    level: str = ""
    region: str = ""
    verified: bool = False
    # The association has said no to the unit; it may ask again.
    refused: bool = False
    # (fact code, year) -> value; a missing key is unknown.
    facts: Mapping[tuple[str, int], str] = field(default_factory=dict)
    uscc: str = ""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One application on a list, as far as the rules about lists may look."""

    application_id: UUID
    category_path: tuple[int, ...]
    # Of the top category, for sentences.
    category_title: str = ""
    # Kind of the unit that applies, as the call's issuer sees it; empty while unknown.
    kind: str = ""
    # Answers by role, as in ``Facts``.
    answers: Mapping[str, Any] = field(default_factory=dict)
    # Named beyond the quota, to move up when a place becomes free.
    reserve: bool = False


@dataclass(frozen=True, slots=True)
class ListFacts:
    """Everything a rule about a list may look at."""

    # Whose list it is: the recommending unit, or the unit that hands in a plan.
    unit: UnitFacts
    entries: tuple[ListEntry, ...]
    # The recommending level the list belongs to; 0 for the plan of a packet.
    level: int = 0
    # How many applications reached the recommending unit; None where none are sent to it.
    received: int | None = None
    granted_rule_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Counted:
    """An application that uses a place, as far as this unit may know of it."""

    application_id: UUID
    title: str
    category_path: tuple[int, ...]
    organisation_id: int
    kind: str
    state_label: str
    lead: bool = True
    url: str = ""
    # The batch of the call in which it was handed in; None where the call has none.
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in an application, recognised by prints that cannot be turned back.

    ``prints`` are one for the identity card, one for name and day of birth, one for name and
    unit; empty where the application does not say.
    """

    role: str
    name: str
    prints: tuple[str, str, str]

    def is_same_as(self, other: Person) -> bool:
        """Compare by the surest print that both have."""
        for mine, theirs in zip(self.prints, other.prints, strict=True):
            if mine and theirs:
                return mine == theirs
        return False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A person of the answers in another application of the call that takes a place."""

    person: Person
    application_id: UUID
    category_path: tuple[int, ...]

    @property
    def role(self) -> str:
        """In which role the person stands there."""
        return self.person.role


@dataclass(frozen=True, slots=True)
class PastProject:
    """A project selected in an earlier call of the same association."""

    title: str
    # Years between the two calls; 0 for two calls of one year.
    years_ago: int
    # The last day planned; None where none was stated.
    ends_on: dt.date | None
    # Whether the unit judged carried it; of others' projects it is told nothing.
    own: bool
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a rule may look at for one unit, one category and one moment."""

    unit: UnitFacts
    category_path: tuple[int, ...]
    # Applications counting against the unit's quotas, the one judged now left out.
    counted: tuple[Counted, ...] = ()
    # Applications of units in the same bucket (parent, branches), same rule.
    counted_family: tuple[Counted, ...] = ()
    # Answers by role (calls.enums.FieldRole); None before anything was filled in.
    answers: Mapping[str, Any] | None = None
    granted_rule_ids: frozenset[int] = frozenset()
    today: dt.date | None = None
    # The batch into which the application judged falls.
    batch: int | None = None
    # The persons named in the answers, and where else in the call they stand.
    people: tuple[Person, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    # The units named as partners, without those that declined; of one that is not registered the
    # kind is empty.
    partners: tuple[UnitFacts, ...] = ()
    # Earlier projects of the unit and of the persons named.
    past: tuple[PastProject, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's answer in words, with the clause and the applications in the way."""

    rule: RuleSpec
    stage: Stage
    verdict: Verdict
    message: str
    in_the_way: tuple[Counted, ...] = ()
    # For quotas: places left after what is counted; None where the rule has no number.
    left: int | None = None
    # True for a rule that only gives priority: never in the way, shown as a badge.
    priority: bool = False
    granted: bool = False
    # What the verdict rests on, in words that the unit itself may read.
    facts: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Tell whether hand-in must be refused."""
        return (
            self.verdict is Verdict.NO
            and self.rule.strict
            and not self.granted
            and not self.priority
        )

    @property
    def warns(self) -> bool:
        """Tell whether staff must look: an in-principle rule broken, or a fact unknown."""
        if self.priority or self.granted or self.blocks:
            return False
        return self.verdict is not Verdict.YES
