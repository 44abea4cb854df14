"""Back up database and files: python -m scripts.backup FOLDER.

Writes FOLDER/<time>/ with the database and a list of every file with its hash, and the files
themselves into FOLDER/files/, which all backups share: a file never changes, so that only new ones
are copied. Works on the running portal; database and list are of the same instant.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import django
from django.core.files.storage import default_storage
from django.db import connection, transaction

from scripts.children import Failure, say
from scripts.services import client_program


def connection_words(settings: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Return PostgreSQL's options and environment for the portal's database."""
    words = ["--dbname", str(settings["NAME"])]
    for option, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if settings.get(key):
            words += [option, str(settings[key])]
    # the password goes by the environment: arguments can be read by everyone on the machine
    return words, {**os.environ, "PGPASSWORD": str(settings.get("PASSWORD") or "")}


def postgres_tool(name: str, *options: str | Path) -> None:
    """Run one of PostgreSQL's programs on the portal's database; raise Failure if it fails."""
    words, environment = connection_words(connection.settings_dict)
    done = subprocess.run(
        [client_program(name), *words, *options],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failure(f"{name} failed:\n{done.stderr}")


def write_durably(path: Path, chunks: Iterator[bytes]) -> str:
    """Write a file beside its name, sync it, move it there; return its SHA-256."""
    digest = hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.part")
    with partial.open("wb") as target:
        for chunk in chunks:
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    partial.replace(path)
    return digest.hexdigest()


def sha256(path: Path) -> str:
    """Return the hash of a file's bytes in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def dump(folder: Path) -> list[dict[str, str]]:
    """Write the database into the folder and return its files: path and hash of each."""
    from portal.files.models import StoredFile

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        postgres_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges",
                      f"--snapshot={snapshot}", "--file", folder / "database.dump")  # fmt: skip
        rows = StoredFile.objects.order_by("file").values_list("file", "sha256")
        return [{"path": path, "sha256": digest} for path, digest in rows]


def copy_files(files: list[dict[str, str]], shared: Path) -> int:
    """Copy the files that no earlier backup holds; raise Failure when one is not what it was."""
    copied = 0
    for entry in files:
        target = shared / entry["path"]
        if target.exists():
            continue
        with default_storage.open(entry["path"]) as source:
            digest = write_durably(target, source.chunks())
        if digest != entry["sha256"]:
            target.unlink()
            raise Failure(f"The stored file {entry['path']} does not have the hash of its row.")
        copied += 1
    return copied


def main(arguments: list[str]) -> int:
    """Write one backup; return the exit code."""
    if len(arguments) != 1:
        sys.exit("python -m scripts.backup FOLDER")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    top = Path(arguments[0])
    folder = top / f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H%M%SZ}"
    try:
        folder.mkdir(parents=True)
        files = dump(folder)
        copied = copy_files(files, top / "files")
    except (Failure, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    listing = {"database_sha256": sha256(folder / "database.dump"), "files": files}
    # last, so that a folder with a listing is a whole backup
    write_durably(folder / "listing.json", iter([json.dumps(listing, indent=1).encode()]))
    say(f"{folder}: database and {len(files)} files, {copied} of them new")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
