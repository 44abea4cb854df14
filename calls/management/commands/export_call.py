"""Writes a call as a call file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calls.callfile import write_call
from calls.models import Call


class Command(BaseCommand):
    """``manage.py export_call CODE [--issuer SLUG]``."""

    help = "Write a call to standard output as a call file (docs/call-files.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the call's code and, where two associations use it, the issuer."""
        parser.add_argument("code")
        parser.add_argument("--issuer", help="short address of the association")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the one call meant and write it."""
        calls = Call.objects.select_related("issuer", "notice").filter(code=options["code"])
        if options["issuer"]:
            calls = calls.filter(issuer__slug=options["issuer"])
        found = list(calls)
        if not found:
            raise CommandError(f"no call has the code {options['code']!r}")
        if len(found) > 1:
            slugs = ", ".join(call.issuer.slug for call in found)
            raise CommandError(f"several associations use this code, name one: {slugs}")
        self.stdout.write(write_call(found[0]), ending="")
