"""What becomes of a unit's experts when it is merged into another."""

from __future__ import annotations

from portal.people.models import Organisation, User


def move_experts(*, source: Organisation, target: Organisation, by: User) -> None:
    """Let the experts of a unit belong to the unit that stays: recusal goes by that row."""
    source.experts.update(organisation=target)
