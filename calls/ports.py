"""What calls may ask of whoever holds applications; filled by applications when it is ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from calls.rules.facts import Finding, RuleSpec

if TYPE_CHECKING:
    from calls.models import Call, Category
    from portal.people.models import Organisation


@dataclass(frozen=True, slots=True)
class CategoryStanding:
    """What a unit may do in one category now, with every rule's finding."""

    category: Category
    findings: tuple[Finding, ...]
    # Smallest number of places left over all quotas; None when none has a number.
    left: int | None
    # Every rule of the call, those without a finding too.
    rules: tuple[RuleSpec, ...] = ()

    @property
    def may_apply(self) -> bool:
        """Tell whether no strict rule is in the way."""
        return not any(finding.blocks for finding in self.findings)


class Standing(Protocol):
    """Judges a unit against a call by the same gatherer that hand-in uses."""

    def __call__(self, call: Call, organisation: Organisation) -> list[CategoryStanding]:
        """Return the standing of the unit in each leaf category, in the call's order."""


_standing: Standing | None = None


def provide_standing(standing: Standing) -> None:
    """Register the one answerer; called by applications when the app is ready."""
    global _standing
    _standing = standing


def standing_of(call: Call, organisation: Organisation) -> list[CategoryStanding]:
    """Ask for the unit's standing; without applications installed there is none to give."""
    return _standing(call, organisation) if _standing else []
