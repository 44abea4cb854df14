"""The outbox as staff see it: read, correct, hold, stop and send again what the portal writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal import clock
from portal.errors import RuleViolation
from portal.mail import staff
from portal.mail.models import Message, MessageState
from portal.people.admin_scope import IssuerScopedAdmin, sees_all
from portal.people.models import User

FIELDS = (
    "subject", "shown_body", "body", "to_name", "to_email", "issuer", "occasion", "state",
    "created_at", "not_before", "claimed_at", "sent_at", "attempts", "note",
)  # fmt: skip


class UnconfirmedFilter(admin.SimpleListFilter):
    """Finds mails of which nobody knows whether they arrived: a person decides about these."""

    title = _("delivery")
    parameter_name = "unconfirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the one choice."""
        return [("yes", _("Unclear whether it arrived"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        """Keep the claimed ones whose worker is gone or whose server hung up."""
        if self.value() != "yes":
            return queryset
        gone = Q(claimed_at__lt=clock.now() - staff.IN_FLIGHT) | ~Q(last_error="")
        return queryset.filter(gone, state=MessageState.SENDING)


@admin.register(Message)
class MessageAdmin(IssuerScopedAdmin):
    """Mails of the person's own associations; those of the installation are the operator's."""

    list_display = ("created_at", "to_email", "subject", "state", "sent_at", "note")
    list_display_links = ("subject",)
    list_filter = ("state", UnconfirmedFilter, "issuer", "created_at")
    list_select_related = ("issuer__organisation",)
    # The text is not searched: it may hold a secret.
    search_fields = ("to_email", "to_name", "subject", "occasion")
    show_full_result_count = False
    actions = ("hold", "release", "stop", "resend")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the text as a field where it may be changed, else as words or not at all."""
        hidden = "shown_body" if self._may_edit(request, obj) else "body"
        return [field for field in FIELDS if field != hidden]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave only the words of a mail that has not left to be changed."""
        fields = self.get_fields(request, obj)
        if self._may_edit(request, obj):
            return [field for field in fields if field not in ("subject", "body")]
        return fields

    def _may_edit(self, request: HttpRequest, message: Message | None) -> bool:
        return (
            message is not None
            and not message.sensitive
            and message.state not in (MessageState.SENT, MessageState.SENDING)
            and self.has_change_permission(request, message)
        )

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Take the text of a secret away before any page can show it."""
        message = super().get_object(request, object_id, from_field)
        if message is not None and message.sensitive:
            # In the demo nothing is sent: the operator reads the link here.
            message.readable = settings.DEMO and sees_all(request)
        return message

    @admin.display(description=_("text"))
    def shown_body(self, message: Message) -> str:
        """Show the text, or why it is not shown."""
        if message.sensitive and not getattr(message, "readable", False):
            hidden = str(_("This text holds a link or code for one person only and is not shown."))
            where = str(_("In the demo the system administrator reads it here."))
            return f"{hidden} {where}" if settings.DEMO else hidden
        return message.body

    @admin.display(description=_("note"))
    def note(self, message: Message) -> str:
        """Say what went wrong, or that nothing was sent because this is the demo."""
        if staff.is_unconfirmed(message):
            return str(_("Unclear whether it arrived: ask before sending again."))
        return message.last_error

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes mails here; the portal does."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are the ledger of who was told what; without them people are told twice."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Message, form: ModelForm[Any], change: bool
    ) -> None:
        """Write changed words through the service, which refuses what has left meanwhile."""
        assert isinstance(request.user, User)
        try:
            staff.edit(obj, subject=obj.subject, body=obj.body, by=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))

    @admin.action(description=_("Hold back"), permissions=["change"])
    def hold(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Keep the chosen mails until they are released."""
        self._each(request, queryset, staff.hold)

    @admin.action(description=_("Release"), permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Let the chosen mails go."""
        self._each(request, queryset, staff.release)

    @admin.action(description=_("Stop for good"), permissions=["change"])
    def stop(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Stop the chosen mails."""
        self._each(request, queryset, staff.stop)

    @admin.action(description=_("Send again"), permissions=["change"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Send the chosen mails again, whatever became of them."""
        self._each(request, queryset, staff.resend)

    def _each(
        self, request: HttpRequest, queryset: QuerySet[Message], verb: Callable[..., None]
    ) -> None:
        """Do it to each mail the person may change; tell how many, and why not the others."""
        done, refusals = 0, set()
        for message in queryset.select_related("issuer"):
            if not self.has_change_permission(request, message):
                continue
            try:
                verb(message, by=request.user)
            except RuleViolation as refusal:
                refusals.add(str(refusal))
            else:
                done += 1
        if done:
            sentence = ngettext("%(count)d message changed.", "%(count)d messages changed.", done)
            messages.success(request, sentence % {"count": done})
        for sentence in sorted(refusals):
            messages.warning(request, sentence)
