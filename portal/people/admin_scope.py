"""Admin pages that show staff the rows of their own associations and nothing of the others'.

Which kinds of page a person may open comes from groups (``portal.roles``); which rows are on it,
and whether this very row may be changed, comes from staff posts and is decided here. A class says
with :attr:`IssuerScope.issuer_lookup` how its rows lead to an issuer::

    class CallAdmin(IssuerScopedAdmin):
        issuer_lookup = "issuer"

    class RuleAdmin(IssuerScopedAdmin):
        issuer_lookup = "call__issuer"
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import (
    NestedObjects,
    get_fields_from_path,
    lookup_spawns_duplicates,
    unquote,
)
from django.db import router
from django.db.models import ForeignKey, ManyToManyField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.people.enums import StaffRole
from portal.people.models import Issuer, Organisation, StaffPost, User

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
    _StackedInline = admin.StackedInline[Any, Any]
    _Base = admin.options.BaseModelAdmin[Any]
else:
    _ModelAdmin, _TabularInline, _StackedInline = (
        admin.ModelAdmin,
        admin.TabularInline,
        admin.StackedInline,
    )
    _Base = object


def issuer_ids(request: HttpRequest, *, writes: bool = False) -> list[int]:
    """Return the issuers the person works for now; ``writes`` leaves out where she only reads.

    Asked once per request. Superusers are not asked for: they see everything.
    """
    kept: dict[bool, list[int]] = request.__dict__.setdefault("_issuer_ids", {})
    if writes not in kept:
        posts = StaffPost.objects.active().filter(user=request.user.pk)
        if writes:
            posts = posts.exclude(role=StaffRole.OFFICIAL)
        kept[writes] = list(posts.values_list("issuer", flat=True))
    return kept[writes]


def sees_all(request: HttpRequest) -> bool:
    """Tell whether the person is an operator, to whom no scope applies."""
    return isinstance(request.user, User) and request.user.is_superuser


def within(queryset: QuerySet[Any], lookup: str, issuers: Iterable[int]) -> QuerySet[Any]:
    """Keep the rows that ``lookup`` leads to one of the issuers, each once."""
    condition = Q(**{f"{lookup}__in": list(issuers)})
    if not lookup_spawns_duplicates(queryset.model._meta, lookup):
        return queryset.filter(condition)
    # One row may lead to several issuers; DISTINCT would forbid deleting and slow down pages.
    found = queryset.model._base_manager.filter(condition)
    return queryset.filter(pk__in=found.order_by().values("pk"))


class ReadOnly:
    """Admin pages that only show: services write the rows, nobody does by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from what happens."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was written stays as it was."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is taken away."""
        return False


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A filter beside a list that offers only what the person may see."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        """Offer the related rows of the person's own issuers."""
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices = model_admin.choices_for(field.related_model, request)
        limit = Q() if choices is None else Q(pk__in=choices.order_by().values("pk"))
        offered: list[tuple[str, Any]] = field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to=limit
        )
        return offered


class IssuerScope(_Base):
    """What pages and inlines share: rows and choices of the person's own issuers."""

    issuer_lookup: str = "issuer"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows the person may see; every page of the admin starts from here."""
        queryset = super().get_queryset(request)
        return queryset if sees_all(request) else self.own_rows(queryset, request)

    def own_rows(self, queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Keep the rows of the person's issuers; a class with a long list may ask otherwise."""
        return within(queryset, self.issuer_lookup, issuer_ids(request))

    def choices_for(
        self, model: type[Model], request: HttpRequest, *, writes: bool = False
    ) -> QuerySet[Any] | None:
        """Return the rows of another model the person may choose from; None: all of them.

        A model with a scoped admin of its own has that admin's rows; one that points at an issuer
        has the rows of her issuers; one that belongs to nobody has all. ``writes`` offers only the
        issuers for which she does more than read.
        """
        if sees_all(request):
            return None
        if model is Issuer:
            return Issuer.objects.filter(pk__in=issuer_ids(request, writes=writes))
        if self.admin_site.is_registered(model):
            other = self.admin_site.get_model_admin(model)
            if isinstance(other, IssuerScope):
                return other.get_queryset(request)
        if any(f.name == "issuer" and f.related_model is Issuer for f in model._meta.fields):
            return within(model._base_manager.all(), "issuer", issuer_ids(request))
        return None

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer, and accept, only rows the person may see."""
        if "queryset" not in kwargs:
            choices = self.choices_for(db_field.remote_field.model, request, writes=True)
            if choices is not None:
                kwargs["queryset"] = choices.complex_filter(db_field.get_limit_choices_to())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer, and accept, only rows the person may see."""
        if "queryset" not in kwargs:
            choices = self.choices_for(db_field.remote_field.model, request, writes=True)
            if choices is not None:
                kwargs["queryset"] = choices
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class IssuerScopedAdmin(IssuerScope, _ModelAdmin):
    """A ModelAdmin whose rows belong to issuers."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let staff see rows of their issuers."""
        return super().has_view_permission(request, obj) and self._covers(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let staff add where they do more than read."""
        return super().has_add_permission(request) and self._covers(request, None, writes=True)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let staff change rows of issuers for which they do more than read."""
        allowed = super().has_change_permission(request, obj)
        return allowed and self._covers(request, obj, writes=True)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let staff delete rows of issuers for which they do more than read."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and self._covers(request, obj, writes=True)

    def _covers(self, request: HttpRequest, obj: Any, *, writes: bool = False) -> bool:
        if sees_all(request):
            return True
        issuers = issuer_ids(request, writes=writes)
        if obj is None or obj.pk is None:
            return bool(issuers)
        rows = self.model._base_manager.filter(pk=obj.pk)
        return within(rows, self.issuer_lookup, issuers).exists()

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Replace filters over relations by ones that offer only what the person may see."""
        return [
            (item, ScopedRelatedFilter)
            if isinstance(item, str) and get_fields_from_path(self.model, item)[-1].is_relation
            else item
            for item in super().get_list_filter(request)
        ]

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """List what would go; refuse without names when it reaches into another association."""
        if not sees_all(request) and self._reaches_others(objs, request):
            return [], {}, set(), [_("Records of other associations depend on this.")]
        return super().get_deleted_objects(objs, request)

    def _reaches_others(self, objs: Any, request: HttpRequest) -> bool:
        collector = NestedObjects(using=router.db_for_write(self.model))
        collector.collect(objs)
        touched: dict[type[Model], set[Any]] = {}
        for model, rows in collector.data.items():
            touched.setdefault(model, set()).update(row.pk for row in rows)
        for row in collector.protected:
            touched.setdefault(type(row), set()).add(row.pk)
        for model, keys in touched.items():
            seen = self.choices_for(model, request)
            if seen is not None and seen.filter(pk__in=keys).count() < len(keys):
                return True
        return False

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Log each deleted row by itself: only single entries are heard by the audit."""
        entries: list[Any] = []
        for row in queryset:
            alone: Any = [row]
            entries += super().log_deletions(request, alone)
        return entries

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the traces of the row, which know more than what was done in the admin."""
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_permission(request, row):
            return super().history_view(request, object_id, extra_context)
        about = {"target": f"{row._meta.label_lower}:{row.pk}"}
        if isinstance(row, Organisation):
            about = {"organisation_id": str(row.pk)}
        return redirect(f"{reverse('admin:audit_auditentry_changelist')}?{urlencode(about)}")


class _ScopedInline(IssuerScope):
    """An inline; its parent page is authorised already, its own rows are scoped here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let staff add where they do more than read."""
        # BaseModelAdmin's stub does not know the parent; InlineModelAdmin's does.
        allowed: bool = super().has_add_permission(request, obj)  # type: ignore[call-arg]
        return allowed and self._writes(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let staff change where they do more than read."""
        return super().has_change_permission(request, obj) and self._writes(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let staff delete where they do more than read."""
        return super().has_delete_permission(request, obj) and self._writes(request)

    def _writes(self, request: HttpRequest) -> bool:
        return sees_all(request) or bool(issuer_ids(request, writes=True))


class IssuerScopedTabularInline(_ScopedInline, _TabularInline):
    """A table of dependent rows, of the person's own issuers only."""


class IssuerScopedStackedInline(_ScopedInline, _StackedInline):
    """Dependent rows one below the other, of the person's own issuers only."""
