"""Which associations a person may act for, and what the register's admin pages share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from portal.audit.services import record
from portal.people.admin_scope import IssuerScopedAdmin, issuer_ids, sees_all
from portal.people.enums import StaffRole, VerificationState
from portal.people.models import Issuer, Organisation, StaffPost, User


def actor(request: HttpRequest) -> User:
    """Return who acts; the admin lets no one else in."""
    assert isinstance(request.user, User)
    return request.user


def working_issuers(request: HttpRequest) -> QuerySet[Issuer]:
    """Return the associations for which the person does more than read."""
    issuers = Issuer.objects.select_related("organisation")
    if sees_all(request):
        return issuers
    return issuers.filter(pk__in=issuer_ids(request, writes=True))


def led_issuers(request: HttpRequest) -> QuerySet[Issuer]:
    """Return the associations the person heads; rights in the admin are a union, this is not."""
    issuers = Issuer.objects.select_related("organisation")
    if sees_all(request):
        return issuers
    posts = StaffPost.objects.active().filter(user=actor(request), role=StaffRole.HEAD)
    return issuers.filter(pk__in=posts.values("issuer"))


def issuers_for(request: HttpRequest, organisations: Iterable[Organisation]) -> QuerySet[Issuer]:
    """Return the person's working associations to which all of the units belong now."""
    issuers = working_issuers(request)
    for organisation in organisations:
        standing = organisation.affiliations.exclude(state=VerificationState.ENDED)
        issuers = issuers.filter(pk__in=standing.values("issuer"))
    return issuers


class RecordedAdmin(IssuerScopedAdmin):
    """Writes audit rows that the association may read for rows that do not name it themselves.

    The audit hears of every change in the admin, but sees only an ``issuer`` on the row itself.
    """

    def issuer_of(self, request: HttpRequest, row: Any) -> Issuer | None:
        """Return the association in whose name the change is made."""
        raise NotImplementedError

    def organisation_of(self, row: Any) -> Organisation:
        """Return the unit that the change concerns."""
        raise NotImplementedError

    def recorded(self, row: Any) -> dict[str, Any]:
        """Return what the trace keeps of the row itself."""
        return {}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and record which columns changed."""
        super().save_model(request, obj, form, change)
        self._record(
            request, obj, "changed" if change else "added", columns=list(form.changed_data)
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Record, then delete."""
        self._record(request, obj, "deleted")
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete the selected rows one by one, so that each leaves its trace."""
        for row in queryset:
            self.delete_model(request, row)

    def _record(self, request: HttpRequest, obj: Any, what: str, **data: Any) -> None:
        record(
            f"{obj._meta.model_name}_{what}",
            by=actor(request),
            target=obj,
            issuer=self.issuer_of(request, obj),
            organisation=self.organisation_of(obj),
            **self.recorded(obj),
            **data,
        )


def fetch(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, pk: int | str, *, writes: bool = True
) -> Any:
    """Return a row of the admin's own scope; 404 for another association's, 403 for readers."""
    row: Model | None = model_admin.get_object(request, str(pk))
    if row is None:
        raise Http404
    may = model_admin.has_change_permission if writes else model_admin.has_view_permission
    if not may(request, row):
        raise PermissionDenied
    return row


def show(
    model_admin: admin.ModelAdmin[Any],
    request: HttpRequest,
    template: str,
    title: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Render one of the register's pages in the admin's frame."""
    return TemplateResponse(
        request,
        f"admin/register/{template}.html",
        {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.model._meta,
            "title": title,
            **context,
        },
    )
