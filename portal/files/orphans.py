"""Finds bytes no row points at: their transaction was rolled back or the process was killed."""

from __future__ import annotations

import datetime as dt
import re

from django.core.files.storage import default_storage

from portal import clock
from portal.files.models import StoredFile

# Only what looks like our own names is ever removed.
_FOLDER = re.compile(r"^[0-9a-f]{2}$")
_NAME = re.compile(r"^[0-9a-f]{32}(\.part)?$")


def remove_orphans(*, older_than: dt.timedelta) -> int:
    """Delete stored bytes without a row written before ``now - older_than``; return how many.

    A file is stored before its row commits, so anything young may still get its row.
    """
    limit = clock.now() - older_than
    try:
        folders, _files = default_storage.listdir("")
    except FileNotFoundError:
        return 0  # nothing was ever stored
    return sum(_clear(folder, limit) for folder in folders if _FOLDER.match(folder))


def _clear(folder: str, limit: dt.datetime) -> int:
    paths = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1] if _NAME.match(name)]
    old = [path for path in paths if default_storage.get_modified_time(path) < limit]
    known = set(StoredFile.objects.filter(file__in=old).values_list("file", flat=True))
    orphans = [path for path in old if path not in known]
    for path in orphans:
        default_storage.delete(path)
    return len(orphans)
