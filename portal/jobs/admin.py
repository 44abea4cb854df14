"""Jobs as the operator sees them: what runs, what failed; nothing to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from portal.jobs.models import Job
from portal.people.admin_scope import ReadOnly

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Job]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(Job)
class JobAdmin(ReadOnly, _ModelAdmin):
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
