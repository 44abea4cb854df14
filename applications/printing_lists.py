"""Orders the printed papers of a recommending unit's list: 推荐汇总表 and its receipt."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from applications.models import ListVersion, RecommendationList
from applications.printing import PRINT_LANGUAGE
from portal.clock import local
from portal.documents.models import Document
from portal.documents.payloads import (
    Column,
    DocumentKind,
    Fact,
    Receipt,
    SignatureBlock,
    SummaryTable,
)
from portal.documents.services import request_document, supersede
from portal.documents.wording import amount
from portal.seals.enums import Party
from portal.seals.services import sealing


def label_of(version: ListVersion) -> str:
    """Return the subject under which a version's summary table is kept among the documents."""
    return f"applications.listversion:{version.pk}"


def label_of_receipt(made: RecommendationList) -> str:
    """Return the subject under which the receipt of a list is kept."""
    return f"applications.recommendationlist:{made.pk}"


def table_of(version: ListVersion | None) -> Document | None:
    """Return the printed summary table of a version."""
    if version is None:
        return None
    return Document.objects.filter(subject_label=label_of(version)).last()


def is_sealed(version: ListVersion) -> bool:
    """Tell whether the summary table of a version bears the recommending unit's seal."""
    return sealing.bears(table_of(version), Party.UNIT)


def receipt_of(made: RecommendationList) -> Document | None:
    """Return the receipt of a list as a document."""
    return Document.objects.filter(subject_label=label_of_receipt(made)).last()


def withdraw_tables(made: RecommendationList) -> None:
    """Let verification say that no table of the list printed so far is the valid one."""
    for version in made.versions.all():
        supersede(subject_label=label_of(version))


def order_table(version: ListVersion) -> Document:
    """Order the summary table within the transaction of the freeze."""
    made = version.list
    withdraw_tables(made)
    with override(PRINT_LANGUAGE):
        payload = table_payload(version)
    return request_document(
        kind=DocumentKind.SUMMARY_TABLE,
        payload=payload,
        title=f"{made.level.call.title}推荐汇总表",
        unit_name=version.content["unit"]["name"],
        number=made.number or "",
        version_no=version.no,
        content_sha256=version.sha256,
        issuer_id=made.level.call.issuer_id,
        organisation_id=made.organisation_id,
        subject_label=label_of(version),
    )


def table_payload(version: ListVersion) -> SummaryTable:
    """Return what the table prints, from the frozen content alone."""
    content, level = version.content, version.list.level
    entries = content["entries"]
    with_amount = any(entry["amount"] for entry in entries)
    with_opinion = any(entry["opinion"] for entry in entries)
    with_reserve = any(entry["reserve"] for entry in entries)
    return SummaryTable(
        issuer=level.call.issuer.organisation.name,
        call=level.call.title,
        recipient=content["passed_to"] or level.call.issuer.organisation.name,
        date=local(version.at).date().isoformat(),
        numbering="推荐排序" if content["ranked"] else "序号",
        columns=[
            Column(title="申报编号", weight=5, align="center"),
            Column(title="名称", weight=7),
            Column(title="申报单位", weight=5),
            Column(title="类别", weight=4),
            *([Column(title="申请经费（元）", weight=3, align="right")] if with_amount else []),
            *([Column(title="推荐意见", weight=8)] if with_opinion else []),
            *([Column(title="备注", weight=2, align="center")] if with_reserve else []),
        ],
        entries=[
            [
                entry["number"] or "",
                entry["title"],
                entry["unit"],
                entry["category_title"],
                *([_money(entry["amount"])] if with_amount else []),
                *([entry["opinion"] or "—"] if with_opinion else []),
                *(["备选" if entry["reserve"] else ""] if with_reserve else []),
            ]
            for entry in entries
        ],
        signature=_signature(version),
    )


def _money(text: str) -> str:
    return amount(text) if text else "—"


def _signature(version: ListVersion) -> SignatureBlock:
    """Return the box for pen and seal of the recommending unit."""
    from applications.services.standing import unit_facts

    made = version.list
    kind = unit_facts(made.level.call, made.organisation).kind
    # Where it is sealed in the portal nobody signs with a pen or writes the day beside a stamp.
    in_portal = made.level.list_sealing.in_portal
    return SignatureBlock(
        label="推荐单位意见",
        statement="以上项目经本单位审核，材料真实、准确，同意推荐。",
        signer_role=made.level.call.signatory(kind) or "单位负责人",
        signer_name="",
        unit=version.content["unit"]["name"],
        date=local(version.at).date().isoformat() if in_portal else "",
        seal=made.level.list_sealed,
        pen=not in_portal,
    )


def order_receipt(made: RecommendationList, version: ListVersion) -> Document:
    """Order the receipt of a list within the transaction of its hand-in."""
    with override(PRINT_LANGUAGE):
        payload = _receipt_payload(made, version)
    return request_document(
        kind=DocumentKind.RECEIPT,
        payload=payload,
        title=f"{made.level.call.title}　推荐回执",
        unit_name=version.content["unit"]["name"],
        number=made.receipt_number or "",
        version_no=version.no,
        content_sha256=version.sha256,
        issuer_id=made.level.call.issuer_id,
        organisation_id=made.organisation_id,
        subject_label=label_of_receipt(made),
    )


def _receipt_payload(made: RecommendationList, version: ListVersion) -> Receipt:
    call, content = made.level.call, version.content
    contact = call.contacts.first()
    assert made.handed_in_at is not None
    entries: list[dict[str, Any]] = content["entries"]
    return Receipt(
        issuer=call.issuer.organisation.name,
        call=call.title,
        received_at=made.handed_in_at.isoformat(),
        content_sha256=version.sha256,
        facts=[
            Fact(label="推荐单位", value=content["unit"]["name"]),
            Fact(label="名单编号", value=made.number or ""),
            Fact(label="版本", value=f"第 {version.no} 版"),
        ],
        columns=[
            Column(title="名称", weight=5),
            Column(title="申报单位", weight=4),
            Column(title="备注", weight=1),
        ],
        entries=[[e["title"], e["unit"], "备选" if e["reserve"] else ""] for e in entries],
        statement="本系统已收到贵单位推荐的上列项目。",
        contact=f"{contact.name}　{contact.phone}".strip() if contact else "",
    )
