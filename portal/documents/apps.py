"""App configuration of documents."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Printed documents and their verification."""

    name = "portal.documents"
    label = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Register the checks for faces and libraries."""
        from portal.documents import checks  # noqa: F401
