"""Scans uploads for viruses where a scanner is configured, clears bytes nobody points at."""

from __future__ import annotations

import datetime as dt
import logging

from celery import shared_task
from django.conf import settings

from portal import clock
from portal.files import clamav
from portal.files.models import FileState, StoredFile
from portal.files.orphans import remove_orphans as _remove_orphans
from portal.files.services import destroy_erased

logger = logging.getLogger(__name__)


@shared_task
def scan(file_id: str) -> None:
    """Scan one waiting file; may run twice. A silent scanner leaves it waiting for the sweeper."""
    stored = StoredFile.objects.pending().filter(pk=file_id).first()
    if stored is None or not settings.CLAMAV_SOCKET:
        return
    try:
        with stored.file.open("rb") as content:
            finding = clamav.scan(content, settings.CLAMAV_SOCKET)
    except clamav.ScannerSilent as fault:
        logger.warning("virus scanner gives no answer for %s: %s", file_id, fault)
        return
    state = FileState.QUARANTINED if finding else FileState.CLEAN
    StoredFile.objects.pending().filter(pk=file_id).update(state=state, finding=finding[:200])
    if finding:
        logger.warning("file %s quarantined: %s", file_id, finding)


@shared_task
def sweep() -> None:
    """Scan what was left waiting; without a scanner waiting files become usable again."""
    if not settings.CLAMAV_SOCKET:
        StoredFile.objects.pending().update(state=FileState.CLEAN)
        return
    late = clock.now() - dt.timedelta(minutes=1)
    waiting = StoredFile.objects.pending().filter(created_at__lt=late)
    for file_id in waiting.values_list("pk", flat=True)[:500]:
        scan(str(file_id))


@shared_task
def remove_orphans() -> None:
    """Remove bytes whose row was rolled back, a day after they were written, or was erased."""
    destroy_erased()
    _remove_orphans(older_than=dt.timedelta(days=1))
