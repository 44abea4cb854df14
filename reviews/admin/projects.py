"""The list of projects: what is late, what waits for the association; rows open our own page."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import ChangeRequest, Deliverable, Project
from applications.models.deliverable import OPEN, DeliverableState
from applications.models.project import ChangeState
from applications.states import AWARDED, UNDER_WAY, State
from calls.models import Call
from portal import clock
from portal.face.wording import until
from portal.people.admin_scope import IssuerScopedAdmin
from reviews.admin.submissions import TONES
from reviews.scope import own_issuers
from reviews.views.projects import detail


class WorkFilter(SimpleListFilter):
    """By what is late or waits."""

    title = _("to do")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer what is late with the units and what waits for the association."""
        return [
            ("overdue", _("Something is overdue")),
            ("waiting", _("Something to look at")),
            ("changes", _("A change to decide")),
            ("late", _("Planned end passed, no completion")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what the chosen word says, by the database's clock."""
        now, value = clock.now(), self.value()
        if value == "overdue":
            return queryset.filter(pk__in=Deliverable.objects.overdue(now).values("project"))
        if value == "waiting":
            return queryset.filter(pk__in=Deliverable.objects.all().waiting().values("project"))
        if value == "changes":
            pending = ChangeRequest.objects.filter(state=ChangeState.PENDING)
            return queryset.filter(pk__in=pending.values("project"))
        if value == "late":
            return late_to_complete(queryset)
        return queryset


def late_to_complete(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Keep projects whose planned end lies before today and that reported no completion."""
    today = clock.today()
    own = Q(ends_on__lt=today)
    applied = Q(ends_on=None, application__ends_on__lt=today)
    running = (State.SELECTED, State.RUNNING)
    return queryset.filter(own | applied, application__state__in=running)


class CallFilter(SimpleListFilter):
    """By call, of the person's own issuers only."""

    title = _("call")
    parameter_name = "call"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer published calls, the latest first."""
        calls = Call.objects.published().filter(issuer__in=own_issuers(request))
        return [(str(pk), title) for pk, title in calls.values_list("pk", "title")[:30]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one call's projects."""
        value = self.value()
        if not value or not value.isdecimal():
            return queryset
        return queryset.filter(application__packet__call=value)


class StateFilter(SimpleListFilter):
    """By where the project stands."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the states a project can have."""
        return [(s.value, s.label) for s in State if s in AWARDED]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one state."""
        value = self.value()
        return queryset.filter(application__state=value) if value in State.values else queryset


@admin.register(Project)
class ProjectAdmin(IssuerScopedAdmin):
    """Projects after their selection, those with the nearest day first."""

    issuer_lookup = "application__packet__call__issuer"
    change_list_template = "admin/reviews/change_list.html"
    list_display = ("project", "unit", "state_shown", "work", "next_due", "call")
    list_display_links = ("project",)
    list_filter = (WorkFilter, StateFilter, CallFilter)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("application__number", "application__title", "title")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        """Return projects with the counts a row shows, in one query."""
        queryset: QuerySet[Project] = super().get_queryset(request)
        now = clock.now()
        open_ = Q(deliverables__state__in=sorted(OPEN))
        goes_on = Q(application__state__in=sorted(UNDER_WAY))
        return (
            queryset.filter(application__state__in=sorted(AWARDED))
            .select_related("application__packet__call", "application__packet__organisation")
            .defer("application__answers", "application__packet__plan")
            .annotate(
                overdue=Count(
                    "deliverables",
                    filter=open_ & goes_on & Q(deliverables__due__lte=now),
                    distinct=True,
                ),
                waiting=Count(
                    "deliverables",
                    filter=goes_on & Q(deliverables__state=DeliverableState.HANDED_IN),
                    distinct=True,
                ),
                pending=Count("changes", filter=Q(changes__state="pending"), distinct=True),
                next_at=Min("deliverables__due", filter=open_ & goes_on),
            )
            .order_by("next_at", "-created_at")
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A project begins with a selection."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was selected stays."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name the list by what it is for."""
        words = {"title": gettext("Projects after the selection")}
        return super().changelist_view(request, {**words, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show our own page; nothing of a project is edited by form."""
        return detail(request, _uuid(object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history stands on the page itself."""
        return detail(request, _uuid(object_id))

    @admin.display(description=_("Project"), ordering="application__title")
    def project(self, project: Project) -> SafeString:
        """The title with the number beneath."""
        return format_html("{}<br><small>{}</small>", project, project.application.number or "")

    @admin.display(description=_("Unit"), ordering="application__packet__organisation__name")
    def unit(self, project: Project) -> str:
        """The unit that carries it out."""
        return project.application.packet.organisation.name

    @admin.display(description=_("State"), ordering="application__state")
    def state_shown(self, project: Project) -> SafeString:
        """The state as a badge."""
        state = State(project.application.state)
        return format_html(
            '<span class="badge {}">{}</span>', TONES.get(state, "idle"), state.label
        )

    @admin.display(description=_("To look at"))
    def work(self, project: Any) -> SafeString | str:
        """What is late with the unit and what waits for the association."""
        words = [
            (project.overdue, "no", gettext("overdue: %(n)s")),
            (project.waiting, "warn", gettext("to look at: %(n)s")),
            (project.pending, "warn", gettext("changes: %(n)s")),
        ]
        found = [(tone, text % {"n": number}) for number, tone, text in words if number]
        return format_html_join(" ", '<span class="badge {}">{}</span>', found) or "—"

    @admin.display(description=_("Next day"), ordering="next_at")
    def next_due(self, project: Any) -> str:
        """The nearest end of what the unit still owes."""
        return until(project.next_at) if project.next_at else "—"

    @admin.display(description=_("Call"), ordering="application__packet__call")
    def call(self, project: Project) -> str:
        """The call it came from."""
        return project.application.packet.call.title


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise Http404 from wrong
