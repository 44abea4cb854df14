"""What lists of notices and calls can be narrowed by; the choices stay in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from calls.enums import NoticeKind
from calls.models import Notice
from calls.models.notice import NoticeQuerySet
from portal.people.models import Issuer
from portal.search import MAX_QUERY


def publishing_issuers() -> list[Issuer]:
    """Return the associations of this installation, for filters and tabs."""
    return list(Issuer.objects.select_related("organisation"))


class NoticeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Words in title and text, kind, association, year of publication."""

    q = django_filters.CharFilter(
        label=_("Words in title or text"),
        method="containing",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": MAX_QUERY}),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=NoticeKind.choices, empty_label=_("All kinds")
    )
    issuer = django_filters.ChoiceFilter(
        label=_("Association"), field_name="issuer__slug", empty_label=_("All associations")
    )
    year = django_filters.ChoiceFilter(
        label=_("Year"), field_name="published_at__year", empty_label=_("All years")
    )

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, issuers: list[Issuer], **kwargs: Any) -> None:
        """Offer the associations given and the years there are notices of."""
        super().__init__(*args, **kwargs)
        self.filters["issuer"].extra["choices"] = [(one.slug, one.short_name) for one in issuers]
        years = Notice.objects.published().datetimes("published_at", "year", order="DESC")
        self.filters["year"].extra["choices"] = [(day.year, str(day.year)) for day in years]

    def containing(self, notices: NoticeQuerySet, name: str, text: str) -> NoticeQuerySet:
        """Keep the notices that contain every word."""
        return notices.containing(text)
