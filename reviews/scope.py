"""The person's issuers, asked once per request."""

from __future__ import annotations

from django.http import HttpRequest

from portal.people.access import issuers_of
from portal.people.models import Issuer

_KEPT = "_own_issuers"


def own_issuers(request: HttpRequest) -> list[Issuer]:
    """Return the issuers the person works for now; superusers see all."""
    kept: list[Issuer] | None = request.__dict__.get(_KEPT)
    if kept is None:
        kept = request.__dict__[_KEPT] = issuers_of(request.user)
    return kept
