"""Holds a copy of an archive against the manifest the portal has kept."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.models import ArchiveRun
from reviews.services.archiving import MANIFEST, problems_of


class Command(BaseCommand):
    """``manage.py verify_archive FILE``: exit code 0 when every paper is as it was archived."""

    help = "Check a copy of a call's archive (zip) against the manifest kept in the portal."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the path of the copy."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the archive by the hash of its manifest and compare every paper."""
        path: Path = options["file"]
        try:
            with zipfile.ZipFile(path) as archive:
                digest = hashlib.sha256(archive.read(MANIFEST)).hexdigest()
        except (OSError, KeyError, zipfile.BadZipFile) as fault:
            raise CommandError(f"{path} is no archive of this portal: {fault}") from fault
        run = ArchiveRun.objects.select_related("call").filter(manifest_sha256=digest).first()
        if run is None:
            raise CommandError(f"no archive of this portal has the manifest {digest}")
        with path.open("rb") as copy:
            problems = problems_of(run, copy)
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"{run.call}: {run.papers} papers, all as they were archived.")
