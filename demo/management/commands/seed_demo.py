"""Fills an empty database with the demo."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.seeding import Stage, seed
from portal.people.models import Organisation


class Command(BaseCommand):
    """``manage.py seed_demo --stage STAGE --seed N [--if-empty]``; see demo.seeding.Stage."""

    help = "Fill an empty database with both associations, their calls and applications."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the stage of this year's calls and the number that varies the texts."""
        parser.add_argument("--stage", choices=[s.value for s in Stage], default=Stage.OPEN.value)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--no-applications", action="store_true", help="units and calls only, in seconds"
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing where data is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, or say why not."""
        if Organisation.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("The database is not empty; the demo is seeded into an empty one.")
        seed(
            Stage(options["stage"]),
            options["seed"],
            self.stdout.write,
            applications=not options["no_applications"],
        )
