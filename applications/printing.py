"""Orders the printed forms: turns a frozen version into the plain payload of a document."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import override

from applications import presenting
from applications.batches import batch_of
from applications.freezing import content_of
from applications.models import Application, HandIn, Packet, Version
from applications.states import State
from calls.answers import by_role
from calls.blank_form import boxes_of, kind_of, notes_of, title_of
from calls.enums import FieldRole, PacketMode, Sealing, SectionScope
from calls.forms_schema import digest, sections_for
from portal.clock import local
from portal.documents.handwriting import as_text
from portal.documents.models import Document
from portal.documents.payloads import (
    ApplicationForm,
    Column,
    DocumentKind,
    Fact,
    Receipt,
    RecommendationForm,
    RecommendationPacket,
    Row,
    Section,
    SignatureBlock,
)
from portal.documents.services import request_document, supersede
from portal.files.models import StoredFile
from portal.seals.services import sealing

# What is printed is Chinese whatever language the person at the screen reads.
PRINT_LANGUAGE = "zh-hans"


def label_of_version(version: Version) -> str:
    """Return the subject under which a version's form is kept among the documents."""
    return f"applications.version:{version.pk}"


def label_of_receipt(receipt: HandIn) -> str:
    """Return the subject under which a receipt is kept among the documents."""
    return f"applications.handin:{receipt.pk}"


def label_of_preview(packet: Packet) -> str:
    """Return the subject under which previews of a packet are kept."""
    return f"applications.preview:{packet.pk}"


def form_of(version: Version) -> Document | None:
    """Return the printed form of a version."""
    return Document.objects.filter(subject_label=label_of_version(version)).last()


def file_of(document: Document) -> StoredFile | None:
    """Return the file of a document to hand out: with its seals where it bears some."""
    return sealing.file_of(document) or document.file


def receipt_document(receipt: HandIn) -> Document | None:
    """Return the receipt as a document."""
    return Document.objects.filter(subject_label=label_of_receipt(receipt)).last()


def version_of_document(document: Document) -> Version | None:
    """Return the version a form was printed from, None for other documents."""
    label, _colon, pk = document.subject_label.partition(":")
    if label != "applications.version":
        return None
    return Version.objects.select_related("packet").filter(pk=int(pk)).first()


def order_form(version: Version) -> Document:
    """Order the form of a frozen version, within the transaction of the freeze.

    Forms of earlier versions are told apart from now on: they are no longer the valid ones.
    """
    packet = version.packet
    for earlier in packet.versions.exclude(pk=version.pk):
        supersede(subject_label=label_of_version(earlier))
    payload = form_payload(packet, version.content, version.form_revision.schema, version.at)
    if version.signature is not None:
        _sign(payload, sealing.read_bytes(version.signature), version.at)
    return request_document(
        kind=kind_of(packet.call),
        payload=payload,
        title=title_of(packet.call),
        unit_name=version.content["unit"]["name"],
        number=packet.number or "",
        version_no=version.no,
        content_sha256=version.sha256,
        issuer_id=packet.call.issuer_id,
        organisation_id=packet.organisation_id,
        subject_label=label_of_version(version),
    )


def _sign(payload: ApplicationForm | RecommendationPacket, mark: bytes, at: dt.datetime) -> None:
    """Put the head's signature and its day into every box the unit signs."""
    blocks: list[SignatureBlock]
    if "forms" in payload:
        packet = cast(RecommendationPacket, payload)
        blocks = [packet["signature"], *(form["signature"] for form in packet["forms"])]
    else:
        blocks = payload["opinions"][:1]
    for block in blocks:
        block["signer_mark"] = as_text(mark)
        block["date"] = local(at).date().isoformat()


def withdraw_forms(packet: Packet) -> None:
    """Let verification say that no form of the packet is valid any more.

    Receipts stay: what they say was received was received.
    """
    for version in packet.versions.all():
        supersede(subject_label=label_of_version(version))


def order_preview(packet: Packet, now: dt.datetime) -> Document:
    """Order a preview of the draft: 草稿 across each page, no number, no code."""
    applications = list(
        packet.applications.exclude(state=State.WITHDRAWN).select_related("category__parent")
    )
    content = content_of(packet, applications)
    return request_document(
        kind=kind_of(packet.call),
        payload=form_payload(packet, content, packet.form_revision.schema, now),
        title=title_of(packet.call),
        unit_name=packet.organisation.name,
        number="",
        version_no=0,
        content_sha256=digest(content),
        issuer_id=packet.call.issuer_id,
        organisation_id=packet.organisation_id,
        subject_label=label_of_preview(packet),
        draft=True,
        queue="preview",
    )


def order_receipt(receipt: HandIn) -> Document:
    """Order the receipt as a document, within the transaction of the hand-in."""
    packet, version = receipt.packet, receipt.version
    with override(PRINT_LANGUAGE):
        payload = _receipt_payload(receipt)
    return request_document(
        kind=DocumentKind.RECEIPT,
        payload=payload,
        title=f"{packet.call.title}回执",
        unit_name=version.content["unit"]["name"],
        number=receipt.receipt_number,
        version_no=version.no,
        content_sha256=version.sha256,
        issuer_id=packet.call.issuer_id,
        organisation_id=packet.organisation_id,
        subject_label=label_of_receipt(receipt),
    )


def form_payload(
    packet: Packet, content: dict[str, Any], schema: dict[str, Any], at: dt.datetime
) -> ApplicationForm | RecommendationPacket:
    """Return what the form prints, from the content alone; categories give only the steps."""
    categories = {a.pk: a for a in packet.applications.select_related("category__parent")}
    parts = [(part, categories[_key(part)]) for part in content["applications"]]
    with override(PRINT_LANGUAGE):
        if packet.call.packet_mode == PacketMode.PLAN:
            return _plan_payload(packet, content, schema, parts, at)
        part, application = parts[0]
        return _single_payload(packet, content, schema, part, application, at)


def _key(part: dict[str, Any]) -> Any:
    from uuid import UUID

    return UUID(part["id"])


def _single_payload(
    packet: Packet,
    content: dict[str, Any],
    schema: Any,
    part: dict[str, Any],
    application: Application,
    at: dt.datetime,
) -> ApplicationForm:
    """申报书: cover, the form's sections, the unit's opinion with signature and seal."""
    call = packet.call
    roles = by_role(schema, part["answers"], application.category)
    leader = roles.get(FieldRole.LEADER)
    cover = [
        Fact(label="项目名称", value=part["title"]),
        Fact(label="项目类别", value=part["category_title"]),
        *([Fact(label="项目负责人", value=_person(leader))] if leader else []),
    ]
    specs = presenting.specs_of(schema, application)
    sections = presenting.sections(specs, part["answers"], part["files"])
    if part["partners"]:
        names = "、".join(p["name"] for p in part["partners"])
        sections.append(
            {"title": "联合申报", "rows": [{"label": "联合单位", "kind": "text", "value": names}]}
        )
    return ApplicationForm(
        issuer=call.issuer.organisation.name,
        call=call.title,
        cover=cover,
        date=local(at).date().isoformat(),
        sections=sections,
        opinions=[
            _signature(packet, content, at, label="申报单位意见"),
            *boxes_of(application.category),
        ],
        instructions=notes_of(call),
    )


def _plan_payload(
    packet: Packet,
    content: dict[str, Any],
    schema: Any,
    parts: list[tuple[dict[str, Any], Application]],
    at: dt.datetime,
) -> RecommendationPacket:
    """推荐方案 with 推荐名单 and one 推荐表 for each application."""
    call = packet.call
    return RecommendationPacket(
        issuer=call.issuer.organisation.name,
        call=call.title,
        plan=[
            # 一、推荐原则 二、推荐标准 …: in the plan each question is a heading of its own.
            Section(title=row["label"], rows=[row])
            for section in presenting.sections(
                sections_for(schema, (), SectionScope.PLAN), content["plan"]
            )
            for row in section["rows"]
        ],
        columns=[
            Column(title="类别", weight=2),
            Column(title="名称", weight=5),
            Column(title="联合推荐单位", weight=3),
        ],
        entries=[
            [p["category_title"], p["title"], "、".join(x["name"] for x in p["partners"]) or "—"]
            for p, _application in parts
        ],
        signature=_signature(packet, content, at, label="推荐单位"),
        forms=[
            _recommendation(packet, content, schema, part, application, at)
            for part, application in parts
        ],
    )


def _recommendation(
    packet: Packet,
    content: dict[str, Any],
    schema: Any,
    part: dict[str, Any],
    application: Application,
    at: dt.datetime,
) -> RecommendationForm:
    """推荐表 of one application: its name first, then the form's other rows."""
    specs = presenting.specs_of(schema, application)
    rows: list[Row] = [
        row
        for section in presenting.sections(specs, part["answers"], part["files"])
        for row in section["rows"]
    ]
    return RecommendationForm(
        title=packet.call.form_title,
        rows=rows,
        signature=_signature(packet, content, at, label="主要负责人签名（盖章）"),
        notes=notes_of(packet.call),
    )


def _signature(
    packet: Packet, content: dict[str, Any], at: dt.datetime, *, label: str
) -> SignatureBlock:
    """Return the box for pen and seal; the portal never signs for a person."""
    from applications.services.standing import unit_facts

    kind = unit_facts(packet.call, packet.organisation).kind
    # Where it is sealed in the portal nobody signs with a pen or writes the day beside a stamp.
    in_portal = Sealing(packet.call.sealing).in_portal
    return SignatureBlock(
        label=label,
        statement="以上内容真实、准确，同意推荐（申报）。",
        signer_role=packet.call.signatory(kind) or "单位负责人",
        signer_name="",
        unit=content["unit"]["name"],
        date=local(at).date().isoformat() if in_portal else "",
        seal=packet.call.sealing != Sealing.NONE,
        pen=not in_portal,
    )


def _person(value: Any) -> str:
    """Return a person's name from a text or the first line of a people table."""
    if isinstance(value, list):
        return str(value[0].get("name", "")) if value else ""
    return str(value)


def _receipt_payload(receipt: HandIn) -> Receipt:
    packet, content = receipt.packet, receipt.version.content
    call = packet.call
    contact = call.contacts.first()
    batch = batch_of(packet)
    return Receipt(
        issuer=call.issuer.organisation.name,
        call=call.title,
        received_at=receipt.received_at.isoformat(),
        content_sha256=receipt.version.sha256,
        facts=[
            Fact(label="申报单位", value=content["unit"]["name"]),
            Fact(label="申报编号", value=packet.number or ""),
            Fact(label="版本", value=f"第 {receipt.version.no} 版"),
            *([Fact(label="受理批次", value=batch.title)] if batch else []),
        ],
        columns=[Column(title="类别", weight=3), Column(title="名称", weight=5)],
        entries=[[p["category_title"], p["title"]] for p in content["applications"]],
        statement=_("The portal has received the applications named above."),
        contact=f"咨询：{contact.name}　{contact.phone}".strip() if contact else "",
    )
