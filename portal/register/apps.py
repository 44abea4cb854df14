"""App configuration of register."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    """Registration, verification, members, imports: the flows over people."""

    name = "portal.register"
    label = "register"
    verbose_name = _("Register of units")
    personal_fields = {"ImportRun": ("rows",)}

    def ready(self) -> None:
        """Keep the staff groups in step with the permissions each migrate leaves behind."""
        from portal.register import signals

        signals.connect()
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
