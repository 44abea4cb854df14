"""Says for a unit and a call what the page says: every rule, its clause, the facts used."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from applications.services.standing import standing_of
from calls.models import Call
from portal.people.models import Organisation

_SIGNS = {"yes": "✓", "no": "✕", "unknown": "?"}


class Command(BaseCommand):
    """`manage.py explain --call jilin-2024 --organisation 名称`."""

    help = "Explain what a unit may apply for in a call, rule by rule."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the call's code (ISSUER/CODE where two issuers share one) and the unit's name."""
        parser.add_argument("--call", required=True)
        parser.add_argument("--organisation", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each category with its findings."""
        call = self._call(options["call"])
        unit = self._unit(options["organisation"])
        self.stdout.write(f"{call.title} — {unit.name}")
        for standing in standing_of(call, unit):
            sign = "✓" if standing.may_apply else "✕"
            left = "" if standing.left is None else f"  ({standing.left})"
            self.stdout.write(f"\n{sign} {standing.category.full_title}{left}")
            for finding in standing.findings:
                mode = "" if finding.rule.strict else " ~"
                self.stdout.write(f"   {_SIGNS[finding.verdict.value]}{mode} {finding.message}")
                if finding.rule.clause:
                    self.stdout.write(f"       「{finding.rule.clause}」")

    def _call(self, text: str) -> Call:
        issuer, _slash, code = text.rpartition("/")
        calls = Call.objects.filter(code=code)
        if issuer:
            calls = calls.filter(issuer__slug=issuer)
        found = list(calls.select_related("issuer"))
        if len(found) != 1:
            raise CommandError(f"{len(found)} calls have the code {text}; name it ISSUER/CODE.")
        return found[0]

    def _unit(self, name: str) -> Organisation:
        unit = Organisation.objects.filter(name=name, merged_into=None).first()
        if unit is None:
            raise CommandError(f"No unit is called {name}.")
        return unit
