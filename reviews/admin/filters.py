"""What the queue can be narrowed to; every choice stays in the address."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from applications.states import TO_CHECK, State
from calls.models import Call, Category
from portal import clock
from portal.people.enums import OrganisationKind, VerificationState
from portal.people.models import Affiliation
from reviews.models.submission import SubmissionQuerySet
from reviews.scope import own_issuers

Choices = list[tuple[str, Any]]


class CallFilter(SimpleListFilter):
    """By call, of the person's own issuers only."""

    title = _("call")
    parameter_name = "call"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Offer published calls, the latest first."""
        calls = Call.objects.published().filter(issuer__in=own_issuers(request))
        return [(str(pk), title) for pk, title in calls.values_list("pk", "title")[:30]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one call's submissions."""
        value = self.value()
        return queryset.filter(packet__call=value) if value and value.isdecimal() else queryset


class CategoryFilter(SimpleListFilter):
    """By category, once a call is chosen."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Offer the leaves of the call chosen."""
        call = request.GET.get("call", "")
        if not call.isdecimal():
            return []
        leaves = Category.objects.filter(
            call=int(call), children=None, call__issuer__in=own_issuers(request)
        ).select_related("parent")
        return [(str(leaf.pk), leaf.full_title) for leaf in leaves]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one category's submissions."""
        value = self.value()
        return queryset.filter(category=value) if value and value.isdecimal() else queryset


class StateFilter(SimpleListFilter):
    """By state; drafts never reach the queue."""

    title = _("state")
    parameter_name = "state"
    _never = (State.DRAFT,)
    _to_check = "to_check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Offer the states something handed in can have."""
        states = [(s.value, s.label) for s in State if s not in self._never]
        return [(self._to_check, _("to be checked")), *states]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one state, or whatever waits for the formal check."""
        value = self.value()
        if value == self._to_check:
            return queryset.filter(state__in=sorted(TO_CHECK))
        return queryset.filter(state=value) if value in State.values else queryset


class KindFilter(SimpleListFilter):
    """By what the unit is to the association."""

    title = _("kind of unit")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Offer every kind."""
        return list(OrganisationKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep units of one kind, as the person's issuers see them."""
        value = self.value()
        if value not in OrganisationKind.values:
            return queryset
        units = Affiliation.objects.filter(kind=value, issuer__in=own_issuers(request))
        units = units.exclude(state=VerificationState.ENDED)
        return queryset.filter(packet__organisation__in=units.values("organisation"))


class WorkFilter(SimpleListFilter):
    """A filter with two or three fixed choices over the open work."""

    kept: dict[str, str]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what the chosen method of the queryset keeps."""
        method = self.kept.get(self.value() or "")
        assert isinstance(queryset, SubmissionQuerySet)
        return getattr(queryset, method)() if method else queryset


class ScanFilter(WorkFilter):
    """By the stamped scan."""

    title = _("stamped scan")
    parameter_name = "scan"
    kept = {"missing": "without_scan", "compare": "to_compare"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Offer what waits."""
        return [("missing", _("Missing")), ("compare", _("To compare by eye"))]


class FlagFilter(WorkFilter):
    """By flags."""

    title = _("flags")
    parameter_name = "flag"
    kept = {"open": "flagged"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Offer what waits."""
        return [("open", _("To settle"))]


class DueFilter(SimpleListFilter):
    """By the time given for a correction."""

    title = _("correction")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Offer what is late."""
        return [("overdue", _("Overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is late by the database's clock."""
        if self.value() != "overdue":
            return queryset
        assert isinstance(queryset, SubmissionQuerySet)
        return queryset.overdue(clock.now())
