"""Says for a unit and a call what the page says: every rule, its clause, the facts used."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils.translation import gettext as _

from applications.services.standing import standing_of
from calls.explanation import CategoryExplanation, Mark, RuleLine, choice_words, explanation_of
from calls.models import Call, LateDoor
from calls.own import places_left
from calls.phases import phase_of
from calls.ports import CategoryStanding
from portal import clock
from portal.people.models import Organisation
from portal.people.uscc import normalise

_SIGNS = {
    Mark.YES: "✓",
    Mark.NO: "✕",
    Mark.UNKNOWN: "?",
    Mark.PRIORITY: "★",
    Mark.NO_PRIORITY: "–",
    Mark.LATER: "…",
    Mark.UNBOUND: "–",
}


class Command(BaseCommand):
    """`manage.py explain --call jilin-2024 --organisation 名称 --category forum`."""

    help = "Explain what a unit may apply for in a call, rule by rule."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the call's code (ISSUER/CODE where two issuers share one) and the unit."""
        parser.add_argument("--call", required=True)
        parser.add_argument("--organisation", required=True, help="name or unified code")
        parser.add_argument("--category", help="code of one category; without it every one")
        parser.add_argument(
            "--at",
            help="ask as of this day or instant (ISO, the portal's time zone); places are those"
            " of now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each category with its rules."""
        call = self._call(options["call"])
        unit = self._unit(options["organisation"])
        at = self._instant(options["at"])
        door = LateDoor.objects.filter(call=call, organisation=unit).first()
        phase = phase_of(call, at, late_until=door.until if door else None)
        self.stdout.write(f"{call.title} — {unit.name} — {phase.label}")
        choices = choice_words(call)
        for standing in self._standings(call, unit, options["category"], at):
            self._write(explanation_of(standing, choices), places_left(standing))

    def _write(self, one: CategoryExplanation, left: str) -> None:
        sign = "✓" if one.may_apply else "✕"
        self.stdout.write(f"\n{sign} {one.title}  {left}".rstrip())
        if one.closes:
            self.stdout.write(f"   {_('closes early, on %(when)s') % {'when': one.closes}}")
        for line in one.lines:
            self._write_line(line)

    def _write_line(self, line: RuleLine) -> None:
        self.stdout.write(f"   {_SIGNS[line.mark]} {line.message} [{line.word}]")
        if line.clause:
            self.stdout.write(f"       「{line.clause}」")
        for fact in line.facts:
            self.stdout.write(f"       · {fact}")

    def _standings(
        self, call: Call, unit: Organisation, code: str | None, at: dt.datetime
    ) -> list[CategoryStanding]:
        every = standing_of(call, unit, today=clock.local(at).date())
        found = [s for s in every if code is None or code in s.category.codes]
        if not found:
            raise CommandError(f"The call has no category {code}.")
        return found

    def _instant(self, text: str | None) -> dt.datetime:
        """Read a day, meaning its beginning, or an instant; nothing means now."""
        if not text:
            return clock.now()
        try:
            at = dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise CommandError(f"{text} is no day and no instant in ISO form.") from error
        return at if at.tzinfo else at.replace(tzinfo=clock.SHANGHAI)

    def _call(self, text: str) -> Call:
        issuer, _slash, code = text.rpartition("/")
        calls = Call.objects.filter(code=code)
        if issuer:
            calls = calls.filter(issuer__slug=issuer)
        found = list(calls.select_related("issuer"))
        if len(found) != 1:
            raise CommandError(f"{len(found)} calls have the code {text}; name it ISSUER/CODE.")
        return found[0]

    def _unit(self, text: str) -> Organisation:
        by_name = Q(name=text) | Q(uscc=normalise(text))
        unit = Organisation.objects.filter(by_name, merged_into=None).first()
        if unit is None:
            raise CommandError(f"No unit is called {text}.")
        return unit
