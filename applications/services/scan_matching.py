"""Whether an uploaded scan shows a printed document, all of it, as it came back from the seal."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from applications.models.version import ScanMatch
from portal.documents.models import Document
from portal.documents.scans import Reading, pages_of, read
from portal.errors import Refusal, RuleViolation
from portal.face.wording import listed
from portal.files.models import StoredFile
from portal.seals.services.sealing import read_bytes


def reading_of(stored: StoredFile) -> Reading:
    """Return what a scan shows; takes seconds, so ask before anything is locked."""
    return read(read_bytes(stored), stored.content_type)


def match_of(
    subject_label: str, stored: StoredFile, reading: Reading, other: Callable[[list[str]], str]
) -> ScanMatch:
    """Compare a scan with what was printed about a subject.

    Raises RuleViolation with a sentence when it surely is something else: the file as the portal
    made it, another document (``other`` says so of the codes found), a form without all its pages.
    What a machine cannot tell is left to people: they compare by eye.
    """
    if reading.is_unstamped or Document.objects.filter(file_sha256=stored.sha256).exists():
        raise _refusal(
            _(
                "This is the form as a computer made it, without signature and seal. Print it, "
                "have it signed and stamped, scan all pages and upload the scan."
            ),
            "unstamped",
        )
    found = reading.codes
    if not found:
        return ScanMatch.BY_EYE
    known = {one.code: one for one in Document.objects.filter(code__in=found)}
    if any(code not in known or known[code].subject_label != subject_label for code in found):
        raise _refusal(other(found), "other_version")
    return _whole(known[found[0]], reading)


def _whole(document: Document, reading: Reading) -> ScanMatch:
    """Look whether all pages are there."""
    if document.file is None:
        return ScanMatch.BY_EYE
    pages = pages_of(read_bytes(document.file))
    if reading.surely_lacks(pages):
        raise _refusal(
            _(
                "The form has %(pages)d pages; on this scan page %(missing)s was not found. "
                "Scan all pages into one PDF and upload it."
            )
            % {"pages": pages, "missing": listed(reading.unseen(pages))},
            "pages_missing",
        )
    sure = reading.is_paper and not reading.unseen(pages)
    return ScanMatch.MATCHED if sure else ScanMatch.BY_EYE


def _refusal(sentence: str, code: str) -> RuleViolation:
    return RuleViolation([Refusal(sentence, code=code)])
