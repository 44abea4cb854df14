"""Takes uploads off the network: bounded, and a full disk is a sentence, not a fault."""

from __future__ import annotations

import errno
import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class UnusableUpload(UploadedFile[Any]):
    """What is left of an upload whose bytes were not kept; ``size`` is what was sent."""

    def __init__(self, name: str, size: int, *, disk_full: bool) -> None:
        super().__init__(file=io.BytesIO(), name=name, size=size)
        self.disk_full = disk_full


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Streams a big upload to a temporary file, up to the limit for one file.

    What exceeds it is read and dropped: the person then gets the page with the sentence instead of
    a broken connection. The same holds when the disk has no room.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; a disk without room for its name is noted, not raised."""
        self._received, self._disk_full = 0, False
        try:
            super().new_file(*args, **kwargs)
        except OSError as fault:
            self._note(fault)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece while it is within the limit and there is room."""
        self._received += len(raw_data)
        if self._disk_full or self._received > settings.UPLOAD_MAX_BYTES:
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as fault:
            self._note(fault)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Hand over the file, or what says why there is none."""
        if self._disk_full or self._received > settings.UPLOAD_MAX_BYTES:
            return UnusableUpload(self.file_name or "", file_size, disk_full=self._disk_full)
        return super().file_complete(file_size)

    def _note(self, fault: OSError) -> None:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise fault
        self._disk_full = True
