"""Associations and who works for them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import RuleViolation
from portal.people.admin_scope import IssuerScopedAdmin, sees_all
from portal.people.enums import StaffRole
from portal.people.models import Issuer, StaffPost
from portal.register.admin.forms import NewPostForm, PostForm
from portal.register.admin.scope import actor, fetch, led_issuers
from portal.register.services import posts


@admin.register(Issuer)
class IssuerAdmin(IssuerScopedAdmin):
    """An association's contact, filing number and privacy notice; heads keep their own."""

    issuer_lookup = "pk"
    list_display = ["organisation", "short_name", "contact_name", "contact_phone"]
    list_select_related = ["organisation"]
    autocomplete_fields = ["organisation"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the association's own head changes it."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        return led_issuers(request).filter(pk=obj.pk).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An association that has published stays."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave unit and address to the operator."""
        return [] if sees_all(request) else ["organisation", "slug"]


@admin.register(StaffPost)
class StaffPostAdmin(IssuerScopedAdmin):
    """Posts are given, changed and ended by the association's heads."""

    issuer_lookup = "issuer"
    list_display = ["user", "mailbox", "role", "issuer", "ended_at"]
    list_filter = ["role", "issuer"]
    list_select_related = ["user", "issuer__organisation"]
    search_fields = ["user__name", "user__email"]
    readonly_fields = ["user", "issuer", "ended_at"]
    ordering = ["-ended_at", "issuer", "user__name"]
    change_form_template = "admin/register/post_change.html"

    @admin.display(description=gettext_lazy("mailbox"))
    def mailbox(self, row: StaffPost) -> str:
        """Say how the person is reached."""
        return row.user.email

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Heads appoint."""
        return super().has_add_permission(request) and led_issuers(request).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Heads change the posts of their own association."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        return obj.ended_at is None and led_issuers(request).filter(pk=obj.issuer_id).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A post ends, it does not vanish."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Ask for mailbox and name of a new person, for the role of one in post."""
        kwargs["form"] = PostForm if obj else NewPostForm
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the associations that the person heads, not all she works for."""
        if db_field.name == "issuer":
            kwargs["queryset"] = led_issuers(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Order the few fields."""
        if obj is None:
            return ["issuer", "role", "email", "name"]
        return ["user", "issuer", "role", "ended_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Nothing is fixed on a new post."""
        return list(super().get_readonly_fields(request, obj)) if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Appoint or change through the service, which equips the person and logs."""
        if change:
            posts.change_role(by=actor(request), post=obj, role=StaffRole(obj.role))
            return
        data = form.cleaned_data
        post = posts.appoint(
            by=actor(request),
            issuer=data["issuer"],
            role=StaffRole(data["role"]),
            email=data["email"],
            name=data["name"],
        )
        obj.pk, obj.user = post.pk, post.user

    def get_urls(self) -> list[URLPattern]:
        """Add ending a post."""
        end = self.admin_site.admin_view(self.end_view)
        return [path("<int:pk>/end/", end, name="people_staffpost_end"), *super().get_urls()]

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a post; asked for by a form on its page."""
        if request.method != "POST":
            raise PermissionDenied
        post: StaffPost = fetch(self, request, pk)
        try:
            posts.end(by=actor(request), post=post)
        except RuleViolation as refusal:
            for reason in refusal.reasons:
                self.message_user(request, reason.message, messages.ERROR)
        else:
            self.message_user(request, _("The post has ended."), messages.SUCCESS)
        return redirect("admin:people_staffpost_changelist")
