"""Locks every seal with the first key of SEAL_KEY, so that an old key can be taken out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.seals import vault


class Command(BaseCommand):
    """Put a new key first in SEAL_KEY, run this, take the old key out."""

    help = "Lock every seal with the first key of SEAL_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it for all or for none."""
        try:
            with transaction.atomic():
                changed = vault.rotate()
        except vault.VaultError as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        self.stdout.write(f"{changed} seals are locked with the new key")
