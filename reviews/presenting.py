"""Answers the first page: the newest projects that are shown to the public."""

from __future__ import annotations

from django.urls import reverse

from calls.ports import Presented
from portal.people.models import Issuer
from reviews.models import Showcase


def presented(issuer: Issuer | None, most: int) -> list[Presented]:
    """Return the newest public pages of an association, or of all, in one query."""
    pages = Showcase.objects.all().public()
    if issuer is not None:
        pages = pages.filter(application__packet__call__issuer=issuer)
    rows = pages.values_list("pk", "title", "unit_name")[:most]
    return [
        Presented(title, unit, reverse("showcase:project", args=[pk])) for pk, title, unit in rows
    ]
