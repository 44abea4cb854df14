"""Award notices: what they print, their documents, and which ones a unit has been handed."""

from __future__ import annotations

from applications.models import Packet
from portal.documents.models import Document
from portal.files.models import StoredFile
from portal.seals.services import sealing
from reviews.models import AwardNotice


def document_of(award: AwardNotice) -> Document | None:
    """Return the newest document of an award notice."""
    return Document.objects.filter(subject_label=award.label, superseded=False).last()


def file_of(award: AwardNotice) -> StoredFile | None:
    """Return its file, with the association's seal where it bears one; None while it is set."""
    document = document_of(award)
    if document is None:
        return None
    return sealing.file_of(document) or document.file


def handed_out(packet: Packet) -> list[AwardNotice]:
    """Return the award notices a packet's unit may fetch, newest first."""
    rows = packet.award_notices.filter(handed_out_at__isnull=False).select_related("notice")
    return list(rows.order_by("-handed_out_at"))
