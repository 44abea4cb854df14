"""Restore a backup into an empty database: python -m scripts.restore FOLDER/<time>.

Refuses a database that holds tables. Every file is put back under its own name and read again:
hashes must equal those of the backup.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import django
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from scripts.backup import postgres_tool, sha256
from scripts.children import Failure, say


def restore_database(folder: Path, expected: str) -> None:
    """Load the dump in one transaction; raise Failure when it is damaged or would meet tables."""
    dump = folder / "database.dump"
    if sha256(dump) != expected:
        raise Failure(f"{dump} was changed since the backup.")
    if connection.introspection.table_names():
        raise Failure("The database is not empty; a backup is restored into a fresh one.")
    connection.close()
    postgres_tool("pg_restore", "--no-owner", "--no-privileges", "--single-transaction",
                  "--exit-on-error", dump)  # fmt: skip


def restore_file(source: Path, path: str, expected: str) -> None:
    """Put one file back under its own name; raise Failure when its bytes are not the right ones."""
    if not default_storage.exists(path):
        with source.open("rb") as content:
            default_storage.save(path, File(content))
    with default_storage.open(path) as stored:
        digest = hashlib.sha256()
        for chunk in stored.chunks():
            digest.update(chunk)
    if digest.hexdigest() != expected:
        raise Failure(f"{path} does not have the hash it had in the backup.")


def main(arguments: list[str]) -> int:
    """Restore one backup; return the exit code."""
    if len(arguments) != 1:
        sys.exit("python -m scripts.restore FOLDER/<time>")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    folder = Path(arguments[0])
    try:
        listing = json.loads((folder / "listing.json").read_text(encoding="utf-8"))
        restore_database(folder, listing["database_sha256"])
        for entry in listing["files"]:
            path = entry["path"]
            restore_file(folder.parent / "files" / path, path, entry["sha256"])
    except (Failure, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    say(f"database and {len(listing['files'])} files are back; python manage.py verify_audit next")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
