"""Write the table of roles into the staff groups (every migrate does it too)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portal import roles
from portal.people.models import StaffPost, User


class Command(BaseCommand):
    """`manage.py sync_roles`."""

    help = "Give the staff groups the permissions of portal/roles.py, and each person the groups."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Sync groups, then everybody who holds or held a post."""
        roles.sync()
        people = User.objects.filter(pk__in=StaffPost.objects.values("user"))
        for user in people:
            roles.equip(user)
        self.stdout.write(f"{len(roles.ROLES)} roles, {len(people)} people")
