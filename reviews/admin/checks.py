"""Checklists, and read-only lists of what was checked and decided."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.people.admin_scope import IssuerScopedAdmin, ReadOnly
from reviews.models import CheckItem, Decision, FormalCheck
from reviews.results import outcome_word


@admin.register(CheckItem)
class CheckItemAdmin(IssuerScopedAdmin):
    """Points an association adds to the checklist of a call."""

    issuer_lookup = "call__issuer"
    list_display = ("text", "call", "position")
    list_filter = ("call",)
    list_select_related = ("call",)
    search_fields = ("text",)
    fields = ("call", "text", "position")


@admin.register(FormalCheck)
class FormalCheckAdmin(ReadOnly, IssuerScopedAdmin):
    """What was found in formal checks."""

    issuer_lookup = "application__packet__call__issuer"
    list_display = ("application", "unit", "version_no", "outcome", "by", "at")
    list_filter = ("outcome",)
    list_select_related = ("application__packet__organisation", "version", "by")
    search_fields = ("application__number", "application__title")
    fields = ("application", "version_no", "outcome", "reason", "found", "by", "at")
    readonly_fields = fields

    @admin.display(description=_("Unit"))
    def unit(self, check: FormalCheck) -> str:
        """The unit that applied."""
        return check.application.packet.organisation.name

    @admin.display(description=_("Version"))
    def version_no(self, check: FormalCheck) -> int:
        """The version looked at."""
        return check.version.no

    @admin.display(description=_("Points"))
    def found(self, check: FormalCheck) -> SafeString:
        """The checklist as it was kept."""
        from django.utils.html import format_html_join

        marks = {True: "✓", False: "✕", None: "—"}
        lines = [(marks[i["ok"]], i["label"], i["note"]) for i in check.items]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} {} {}</li>", lines))


@admin.register(Decision)
class DecisionAdmin(ReadOnly, IssuerScopedAdmin):
    """What was decided; decisions are drafted and published on the call's deciding page."""

    issuer_lookup = "application__packet__call__issuer"
    list_display = ("application", "unit", "word", "amount", "rank", "is_published", "by", "at")
    list_filter = ("outcome",)
    list_select_related = (
        "application__packet__organisation",
        "application__packet__call",
        "by",
        "published_in",
    )
    search_fields = ("application__number", "application__title")
    fields = ("application", "word", "amount", "rank", "note", "by", "at", "published_in")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        """Order by what was decided last; the model's own order is the list's."""
        return super().get_queryset(request).order_by("-at", "pk")

    @admin.display(description=_("Unit"))
    def unit(self, decision: Decision) -> str:
        """The unit that applied."""
        return decision.application.packet.organisation.name

    @admin.display(description=_("Outcome"))
    def word(self, decision: Decision) -> str:
        """The outcome in the call's own word."""
        return outcome_word(decision.application.packet.call, decision.outcome) or "—"

    @admin.display(description=_("Published"), boolean=True)
    def is_published(self, decision: Decision) -> bool:
        """Whether a list carries it."""
        return decision.published_in_id is not None
