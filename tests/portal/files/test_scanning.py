"""With a scanner a file is handed out only after a clean verdict; the applicant never waits."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.errors import RuleViolation
from portal.files import tasks
from portal.files.models import FileState, StoredFile
from portal.files.services import serve, store
from tests.portal.files import samples

pytestmark = pytest.mark.django_db


class Clamd:
    """Speaks clamd's protocol and gives one answer to everything."""

    def __init__(self, path: Path) -> None:
        self.path, self.answer = str(path), b"stream: OK\0"
        self.received: list[bytes] = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(self.path)
        self.socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                assert lines.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(lines.read(4), "big"):
                    content += lines.read(size)
                self.received.append(content)
                connection.sendall(self.answer)


@pytest.fixture
def clamd(tmp_path: Path, settings: Any) -> Iterator[Clamd]:
    server = Clamd(tmp_path / "clamd.sock")
    settings.CLAMAV_SOCKET = server.path
    yield server
    server.socket.close()


def upload() -> StoredFile:
    return store(SimpleUploadedFile("a.pdf", samples.pdf(120)), by=None, allowed={"pdf"})


def test_a_file_waits_for_its_verdict_without_holding_up_the_upload(clamd: Clamd) -> None:
    stored = upload()
    assert stored.state == FileState.PENDING
    assert clamd.received == []
    with pytest.raises(RuleViolation):
        serve(stored)


def test_a_clean_file_becomes_usable(clamd: Clamd) -> None:
    stored = upload()
    tasks.scan(str(stored.pk))
    stored.refresh_from_db()
    assert stored.state == FileState.CLEAN
    assert clamd.received == [samples.pdf(120)], "the scanner has seen every byte"


def test_a_finding_locks_the_file_and_is_kept(clamd: Clamd) -> None:
    clamd.answer = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"
    stored = upload()
    tasks.scan(str(stored.pk))
    stored.refresh_from_db()
    assert (stored.state, stored.finding) == (FileState.QUARANTINED, "Win.Test.EICAR_HDB-1")


def test_no_verdict_is_no_clean_verdict(clamd: Clamd) -> None:
    clamd.answer = b"INSTREAM size limit exceeded. ERROR\0"
    stored = upload()
    tasks.scan(str(stored.pk))
    stored.refresh_from_db()
    assert stored.state == FileState.PENDING


def test_a_scanner_that_is_away_leaves_the_file_for_the_sweeper(clamd: Clamd) -> None:
    stored = upload()
    Path(clamd.path).unlink()
    tasks.scan(str(stored.pk))
    stored.refresh_from_db()
    assert stored.state == FileState.PENDING


def test_the_sweeper_scans_what_was_left_over(clamd: Clamd) -> None:
    stored = upload()
    tasks.sweep()
    stored.refresh_from_db()
    assert stored.state == FileState.PENDING, "its own task may be on the way"
    StoredFile.objects.update(created_at="2020-01-01T00:00:00+08:00")
    tasks.sweep()
    stored.refresh_from_db()
    assert stored.state == FileState.CLEAN


def test_without_a_scanner_files_are_usable_at_once() -> None:
    assert upload().is_usable
