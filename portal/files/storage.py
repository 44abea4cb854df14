"""Files on the disk that are really there when the row that names them commits."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="portal.files.storage.DurableFileStorage")
class DurableFileStorage(FileSystemStorage):
    """Writes beside the final name, then syncs the file, renames it and syncs its folder.

    Django's own storage leaves the bytes in the page cache: a power cut after the commit would
    leave a receipt without its file. A fault on the way (a full disk) leaves nothing behind.
    """

    def _save(self, name: str, content: File[bytes]) -> str:
        full_path = Path(self.path(name))
        self._make_folders(full_path.parent)
        partial = full_path.with_name(full_path.name + ".part")
        try:
            with partial.open("xb") as target:
                for chunk in _chunks(content):
                    target.write(chunk)
                target.flush()
                os.fchmod(target.fileno(), self.file_permissions_mode or 0o600)
                os.fsync(target.fileno())
            partial.rename(full_path)
        except BaseException:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        _sync_folder(full_path.parent)
        return name.replace("\\", "/")

    def _make_folders(self, folder: Path) -> None:
        """Make missing folders, syncing the parent of each, so that the path itself survives."""
        missing = [f for f in (folder, *folder.parents) if not f.exists()]
        for path in reversed(missing):
            path.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(path.parent)


def _chunks(content: File[bytes] | IO[bytes]) -> Iterator[bytes]:
    if isinstance(content, File):
        yield from content.chunks()
    else:
        while chunk := content.read(64 * 1024):
            yield chunk


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
