"""Units in the admin: identity, members, merging, hand-over, codes, filling in on behalf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, ForeignKey, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache

from portal.errors import Refusal, RuleViolation
from portal.face.wording import bracketed, listed
from portal.numbers import whole_number
from portal.people.admin_scope import (
    issuer_ids,
    sees_all,
    within,
)
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Issuer, Organisation
from portal.register import access
from portal.register.admin.forms import (
    HandOverForm,
    IssuerForm,
    MergeForm,
    NewOrganisationForm,
    OrganisationForm,
)
from portal.register.admin.scope import (
    RecordedAdmin,
    actor,
    fetch,
    issuers_for,
    show,
    working_issuers,
)
from portal.register.admin.unit_filters import CodeFilter, KindFilter, LevelFilter, StateFilter
from portal.register.admin.unit_rows import AffiliationInline, InvitationInline, MembershipInline
from portal.register.merging import merge
from portal.register.services import activation, handover, on_behalf, verifying
from portal.register.services.invitations import Issued


@admin.register(Organisation)
class OrganisationAdmin(RecordedAdmin):
    """Units that belong, or ask to belong, to the person's associations."""

    issuer_lookup = "affiliations__issuer"
    form = OrganisationForm
    list_display = ["name", "code", "region", "standing", "members"]
    list_filter = [StateFilter, KindFilter, LevelFilter, CodeFilter]
    search_fields = ["name", "uscc"]
    search_help_text = gettext_lazy("Name or social credit code")
    list_per_page = 50
    autocomplete_fields = ["parent"]
    # the model's own order does not outlive the counting of members
    ordering = ["name"]
    inlines = [AffiliationInline, MembershipInline, InvitationInline]
    actions = ["print_codes_action"]
    change_form_template = "admin/register/organisation_change.html"
    change_list_template = "admin/register/organisation_list.html"

    # Rows and columns ------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        """Bring members and the own associations' view along; leave merged units out."""
        affiliations = Affiliation.objects.exclude(state=VerificationState.ENDED)
        if not sees_all(request):
            affiliations = affiliations.filter(issuer__in=issuer_ids(request))
        queryset: QuerySet[Organisation] = super().get_queryset(request)
        return (
            queryset.filter(merged_into=None)
            .annotate(
                member_count=Count(
                    "memberships", filter=Q(memberships__ended_at=None), distinct=True
                )
            )
            .prefetch_related(Prefetch("affiliations", affiliations, to_attr="own_affiliations"))
        )

    @admin.display(description=gettext_lazy("social credit code"), ordering="uscc")
    def code(self, row: Organisation) -> str:
        """Show the code and flag an odd one."""
        flag = _("(check digit!)") if row.uscc_is_odd else ""
        return f"{row.uscc or '—'} {flag}".strip()

    @admin.display(description=gettext_lazy("to the association"))
    def standing(self, row: Any) -> str:
        """Say as what the own associations keep the unit, and whether verified."""
        return listed(f"{one}{bracketed(one.get_state_display())}" for one in row.own_affiliations)

    @admin.display(description=gettext_lazy("members"), ordering="member_count")
    def members(self, row: Any) -> int:
        """Count who acts for the unit."""
        count: int = row.member_count
        return count

    # What may be done ------------------------------------------------------------------------
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave units alone whose affiliation has ended."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or sees_all(request):
            return allowed
        return allowed and issuers_for(request, [obj]).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A unit is merged or its affiliation ends; it does not vanish."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Ask for the association too when a unit is entered by hand."""
        if obj is None:
            kwargs["form"] = NewOrganisationForm
        form = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            # A field of this request's own: the class is shared by all.
            form.base_fields["issuer"] = forms.ModelChoiceField(
                working_issuers(request), label=pgettext("that a unit belongs to", "Association")
            )
        return form

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Let a unit keep a parent that is another association's."""
        if db_field.name == "parent" and not sees_all(request):
            own = within(Organisation.objects.live(), self.issuer_lookup, issuer_ids(request))
            kwargs["queryset"] = Organisation.objects.filter(
                Q(pk__in=own.values("pk")) | Q(pk__in=own.values("parent"))
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put identity first."""
        identity = ["name", "uscc", "region", "address", "phone", "head_name", "parent"]
        if obj is not None:
            return [(None, {"fields": identity})]
        affiliation = ["issuer", "kind", "level", "number"]
        return [(None, {"fields": identity}), (_("Affiliation"), {"fields": affiliation})]

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show dependent rows only where there is a unit."""
        return super().get_inline_instances(request, obj) if obj else []

    def issuer_of(self, request: HttpRequest, row: Organisation) -> Issuer | None:
        """Name the association for which the person keeps this unit."""
        return issuers_for(request, [row]).first()

    def organisation_of(self, row: Organisation) -> Organisation:
        """The row is the unit."""
        return row

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Forget who accepted a code that has been replaced; verify a unit entered by hand."""
        if "uscc" in form.changed_data:
            obj.uscc_accepted_by = None
        super().save_model(request, obj, form, change)
        if not change:
            data = form.cleaned_data
            verifying.take_in(
                by=actor(request),
                affiliation=Affiliation(organisation=obj, issuer=data["issuer"]),
                kind=data["kind"],
                level=data["level"],
                number=data["number"],
            )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the unit's other pages to who may change it."""
        row = self.get_object(request, unquote(object_id))
        extra = {"tools": row is not None and self.has_change_permission(request, row)}
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Add the unit's other pages."""
        wrap = self.admin_site.admin_view
        pages = {
            "merge": self.merge_view,
            "hand-over": self.hand_over_view,
            "on-behalf": self.on_behalf_view,
            "accept-code": self.accept_code_view,
        }
        return [
            *(
                path(
                    f"<int:pk>/{name}/",
                    wrap(view),
                    name=f"people_organisation_{name.replace('-', '_')}",
                )
                for name, view in pages.items()
            ),
            path("codes/", wrap(self.print_codes_view), name="people_organisation_codes"),
            *super().get_urls(),
        ]

    # Pages -----------------------------------------------------------------------------------
    def on_behalf_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Begin filling in for the unit."""
        unit: Organisation = fetch(self, request, pk)
        form = IssuerForm(request.POST or None, issuers=issuers_for(request, [unit]))
        if request.method == "POST" and form.is_valid():
            issuer = form.cleaned_data["issuer"]
            on_behalf.started(by=actor(request), organisation=unit, issuer=issuer)
            request.session[access.ON_BEHALF_KEY] = {"unit": unit.pk, "issuer": issuer.pk}
            return redirect("applications:my")
        return self._form_page(
            request,
            unit,
            form,
            title=_("Fill in for %(unit)s") % {"unit": unit},
            text=_(
                "You can fill in drafts to calls of your association for this unit. Signing off "
                "stays with the unit. Beginning, stopping and what you do are logged."
            ),
            submit=_("Begin"),
        )

    def accept_code_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept a code whose check digit does not fit."""
        unit: Organisation = fetch(self, request, pk)
        form = IssuerForm(request.POST or None, issuers=issuers_for(request, [unit]))
        reasons: list[Refusal] = []
        if request.method == "POST" and form.is_valid():
            try:
                verifying.accept_uscc(
                    by=actor(request), organisation=unit, issuer=form.cleaned_data["issuer"]
                )
            except RuleViolation as refusal:
                reasons = refusal.reasons
            else:
                self.message_user(request, _("The code is accepted."), messages.SUCCESS)
                return redirect("admin:people_organisation_change", unit.pk)
        return self._form_page(
            request,
            unit,
            form,
            reasons,
            title=_("Accept the code %(code)s") % {"code": unit.uscc or "—"},
            text=_("Compare it with the unit's certificate first. Your acceptance is kept."),
            submit=_("Accept this code"),
        )

    @method_decorator(never_cache)
    def hand_over_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a unit whose clerk left to somebody else."""
        unit: Organisation = fetch(self, request, pk)
        form = HandOverForm(
            request.POST or None, organisation=unit, issuers=issuers_for(request, [unit])
        )
        reasons: list[Refusal] = []
        if request.method == "POST" and form.is_valid():
            try:
                data = dict(form.cleaned_data)
                by_mail = data.pop("way") == "mail"
                issued = handover.hand_over(
                    by=actor(request), organisation=unit, by_mail=by_mail, **data
                )
            except RuleViolation as refusal:
                reasons = refusal.reasons
            else:
                if not by_mail:
                    return self._sheet(request, [issued])
                self.message_user(request, _("The invitation is on its way."), messages.SUCCESS)
                return redirect("admin:people_organisation_change", unit.pk)
        return self._form_page(
            request,
            unit,
            form,
            reasons,
            title=_("Hand over %(unit)s") % {"unit": unit},
            text=_(
                "The membership of who left ends at once; the new administrator is invited. The "
                "administrators so far are told."
            ),
            submit=_("Hand over"),
        )

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge a duplicate into this unit, after showing what moves.

        Whoever merges must work for every association that either unit belongs to.
        """
        unit: Organisation = fetch(self, request, pk)
        known = self.get_queryset(request)
        form = MergeForm(
            request.POST or None,
            target=unit,
            known=known,
            issuers=issuers_for(request, [unit]),
        )
        reasons: list[Refusal] = []
        duplicate: Organisation | None = None
        if request.method == "POST" and form.is_valid():
            duplicate = form.cleaned_data["duplicate"]
            reasons = self._others_concerned(request, [unit, duplicate])
            if not reasons and "confirm" in request.POST:
                try:
                    merge(
                        by=actor(request),
                        source=duplicate,
                        target=unit,
                        issuer=form.cleaned_data["issuer"],
                    )
                except RuleViolation as refusal:
                    reasons = refusal.reasons
                else:
                    self.message_user(request, _("The units are one now."), messages.SUCCESS)
                    return redirect("admin:people_organisation_change", unit.pk)
        context = {
            "unit": unit,
            "form": form,
            "reasons": reasons,
            "duplicate": None if reasons else duplicate,
            "moves": _moves(duplicate) if duplicate else [],
        }
        title = _("Merge a duplicate into %(unit)s") % {"unit": unit}
        return show(self, request, "merge", title, context)

    def _others_concerned(
        self, request: HttpRequest, units: Sequence[Organisation]
    ) -> list[Refusal]:
        """Refuse where another association keeps one of the units: an operator does it then."""
        own = working_issuers(request)
        foreign = Affiliation.objects.filter(organisation__in=units).exclude(issuer__in=own)
        if foreign.exclude(state=VerificationState.ENDED).exists():
            return [
                Refusal(
                    _(
                        "Another association keeps one of these units too; ask the operator of "
                        "the installation to merge them."
                    )
                )
            ]
        return []

    @admin.action(
        description=gettext_lazy("Print activation codes for the selected units"),
        permissions=["change"],
    )
    def print_codes_action(
        self, request: HttpRequest, queryset: QuerySet[Organisation]
    ) -> HttpResponse | None:
        """Show who would get a code before any is issued."""
        units = list(queryset)
        issuers = issuers_for(request, units)
        if not issuers.exists():
            self.message_user(
                request, _("The selected units have no association of yours in common."),
                messages.ERROR,
            )  # fmt: skip
            return None
        parted = activation.candidates(units)
        context = {
            "form": IssuerForm(issuers=issuers),
            "waiting": parted.waiting,
            "attended": parted.attended,
        }
        return show(self, request, "codes", _("Print activation codes"), context)

    @method_decorator(never_cache)
    def print_codes_view(self, request: HttpRequest) -> HttpResponse:
        """Issue the codes that the preview showed, and the sheet to print."""
        asked = map(whole_number, request.POST.getlist("unit"))
        pks = [pk for pk in asked if pk is not None]
        units = [
            unit
            for unit in self.get_queryset(request).filter(pk__in=pks)
            if self.has_change_permission(request, unit)
        ]
        form = IssuerForm(request.POST or None, issuers=issuers_for(request, units))
        if request.method != "POST" or not units or not form.is_valid():
            return redirect("admin:people_organisation_changelist")
        issued = activation.print_codes(
            by=actor(request), issuer=form.cleaned_data["issuer"], organisations=units
        )
        return self._sheet(request, issued)

    def _sheet(self, request: HttpRequest, issued: Sequence[Issued]) -> HttpResponse:
        address = request.build_absolute_uri(reverse("register:activate"))
        context = {"issued": issued, "address": address}
        return show(self, request, "sheet", _("Activation codes"), context)

    def _form_page(
        self,
        request: HttpRequest,
        unit: Organisation,
        form: Any,
        reasons: Sequence[Refusal] = (),
        *,
        title: str,
        text: str,
        submit: str,
    ) -> HttpResponse:
        context = {
            "form": form,
            "reasons": reasons,
            "text": text,
            "submit": submit,
            "back": reverse("admin:people_organisation_change", args=[unit.pk]),
        }
        return show(self, request, "form", title, context)


def _moves(duplicate: Organisation) -> list[tuple[str, int]]:
    """Count what would move from a duplicate, by kind of row."""
    moves = []
    for relation in Organisation._meta.related_objects:
        model = relation.related_model
        count = model._base_manager.filter(**{relation.field.attname: duplicate.pk}).count()
        if count:
            moves.append((str(model._meta.verbose_name_plural), count))
    return moves
