"""The drill: a backup of the living portal, restored elsewhere, has the same rows and bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.db import connection

from portal.files.models import StoredFile
from scripts.children import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


def url_of(database: str) -> str:
    """DATABASE_URL of a database on the server of the tests."""
    known = connection.settings_dict
    account = quote(known["USER"], safe="")
    if known["PASSWORD"]:
        account += ":" + quote(known["PASSWORD"], safe="")
    if known["HOST"].startswith("/"):
        return f"postgres://{account}@/{known['HOST']}/{database}"
    return f"postgres://{account}@{known['HOST']}:{known['PORT'] or 5432}/{database}"


def run(script: str, folder: Path, *, database: str, var: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": url_of(database),
        "VAR_DIR": str(var),
    }
    return subprocess.run(
        [sys.executable, "-m", f"scripts.{script}", folder],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def rows(database: str) -> dict[str, int]:
    """Number of rows of every table."""
    known = connection.settings_dict
    other = psycopg2.connect(
        host=known["HOST"], port=known["PORT"] or None, user=known["USER"],
        password=known["PASSWORD"] or None, dbname=database,
    )  # fmt: skip
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = [name for (name,) in cursor.fetchall()]
            counted = {}
            for table in tables:
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                counted[table] = cursor.fetchall()[0][0]
            return counted
    finally:
        other.close()


@pytest.fixture
def empty_database() -> Iterator[str]:
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def living(tmp_path: Path, settings: Any) -> Path:
    """A portal with two files; returns its VAR_DIR."""
    import hashlib

    var = tmp_path / "living"
    settings.MEDIA_ROOT = var / "media"
    for content in (b"first stamped form", b"second" * 100_000):
        StoredFile.objects.create(
            file=ContentFile(content, "x"), name="表.pdf", size=len(content),
            sha256=hashlib.sha256(content).hexdigest(), content_type="application/pdf",
        )  # fmt: skip
    return var


def only_backup(folder: Path) -> Path:
    (found,) = [each for each in folder.iterdir() if each.name != "files"]
    return found


def test_rows_and_bytes_are_equal_after_a_restore(
    living: Path, empty_database: str, tmp_path: Path
) -> None:
    here = connection.settings_dict["NAME"]
    backup = run("backup", tmp_path / "backups", database=here, var=living)
    assert backup.returncode == 0, backup.stderr
    restored = tmp_path / "restored"
    done = run("restore", only_backup(tmp_path / "backups"), database=empty_database, var=restored)
    assert done.returncode == 0, done.stderr
    assert rows(empty_database) == rows(here)
    originals = {p.relative_to(living): p.read_bytes() for p in living.rglob("*") if p.is_file()}
    copies = {p.relative_to(restored): p.read_bytes() for p in restored.rglob("*") if p.is_file()}
    assert len(originals) == 2
    assert copies == originals


def test_a_changed_byte_in_the_backup_is_noticed(
    living: Path, empty_database: str, tmp_path: Path
) -> None:
    here = connection.settings_dict["NAME"]
    assert run("backup", tmp_path / "b", database=here, var=living).returncode == 0
    victim = next(p for p in (tmp_path / "b/files").rglob("*") if p.is_file())
    victim.write_bytes(b"other bytes")
    done = run("restore", only_backup(tmp_path / "b"), database=empty_database, var=tmp_path / "r")
    assert done.returncode == 1
    assert victim.name in done.stderr


def test_a_database_that_holds_tables_is_never_written_over(living: Path, tmp_path: Path) -> None:
    here = connection.settings_dict["NAME"]
    assert run("backup", tmp_path / "b", database=here, var=living).returncode == 0
    done = run("restore", only_backup(tmp_path / "b"), database=here, var=living)
    assert done.returncode == 1
    assert "not empty" in done.stderr
