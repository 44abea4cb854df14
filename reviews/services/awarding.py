"""Award notices: made for every unit of a published list, sealed in one go, handed out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from applications.models import Packet
from calls.enums import NoticeKind, NoticeState
from calls.models import Call, Notice
from portal import clock
from portal.audit.services import record
from portal.clock import local
from portal.documents.models import Document
from portal.documents.payloads import DocumentKind, OfficialNotice, Paragraph
from portal.documents.services import request_document
from portal.errors import RuleViolation
from portal.face.wording import bracketed, yuan
from portal.people.models import User
from portal.seals.enums import Party
from portal.seals.models import Seal, SealUse
from portal.seals.services import sealing
from reviews.awards import document_of, file_of
from reviews.models import AwardNotice, Decision, DecisionOutcome
from reviews.services.deciding import lock_call
from reviews.services.telling import tell_workers

# Stands in the signature itself, which is read in Chinese.
REASON = "入选通知"


def lists_of(call: Call) -> list[Notice]:
    """Return the published result lists of a call, newest first."""
    rows = call.result_notices.filter(kind=NoticeKind.RESULT, state=NoticeState.PUBLISHED)
    return list(rows.order_by("-published_at", "-pk"))


@transaction.atomic
def make(*, call_id: int, notice_id: int, by: User) -> list[AwardNotice]:
    """Make the award notice of every unit with something selected in a list, each once.

    Raises RuleViolation for a list that is none of the call's or selects nobody.
    """
    call = lock_call(call_id, by)
    notice = call.result_notices.filter(pk=notice_id, kind=NoticeKind.RESULT).first()
    selected = Decision.objects.filter(published_in=notice, outcome=DecisionOutcome.SELECTED)
    by_packet: dict[uuid.UUID, list[Decision]] = {}
    rows = selected.select_related("application__category__parent", "application__packet")
    for decision in rows.order_by("application__number"):
        by_packet.setdefault(decision.application.packet_id, []).append(decision)
    if notice is None or not by_packet:
        raise RuleViolation([_("Nobody was selected in this list.")])
    packets = Packet.objects.select_related("organisation").in_bulk(list(by_packet))
    made = []
    for key, decisions in by_packet.items():
        award, new = AwardNotice.objects.get_or_create(
            notice=notice, packet=packets[key], defaults={"by": by, "made_at": clock.now()}
        )
        if new:
            _order(award, call, notice, packets[key], decisions)
        made.append(award)
    record("award_notices_made", by=by, target=notice, issuer=call.issuer, notices=len(made))
    return made


def _order(
    award: AwardNotice, call: Call, notice: Notice, packet: Packet, decisions: Sequence[Decision]
) -> Document:
    """Order the document: an official letter of the association to the unit."""
    issuer = call.issuer.organisation
    # What is printed is Chinese whatever language the person at the screen reads.
    with override(settings.LANGUAGE_CODE):
        contact = call.contacts.first()
        return request_document(
            kind=DocumentKind.NOTICE,
            payload=OfficialNotice(
                issuer=issuer.name,
                document_number="",
                addressees=packet.organisation.name,
                body=[Paragraph(level=0, text=line) for line in _lines(call, notice, decisions)],
                attachments=[],
                date=local(award.made_at).date().isoformat(),
                letterhead=issuer.name,
                contact=f"{contact.name}　{contact.phone}".strip() if contact else "",
            ),
            title=_("Award notice: %(call)s") % {"call": call.title},
            unit_name=packet.organisation.name,
            number=packet.number or "",
            version_no=1,
            content_sha256="",
            issuer_id=call.issuer_id,
            organisation_id=packet.organisation_id,
            subject_label=award.label,
        )


def _lines(call: Call, notice: Notice, decisions: Sequence[Decision]) -> list[str]:
    words = {"call": call.title, "word": call.word_selected, "list": notice.title}
    lines = [
        _("The following projects that your unit applied for in “%(call)s” are %(word)s:") % words
    ]
    for number, decision in enumerate(decisions, 1):
        application = decision.application
        line = _("%(no)s. “%(title)s”, %(category)s") % {
            "no": number,
            "title": application,
            "category": application.category.full_title,
        }
        line += bracketed(application.number)
        if decision.amount:
            line += _(", granted %(amount)s yuan") % {"amount": yuan(decision.amount)}
        lines.append(line + pgettext("ends an item of a list", "."))
    last = _("They are published in “%(list)s”. Please carry them out as applied for.") % words
    return [*lines, last]


def unsealed(awards: Sequence[AwardNotice]) -> list[AwardNotice]:
    """Return those whose document is ready and bears no seal of the association yet."""
    documents = {award.pk: document_of(award) for award in awards}
    sealed = set(
        SealUse.objects.filter(
            document__in=[d.pk for d in documents.values() if d], party=Party.ISSUER
        ).values_list("document_id", flat=True)
    )
    return [
        award
        for award in awards
        if (document := documents[award.pk]) and document.is_ready and document.pk not in sealed
    ]


def seal(*, awards: Sequence[AwardNotice], seal: Seal, password: str, place: str, by: User) -> int:
    """Seal award notices under one password, in this request; return how many were.

    Raises RuleViolation where seal or person are not entitled, WrongPassword (which is counted).
    """
    waiting = unsealed(awards)
    with sealing.opened(seal, by=by, password=password) as open_seal:
        for award in waiting:
            document = document_of(award)
            assert document is not None
            sealing.apply(
                document=document, open_seal=open_seal, party=Party.ISSUER, reason=REASON,
                place=place,
            )  # fmt: skip
    return len(waiting)


@transaction.atomic
def hand_out(*, call_id: int, notice_id: int, by: User) -> int:
    """Let the units fetch their award notices, and tell them; return how many are new.

    Raises RuleViolation while one of them is still being set.
    """
    call = lock_call(call_id, by)
    awards = list(
        AwardNotice.objects.filter(
            notice=notice_id, notice__about=call, handed_out_at=None
        ).select_related("packet__call__issuer", "packet__organisation")
    )
    if not awards:
        raise RuleViolation([_("Every award notice is handed out; make them first.")])
    if any(file_of(award) is None for award in awards):
        raise RuleViolation([_("Some notices are still being set. Try again in a minute.")])
    now = clock.now()
    for award in awards:
        award.handed_out_at = now
        award.save(update_fields=["handed_out_at"])
        tell_workers(award.packet, "award", {"packet": award.packet}, occasion=f"award:{award.pk}")
    record("award_notices_handed_out", by=by, target=call, issuer=call.issuer, notices=len(awards))
    return len(awards)
