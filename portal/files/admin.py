"""Stored files as the operator sees them: what waits, what is quarantined; nothing to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from portal.files.models import StoredFile
from portal.people.admin_scope import ReadOnly

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[StoredFile]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnly, _ModelAdmin):
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
