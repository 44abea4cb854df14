"""The queue: a list of what was handed in; its rows open our own page instead of a raw form."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.batches import titles_of_batches
from applications.states import State
from calls.models import Call
from portal.clock import local
from portal.people.admin_scope import IssuerScopedAdmin, issuer_ids, sees_all
from reviews.admin.filters import (
    CallFilter,
    CategoryFilter,
    DueFilter,
    FlagFilter,
    KindFilter,
    ScanFilter,
    StateFilter,
)
from reviews.models import Submission
from reviews.models.submission import OpenWork, open_work_of
from reviews.views import bulk, sealing
from reviews.views.submission import detail

# Beyond this many rows one narrows the list instead of leafing through it.
MOST = 10_000
# What a row of the list shows; everything else of an application stays in the database.
SHOWN = (
    "number", "title", "state", "handed_in_at", "packet__call", "packet__organisation__name",
    "category__title", "category__parent__title",
)  # fmt: skip
# How a state looks: word and colour, never colour alone.
TONES = {
    State.RECOMMENDING: "idle",
    State.RECOMMENDED: "info",
    State.NOT_RECOMMENDED: "no",
    State.SUBMITTED: "info",
    State.RETURNED: "warn",
    State.AWAITING_SIGNOFF: "warn",
    State.SIGNED_OFF: "warn",
    State.SEALED: "warn",
    State.ACCEPTED: "yes",
    State.PUBLICISED: "info",
    State.SELECTED: "yes",
    State.RESERVE: "idle",
    State.NOT_SELECTED: "idle",
    State.RUNNING: "info",
    State.COMPLETED: "info",
    State.CLOSED: "yes",
    State.ARCHIVED: "yes",
    State.TERMINATED: "no",
    State.NOT_ACCEPTED: "no",
    State.WITHDRAWN: "idle",
}


class CappedPaginator(Paginator[Any]):
    """Counts no further than anybody leafs: exact counts of a long list cost more than its page."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, at most MOST."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return int(rows.order_by()[:MOST].count())


class QueueList(ChangeList):
    """A page of the queue, its rows with their open work and their batch."""

    def get_results(self, request: HttpRequest) -> None:
        """Read of the page's rows what the columns show, then what is open on them."""
        named = self.queryset.select_related(None).select_related(
            "packet__organisation", "category__parent"
        )
        self.queryset = named.only(*SHOWN)
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        work, batches = open_work_of(rows), titles_of_batches(rows)
        for row in rows:
            row.open_work, row.batch_title = work.get(row.pk), batches.get(row.pk, "")
        self.result_list = rows
        self.is_capped = self.result_count >= MOST


@admin.register(Submission)
class SubmissionAdmin(IssuerScopedAdmin):
    """Applications handed in, those to check first."""

    issuer_lookup = "packet__call__issuer"
    list_display = (
        "title_shown",
        "unit",
        "category_shown",
        "state_shown",
        "work",
        "handed_in",
    )
    list_filter = (
        StateFilter,
        ScanFilter,
        FlagFilter,
        DueFilter,
        CallFilter,
        CategoryFilter,
        KindFilter,
    )
    list_per_page = 50
    list_max_show_all = 200
    paginator = CappedPaginator
    # Counting everything a second time is the dearest query of a long list.
    show_full_result_count = False
    search_fields = ("number", "title", "packet__organisation__name")
    actions = ("accept_several", "seal_several")
    ordering = ("-handed_in_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        """Return what was handed in, with what a row names."""
        queryset: QuerySet[Submission] = super().get_queryset(request)
        return queryset.select_related(
            "packet__organisation", "packet__call", "category__parent"
        ).defer("answers", "packet__plan")

    def own_rows(self, queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Keep applications for the issuers' calls, these named one by one.

        The database knows how many applications a call has, and walks the list in its order; for
        calls it must look up itself it guesses a few rows, and reads and sorts them all.
        """
        calls = Call.objects.published().filter(issuer__in=issuer_ids(request))
        return queryset.filter(packet__call__in=list(calls.values_list("pk", flat=True)))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QueueList]:
        """List with the open work of the page's rows."""
        return QueueList

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only units apply."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was handed in stays."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find every word in number, title or name of the unit, exactly as it was typed."""
        for word in search_term[:60].split():
            queryset = queryset.filter(
                Q(number__icontains=word)
                | Q(title__icontains=word)
                | Q(packet__organisation__name__icontains=word)
            )
        return queryset, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name the list by what it is for."""
        return super().changelist_view(
            request, {"title": gettext("Queue"), **(extra_context or {})}
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the page of the formal check; nothing of an application is edited by form."""
        try:
            return detail(request, uuid.UUID(object_id))
        except ValueError as wrong:
            raise Http404 from wrong

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history stands on the page itself."""
        from django.shortcuts import redirect
        from django.urls import reverse

        try:
            pk = uuid.UUID(object_id)
        except ValueError as wrong:
            raise Http404 from wrong
        return redirect(reverse("admin:reviews_submission_change", args=[pk]) + "#history")

    @admin.action(description=_("Accept the chosen (preview first)"), permissions=["work"])
    def accept_several(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """Show what would happen; nothing is accepted before the preview is confirmed."""
        return bulk.preview(request, list(queryset.order_by("handed_in_at")[: bulk.MOST + 1]))

    @admin.action(description=_("Seal for the association (preview first)"), permissions=["work"])
    def seal_several(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """Show what would be sealed; nothing happens before seal and password are given."""
        chosen = queryset.select_related("packet__call__issuer__organisation")
        return sealing.preview(request, list(chosen.order_by("handed_in_at")[: sealing.MOST]))

    def has_work_permission(self, request: HttpRequest) -> bool:
        """Offer actions to those who do more than read."""
        return not sees_all(request) and bool(issuer_ids(request, writes=True))

    @admin.display(description=_("Title of the project"), ordering="title")
    def title_shown(self, submission: Submission) -> SafeString:
        """The title with the number beneath."""
        return format_html("{}<small>{}</small>", submission, submission.number or "")

    @admin.display(description=_("Unit"), ordering="packet__organisation__name")
    def unit(self, submission: Submission) -> str:
        """The unit that applies."""
        return submission.packet.organisation.name

    @admin.display(description=_("Category"), ordering="category__position")
    def category_shown(self, submission: Submission) -> str:
        """The category with its upper one."""
        return submission.category.full_title

    @admin.display(description=_("State"), ordering="state")
    def state_shown(self, submission: Submission) -> SafeString:
        """The state as a badge."""
        return state_badge(submission)

    @admin.display(description=_("To look at"))
    def work(self, submission: Submission) -> SafeString | str:
        """What is still open."""
        work: OpenWork | None = submission.open_work  # type: ignore[attr-defined]
        if work is None:
            return "—"
        words = [
            (work.without_scan, gettext("scan missing")),
            (work.to_compare, gettext("compare scan")),
            (work.flagged, gettext("flag")),
        ]
        found = [(text,) for is_open, text in words if is_open]
        return format_html_join(" ", '<span class="badge warn">{}</span>', found) or "—"

    @admin.display(description=pgettext_lazy("when", "Handed in"), ordering="handed_in_at")
    def handed_in(self, submission: Submission) -> SafeString:
        """When it was first handed in, to the minute, and in which batch."""
        assert submission.handed_in_at is not None
        when = f"{local(submission.handed_in_at):%Y-%m-%d %H:%M}"
        batch: str = submission.batch_title  # type: ignore[attr-defined]
        return format_html("{}<small>{}</small>", when, batch)


def state_badge(submission: Submission) -> SafeString:
    """Return the state as a word with its colour."""
    state = State(submission.state)
    return format_html('<span class="badge {}">{}</span>', TONES.get(state, "idle"), state.label)
