"""App configuration of calls."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """Notices, calls, categories, rules, forms and public pages."""

    name = "calls"
    verbose_name = _("Calls and notices")
