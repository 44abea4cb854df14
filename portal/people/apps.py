"""App configuration of people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Users, organisations, issuers and the register's facts."""

    name = "portal.people"
    label = "people"
    verbose_name = _("People and organisations")
