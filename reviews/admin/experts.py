"""The register of experts in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.errors import RuleViolation
from portal.people.admin_scope import IssuerScopedAdmin, issuer_ids, sees_all
from reviews.models import Expert
from reviews.services import experts
from reviews.services.experts import words_of


class WordsField(forms.CharField):
    """Words divided by commas or Chinese signs."""

    def prepare_value(self, value: Any) -> Any:
        """Show a list as it is typed."""
        return "，".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Read the words, each once."""
        return words_of(super().to_python(value) or "")

    def run_validators(self, value: Any) -> None:
        """Hold the text's length against the limit, not the list's."""
        super().run_validators("，".join(value))


class ExpertForm(forms.ModelForm[Expert]):
    """One expert; fields and languages are typed as words."""

    fields = WordsField(  # type: ignore[assignment]
        label=_("Fields"),
        required=False,
        max_length=400,
        help_text=_("Divided by commas. A file fits whose topic or category names one of them."),
    )
    languages = WordsField(
        label=_("Languages"), required=False, max_length=200, help_text=_("Divided by commas.")
    )

    class Meta:
        model = Expert
        fields = (
            "issuer", "name", "email", "phone", "unit_name", "title", "fields", "languages",
            "most_files", "away_from", "away_until", "note",
        )  # fmt: skip
        labels = {"most_files": _("Files to score at most")}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


class StandingFilter(admin.SimpleListFilter):
    """Those in the register first; who left is found too."""

    title = _("in the register")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer who has no account and who left."""
        return [("waiting", _("Without an account")), ("left", _("Left"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        if self.value() == "left":
            return queryset.exclude(ended_at=None)
        queryset = queryset.filter(ended_at=None)
        return queryset.filter(user=None) if self.value() == "waiting" else queryset


@admin.register(Expert)
class ExpertAdmin(IssuerScopedAdmin):
    """Experts of the person's own associations."""

    form = ExpertForm
    issuer_lookup = "issuer"
    list_display = ("name_shown", "unit_name", "title", "fields_shown", "account", "away")
    list_filter = (StandingFilter, "issuer")
    list_per_page = 100
    list_select_related = ("issuer__organisation",)
    search_fields = ("name", "unit_name", "email")
    actions = ("invite",)
    change_list_template = "admin/reviews/expert_list.html"
    change_form_template = "admin/reviews/expert_change.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find every word in name, unit, mailbox or among the fields."""
        for word in search_term[:60].split():
            queryset = queryset.filter(
                Q(name__icontains=word)
                | Q(unit_name__icontains=word)
                | Q(email__icontains=word)
                | Q(fields__contains=[word])
            )
        return queryset, False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Do not ask who works for one association alone for which of them."""
        own = issuer_ids(request, writes=True)
        single = {"issuer": own[0]} if len(own) == 1 else {}
        return {**single, **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody is deleted: an expert leaves the register, and old sheets keep her."""
        return False

    def save_model(self, request: HttpRequest, obj: Expert, form: Any, change: bool) -> None:
        """Point the expert at the registered unit of the same name."""
        experts.link_units([obj])
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Invite the chosen by mail"), permissions=["invite"])
    def invite(self, request: HttpRequest, queryset: QuerySet[Expert]) -> None:
        """Mail a link to everybody chosen who has no account yet."""
        chosen = list(queryset.select_related("issuer__organisation"))
        ready = experts.invitable(chosen)
        for expert in ready:
            try:
                experts.invite(by=request.user, expert=expert)  # type: ignore[arg-type]
            except RuleViolation as refused:
                self.message_user(request, refused.reasons[0].message, messages.ERROR)
        words = ngettext("%(n)d invited.", "%(n)d invited.", len(ready)) % {"n": len(ready)}
        self.message_user(request, words, messages.SUCCESS)
        if skipped := len(chosen) - len(ready):
            told = ngettext(
                "%(n)d has an account or left and was passed over.",
                "%(n)d have an account or left and were passed over.",
                skipped,
            )
            self.message_user(request, told % {"n": skipped}, messages.INFO)

    def has_invite_permission(self, request: HttpRequest) -> bool:
        """Offer the action to those who do more than read."""
        return not sees_all(request) and bool(issuer_ids(request, writes=True))

    @admin.display(description=_("Expert"), ordering="name")
    def name_shown(self, expert: Expert) -> SafeString:
        """The name with the mailbox beneath."""
        return format_html("{}<small>{}</small>", expert.name, expert.email)

    @admin.display(description=_("Fields"))
    def fields_shown(self, expert: Expert) -> str:
        """The fields as words."""
        return "、".join(expert.fields) or "—"

    @admin.display(description=_("Account"))
    def account(self, expert: Expert) -> SafeString:
        """Whether the invitation was accepted."""
        if expert.ended_at is not None:
            return format_html('<span class="badge idle">{}</span>', gettext("left"))
        if expert.user_id is None:
            return format_html('<span class="badge warn">{}</span>', gettext("not joined yet"))
        return format_html('<span class="badge yes">{}</span>', gettext("joined"))

    @admin.display(description=_("Away"))
    def away(self, expert: Expert) -> str:
        """When the expert is away."""
        if expert.away_from is None or expert.away_until is None:
            return "—"
        return f"{expert.away_from:%Y-%m-%d} – {expert.away_until:%Y-%m-%d}"
