"""Yearly facts and their kinds in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from portal.people.admin_scope import IssuerScopedAdmin
from portal.people.models import FactCode, Issuer, Organisation, YearlyFact, fact_value_words
from portal.register.admin.forms import FactForm
from portal.register.admin.scope import RecordedAdmin


@admin.register(FactCode)
class FactCodeAdmin(IssuerScopedAdmin):
    """The kinds of facts an association keeps."""

    issuer_lookup = "issuer"
    list_display = ["label", "code", "type", "issuer"]
    list_filter = ["type", "issuer"]
    list_select_related = ["issuer__organisation"]
    search_fields = ["label", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Freeze code and type once facts or lists rely on them."""
        if obj is not None and obj.facts.exists():
            return ["issuer", "code", "type"]
        return []


class ValueFilter(admin.AllValuesFieldListFilter):
    """By value, yes and no as words."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Offer the values there are; a number may stand behind."""
        for choice in super().choices(changelist):
            value, blank, number = str(choice["display"]).partition(" ")
            yield {**choice, "display": fact_value_words(value) + blank + number}


@admin.register(YearlyFact)
class YearlyFactAdmin(RecordedAdmin):
    """What is known of units, year by year; no row means unknown."""

    issuer_lookup = "code__issuer"
    form = FactForm
    list_display = ["organisation", "year", "code", "shown", "note"]
    list_filter = ["year", "code", ("value", ValueFilter)]
    search_fields = ["organisation__name", "organisation__uscc"]
    list_select_related = ["organisation", "code"]
    autocomplete_fields = ["organisation"]
    list_per_page = 100
    ordering = ["-year", "organisation__name", "code"]
    change_list_template = "admin/register/fact_list.html"

    def issuer_of(self, request: HttpRequest, row: YearlyFact) -> Issuer:
        """A fact is its kind's association's."""
        return row.code.issuer

    def organisation_of(self, row: YearlyFact) -> Organisation:
        """A fact speaks of one unit."""
        return row.organisation

    def recorded(self, row: YearlyFact) -> dict[str, Any]:
        """Keep what was known: facts decide who may apply."""
        return {"year": row.year, "code": row.code.code, "value": row.value}

    @admin.display(description=gettext_lazy("value"), ordering="value")
    def shown(self, row: YearlyFact) -> str:
        """Show yes and no as words."""
        return row.value_words
