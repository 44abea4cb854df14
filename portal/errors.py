"""Refusals: what a service raises when a rule, and not a fault, is in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One sentence a person can act on, with the notice's clause where there is one."""

    message: str
    clause: str = ""
    code: str = ""
    url: str = ""


class RuleViolation(Exception):
    """Raised by services; carries every reason, never only the first."""

    def __init__(self, reasons: Iterable[Refusal | str]) -> None:
        """Take reasons as ``Refusal`` or as plain sentences."""
        self.reasons = [r if isinstance(r, Refusal) else Refusal(r) for r in reasons]
        super().__init__("; ".join(r.message for r in self.reasons))


class Conflict(Exception):
    """Somebody else changed the same thing meanwhile; carries what they wrote."""

    def __init__(self, theirs: object, revision: int, by: str = "") -> None:
        """Keep the other text, its revision and the name of who wrote it."""
        self.theirs, self.revision, self.by = theirs, revision, by
        super().__init__("changed meanwhile")
