"""Jobs as the operator sees them: what runs, what failed; nothing to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from portal.jobs.models import Job

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Job]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(Job)
class JobAdmin(_ModelAdmin):
    """What became of long work; results are the persons' who asked for them."""

    list_display = ("created_at", "title", "created_by", "state", "done", "total", "finished_at")
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("created_by",)
    show_full_result_count = False
    fields = (
        "id", "kind", "title", "issuer", "created_by", "state", "done", "total", "message",
        "created_at", "started_at", "alive_at", "finished_at",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Jobs are started where their work is."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The worker alone writes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The person who asked may still look."""
        return False
