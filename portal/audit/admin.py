"""The audit as people read it: who did what, when; nothing here can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.audit.labels import label_of, labelled_actions, target_in_words
from portal.audit.models import AuditEntry
from portal.face.wording import moment
from portal.people.admin_scope import IssuerScopedAdmin, ReadOnly
from portal.people.models import Organisation, User


class ActionFilter(admin.SimpleListFilter):
    """Chooses by action; asked of the list of words, since counting a big table is slow."""

    title = _("action")
    parameter_name = "action"
    template = "admin/audit/action_filter.html"
    # What else is chosen and stays so: pairs of name and value.
    kept: tuple[tuple[str, str], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every action that has words."""
        return labelled_actions()

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Offer the actions and remember what the other filters say."""
        others = ((name, value) for name, value in changelist.params.items())
        self.kept = tuple(pair for pair in others if pair[0] != self.parameter_name)
        return super().choices(changelist)

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        """Keep rows of the chosen action."""
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, IssuerScopedAdmin):
    """Rows of the person's own associations; logins and the like are the operator's."""

    issuer_lookup = "issuer_id"
    list_display = (
        "at_words",
        "action_words",
        "actor",
        "organisation",
        "target_words",
        "is_sealed",
    )
    list_filter = (ActionFilter, "at")
    search_fields = ("target", "action")
    search_help_text = _("Kind and number of what was changed, for example calls.call:12")
    show_full_result_count = False
    fields = (
        "seq", "at", "action_words", "actor", "organisation", "target", "data", "ip", "position",
        "hash",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Add the present names of actor and unit; the rows themselves hold none."""
        actor = User.objects.filter(pk=OuterRef("actor_id")).values("name")
        unit = Organisation.objects.filter(pk=OuterRef("organisation_id")).values("name")
        rows: QuerySet[AuditEntry] = super().get_queryset(request)
        return rows.annotate(actor_name=Subquery(actor), organisation_name=Subquery(unit))

    @admin.display(description=_("at"), ordering="at")
    def at_words(self, entry: AuditEntry) -> str:
        """Show when it was done to the second: several rows of one minute keep their order."""
        return moment(entry.at)

    @admin.display(description=_("action"), ordering="action")
    def action_words(self, entry: AuditEntry) -> str:
        """Show what was done in words."""
        return label_of(entry.action)

    @admin.display(description=_("by"))
    def actor(self, entry: Any) -> str:
        """Show the person's present name; the number where she has been removed."""
        return entry.actor_name or (f"#{entry.actor_id}" if entry.actor_id else "")

    @admin.display(description=_("organisation"))
    def organisation(self, entry: Any) -> str:
        """Show the unit's present name."""
        return entry.organisation_name or ""

    @admin.display(description=_("what"), ordering="target")
    def target_words(self, entry: AuditEntry) -> str:
        """Show what was changed: its kind in words and its number."""
        return target_in_words(entry.target)

    @admin.display(description=_("sealed"), boolean=True)
    def is_sealed(self, entry: AuditEntry) -> bool:
        """Tell whether the row is part of the chain."""
        return entry.position is not None
