"""Accounts, for the operators of the installation alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.people.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Who has an account; operators may close one, passwords are nobody's business."""

    list_display = ["name", "email", "phone", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "phone", "is_active", "is_staff", "is_superuser", "consented_at",
              "date_joined", "last_login"]  # fmt: skip
    readonly_fields = ["email", "is_staff", "is_superuser", "consented_at", "date_joined",
                       "last_login"]  # fmt: skip
    ordering = ["-date_joined"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the accounts to operators alone."""
        return bool(getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show the accounts to operators alone."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let operators correct a name and close an account."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up or are invited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is closed; what its person did stays with the units."""
        return False
