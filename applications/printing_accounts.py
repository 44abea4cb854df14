"""Orders the printed final accounts (决算表) of a project from what was handed in."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import override

from applications.accounts import Accounts, Line, budget_lines, read
from applications.deliverable_forms import PREFIX
from applications.models import DeliverableVersion
from applications.printing import PRINT_LANGUAGE
from portal.documents.models import Document
from portal.documents.payloads import (
    Column,
    DocumentKind,
    FinalAccounts,
    Row,
    Section,
    SignatureBlock,
    TableRow,
    TextRow,
)
from portal.documents.services import request_document, supersede
from portal.documents.wording import amount, chinese_date


def label_of(version: DeliverableVersion) -> str:
    """Return the subject under which the accounts of a version are kept among the documents."""
    return f"applications.deliverableversion:{version.pk}"


def document_of(version: DeliverableVersion | None) -> Document | None:
    """Return the printed accounts of a version."""
    if version is None:
        return None
    return Document.objects.filter(subject_label=label_of(version)).last()


def accounts_of(version: DeliverableVersion) -> Accounts:
    """Return the accounts as they were handed in."""
    content = version.content
    granted = content["granted"]
    return read(
        content["answers"],
        budget_lines(content["budget"]),
        granted=None if granted is None else Decimal(granted),
        prefix=PREFIX,
    )


def order(version: DeliverableVersion) -> Document:
    """Order the accounts within the hand-in's transaction; earlier ones are not valid any more."""
    deliverable = version.deliverable
    for earlier in deliverable.versions.exclude(pk=version.pk):
        supersede(subject_label=label_of(earlier))
    packet = deliverable.project.application.packet
    with override(PRINT_LANGUAGE):
        payload = payload_of(version)
    return request_document(
        kind=DocumentKind.FINAL_ACCOUNTS,
        payload=payload,
        title="项目经费决算表",
        unit_name=version.content["unit"]["name"],
        number=version.content["number"] or "",
        version_no=version.no,
        content_sha256=version.sha256,
        issuer_id=packet.call.issuer_id,
        organisation_id=packet.organisation_id,
        subject_label=label_of(version),
    )


def payload_of(version: DeliverableVersion) -> FinalAccounts:
    """Return what is printed, from the frozen content alone."""
    content, accounts = version.content, accounts_of(version)
    call = version.deliverable.project.application.packet.call
    facts: list[Row] = [
        TextRow(label="项目名称", kind="text", value=content["project"], open=True),
        TextRow(label="承担单位", kind="text", value=content["unit"]["name"], open=True),
        TextRow(label="项目负责人", kind="text", value=content["leader"] or "—", half=True),
        TextRow(
            label="完成日期", kind="text", value=chinese_date(content["completed_on"]), half=True
        ),
    ]
    return FinalAccounts(
        issuer=call.issuer.organisation.name,
        call=call.title,
        facts=facts,
        sections=[
            Section(title="经费来源", rows=[_income(accounts)]),
            Section(title="经费支出", rows=[_spending(accounts)]),
        ],
        signature=SignatureBlock(
            label="承担单位",
            statement=_balance(accounts),
            signer_role="财务负责人",
            signer_name="",
            unit=content["unit"]["name"],
            date="",
            seal=True,
        ),
    )


def _income(accounts: Accounts) -> TableRow:
    return TableRow(
        label="",
        kind="table",
        open=True,
        columns=[
            Column(title="本会资助（元）", align="right"),
            Column(title="自筹及其他（元）", align="right"),
            Column(title="合计（元）", align="right"),
        ],
        value=[[_yuan(accounts.granted), _yuan(accounts.own), _yuan(accounts.income)]],
    )


def _spending(accounts: Accounts) -> TableRow:
    return TableRow(
        label="",
        kind="table",
        open=True,
        columns=[
            Column(title="支出科目", weight=4),
            Column(title="预算（元）", weight=3, align="right"),
            Column(title="决算（元）", weight=3, align="right"),
            Column(title="差额（元）", weight=3, align="right"),
            Column(title="说明", weight=4),
        ],
        value=[
            *(_line(line) for line in accounts.lines),
            [
                "合计",
                _yuan(accounts.planned),
                _yuan(accounts.spent),
                _signed(accounts.difference),
                "",
            ],
        ],
    )


def _line(line: Line) -> list[str]:
    return [
        line.item,
        "—" if line.planned is None else _yuan(line.planned),
        "" if line.spent is None else _yuan(line.spent),
        "" if line.difference is None else _signed(line.difference),
        line.note or ("预算外支出" if line.planned is None else ""),
    ]


def _balance(accounts: Accounts) -> str:
    if accounts.balance < 0:
        return f"收支相抵，超支 {_yuan(-accounts.balance)} 元。以上数据真实、准确，与账目相符。"
    return f"收支相抵，结余 {_yuan(accounts.balance)} 元。以上数据真实、准确，与账目相符。"


def _yuan(value: Decimal) -> str:
    return amount(f"{value:.2f}")


def _signed(value: Decimal) -> str:
    """Write a difference with its sign, so that more and less are told apart without colour."""
    return f"+{_yuan(value)}" if value > 0 else _yuan(value).replace("-", "−")
