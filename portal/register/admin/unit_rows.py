"""Rows on a unit's page in the admin: affiliations, members, open invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal import clock
from portal.people.admin_scope import IssuerScopedTabularInline
from portal.people.models import Affiliation, Invitation, Membership


class _ReadOnlyInline(IssuerScopedTabularInline):
    """Rows to look at; changing them has pages of its own."""

    template = "admin/register/rows.html"
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False


class AffiliationInline(_ReadOnlyInline):
    """What the unit is to the person's own associations."""

    model = Affiliation
    issuer_lookup = "issuer"
    fields = ["issuer", "kind", "level", "number", "state", "reason"]
    readonly_fields = ["state"]
    show_change_link = True


class MembershipInline(_ReadOnlyInline):
    """Who acts for the unit."""

    model = Membership
    issuer_lookup = "organisation__affiliations__issuer"
    fields = ["person", "contact", "position", "is_administrator", "is_filler", "is_approver",
              "is_seal_keeper", "ended_at"]  # fmt: skip
    readonly_fields = ["person", "contact"]

    @admin.display(description=pgettext_lazy("of a person", "name"))
    def person(self, row: Membership) -> str:
        """Name the person, without the link to accounts that only operators may follow."""
        return row.user.name

    @admin.display(description=gettext_lazy("contact"))
    def contact(self, row: Membership) -> str:
        """Say how the person is reached."""
        return f"{row.user.email} {row.user.phone}".strip()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Bring the persons along."""
        queryset: QuerySet[Membership] = super().get_queryset(request)
        return queryset.select_related("user").order_by("ended_at", "pk")


class InvitationInline(_ReadOnlyInline):
    """Who has been invited and has not come yet."""

    model = Invitation
    issuer_lookup = "organisation__affiliations__issuer"
    fields = ["name", "email", "by_mail", "is_administrator", "expires_at"]
    readonly_fields = ["by_mail"]
    verbose_name_plural = gettext_lazy("open invitations")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        """Keep those that still stand."""
        queryset: QuerySet[Invitation] = super().get_queryset(request)
        return queryset.filter(
            accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
        ).order_by("created_at")
