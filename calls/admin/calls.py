"""The list of calls; one call is edited on its own pages, since its parts nest."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from calls.admin.urls import urls
from calls.models import Call
from calls.phases import Phase, phase_of
from portal import clock
from portal.face.wording import until
from portal.people.admin_scope import IssuerScopedAdmin

_BADGES = {Phase.OPEN: "open", Phase.ANNOUNCED: "info", Phase.DRAFT: "warn"}


@admin.register(Call)
class CallAdmin(IssuerScopedAdmin):
    """Calls of the person's own issuers with where they stand."""

    list_display = ("title", "year", "standing", "closes", "categories_in_all", "rules_in_all")
    list_filter = ("state", "year", "issuer")
    search_fields = ("title", "code")
    ordering = ("-opens_at", "-pk")
    list_select_related = ("issuer__organisation",)
    list_per_page = 50
    change_list_template = "admin/calls/call_list.html"
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the parts in the same query."""
        calls: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = calls.annotate(
            category_count=Count("categories", distinct=True),
            rule_count=Count("rules", distinct=True),
        )
        return counted

    def get_urls(self) -> list[URLPattern]:
        """Mount the editor before the pages of the model."""
        return [*urls(self.admin_site), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Begin a call on the editor's page."""
        return redirect(reverse("admin:calls_call_new"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Edit a call on the editor's page, which authorises it."""
        if not object_id.isdecimal():
            return redirect(reverse("admin:calls_call_changelist"))
        return redirect(reverse("admin:calls_call_editor", args=[int(object_id)]))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts are removed in the editor, published calls never."""
        return False

    @admin.display(description=_("phase"), ordering="closes_at")
    def standing(self, call: Call) -> str:
        """Say where the call stands now."""
        phase = phase_of(call, clock.shown())
        return format_html(
            '<span class="badge {}">{}</span>', _BADGES.get(phase, "idle"), phase.label
        )

    @admin.display(description=_("closes"), ordering="closes_at")
    def closes(self, call: Call) -> str:
        """Word the deadline as the public reads it."""
        return until(call.closes_at)

    @admin.display(description=_("categories"), ordering="category_count")
    def categories_in_all(self, call: Any) -> int:
        """Return how many categories the call has, nested ones included."""
        count: int = call.category_count
        return count

    @admin.display(description=_("rules"), ordering="rule_count")
    def rules_in_all(self, call: Any) -> int:
        """Return how many rules the call has."""
        count: int = call.rule_count
        return count
