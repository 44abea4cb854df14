"""Accounts, for the operators of the installation alone."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.people.models import User


class OperatorAdmin(admin.ModelAdmin[Any]):
    """What operators alone look at, and nobody adds by hand."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show it to operators alone."""
        return bool(getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show it to operators alone."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from what people do."""
        return False


@admin.register(User)
class UserAdmin(OperatorAdmin):
    """Who has an account; operators may close one, passwords are nobody's business."""

    list_display = ["name", "email", "phone", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "phone", "is_active", "is_staff", "is_superuser", "consented_at",
              "date_joined", "last_login"]  # fmt: skip
    readonly_fields = ["email", "is_staff", "is_superuser", "consented_at", "date_joined",
                       "last_login"]  # fmt: skip
    ordering = ["-date_joined"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let operators correct a name and close an account."""
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is closed; what its person did stays with the units."""
        return False


admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class SecondFactorAdmin(OperatorAdmin):
    """Second factors without their secrets; one that was lost is taken away, to be set up anew."""

    list_display = ["user", "type", "since", "used"]
    fields = ["user", "type", "since", "used"]
    search_fields = ["user__name", "user__email"]
    list_select_related = ["user"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only its owner sets a factor up."""
        return False

    @admin.display(description=_("set up on"), ordering="created_at")
    def since(self, row: Authenticator) -> Any:
        """When it was set up."""
        return row.created_at

    @admin.display(description=_("last used on"), ordering="last_used_at")
    def used(self, row: Authenticator) -> Any:
        """When it last let its owner in."""
        return row.last_used_at
