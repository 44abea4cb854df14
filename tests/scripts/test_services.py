"""Servers of our own come up beside leftovers of runs that were killed."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from scripts import services
from scripts.children import Failure
from scripts.start import choose_port, only_one


def test_a_taken_port_is_exchanged_for_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        assert choose_port("127.0.0.1", wanted) != wanted


def test_a_free_port_is_kept() -> None:
    port = services.free_port()
    assert choose_port("127.0.0.1", port) == port


def test_the_folder_of_a_killed_run_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f"portal-{ended.pid}-abc"
    living = tmp_path / f"portal-{os.getppid()}-abc"
    others = tmp_path / "portal-of-somebody"
    for folder in (left, living, others):
        folder.mkdir()
    with services.run_folder() as fresh:
        assert not left.exists()
        assert living.exists()
        assert others.exists()
        assert fresh.parent == tmp_path
    assert not fresh.exists()


def test_a_process_number_used_by_another_program_does_not_stop_the_database(
    tmp_path: Path,
) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n/data\n")
    services._end_leftover(tmp_path)
    assert not pid_file.exists()


def test_data_of_a_version_that_is_not_there_fail_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "_package_folder", lambda name: Path("/nowhere"))
    with pytest.raises(Failure, match="PostgreSQL 7"):
        services.find_postgres(7)


def test_a_second_start_from_the_same_folder_is_refused(tmp_path: Path) -> None:
    with ExitStack() as first, ExitStack() as second:
        only_one(tmp_path, first)
        with pytest.raises(Failure, match="already runs"):
            only_one(tmp_path, second)
    with ExitStack() as third:
        only_one(tmp_path, third)


def test_a_new_cluster_keeps_its_rows_over_a_restart(tmp_path: Path) -> None:
    """Durable, and with Chinese letters known as letters."""
    import psycopg2

    log = tmp_path / "log"
    seen = []
    # under the system's folder for temporary files: pytest's own is closed to other accounts
    with services.run_folder() as home:
        data = services.private_folder(home / "data")
        for _ in range(2):
            with (
                services.run_folder() as folder,
                services.postgres(data, folder=folder, log=log, durable=True),
            ):
                connection = psycopg2.connect(
                    host=str(folder / "sockets"), user="portal", dbname="portal"
                )
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
                    cursor.execute("INSERT INTO kept VALUES ('科协')")
                    cursor.execute("SELECT count(*), bool_and(word ~ '^[[:alpha:]]+$') FROM kept")
                    seen.append(cursor.fetchone())
                    cursor.execute("SHOW fsync")
                    assert cursor.fetchone() == ("on",)
                connection.close()
    assert seen == [(1, True), (2, True)]
