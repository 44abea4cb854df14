"""Frozen forms, read once by each process: a revision never changes, and every page needs it."""

from __future__ import annotations

from functools import lru_cache

from calls.models import FormRevision


@lru_cache(maxsize=32)
def frozen_form(pk: int) -> FormRevision:
    """Return a revision of a form; nobody may change what is returned."""
    return FormRevision.objects.get(pk=pk)
