"""Taking files in and handing them out; the calling app has authorised the person before."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from portal.errors import RuleViolation
from portal.files.inspection import Kind, inspect
from portal.files.models import FileState, StoredFile
from portal.files.names import clean_name
from portal.files.uploads import UnusableUpload
from portal.people.models import User
from portal.publishing import publish

# What a file that was erased is called; the name it had may have named a person.
ERASED_NAME = "—"
# Shown in the browser's window on request; everything else is only ever saved.
INLINE_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png"})


def store(
    upload: File[Any], *, by: User | None, allowed: Collection[str], purpose: str = ""
) -> StoredFile:
    """Check an uploaded file by its content and keep it; return its row.

    ``allowed`` names kinds of :data:`portal.files.inspection.KINDS`, such as ``{"pdf", "docx"}``.
    The bytes are synced to the disk before this returns. Raises ``RuleViolation`` with a sentence
    for the person when the file is not accepted or there is no room for it.
    """
    kind = kind_of(upload, allowed=allowed)
    state = FileState.PENDING if settings.CLAMAV_SOCKET else FileState.CLEAN
    stored = _keep(
        upload, name=clean_name(upload.name or ""), content_type=kind.content_type, by=by,
        purpose=purpose, state=state,
    )  # fmt: skip
    if state == FileState.PENDING:
        file_id = str(stored.pk)
        transaction.on_commit(lambda: publish("portal.files.tasks.scan", file_id=file_id))
    return stored


def kind_of(upload: File[Any], *, allowed: Collection[str]) -> Kind:
    """Return what an uploaded file is; raises ``RuleViolation`` where it is not accepted."""
    if isinstance(upload, UnusableUpload) and upload.disk_full:
        raise RuleViolation([_no_room()])
    return inspect(upload, name=clean_name(upload.name or ""), allowed=allowed)


def store_bytes(
    data: bytes, *, name: str, content_type: str, by: User | None, purpose: str = ""
) -> StoredFile:
    """Keep a file the portal itself made (a PDF, an export); it is not inspected.

    Raises ``RuleViolation`` when there is no room for it.
    """
    return _keep(
        ContentFile(data), name=clean_name(name), content_type=content_type, by=by,
        purpose=purpose, state=FileState.CLEAN,
    )  # fmt: skip


def store_made(
    content: File[Any], *, name: str, content_type: str, by: User | None, purpose: str = ""
) -> StoredFile:
    """Keep a large file the portal itself made, such as an archive, without holding it in memory.

    Raises ``RuleViolation`` when there is no room for it.
    """
    return _keep(
        content, name=clean_name(name), content_type=content_type, by=by, purpose=purpose,
        state=FileState.CLEAN,
    )  # fmt: skip


def serve(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """Hand out a file as a download, or in the window where its type is harmless there.

    Raises ``RuleViolation`` while the file is being scanned, when it is quarantined or was erased.
    """
    if stored.state == FileState.PENDING:
        raise RuleViolation([_("This file is still being scanned. Please try again in a minute.")])
    if stored.state == FileState.ERASED:
        raise RuleViolation([_("The time for keeping this file is over; it was erased.")])
    if stored.state == FileState.QUARANTINED:
        raise RuleViolation([_("The virus scanner has found fault with this file. It is locked.")])
    shown = inline and stored.content_type in INLINE_TYPES
    response = FileResponse(
        stored.file.open("rb"),
        as_attachment=not shown,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # A PDF viewer does not start inside a sandbox; scripts have no source they may come from.
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
        if shown
        else "default-src 'none'; sandbox"
    )
    return response


def erase(keys: Iterable[UUID]) -> int:
    """Give up the bytes and names of files for good; their rows keep size and hash.

    The bytes go after the commit; what a killed process leaves, the sweep destroys. Returns how
    many files were still there.
    """
    rows = StoredFile.objects.filter(pk__in=list(keys)).exclude(state=FileState.ERASED)
    ending = list(rows.values_list("pk", flat=True))
    rows.update(state=FileState.ERASED, name=ERASED_NAME, finding="")
    transaction.on_commit(lambda: destroy_erased(ending))
    return len(ending)


def destroy_erased(keys: Collection[UUID] | None = None) -> None:
    """Destroy the bytes of files that were given up: of these, or of all that are left."""
    rows = StoredFile.objects.all().to_destroy()
    for stored in rows if keys is None else rows.filter(pk__in=keys):
        # Saving no row here: between the two steps the bytes may be gone and the path still stand.
        stored.file.delete(save=False)
        StoredFile.objects.filter(pk=stored.pk).update(file="")


def _keep(
    content: File[Any],
    *,
    name: str,
    content_type: str,
    by: User | None,
    purpose: str,
    state: FileState,
) -> StoredFile:
    """Write the bytes, then the row; neither stays alone when the other fails."""
    stored = StoredFile(
        name=name, size=content.size, sha256=_sha256(content), content_type=content_type,
        state=state, purpose=purpose, created_by=by,
    )  # fmt: skip
    try:
        stored.file.save(name, content, save=False)
    except OSError as fault:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise RuleViolation([_no_room()]) from fault
    try:
        stored.save(force_insert=True)
    except BaseException:
        stored.file.delete(save=False)
        raise
    return stored


def _sha256(content: File[Any]) -> str:
    digest = hashlib.sha256()
    content.seek(0)
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def _no_room() -> str:
    return _(
        "The file could not be saved because the portal's disk is full. Nothing was saved; "
        "everything else you entered is kept. Please tell the association and try again later."
    )
