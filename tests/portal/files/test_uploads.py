"""An upload never puts more on the disk than allowed, and a full disk is told in a sentence."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from portal.errors import RuleViolation
from portal.files.services import store
from portal.files.uploads import BoundedUploadHandler, UnusableUpload
from tests.portal.files import samples

BIG = 3 * 1024 * 1024  # above what Django keeps in memory


def received(data: bytes) -> Any:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("大.pdf", data)})
    return request.FILES["file"]


def test_a_big_file_within_the_limit_arrives_whole() -> None:
    data = samples.pdf() + b"\0" * BIG
    upload = received(data)
    assert upload.size == len(data)
    assert upload.read() == data


@pytest.mark.django_db
def test_a_file_above_the_limit_is_not_kept_and_is_refused(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    upload = received(b"%PDF-" + b"x" * BIG)
    assert isinstance(upload, UnusableUpload)
    assert upload.size == BIG + 5
    assert upload.read() == b""
    with pytest.raises(RuleViolation, match="1 MB"):
        store(upload, by=None, allowed={"pdf"})


@pytest.mark.django_db
def test_a_full_disk_under_the_upload_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(self: Any, raw_data: bytes, start: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    parent = BoundedUploadHandler.__mro__[1]
    monkeypatch.setattr(parent, "receive_data_chunk", no_room)
    upload = received(samples.pdf() + b"\0" * BIG)
    with pytest.raises(RuleViolation):
        store(upload, by=None, allowed={"pdf"})


def test_another_fault_of_the_disk_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any, raw_data: bytes, start: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(BoundedUploadHandler.__mro__[1], "receive_data_chunk", broken)
    with pytest.raises(OSError, match="Input/output"):
        received(b"x" * BIG)


def test_what_exceeds_the_limit_never_reaches_the_disk(settings: Any, tmp_path: Path) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    handler = BoundedUploadHandler()
    handler.new_file("file", "大.pdf", "application/pdf", None)
    for number in range(64):
        handler.receive_data_chunk(b"x" * 65_536, number * 65_536)
    handler.file.flush()
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_size == 1024 * 1024
