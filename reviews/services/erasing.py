"""What of the association's own work goes with a form whose time is over, and what holds one."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from applications.models import Packet
from applications.services.erasing import Gone, blank
from calls import cache
from portal import clock
from reviews.models import (
    ArchiveRun,
    Assignment,
    AwardNotice,
    Decision,
    ExpertTie,
    Feedback,
    FormalCheck,
    Meeting,
    MeetingItem,
    Objection,
    ObjectionFile,
    ObjectionLog,
    Publicity,
    ReviewRecord,
    Score,
    SheetEntry,
    Showcase,
    ShowcasePhoto,
)


def held_by_objections(packets: Collection[UUID]) -> dict[UUID, str]:
    """Return why packets stay: their list is being shown, or an objection to it is not decided."""
    entries = Q(publicity__entries__application__packet__in=list(packets))
    open_ones = Objection.objects.unsettled().filter(
        Q(entry__application__packet__in=list(packets)) | (Q(entry=None) & entries)
    )
    found = {}
    for own, listed in open_ones.values_list(
        "entry__application__packet", "publicity__entries__application__packet"
    ):
        found[own or listed] = _("an objection is not decided")
    shown = Publicity.objects.filter(
        state="running", entries__application__packet__in=list(packets)
    )
    for key in shown.values_list("entries__application__packet", flat=True):
        found.setdefault(key, _("its list is being shown to the public"))
    return found


def erase_review(packet: Packet, gone: Gone) -> None:
    """Take out every text about a packet; marks, ranks, votes, outcomes and amounts stay.

    An archive holds whole forms and goes with the first of them; what speaks of several
    applications at once, such as the minutes of a meeting, goes with the last.
    """
    own = Q(application__packet=packet)
    given = Assignment.objects.filter(own)
    blank(given, "opinion", "ended_reason", "reopened_reason")
    blank(Score.objects.filter(assignment__in=given), "comment")
    SheetEntry.objects.filter(assignment__in=given).delete()
    blank(MeetingItem.objects.filter(own), "note")
    blank(Decision.objects.filter(own), "note")
    blank(Feedback.objects.filter(own), "text")
    blank(FormalCheck.objects.filter(own), "reason")
    FormalCheck.objects.filter(own).update(items=[])
    blank(ExpertTie.objects.filter(own), "reason")
    awards = AwardNotice.objects.filter(packet=packet)
    gone.subjects.update(award.label for award in awards)
    _erase_objections(Q(entry__application__packet=packet), gone)
    _take_off(packet, gone)
    _erase_archives(packet, gone)
    others = Packet.objects.filter(call=packet.call, handins__isnull=False, erasure=None)
    if not others.exclude(pk=packet.pk).exists():
        _erase_common(packet, gone)


def _erase_objections(which: Q, gone: Gone) -> None:
    """Take out who objected, what and how it was answered; that it was and its verdict stay."""
    objections = Objection.objects.filter(which)
    blank(objections, "name", "unit_name", "phone", "email", "text", "answer")
    blank(ObjectionLog.objects.filter(objection__in=objections), "note")
    files = ObjectionFile.objects.filter(objection__in=objections)
    gone.add(files.values_list("file", flat=True))


def _take_off(packet: Packet, gone: Gone) -> None:
    """Take the public pages of the projects off, with their photos."""
    pages = Showcase.objects.filter(application__packet=packet)
    photos = ShowcasePhoto.objects.filter(showcase__in=pages)
    gone.add(key for pair in photos.values_list("source", "picture") for key in pair)
    photos.delete()
    if pages.update(
        text="", published_at=None, withdrawn_reason=_("The time for keeping it is over.")
    ):
        cache.renew()


def _erase_archives(packet: Packet, gone: Gone) -> None:
    """Give the archives of the call up: each of them holds this form too."""
    for run in ArchiveRun.objects.filter(call=packet.call, erased_at=None):
        gone.add([run.file_id])
        run.manifest = {**run.manifest, "entries": []}
        run.erased_at = clock.now()
        run.save(update_fields=["manifest", "erased_at"])


def _erase_common(packet: Packet, gone: Gone) -> None:
    """Give up what speaks of several applications, now that the last of them goes."""
    records = ReviewRecord.objects.filter(panel__stage__call=packet.call).select_related("document")
    gone.add(record.signed_id for record in records)
    gone.subjects.update(record.document.subject_label for record in records)
    blank(Meeting.objects.filter(panel__stage__call=packet.call), "notes")
    _erase_objections(Q(publicity__call=packet.call, entry=None), gone)
