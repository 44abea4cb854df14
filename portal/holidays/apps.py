"""App configuration of holidays."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HolidaysConfig(AppConfig):
    """The calendar of working days beyond what is installed."""

    name = "portal.holidays"
    label = "holidays"
    verbose_name = _("Working days")

    def ready(self) -> None:
        """Give the audit its words."""
        from portal.audit.labels import register_actions

        register_actions({"holidays_changed": _("Days off of a year changed")})
