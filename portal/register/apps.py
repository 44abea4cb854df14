"""App configuration of register."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

# What the register writes into the audit, in words.
ACTIONS = {
    "organisation_registered": _("Unit registered"),
    "organisation_added": _("Unit entered by staff"),
    "organisation_changed": _("Unit's data changed"),
    "organisation_imported": _("Unit imported"),
    "organisation_completed": _("Unit's data completed by import"),
    "organisation_handed_over": _("Unit handed over"),
    "organisations_merged": _("Units merged"),
    "uscc_accepted": _("Odd social credit code accepted"),
    "affiliation_asked": _("Association asked for verification"),
    "affiliation_verified": _("Unit verified"),
    "affiliation_refused": _("Unit refused"),
    "affiliation_changed": _("Kind or level changed"),
    "affiliation_ended": _("Affiliation ended"),
    "member_invited": _("Member invited"),
    "invitation_revoked": _("Invitation taken back"),
    "invitation_accepted": _("Invitation accepted"),
    "codes_printed": _("Activation codes printed"),
    "member_taken_in": _("Member taken in"),
    "member_rights_changed": _("Member's rights changed"),
    "membership_ended": _("Membership ended"),
    "membership_asked": _("Membership asked for"),
    "membership_declined": _("Membership declined"),
    "on_behalf_started": _("Began to fill in for a unit"),
    "on_behalf_stopped": _("Stopped filling in for a unit"),
    "staff_appointed": _("Staff appointed"),
    "staff_role_changed": _("Staff role changed"),
    "staff_post_ended": _("Staff post ended"),
    "yearlyfact_added": _("Yearly fact entered"),
    "yearlyfact_changed": _("Yearly fact changed"),
    "yearlyfact_deleted": _("Yearly fact deleted"),
    "fact_imported": _("Yearly fact imported"),
    "facts_imported": _("List of yearly facts imported"),
    "units_imported": _("List of units imported"),
    "profile_changed": _("Own name or phone changed"),
    "person_exported": _("Data of a person handed out"),
    "person_erased": _("Account erased"),
}


class RegisterConfig(AppConfig):
    """Registration, verification, members, imports: the flows over people."""

    name = "portal.register"
    label = "register"
    verbose_name = _("Register of units")
    personal_fields = {"ImportRun": ("rows",)}

    def ready(self) -> None:
        """Keep the staff groups in step with the permissions each migrate leaves behind."""
        from portal.audit.labels import register_actions
        from portal.register import signals

        signals.connect()
        register_actions(ACTIONS)
        post_migrate.connect(_sync_roles, dispatch_uid="portal.register.sync_roles")


def _sync_roles(sender: AppConfig, **kwargs: Any) -> None:
    """Write the roles of one migrated app; its permissions were made just before."""
    from django.apps import apps
    from django.db import connection

    from portal import roles

    # While auth itself is not migrated yet there is nowhere to write to.
    if apps.is_installed("django.contrib.auth") and "auth_group" in (
        connection.introspection.table_names()
    ):
        roles.sync(sender.label)
