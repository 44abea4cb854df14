"""The queue of units that ask an association, and the decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import Refusal, RuleViolation
from portal.people.admin_scope import IssuerScopedAdmin
from portal.people.enums import Level, OrganisationKind, VerificationState
from portal.people.models import Affiliation, Organisation
from portal.register.admin.forms import DecisionForm, EndForm
from portal.register.admin.scope import actor, fetch, show
from portal.register.services import verifying

UNDECIDED = (VerificationState.PENDING, VerificationState.REFUSED)


@admin.register(Affiliation)
class AffiliationAdmin(IssuerScopedAdmin):
    """Units towards an association; those that wait come first."""

    issuer_lookup = "issuer"
    list_display = ["unit", "kind", "level", "number", "state", "code_check", "asked"]
    list_filter = ["state", "kind", "level", "issuer"]
    search_fields = ["organisation__name", "organisation__uscc", "number"]
    list_select_related = ["organisation", "issuer__organisation"]
    list_per_page = 50
    fields = ["organisation", "issuer", "kind", "level", "number", "state", "reason", "decided_by",
              "decided_at"]  # fmt: skip
    readonly_fields = ["organisation", "issuer", "state", "reason", "decided_by", "decided_at"]
    change_form_template = "admin/register/affiliation_change.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliation]:
        """Put what waits first, oldest first."""
        waits_first = Case(
            When(state=VerificationState.PENDING, then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        )
        queryset: QuerySet[Affiliation] = super().get_queryset(request)
        return queryset.order_by(waits_first, "created_at", "pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Units come by registration, import or the page of units."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An affiliation ends, it does not vanish."""
        return False

    @admin.display(description=gettext_lazy("unit"), ordering="organisation__name")
    def unit(self, row: Affiliation) -> str:
        """Name the unit."""
        return row.organisation.name

    @admin.display(description=gettext_lazy("asked on"), ordering="created_at")
    def asked(self, row: Affiliation) -> dt.datetime:
        """Tell when the unit asked to be verified."""
        return row.created_at

    @admin.display(description=gettext_lazy("code"))
    def code_check(self, row: Affiliation) -> str:
        """Flag a social credit code that nobody has accepted."""
        return code_flag(row.organisation)

    def get_urls(self) -> list[URLPattern]:
        """Add the pages for deciding and ending."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/decide/", wrap(self.decide), name="people_affiliation_decide"),
            path("<int:pk>/end/", wrap(self.end), name="people_affiliation_end"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead an undecided unit to the decision page; readers see the plain one."""
        row = self.get_object(request, unquote(object_id))
        if row and row.state in UNDECIDED and self.has_change_permission(request, row):
            return redirect("admin:people_affiliation_decide", row.pk)
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Change kind, level and number through the service, which logs them."""
        verifying.change(
            by=actor(request),
            affiliation=obj,
            kind=OrganisationKind(obj.kind),
            level=Level(obj.level) if obj.level else None,
            number=obj.number,
        )

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Verify the unit, or refuse it with a reason."""
        row: Affiliation = fetch(self, request, pk)
        form = DecisionForm(request.POST or None, affiliation=row)
        reasons: list[Refusal] = []
        if request.method == "POST" and form.is_valid():
            try:
                said = self._decide(request, row, form)
            except RuleViolation as refusal:
                reasons = refusal.reasons
            else:
                self.message_user(request, said, messages.SUCCESS)
                return redirect(
                    reverse("admin:people_affiliation_changelist") + "?state__exact=pending"
                )
        context = {
            "affiliation": row,
            "form": form,
            "reasons": reasons,
            "alike": self._alike(row),
            "undecided": row.state in UNDECIDED,
        }
        return show(self, request, "decide", row.organisation.name, context)

    def _decide(self, request: HttpRequest, row: Affiliation, form: DecisionForm) -> str:
        data = form.cleaned_data
        if "refuse" in request.POST:
            verifying.refuse(by=actor(request), affiliation=row, reason=data["reason"])
            return _("%(unit)s is refused and has been told why.") % {"unit": row.organisation}
        verifying.verify(
            by=actor(request),
            affiliation=row,
            kind=OrganisationKind(data["kind"]),
            level=Level(data["level"]) if data["level"] else None,
            number=data["number"],
            accept_odd_code=data.get("accept_odd_code", False),
        )
        return _("%(unit)s is verified and has been told.") % {"unit": row.organisation}

    @staticmethod
    def _alike(row: Affiliation) -> QuerySet[Organisation]:
        """Return units of the association that may be the same under another spelling."""
        core = row.organisation.name.split("（")[0].split("(")[0]
        known = Affiliation.objects.filter(issuer=row.issuer_id).values("organisation")
        return (
            Organisation.objects.live()
            .filter(name__contains=core[-8:], pk__in=known)
            .exclude(pk=row.organisation_id)[:5]
        )

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a verified affiliation."""
        row: Affiliation = fetch(self, request, pk)
        form = EndForm(request.POST or None)
        reasons: list[Refusal] = []
        if request.method == "POST" and form.is_valid():
            try:
                verifying.end(
                    by=actor(request), affiliation=row, reason=form.cleaned_data["reason"]
                )
            except RuleViolation as refusal:
                reasons = refusal.reasons
            else:
                self.message_user(request, _("The affiliation has ended."), messages.SUCCESS)
                return redirect("admin:people_affiliation_change", row.pk)
        title = _("End the affiliation of %(unit)s") % {"unit": row.organisation}
        context = {
            "form": form,
            "reasons": reasons,
            "submit": _("End the affiliation"),
            "back": reverse("admin:people_affiliation_change", args=[row.pk]),
        }
        return show(self, request, "form", title, context)


def code_flag(unit: Organisation) -> str:
    """Say in a word whether a unit's code needs a look."""
    if unit.uscc_is_odd:
        return format_html("<strong>{}</strong>", _("check digit!"))
    return _("accepted") if unit.uscc_accepted_by_id else ""
