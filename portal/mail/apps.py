"""App configuration of mail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    """Outgoing mail and the inbox."""

    name = "portal.mail"
    label = "mail"
    verbose_name = _("Mail")
