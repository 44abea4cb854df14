"""All printed forms of a call as one zip: what is not set yet is set on the way, with progress."""

from __future__ import annotations

import tempfile
import time
import zipfile
from collections.abc import Iterator
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import printing
from applications.models import HandIn, Version
from calls.models import Call
from portal.audit.services import record
from portal.documents import word
from portal.documents.models import Document, DocumentState
from portal.documents.services import render_document
from portal.files.models import StoredFile
from portal.files.names import clean_name
from portal.files.services import store_made
from portal.jobs.models import Job
from portal.jobs.services import progress, start
from portal.people.models import User
from reviews.access import require_reader

CHUNK = 1 << 18
REPORT_EVERY = 5
# A document that another worker holds is ended by its limits after a minute.
PATIENCE_SECONDS = 90.0
# Names inside the archive are Chinese whatever language the person at the screen reads.
LEFT_OUT = "未能生成的申报书.txt"


@transaction.atomic
def start_forms(*, call: Call, by: User, with_word: bool) -> Job:
    """Order the forms in hand of a call. Raises PermissionDenied for strangers."""
    require_reader(by, call)
    record("forms_exported", by=by, target=call, issuer=call.issuer, word=with_word)
    return start(
        "forms",
        title=_("Printed forms: %(call)s") % {"call": call.title},
        by=by,
        issuer=call.issuer,
        task="reviews.tasks.export_forms",
        args={"call": call.pk, "word": with_word},
        next_url=reverse("admin:reviews_call", args=[call.pk]),
    )


def make_forms(job: Job) -> tuple[StoredFile, str]:
    """Write the archive a job asks for and keep it; return the file and what to say.

    A form that cannot be set does not stop the others: it is named in the archive with its reason.
    """
    call = Call.objects.select_related("issuer__organisation").get(pk=job.args["call"])
    require_reader(job.created_by, call)
    with translation.override(settings.LANGUAGE_CODE), tempfile.TemporaryFile("w+b") as target:
        count, failures = _write(target, call, job)
        target.seek(0)
        name = clean_name(f"{call.title}-申报书.zip")
        stored = store_made(
            File(target, name=name), name=name, content_type="application/zip",
            by=job.created_by, purpose="export",
        )  # fmt: skip
        return stored, _said(count, failures)


def versions_in_hand(call: Call) -> Iterator[Version]:
    """Yield the version last handed in of each packet, by number; memory stays flat."""
    newest = (
        HandIn.objects.filter(packet__call=call)
        .order_by("packet_id", "-version__no")
        .distinct("packet_id")
    )
    versions = Version.objects.filter(handin__in=newest.values("pk"))
    yield from (
        versions.select_related("packet__call", "packet__organisation", "form_revision")
        .order_by("packet__number")
        .iterator(chunk_size=50)
    )


def _write(target: IO[bytes], call: Call, job: Job) -> tuple[int, list[str]]:
    """Write every form into the zip; return how many, and what was left out and why."""
    count, failures = 0, []
    total = HandIn.objects.filter(packet__call=call).values("packet").distinct().count()
    progress(job, 0, total)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for done, version in enumerate(versions_in_hand(call), start=1):
            document = _set(version)
            if document is not None and document.is_ready:
                _put(archive, version, document, with_word=bool(job.args["word"]))
                count += 1
            else:
                failures.append(_reason(version, document))
            if done % REPORT_EVERY == 0 or done == total:
                progress(job, done, total)
        if failures:
            archive.writestr(LEFT_OUT, "\n".join(failures))
    return count, failures


def _set(version: Version) -> Document | None:
    """Return the form of a version, set now where it was waiting.

    One that another worker is setting is waited for; one that failed stays failed: staff try it
    again by hand, once.
    """
    document = printing.form_of(version)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while document is not None and document.is_waiting and time.monotonic() < deadline:
        if not render_document(document.pk):
            document.refresh_from_db()
            if document.state != DocumentState.RENDERING:
                break
            time.sleep(0.5)
        document.refresh_from_db()
    return document


def _put(
    archive: zipfile.ZipFile, version: Version, document: Document, *, with_word: bool
) -> None:
    """Write one form, with its seals, and its Word file."""
    name = _name(version)
    file = printing.file_of(document)
    assert file is not None
    with archive.open(f"{name}.pdf", "w", force_zip64=True) as target, file.file.open() as source:
        while chunk := source.read(CHUNK):
            target.write(chunk)
    if with_word and word.has_word(document):
        archive.writestr(f"{name}.docx", word.word_of(document))


def _name(version: Version) -> str:
    """Return a name that sorts by number and says whose it is; never the same twice."""
    packet = version.packet
    return clean_name(f"{packet.number or packet.pk}-{packet.organisation.name}")


def _reason(version: Version, document: Document | None) -> str:
    if document is None:
        said = _("No form was ordered.")
    elif document.state == DocumentState.FAILED:
        said = document.failure
    else:
        said = _("It is still being set; please export again in a few minutes.")
    return f"{_name(version)}：{said}"


def _said(count: int, failures: list[str]) -> str:
    """Return the job's closing words, with the reasons of what was left out."""
    said = ngettext("%(n)d form.", "%(n)d forms.", count) % {"n": count}
    if not failures:
        return said
    left = ngettext(
        "%(n)d could not be printed; its reason stands in the archive:",
        "%(n)d could not be printed; the reasons stand in the archive:",
        len(failures),
    ) % {"n": len(failures)}
    return "\n".join([said, left, *failures[:10]])
