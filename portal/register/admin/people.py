"""Accounts, for the operators of the installation alone."""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.errors import Refusal, RuleViolation
from portal.people.models import User
from portal.register.models import SecondFactor
from portal.register.services import personal


class OperatorAdmin(admin.ModelAdmin[Any]):
    """What operators alone look at, and nobody adds by hand."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show it to operators alone."""
        return bool(getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show it to operators alone."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from what people do."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What operators alone see, they alone remove, whatever a role may do in the app."""
        return self.has_module_permission(request)


@admin.register(User)
class UserAdmin(OperatorAdmin):
    """Who has an account; operators may close one, passwords are nobody's business."""

    list_display = ["name", "email", "phone", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "phone", "is_active", "is_staff", "is_superuser", "consented_at",
              "date_joined", "last_login"]  # fmt: skip
    readonly_fields = ["email", "is_staff", "is_superuser", "consented_at", "date_joined",
                       "last_login"]  # fmt: skip
    ordering = ["-date_joined"]

    change_form_template = "admin/register/account_change.html"

    def get_urls(self) -> list[URLPattern]:
        """Add what a person may ask for: her data, and their end."""
        guard = self.admin_site.admin_view
        own = [
            path("<int:pk>/data.json", guard(self.hand_out), name="people_user_data"),
            path("<int:pk>/erase/", guard(self.erase), name="people_user_erase"),
        ]
        return own + super().get_urls()

    def _asked(self, request: HttpRequest, pk: int) -> User:
        if not self.has_module_permission(request):
            raise PermissionDenied
        return get_object_or_404(User, pk=pk)

    @method_decorator(require_safe)
    def hand_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand out everything kept about a person as one file of plain data."""
        user = self._asked(request, pk)
        assert isinstance(request.user, User)
        data = json.dumps(
            personal.data_of(user, by=request.user),
            cls=DjangoJSONEncoder, ensure_ascii=False, indent=1,
        )  # fmt: skip
        response = HttpResponse(data, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="person-{user.pk}.json"'
        response["Cache-Control"] = "private, no-store"
        return response

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def erase(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more and erase an account, or say why it is still needed."""
        user = self._asked(request, pk)
        assert isinstance(request.user, User)
        reasons = [Refusal(reason) for reason in personal.needs_of(user)]
        if request.method == "POST" and not reasons:
            try:
                personal.erase(user_id=pk, by=request.user)
            except RuleViolation as refused:
                reasons = refused.reasons
            else:
                messages.success(request, _("The account is erased."))
                return redirect("admin:people_user_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Erase the account"), "opts": self.model._meta, "person": user,
            "reasons": reasons,
        }  # fmt: skip
        status = 409 if request.method == "POST" else 200
        return render(request, "admin/register/account_erase.html", context, status=status)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let operators correct a name and close an account."""
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is closed; what its person did stays with the units."""
        return False


admin.site.unregister(Authenticator)


@admin.register(SecondFactor)
class SecondFactorAdmin(OperatorAdmin):
    """Second factors without their secrets; one that was lost is taken away, to be set up anew."""

    list_display = ["user", "type", "since", "used"]
    fields = ["user", "type", "since", "used"]
    search_fields = ["user__name", "user__email"]
    list_select_related = ["user"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only its owner sets a factor up."""
        return False

    @admin.display(description=_("set up on"), ordering="created_at")
    def since(self, row: SecondFactor) -> Any:
        """When it was set up."""
        return row.created_at

    @admin.display(description=_("last used on"), ordering="last_used_at")
    def used(self, row: SecondFactor) -> Any:
        """When it last let its owner in."""
        return row.last_used_at
