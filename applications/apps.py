"""App configuration of applications: tells calls who answers for a unit's standing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    """Drafting, sign-off, hand-in and returns."""

    name = "applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        """Answer calls' one question, follow their changes, move rows when units are merged."""
        from applications import receivers  # noqa: F401 - connects them
        from applications.merging import move_applications
        from applications.services.standing import standing_of
        from calls.ports import provide_standing
        from portal.register.merging import MERGERS

        provide_standing(standing_of)
        MERGERS.append(move_applications)
