"""Makes a draft call from a call file, and publishes it where asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from calls.callfile import read_call
from calls.services.publish import publish_call
from portal.errors import RuleViolation
from portal.people.models import Issuer


class Command(BaseCommand):
    """``manage.py import_call FILE [--issuer SLUG] [--publish]``."""

    help = "Read a call from a call file (docs/call-files.md) as a draft, or publish it at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the issuer where the file names none, and what to do with the call."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--issuer", help="short address of the association")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--draft", action="store_true", help="leave it as a draft (the default)")
        what.add_argument("--publish", action="store_true", help="publish it at once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import in one transaction: a call that cannot be published is not kept either."""
        try:
            text = options["file"].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        issuer = self._issuer(options["issuer"])
        try:
            with transaction.atomic():
                call = read_call(text, issuer=issuer, by=None)
                if options["publish"]:
                    call = publish_call(call, by=None)
        except RuleViolation as violation:
            raise CommandError("\n".join(r.message for r in violation.reasons)) from violation
        self.stdout.write(f"{call.issuer.slug}/{call.code}: {call.title} ({call.state})")

    def _issuer(self, slug: str | None) -> Issuer | None:
        if slug is None:
            return None
        issuer = Issuer.objects.filter(slug=slug).first()
        if issuer is None:
            raise CommandError(f"no association has the short address {slug!r}")
        return issuer
