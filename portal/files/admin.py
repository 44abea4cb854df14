"""Stored files as the operator sees them: what waits, what is quarantined; nothing to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from portal.files.models import StoredFile

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[StoredFile]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(StoredFile)
class StoredFileAdmin(_ModelAdmin):
    """Facts about files; the files themselves are fetched from where they belong."""

    list_display = ("created_at", "name", "size", "content_type", "state", "purpose")
    list_filter = ("state", "content_type", "created_at")
    search_fields = ("name", "sha256")
    show_full_result_count = False
    fields = (
        "id", "name", "size", "content_type", "sha256", "state", "finding", "purpose",
        "created_at", "created_by",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Files come in where they are asked for."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was handed in stays as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A receipt may name the file."""
        return False
