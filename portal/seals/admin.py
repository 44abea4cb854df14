"""Seals in the admin: staff see them and accept another name; operators trust authorities."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.errors import Refusal, RuleViolation
from portal.people.admin_scope import IssuerScopedAdmin, ReadOnly, issuer_ids, sees_all, within
from portal.people.models import User
from portal.seals.enums import SealState
from portal.seals.forms import AuthorityForm, RevocationForm
from portal.seals.models import Authority, Seal, SealUse
from portal.seals.services import keeping

SEAL_FIELDS = (
    "organisation", "title", "way", "state", "diameter", "two_persons", "demo", "holder",
    "subject", "issued_by", "serial", "fingerprint", "valid_from", "valid_to", "reference",
    "added_by", "added_at", "accepted_by", "accepted_at", "revoked_by", "revoked_at", "reason",
)  # fmt: skip
USE_FIELDS = (
    "document", "seal", "party", "way", "by", "at", "reason", "place", "base_sha256", "file_sha256",
)  # fmt: skip


@admin.register(Seal)
class SealAdmin(ReadOnly, IssuerScopedAdmin):
    """Which seals the association's units keep; never what they are made of."""

    issuer_lookup = "organisation__affiliations__issuer"
    list_display = ["organisation", "title", "way", "holder", "valid_to", "state"]
    list_filter = ["state", "way"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "holder", "fingerprint"]
    ordering = ["state", "organisation__name"]
    actions = ["accept_name"]
    fields = SEAL_FIELDS
    readonly_fields = SEAL_FIELDS

    def has_accept_permission(self, request: HttpRequest) -> bool:
        """Working staff accept; officials read."""
        return request.user.has_perm("seals.accept_seal")

    @admin.action(
        description=gettext_lazy("Accept the other name on the certificate"),
        permissions=["accept"],
    )
    def accept_name(self, request: HttpRequest, queryset: QuerySet[Seal]) -> None:
        """Let seals of the person's own associations' units be used."""
        assert isinstance(request.user, User)
        if not sees_all(request):
            queryset = within(queryset, self.issuer_lookup, issuer_ids(request, writes=True))
        waiting = list(queryset.filter(state=SealState.PENDING))
        for seal in waiting:
            keeping.accept(seal=seal, by=request.user)
        if waiting:
            text = ngettext(
                "%(count)s seal can be used now.", "%(count)s seals can be used now.", len(waiting)
            ) % {"count": len(waiting)}
            self.message_user(request, text, messages.SUCCESS)
        else:
            self.message_user(request, _("None of them was waiting."), messages.WARNING)


@admin.register(SealUse)
class SealUseAdmin(ReadOnly, IssuerScopedAdmin):
    """The log of uses on documents of the association."""

    issuer_lookup = "document__issuer"
    list_display = ["document", "seal", "party", "way", "by", "at", "reason"]
    list_filter = ["party", "way"]
    list_select_related = ["document", "seal__organisation", "by"]
    search_fields = ["document__number", "document__title", "seal__organisation__name"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    fields = USE_FIELDS
    readonly_fields = USE_FIELDS


@admin.register(Authority)
class AuthorityAdmin(admin.ModelAdmin[Authority]):
    """Trust belongs to the installation: operators only."""

    list_display = ["name", "valid_to", "demo", "added_at", "list_good_until", "ended_at"]
    search_fields = ["name", "fingerprint"]
    actions = ["end_trust"]
    fields = (
        "name", "fingerprint", "valid_to", "demo", "added_by", "added_at", "ended_at",
        "list_issued_at", "list_good_until", "revocations",
    )  # fmt: skip
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only operators."""
        return sees_all(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Only operators."""
        return sees_all(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only operators."""
        return sees_all(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A certificate is what it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Trust ends, the row stays."""
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Take the authority's certificate."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        form = AuthorityForm(request.POST or None, request.FILES or None)
        reasons: list[Refusal] = []
        if request.method == "POST" and form.is_valid():
            try:
                keeping.add_authority(
                    name=form.cleaned_data["name"], file=form.cleaned_data["file"], by=request.user
                )
            except RuleViolation as refusal:
                reasons = refusal.reasons
            else:
                self.message_user(request, _("The authority is trusted."), messages.SUCCESS)
                return redirect("admin:seals_authority_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Trust an authority"), "opts": self.opts, "form": form, "reasons": reasons,
        }  # fmt: skip
        return TemplateResponse(request, "admin/seals/authority.html", context)

    def get_urls(self) -> list[URLPattern]:
        """Add the page that takes a revocation list."""
        view = self.admin_site.admin_view(self.revocations_view)
        return [
            path("<int:pk>/revocations/", view, name="seals_authority_revocations"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("revoked certificates"))
    def revocations(self, authority: Authority) -> SafeString:
        """Say how many are on the list, and lead to taking in a newer one."""
        return format_html(
            '{} <a href="{}">{}</a>',
            len(authority.revoked),
            reverse("admin:seals_authority_revocations", args=[authority.pk]),
            _("Take in a revocation list"),
        )

    def revocations_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the authority's newest revocation list."""
        authority = get_object_or_404(Authority, pk=pk)
        if not sees_all(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        form = RevocationForm(request.POST or None, request.FILES or None)
        reasons: list[Refusal] = []
        if request.method == "POST" and form.is_valid():
            try:
                count = keeping.take_revocations(
                    authority=authority, file=form.cleaned_data["file"], by=request.user
                )
            except RuleViolation as refusal:
                reasons = refusal.reasons
            else:
                text = ngettext(
                    "The list is taken in; it revokes %(count)s certificate.",
                    "The list is taken in; it revokes %(count)s certificates.",
                    count,
                ) % {"count": count}
                self.message_user(request, text, messages.SUCCESS)
                return redirect("admin:seals_authority_change", authority.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take in a revocation list"), "opts": self.opts, "form": form,
            "reasons": reasons, "authority": authority,
        }  # fmt: skip
        return TemplateResponse(request, "admin/seals/revocations.html", context)

    @admin.action(description=gettext_lazy("Trust no longer"), permissions=["add"])
    def end_trust(self, request: HttpRequest, queryset: QuerySet[Authority]) -> None:
        """End trust in the chosen authorities."""
        assert isinstance(request.user, User)
        standing = list(queryset.filter(ended_at=None))
        for authority in standing:
            keeping.end_authority(authority=authority, by=request.user)
        text = ngettext(
            "%(count)s authority is trusted no longer.",
            "%(count)s authorities are trusted no longer.",
            len(standing),
        ) % {"count": len(standing)}
        self.message_user(request, text, messages.SUCCESS)
