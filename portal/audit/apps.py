"""App configuration of audit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The record of what was done; it also holds the doors to the system checks."""

    name = "portal.audit"
    label = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        """Listen to logins and register the checks that refuse unsafe settings."""
        from portal import checks  # noqa: F401
        from portal.audit import receivers  # noqa: F401
