"""The dossier: one list of an application's papers feeds page, zip and manifest."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applications import presenting, printing, printing_accounts, printing_lists
from applications.models import (
    AccountsScan,
    ChangeRequest,
    DeliverableVersion,
    HandIn,
    PaperArrival,
    Payment,
    Recommendation,
    RecommendationList,
    Version,
)
from applications.models.recommendation import ListState, Stand
from portal.documents.models import Document
from portal.files.models import StoredFile
from portal.files.names import clean_name, ending
from reviews.models import Submission
from reviews.results import outcome_word

CHUNK = 1 << 18
MANIFEST = "manifest.json"
# Names inside the archive are Chinese whatever language the person at the screen reads.
FORM, RECEIPT, SCAN, FILE, LETTER = "申报书", "回执", "盖章扫描件", "附件", "同意函"
DELIVERED, RECOMMENDED = "结项材料", "推荐"
CONTENT, HISTORY = "定稿内容.json", "办理记录.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper: where it lies in the zip, what it is, its size and hash, and its bytes.

    ``stored`` is None for what the portal writes itself and for a ``document`` that is not printed
    yet or could not be. Such a paper, as a file that is being scanned or locked, is named, but not
    handed out.
    """

    key: str
    path: str
    title: str
    size: int
    sha256: str
    stored: StoredFile | None = None
    data: bytes = b""
    document: Document | None = None

    @property
    def is_available(self) -> bool:
        """Tell whether the bytes may be handed out now."""
        if self.stored is None:
            return self.document is None
        return self.stored.is_usable

    @property
    def is_awaited(self) -> bool:
        """Tell whether it is a document that will be there in a while."""
        return self.document is not None and self.document.is_waiting

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes piece by piece."""
        if self.stored is None:
            yield self.data
            return
        with self.stored.file.open("rb") as opened:
            yield from iter(partial(opened.read, CHUNK), b"")

    def listed(self) -> dict[str, Any]:
        """Return what page and manifest both say about the paper."""
        return {
            "path": self.path,
            "title": self.title,
            "size": self.size,
            "sha256": self.sha256,
            "available": self.is_available,
        }


def entries_of(submission: Submission) -> list[Entry]:
    """Return every paper of one submission in the order in which a file is kept."""
    receipts = _receipts(submission)
    found: list[Entry] = []
    if receipts:
        found.append(_content(submission, receipts[-1].version))
    for receipt in receipts:
        found += _papers_of_version(receipt)
    if receipts:
        found += _attachments(submission, receipts[-1].version)
    found += _letters(submission)
    found += _recommended(submission)
    found += _deliverables(submission)
    found.append(_history(submission))
    return found


def _receipts(submission: Submission) -> list[HandIn]:
    """Hand-ins of the packet, oldest first; a freeze never handed in is the unit's own affair."""
    return list(
        HandIn.objects.filter(packet=submission.packet_id)
        .select_related("version__form_revision", "version__packet", "packet")
        .order_by("version__no")
    )


def _papers_of_version(receipt: HandIn) -> list[Entry]:
    """The printed form, its receipt and the stamped scans of one version."""
    version, found = receipt.version, []
    name = f"第{version.no}版.pdf"
    if form := printing.form_of(version):
        title = _("Printed form, version %(no)d") % {"no": version.no}
        found.append(of_document(f"form-{version.no}", title, form, f"{FORM}/{name}"))
    if paper := printing.receipt_document(receipt):
        title = _("Receipt, version %(no)d") % {"no": version.no}
        found.append(of_document(f"receipt-{version.no}", title, paper, f"{RECEIPT}/{name}"))
    for number, scan in enumerate(version.scans.select_related("file").order_by("at"), start=1):
        title = _("Stamped scan, version %(no)d (%(match)s)") % {
            "no": version.no,
            "match": scan.get_match_display(),
        }
        name = f"第{version.no}版-{number}.{ending(scan.file.name)}"
        found.append(of_file(f"scan-{scan.pk}", title, scan.file, f"{SCAN}/{name}"))
    return found


def _attachments(submission: Submission, version: Version) -> list[Entry]:
    """Files of the answers as they were frozen."""
    try:
        part = presenting.frozen(version, submission)
    except KeyError:
        return []
    stored = {
        str(f.pk): f for f in StoredFile.objects.filter(pk__in=[f["id"] for f in part["files"]])
    }
    return [
        of_file(
            f"file-{f['id']}",
            _("Attachment: %(name)s") % {"name": f["name"]},
            stored[f["id"]],
            f"{FILE}/{number}-{clean_name(f['name'])}",
        )
        for number, f in enumerate(part["files"], start=1)
        if f["id"] in stored
    ]


def _letters(submission: Submission) -> list[Entry]:
    partners = submission.partners.select_related("letter").exclude(letter=None)
    return [
        of_file(
            f"letter-{partner.pk}",
            _("Letter of %(partner)s") % {"partner": partner.name},
            partner.letter,
            f"{LETTER}/{number}.{ending(partner.letter.name)}",
        )
        for number, partner in enumerate(partners, start=1)
        if partner.letter is not None
    ]


def _recommended(submission: Submission) -> list[Entry]:
    """Of each list it was recommended on: summary table, stamped scan, covering letter, receipt."""
    rows = Recommendation.objects.filter(
        application=submission.pk, state=Stand.RECOMMENDED, list__state=ListState.HANDED_IN
    ).select_related("level", "list__organisation", "list__scan", "list__letter")
    found: list[Entry] = []
    for row in rows.order_by("level__no"):
        if row.list is not None:
            found += _papers_of_list(row.list, f"{RECOMMENDED}/第{row.level.no}级")
    return found


def _papers_of_list(made: RecommendationList, folder: str) -> Iterator[Entry]:
    unit = {"unit": made.organisation.name}
    if table := printing_lists.table_of(made.latest_version()):
        title = _("Summary table of %(unit)s") % unit
        yield of_document(f"table-{made.pk}", title, table, f"{folder}-推荐汇总表.pdf")
    if made.scan is not None:
        title = _("Stamped summary table of %(unit)s") % unit
        name = f"{folder}-推荐汇总表盖章件.{ending(made.scan.name)}"
        yield of_file(f"table-scan-{made.pk}", title, made.scan, name)
    if made.letter is not None:
        title = _("Covering letter of %(unit)s") % unit
        name = f"{folder}-公函.{ending(made.letter.name)}"
        yield of_file(f"list-letter-{made.pk}", title, made.letter, name)
    if receipt := printing_lists.receipt_of(made):
        title = _("Receipt of %(unit)s") % unit
        yield of_document(f"list-receipt-{made.pk}", title, receipt, f"{folder}-回执.pdf")


def _deliverables(submission: Submission) -> list[Entry]:
    """What the project handed in after its selection: each version, its files, printed accounts."""
    versions = DeliverableVersion.objects.filter(deliverable__project=submission.pk).select_related(
        "deliverable"
    )
    ordered = sorted(versions, key=lambda v: (v.deliverable.position, v.deliverable.title, v.no))
    files = [file for version in ordered for file in version.content["files"]]
    stored = {str(f.pk): f for f in StoredFile.objects.filter(pk__in=[f["id"] for f in files])}
    found: list[Entry] = []
    for version in ordered:
        title = version.deliverable.title
        folder = f"{DELIVERED}/{clean_name(title)}-第{version.no}版"
        said = _("%(title)s, version %(no)d") % {"title": title, "no": version.no}
        key = f"delivered-{version.pk}"
        content = {"version_sha256": version.sha256, "content": version.content}
        found.append(written(key, f"{folder}/{CONTENT}", said, content))
        found += _accounts(version, said, folder)
        found += [
            of_file(
                f"delivered-{version.pk}-{number}",
                f"{said}: {file['name']}",
                stored[file["id"]],
                f"{folder}/{number}-{clean_name(file['name'])}",
            )
            for number, file in enumerate(version.content["files"], start=1)
            if file["id"] in stored
        ]
    return found


def _accounts(version: DeliverableVersion, title: str, folder: str) -> Iterator[Entry]:
    """The printed final accounts and what came back of them with signature and stamp."""
    if accounts := printing_accounts.document_of(version):
        yield of_document(f"accounts-{version.pk}", title, accounts, f"{folder}/决算表.pdf")
    scans = AccountsScan.objects.filter(version=version).select_related("file").order_by("pk")
    for number, scan in enumerate(scans, start=1):
        said = f"{title}: {_('Stamped scan')}"
        name = f"{folder}/{SCAN}-{number}.{ending(scan.file.name)}"
        yield of_file(f"accounts-scan-{scan.pk}", said, scan.file, name)


def of_document(key: str, title: str, document: Document, path: str) -> Entry:
    """Make an entry of a printed document, with its seals where it bears some."""
    stored = printing.file_of(document)
    if stored is None:
        return Entry(key, path, title, 0, "", document=document)
    return of_file(key, title, stored, path)


def of_file(key: str, title: str, stored: StoredFile, path: str) -> Entry:
    """Make an entry of a stored file."""
    return Entry(key, path, title, stored.size, stored.sha256, stored=stored)


def written(key: str, path: str, title: str, content: Mapping[str, Any]) -> Entry:
    """Make an entry of data; the same data always give the same bytes."""
    data = json.dumps(
        content, ensure_ascii=False, indent=1, sort_keys=True, cls=DjangoJSONEncoder
    ).encode()
    digest = hashlib.sha256(data).hexdigest()
    return Entry(key, path, title, len(data), digest, data=data)


def _content(submission: Submission, version: Version) -> Entry:
    """The frozen answers as data, with the hash that form and receipt carry."""
    return written(
        "content",
        CONTENT,
        _("Frozen content, version %(no)d") % {"no": version.no},
        {
            "application": str(submission.pk),
            "number": submission.number,
            "version": version.no,
            "version_sha256": version.sha256,
            "content": version.content,
        },
    )


def _history(submission: Submission) -> Entry:
    """What happened to it, by instants and ids; names are on the papers themselves."""
    decision = getattr(submission, "decision", None)
    return written(
        "history",
        HISTORY,
        _("History"),
        {
            "application": str(submission.pk),
            "steps": values_of(
                submission.log.all(), "action", "source", "target", "by_id", "at", "note"
            ),
            "corrections": [
                {
                    "reason": request.reason,
                    "due": request.due,
                    "at": request.at,
                    "by_id": request.by_id,
                    "items": values_of(request.items.all(), "section", "reason"),
                }
                for request in submission.corrections.prefetch_related("items").order_by("at")
            ],
            "flags": values_of(
                submission.flags.all(),
                "kind", "message", "unit_reason", "settled_by_id", "settled_at", "settled_note",
            ),
            "checks": values_of(
                submission.checks.order_by("at"),
                "version__no", "items", "outcome", "reason", "by_id", "at",
            ),
            "decision": decision
            and {
                "outcome": decision.outcome,
                "amount": decision.amount,
                "rank": decision.rank,
                "published_in": decision.published_in_id,
            },
            "papers": values_of(
                PaperArrival.objects.filter(packet=submission.packet_id),
                "arrived_on", "postmarked_on", "version__no", "by_id", "at", "undone_reason",
            ),
            "changes": values_of(
                ChangeRequest.objects.filter(project=submission.pk),
                "kind", "before", "after", "state", "reason", "by_id", "at", "decided_by_id",
                "decided_at",
            ),
            "payments": values_of(
                Payment.objects.filter(project=submission.pk),
                "title", "planned", "paid", "paid_on",
            ),
        },
    )  # fmt: skip


def values_of(queryset: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    """Return these columns of every row, as the papers written by the portal list them."""
    return list(queryset.values(*names))


def manifest_of(submission: Submission, entries: Sequence[Entry]) -> bytes:
    """Return the manifest: exactly the lines the page shows."""
    content = {
        "application": str(submission.pk),
        "number": submission.number,
        "entries": [entry.listed() for entry in entries],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def write_zip(archive: zipfile.ZipFile, submission: Submission, *, folder: str = "") -> int:
    """Write one dossier with its manifest into an open zip; return how many papers it holds.

    Bytes go through in pieces, so that memory stays flat whatever the files weigh.
    """
    entries = entries_of(submission)
    prefix = f"{folder}/" if folder else ""
    archive.writestr(prefix + MANIFEST, manifest_of(submission, entries))
    return write_entries(archive, entries, folder=folder)


def write_entries(archive: zipfile.ZipFile, entries: Sequence[Entry], *, folder: str = "") -> int:
    """Write the papers that may be handed out into an open zip; return how many."""
    prefix = f"{folder}/" if folder else ""
    available = [entry for entry in entries if entry.is_available]
    for entry in available:
        # Scans and PDFs are packed already; only text gains from deflating.
        info = zipfile.ZipInfo(prefix + entry.path)
        info.compress_type = zipfile.ZIP_STORED if entry.stored else zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with archive.open(info, "w", force_zip64=True) as target:
            for chunk in entry.chunks():
                target.write(chunk)
    return len(available)


def zip_one(submission: Submission, target: IO[bytes]) -> None:
    """Write the dossier of one submission into an open file."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        write_zip(archive, submission)


def name_of(submission: Submission) -> str:
    """Return the folder or file name of a dossier: its number, which names nobody."""
    return clean_name(submission.number or str(submission.pk))


def words_of(submission: Submission) -> dict[str, object]:
    """Return what a pattern for folders may say of a dossier (see naming)."""
    decision = getattr(submission, "decision", None)
    outcome = outcome_word(submission.packet.call, decision.outcome) if decision else ""
    return {
        "编号": name_of(submission),
        "单位": submission.packet.organisation.name,
        "项目": submission.title,
        "类别": submission.category.full_title,
        "结果": outcome,
        "名次": decision.rank if decision else "",
    }
