"""Documents in the admin: seen, downloaded, tried again; never changed."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.audit.services import record
from portal.documents import services
from portal.documents.models import Document, DocumentState
from portal.errors import RuleViolation
from portal.face.wording import labelled
from portal.files.services import serve
from portal.people.admin_scope import IssuerScopedAdmin, ReadOnly, issuer_ids, sees_all, within
from portal.people.models import User

SHOWN = (
    "title", "kind", "unit_name", "number", "version_no", "issuer", "shown_code", "state",
    "failure", "retried", "file_link", "content_sha256", "file_sha256", "superseded", "draft",
    "demo", "created_at", "ready_at",
)  # fmt: skip


@admin.register(Document)
class DocumentAdmin(ReadOnly, IssuerScopedAdmin):
    """What was printed for the association's calls."""

    issuer_lookup = "issuer"
    list_display = ["title", "number", "version_no", "unit_name", "kind", "state", "created_at"]
    list_filter = ["state", "kind", "superseded", "draft", "issuer"]
    list_select_related = ["issuer__organisation"]
    search_fields = ["title", "number", "unit_name", "code"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    actions = ["try_again"]
    fields = SHOWN
    readonly_fields = SHOWN

    def get_urls(self) -> list[URLPattern]:
        """Add the download."""
        view = self.admin_site.admin_view(self.file_view)
        return [path("<uuid:pk>/file", view, name="documents_document_file"), *super().get_urls()]

    @admin.display(description=gettext_lazy("verification code"))
    def shown_code(self, document: Document) -> str:
        """Return the code as it is printed."""
        return "" if document.draft else document.shown_code

    @admin.display(description=gettext_lazy("file"))
    def file_link(self, document: Document) -> SafeString | str:
        """Link to the PDF."""
        if document.file is None:
            return "—"
        address = reverse("admin:documents_document_file", args=[document.pk])
        return format_html('<a href="{}">{}</a>', address, document.file.name)

    def file_view(self, request: HttpRequest, pk: str) -> FileResponse:
        """Hand out the PDF to staff of the document's association, and write it down."""
        document: Document | None = self.get_object(request, str(pk))
        if document is None or document.file is None:
            raise Http404
        if not self.has_view_permission(request, document):
            raise Http404
        assert isinstance(request.user, User)
        record(
            "document_read", by=request.user, target=document, issuer=document.issuer,
            organisation=document.organisation,
        )  # fmt: skip
        return serve(document.file, inline=True)

    @admin.action(description=gettext_lazy("Set failed documents again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        """Order failed documents of the person's own associations once more."""
        if not sees_all(request):
            queryset = within(queryset, "issuer", issuer_ids(request, writes=True))
        assert isinstance(request.user, User)
        count, refused = 0, 0
        for document in queryset.filter(state=DocumentState.FAILED):
            try:
                count += services.retry(document, by=request.user)
            except RuleViolation as refusal:
                refused += 1
                self.message_user(
                    request, labelled(str(document), refusal.reasons[0].message), messages.ERROR
                )
        if count:
            text = ngettext(
                "%(count)s document is set again.", "%(count)s documents are set again.", count
            ) % {"count": count}
            self.message_user(request, text, messages.SUCCESS)
        elif not refused:
            self.message_user(request, _("None of them had failed."), messages.WARNING)
