"""Units that may share one bucket of places: a unit, its parent and its branches."""

from __future__ import annotations

from portal.people.models import Organisation


def family_head(organisation: Organisation) -> Organisation:
    """Return the unit at the top; a bucket is at most one step deep."""
    return organisation.parent or organisation


def family_ids(organisation: Organisation) -> set[int]:
    """Return the keys of all units of the family, the unit itself included."""
    head = family_head(organisation)
    return {head.pk, *head.branches.values_list("pk", flat=True)}
