"""Walks the audit chain and names each changed, removed or swapped row."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit.models import AuditEntry, ChainHead
from portal.audit.sealing import faults


class Command(BaseCommand):
    """Prints what it found; exit code 1 when the chain is broken."""

    help = "Check that no audit row was changed, removed or swapped since it was sealed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the head noted at an earlier run, kept where nobody of the portal can write."""
        parser.add_argument(
            "--contains",
            metavar="HASH",
            help="a hash noted earlier from this command's output: it must still be in the chain",
        )

    def handle(self, *args: Any, contains: str | None = None, **options: Any) -> None:
        """Verify the chain; raise ``CommandError`` with the number of faults."""
        found = list(faults())
        if contains and not AuditEntry.objects.sealed().filter(hash=contains).exists():
            found.append(f"the noted hash {contains} is no longer in the chain")
        for sentence in found:
            self.stdout.write(sentence)
        self._report_tail()
        if found:
            raise CommandError(f"the audit chain is broken in {len(found)} place(s)")
        head = ChainHead.objects.filter(pk=1).first() or ChainHead()
        self.stdout.write(
            f"the audit chain is whole: {head.position} rows, head {head.hash or '-'}"
        )

    def _report_tail(self) -> None:
        """Name the rows that nothing vouches for yet."""
        tail = AuditEntry.objects.unsealed().values_list("seq", flat=True)
        if count := tail.count():
            first, last = tail.first(), tail.last()
            self.stdout.write(f"not sealed yet: {count} rows, numbers {first} to {last}")
