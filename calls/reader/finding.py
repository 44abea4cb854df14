"""What the reader proposes: typed facts, each with the sentence it was read from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from calls.reader.kinds import KINDS

# Part of a fact; a part that is not stated is not there.
Value = str | int | bool | Decimal | dt.date


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the cleaned text, end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact read from a notice.

    ``values`` holds the parts of the kind that the notice states. ``why`` says in a sentence what
    staff should look at; it is empty for a fact that the notice states outright. ``lead`` is the
    line above that refuses what the sentence names, without which it would say the opposite.
    """

    kind: str
    values: Mapping[str, Value]
    sentence: Span
    why: str = ""
    lead: str = ""

    @property
    def sure(self) -> bool:
        """Tell whether the notice states the fact outright."""
        return not self.why

    def __post_init__(self) -> None:
        """Hold the parts to those the kind has, so that a slip of a name is seen at once."""
        unknown = set(self.values) - {part.name for part in KINDS[self.kind].parts}
        if unknown:
            raise ValueError(f"{self.kind} has no part {', '.join(sorted(unknown))}")


@dataclass(frozen=True, slots=True)
class Unread:
    """What a sentence says with a figure, a date or a condition that no fact states."""

    words: str
    sentence: Span


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything read from one notice; spans point into ``text``, the cleaned notice."""

    text: str
    findings: tuple[Finding, ...] = field(default_factory=tuple)
    unread: tuple[Unread, ...] = field(default_factory=tuple)

    def of(self, kind: str) -> list[Finding]:
        """Return the findings of one kind in the order of the notice."""
        return [one for one in self.findings if one.kind == kind]
