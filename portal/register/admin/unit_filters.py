"""Filters beside the list of units in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.admin_scope import issuer_ids, sees_all
from portal.people.enums import Level, OrganisationKind, VerificationState
from portal.people.models import Affiliation


class OwnAffiliationFilter(admin.SimpleListFilter):
    """Filters units by what they are to the person's own associations, nobody else's."""

    column = ""
    choices_of: type[TextChoices]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the words of the column."""
        return list(self.choices_of.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Apply the choice to affiliations that the person may see."""
        if not self.value():
            return queryset
        own = Affiliation.objects.filter(**{self.column: self.value()})
        if not sees_all(request):
            own = own.filter(issuer__in=issuer_ids(request))
        return queryset.filter(pk__in=own.values("organisation"))


class StateFilter(OwnAffiliationFilter):
    """Whether verified."""

    title, parameter_name = gettext_lazy("verification"), "state"
    column, choices_of = "state", VerificationState


class KindFilter(OwnAffiliationFilter):
    """As what."""

    title, parameter_name = gettext_lazy("kind"), "kind"
    column, choices_of = "kind", OrganisationKind


class LevelFilter(OwnAffiliationFilter):
    """At which level."""

    title, parameter_name = gettext_lazy("level"), "level"
    column, choices_of = "level", Level


class CodeFilter(admin.SimpleListFilter):
    """Units without social credit code, or with an accepted odd one."""

    title = gettext_lazy("social credit code")
    parameter_name = "code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what the database can tell by itself."""
        return [("none", _("none")), ("accepted", _("accepted although odd"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Apply the choice."""
        match self.value():
            case "none":
                return queryset.filter(uscc=None)
            case "accepted":
                return queryset.exclude(uscc_accepted_by=None)
        return queryset
