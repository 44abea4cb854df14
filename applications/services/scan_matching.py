"""Whether an uploaded scan shows a printed document, all of it, as it came back from the seal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from applications.models.version import ScanMatch
from portal.documents.models import Document
from portal.documents.scans import Reading, pages_of, read
from portal.errors import Refusal, RuleViolation
from portal.face.wording import listed
from portal.files.models import StoredFile
from portal.files.services import kind_of
from portal.seals.services.sealing import read_bytes

SCAN_TYPES = frozenset({"pdf", "jpg", "png"})


@dataclass(frozen=True, slots=True)
class Sight:
    """What an uploaded scan shows; ``pages`` counts those of the documents whose codes it bears."""

    reading: Reading
    pages: Mapping[str, int]


def look_at(upload: UploadedFile[Any]) -> Sight:
    """Read an uploaded scan; takes seconds, so look before a transaction begins.

    Raises RuleViolation where the file is none of SCAN_TYPES.
    """
    kind = kind_of(upload, allowed=SCAN_TYPES)
    upload.seek(0)
    reading = read(upload.read(), kind.content_type)
    printed = Document.objects.filter(code__in=reading.codes, erased_at=None)
    pages = {
        one.code: pages_of(read_bytes(one.file))
        for one in printed.select_related("file")
        if one.file is not None
    }
    return Sight(reading, pages)


def match_of(
    subject_label: str, stored: StoredFile, sight: Sight, other: Callable[[list[str]], str]
) -> ScanMatch:
    """Compare a scan with what was printed about a subject.

    Raises RuleViolation with a sentence when it surely is something else: the file as the portal
    made it, another document (``other`` says so of the codes found), a form without all its pages.
    What a machine cannot tell is left to people: they compare by eye.
    """
    reading = sight.reading
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
    return _whole(sight.pages.get(found[0]), reading)


def _whole(pages: int | None, reading: Reading) -> ScanMatch:
    """Look whether all pages are there; of a document whose file is gone, people say."""
    if pages is None:
        return ScanMatch.BY_EYE
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
