"""App configuration of people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Users, organisations, issuers and the register's facts."""

    name = "portal.people"
    label = "people"
    verbose_name = _("People and organisations")
    # Columns that say something about a person: what export shows and erasing empties.
    personal_fields = {
        "User": ("email", "name", "phone"),
        "Organisation": ("head_name", "phone"),
        "Issuer": ("contact_name", "contact_phone", "contact_email"),
        "Membership": ("position",),
        "Invitation": ("email", "name", "phone"),
        "MembershipRequest": ("message",),
    }
