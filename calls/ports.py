"""What calls may ask of whoever holds applications; filled by applications when it is ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from calls.rules.facts import REGISTERED, UNREGISTERED, Counted, Finding, RuleSpec

if TYPE_CHECKING:
    from calls.models import Call, Category
    from portal.people.models import Issuer, Organisation


@dataclass(frozen=True, slots=True)
class CategoryStanding:
    """What a unit may do in one category now, with every rule's finding."""

    category: Category
    findings: tuple[Finding, ...]
    # Smallest number of places left over all quotas; None when none has a number.
    left: int | None
    # Every rule of the call, those without a finding too.
    rules: tuple[RuleSpec, ...] = ()
    # What the unit has begun here and not handed in: it takes no place yet.
    begun: tuple[Counted, ...] = ()

    @property
    def may_apply(self) -> bool:
        """Tell whether no strict rule is in the way."""
        return not any(finding.blocks for finding in self.findings)

    @property
    def may_prepare(self) -> bool:
        """Tell whether nothing but the unit's verification is in the way, which may still come."""
        return not any(f.blocks and f.rule.kind != REGISTERED for f in self.findings)

    @property
    def must_register(self) -> bool:
        """Tell whether the unit has to ask the association before anything else."""
        return any(finding.rule.kind == UNREGISTERED for finding in self.findings)

    @property
    def wants_another(self) -> bool:
        """Tell whether there is a place beyond those that what is begun would take."""
        return self.may_prepare and (self.left is None or self.left > len(self.begun))


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


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What of a call is being filled in and what is fixed already."""

    # Packets in editing: they move to a changed form on opening.
    editing: int = 0
    # Packets signed off or handed in: they keep the form they were filled in with.
    fixed: int = 0
    # How many of those in editing hold an answer to a question, by key.
    answered: Mapping[str, int] = field(default_factory=dict)


class Drafts(Protocol):
    """Counts what a changed form would meet."""

    def __call__(self, call: Call, keys: Sequence[str]) -> UnderWay:
        """Count packets, and the answers to the questions with these keys."""


_drafts: Drafts | None = None


def provide_drafts(drafts: Drafts) -> None:
    """Register the one who counts; called by applications when the app is ready."""
    global _drafts
    _drafts = drafts


def under_way(call: Call, keys: Sequence[str] = ()) -> UnderWay:
    """Ask what is under way; without applications installed nothing is."""
    return _drafts(call, keys) if _drafts else UnderWay()


@dataclass(frozen=True, slots=True)
class Presented:
    """A closed project that its association shows to the public."""

    title: str
    unit_name: str
    url: str


class Presenter(Protocol):
    """Gives the newest projects that are shown to the public."""

    def __call__(self, issuer: Issuer | None, most: int) -> list[Presented]:
        """Return at most so many, of one association or of all, in one query."""


_presenter: Presenter | None = None


def provide_presenter(presenter: Presenter) -> None:
    """Register the one who presents; called by reviews when the app is ready."""
    global _presenter
    _presenter = presenter


def presented(issuer: Issuer | None, most: int) -> list[Presented]:
    """Ask what is presented; without reviews installed nothing is."""
    return _presenter(issuer, most) if _presenter else []
