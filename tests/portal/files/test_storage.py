"""Bytes are on the disk before the row commits, and a failed write leaves nothing."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from portal.files.storage import DurableFileStorage


@pytest.fixture
def storage(tmp_path: Path) -> DurableFileStorage:
    return DurableFileStorage(location=tmp_path / "media")


def files_in(storage: DurableFileStorage) -> list[Path]:
    return [path for path in Path(storage.location).rglob("*") if path.is_file()]


def test_the_bytes_are_kept(storage: DurableFileStorage) -> None:
    name = storage.save("ab/abcdef", ContentFile("科协".encode() * 100_000))
    with storage.open(name) as kept:
        assert kept.read() == "科协".encode() * 100_000
    assert [path.name for path in files_in(storage)] == ["abcdef"]


def test_only_the_portal_itself_may_read_the_bytes(storage: DurableFileStorage) -> None:
    name = storage.save("ab/abcdef", ContentFile(b"x"))
    assert Path(storage.path(name)).stat().st_mode & 0o777 == 0o600
    assert Path(storage.path(name)).parent.stat().st_mode & 0o777 == 0o700


def test_file_and_folders_are_synced_in_the_order_that_survives_a_power_cut(
    storage: DurableFileStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    storage.save("ab/abcdef", ContentFile(b"x"))
    root = Path(storage.location)
    # the new folders' parents, then the file under its first name, then the folder of the rename
    assert synced == [
        str(root.parent), str(root), str(root / "ab" / "abcdef.part"), str(root / "ab"),
    ]  # fmt: skip


class FullDisk(ContentFile[bytes]):
    """Content that meets a full disk on its way."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"the first part still fits"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_no_half_file(storage: DurableFileStorage) -> None:
    with pytest.raises(OSError, match="No space left"):
        storage.save("ab/abcdef", FullDisk(b"x"))
    assert files_in(storage) == []
