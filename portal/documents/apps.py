"""App configuration of documents."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Printed documents and their verification."""

    name = "portal.documents"
    label = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Register the checks for faces and libraries, and the words of the audit."""
        from portal.audit.labels import register_actions
        from portal.documents import checks  # noqa: F401

        register_actions(
            {
                "document_read": _("Document read by staff"),
                "document_set_again": _("Document set again by hand"),
            }
        )
