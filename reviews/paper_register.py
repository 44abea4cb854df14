"""The paper register of a call: one line for each packet handed in, and finding one by its code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import File
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Replace, Upper
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from applications import printing
from applications.models import Application, HandIn, Packet, PaperArrival, Version
from applications.papers import PaperStanding
from applications.services.paper import Papers, reckoned
from applications.services.scan_matching import SCAN_TYPES
from applications.states import FREED
from calls.models import Call, PaperRule
from portal.documents import scans, verification
from portal.errors import RuleViolation
from portal.files.services import kind_of
from portal.people.models import Membership
from reviews.evening import Person
from reviews.paper_codes import Asked, read


@dataclass(slots=True)
class Line:
    """One packet with its papers and whom to call about what is missing."""

    packet: Packet
    papers: Papers
    people: list[Person] = field(default_factory=list)

    @property
    def standing(self) -> PaperStanding:
        """How far the papers are."""
        return self.papers.judgement.standing

    @property
    def title(self) -> str:
        """Name the only application, or say how many lie in the packet."""
        shown = self.packet.shown_applications
        return str(shown[0]) if len(shown) == 1 else _("%(n)d applications") % {"n": len(shown)}


@dataclass(frozen=True, slots=True)
class Found:
    """What a typed line leads to: a packet with the version printed, or a sentence why not."""

    packet: Packet | None = None
    version: Version | None = None
    sentence: str = ""


# Those to be called stand first, then what is done with.
_ORDER = (
    PaperStanding.MISSING,
    PaperStanding.OLD_VERSION,
    PaperStanding.PARTLY,
    PaperStanding.LATE,
    PaperStanding.COMPLETE,
)


def lines_of(call: Call) -> list[Line]:
    """Return every packet that still takes a place, those to be called first."""
    return sorted(lines_of_calls([call]), key=lambda line: _ORDER.index(line.standing))


def lines_of_calls(calls: Sequence[Call]) -> list[Line]:
    """Return the packets of several calls; the number of queries grows with neither."""
    by_pk = {call.pk: call for call in calls}
    rules: dict[int, list[PaperRule]] = {pk: [] for pk in by_pk}
    for rule in PaperRule.objects.filter(call__in=by_pk):
        rules[rule.call_id].append(rule)
    latest = HandIn.objects.filter(packet=OuterRef("pk")).order_by("-version__no")
    live = Application.objects.filter(handed_in_at__isnull=False).exclude(state__in=FREED)
    packets = list(
        _packets()
        .filter(call__in=by_pk, pk__in=live.filter(packet__call__in=by_pk).values("packet"))
        .annotate(in_hand=Subquery(latest.values("version")[:1]))
        .order_by("organisation__name", "number")
    )
    versions = Version.objects.defer("content").in_bulk([p.in_hand for p in packets])
    lines = []
    for packet in packets:
        packet.call = by_pk[packet.call_id]
        owed = rules[packet.call_id]
        papers = reckoned(packet, owed, _arrivals(packet), versions[packet.in_hand])
        lines.append(Line(packet, papers))
    return lines


def line_of(packet: Packet) -> Line | None:
    """Return the line of one packet, None where nothing is owed on paper or nothing came in."""
    receipt = HandIn.objects.filter(packet=packet).select_related("version")
    latest = receipt.order_by("-version__no").first()
    if latest is None:
        return None
    rules = list(packet.call.papers.all())
    return Line(packet, reckoned(packet, rules, _arrivals(packet), latest.version))


def _arrivals(packet: Packet) -> list[PaperArrival]:
    """Return the arrivals that stand, as they were read with the packet."""
    found: list[PaperArrival] = packet.standing_arrivals  # type: ignore[attr-defined]
    return found


def _packets() -> QuerySet[Packet]:
    """Packets with all that a line reads of them."""
    arrivals = (
        PaperArrival.objects.standing().select_related("version", "by").prefetch_related("pieces")
    )
    return Packet.objects.select_related("organisation").prefetch_related(
        Prefetch("applications", Application.objects.select_related("category").defer("answers")),
        Prefetch("paper_arrivals", arrivals, to_attr="standing_arrivals"),
    )


def add_people(lines: Collection[Line]) -> None:
    """Add whom to call, administrators first, in one query."""
    units = {line.packet.organisation_id for line in lines}
    by_unit: dict[int, list[Person]] = {}
    members = (
        Membership.objects.active()
        .filter(Q(is_administrator=True) | Q(is_filler=True), organisation__in=units)
        .select_related("user")
        .order_by("-is_administrator", "pk")
    )
    for member in members:
        person = Person(member.user.name, member.user.phone, member.is_administrator)
        by_unit.setdefault(member.organisation_id, []).append(person)
    for line in lines:
        line.people = by_unit.get(line.packet.organisation_id, [])


def counts_of(lines: Iterable[Line]) -> Mapping[PaperStanding, int]:
    """Count packets by how far their papers are."""
    return Counter(line.standing for line in lines)


def find(text: str, *, issuers: Sequence[int]) -> Found:
    """Find the packet a typed number or a scanned address means, among these associations' calls.

    What was never handed in is the unit's own affair: it is not named, only that it was not
    handed in.
    """
    asked = read(text)
    if not (asked.code or asked.number):
        return Found(sentence=_("This is neither a number nor a verification code."))
    packet, version, sentence = _by_code(asked) if asked.code else _by_number(asked, issuers)
    if packet is None or packet.call.issuer_id not in issuers:
        return Found(sentence=sentence or _unknown(text))
    if not packet.handins.exists():
        return Found(
            sentence=_(
                "This form was printed but never handed in in the portal. Call the unit: it has "
                "to hand in before the deadline."
            )
        )
    return Found(packet, version)


def code_on(upload: File[Any], *, issuers: Sequence[int]) -> str:
    """Return the code on a photo or scan of a paper, for ``find``; takes seconds, keeps nothing.

    Of several codes it is the one that leads to a packet. Raises RuleViolation for a file that is
    no picture or PDF, for one without a code of the portal, and for papers of several packets.
    """
    kind = kind_of(upload, allowed=SCAN_TYPES)
    upload.seek(0)
    seen = scans.read(upload.read(), kind.content_type).codes
    if not seen:
        raise RuleViolation(
            [_("No code could be read on this picture. Type the number printed on the form.")]
        )
    packets = {
        found.packet.pk: code for code in seen if (found := find(code, issuers=issuers)).packet
    }
    if len(packets) > 1:
        raise RuleViolation([_("Forms of several units are on this picture; take one alone.")])
    return next(iter(packets.values()), seen[0])


def _unknown(text: str) -> str:
    return _("Nothing handed in to you bears “%(text)s”.") % {"text": text.strip()[:80]}


def _by_code(asked: Asked) -> tuple[Packet | None, Version | None, str]:
    """Follow the code of a printed form, or of the receipt that lay beside it."""
    document = verification.find(asked.code)
    if document is None:
        return None, None, ""
    label, _colon, pk = document.subject_label.partition(":")
    version = printing.version_of_document(document)
    if version is None and label == "applications.handin":
        receipt = HandIn.objects.select_related("version").filter(pk=int(pk)).first()
        version = receipt.version if receipt else None
    if version is None:
        kind = document.get_kind_display()
        said = _("This is the code of a %(kind)s; scan the one on the form.") % {"kind": kind}
        return None, None, said
    return _whole(Q(pk=version.packet_id)), version, ""


def _by_number(asked: Asked, issuers: Sequence[int]) -> tuple[Packet | None, Version | None, str]:
    """Follow a number: of the packet, of one of its applications, or of a receipt."""
    for model, name, packet in (
        (Packet, "number", ""),
        (Application, "number", "packet"),
        (HandIn, "receipt_number", "packet"),
    ):
        issuer = f"{packet}__call__issuer__in" if packet else "call__issuer__in"
        bare = Replace(Upper(F(name)), Value("-"), Value(""))
        rows = model._default_manager.filter(**{issuer: issuers}).annotate(bare=bare)
        pk = (
            rows.filter(Exact(F("bare"), asked.number))
            .values_list(packet or "pk", flat=True)
            .first()
        )
        if pk is not None:
            return _whole(Q(pk=pk)), None, ""
    return None, None, ""


def _whole(where: Q) -> Packet | None:
    """Read one packet with its call for booking in."""
    return _packets().select_related("call__issuer__organisation").filter(where).first()
