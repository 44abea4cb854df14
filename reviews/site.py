"""The portal's admin: the dashboard as index, lists in the order of tasks, our own sign-in."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from reviews.scope import own_issuers

# The order of a working day; apps not named here (accounts, groups) come last.
GROUPS = (
    (_("Check and decide"), ("reviews", "applications")),
    (_("Calls and notices"), ("calls",)),
    (_("Units and people"), ("register", "people")),
    (_("Messages and documents"), ("mail", "documents", "seals", "jobs", "files", "holidays")),
    (_("Traces"), ("audit",)),
)
OTHERS = _("Operation of the installation")


class PortalAdminSite(AdminSite):
    """The association's side of the portal."""

    site_title = _("Administration")
    index_title = _("Dashboard")
    # Lists with their filters and the two columns of a check need the whole width.
    enable_nav_sidebar = False
    empty_value_display = "—"

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Name the association on top of every page; superusers of several see a general name."""
        issuers = own_issuers(request)
        issuer = issuers[0] if len(issuers) == 1 else None
        header = issuer.organisation.name if issuer else _("Administration of the portal")
        return {
            **super().each_context(request),
            "issuer": issuer,
            "own_issuers": issuers,
            "site_header": header,
        }

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guard a page; to a person without a post the admin does not exist."""
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            response: HttpResponse = guarded(request, *args, **kwargs)
            return response

        return inner

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send everyone to the one sign-in page, which knows second factor and limits."""
        target = request.GET.get("next", "") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Passwords are changed where members change theirs."""
        return redirect("account_change_password")

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Group the models by task; the page of one app stays as Django makes it."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        by_label = {app["app_label"]: app for app in apps}
        named = [label for _title, labels in GROUPS for label in labels]
        rest = [label for label in by_label if label not in named]
        grouped = []
        for title, labels in (*GROUPS, (OTHERS, tuple(rest))):
            found = [by_label[label] for label in labels if label in by_label]
            if found:
                models = [model for app in found for model in app["models"]]
                grouped.append({**found[0], "name": title, "models": models})
        return grouped

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what waits for the association today, then every list."""
        from reviews.dashboard import dashboard

        return super().index(request, {**dashboard(own_issuers(request)), **(extra_context or {})})

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Mount the pages of the association's work before those of the models."""
        from reviews.urls import urls

        return [*urls(self), *super().get_urls()]
