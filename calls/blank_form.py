"""The form of a category as an empty document, for reading before one applies.

What is printed is Chinese, whatever language the person at the screen reads (decision 0007).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import override

from calls.answers import ROWS, columns_of
from calls.condition_words import Questions, condition_words, questions_of
from calls.enums import FieldKind, FieldRole, PacketMode, PaperBox, Sealing, SectionScope
from calls.forms_schema import FieldSpec, FormSchema, SectionSpec, sections_for
from calls.models import Call, Category, PaperRule
from portal.documents.payloads import (
    ApplicationForm,
    BudgetRow,
    ChoiceRow,
    Column,
    DocumentKind,
    Fact,
    LongRow,
    Option,
    RecommendationForm,
    RecommendationPacket,
    Row,
    Section,
    SignatureBlock,
    TableRow,
    TextRow,
)

_NUMBER = re.compile(r"^\d+\s*[.．、]\s*")
PRINT_LANGUAGE = "zh-hans"
# A table shows as many empty rows as it asks for, within these bounds.
FEWEST_ROWS, MOST_ROWS = 3, 8
WARNING = (
    "本表为空白样表，供申报前阅览。申报请在门户在线填写；签字、盖章请用系统生成、带有编号的申报书。"
)


def kind_of(call: Call) -> DocumentKind:
    """Return what a call's form is printed as."""
    if call.packet_mode == PacketMode.PLAN:
        return DocumentKind.RECOMMENDATION_PACKET
    return DocumentKind.APPLICATION_FORM


def title_of(call: Call) -> str:
    """Return what stands above the first page: the form's title, or the plan's."""
    if call.packet_mode == PacketMode.PLAN:
        return f"{call.title.removesuffix('征集').removesuffix('申报')}推荐方案"
    return call.form_title


def notes_of(call: Call) -> list[str]:
    """Return the notes beneath the form; the layout numbers them, whatever the staff wrote."""
    lines = (_NUMBER.sub("", line.strip()) for line in call.form_notes.splitlines())
    return [line for line in lines if line]


def blank_payload(
    call: Call, category: Category, schema: FormSchema
) -> ApplicationForm | RecommendationPacket:
    """Return the empty form of a category, every question with what is expected of its answer.

    ``call`` comes with its issuer's organisation, ``category`` with its parent. Questions that are
    asked under a condition are shown with that condition.
    """
    with override(PRINT_LANGUAGE):
        if call.packet_mode == PacketMode.PLAN:
            return _plan(call, category, schema)
        return _single(call, category, schema)


def _single(call: Call, category: Category, schema: FormSchema) -> ApplicationForm:
    specs = sections_for(schema, category.codes, SectionScope.APPLICATION)
    roles = {field.get("role") for spec in specs for field in spec["fields"]}
    leader = [Fact(label="项目负责人", value="")] if FieldRole.LEADER in roles else []
    return ApplicationForm(
        issuer=call.issuer.organisation.name,
        call=call.title,
        cover=[
            Fact(label="项目名称", value=""),
            Fact(label="项目类别", value=category.full_title),
            *leader,
        ],
        date="",
        sections=_sections(specs, questions_of(schema)),
        opinions=[_signature(call, "申报单位意见"), *boxes_of(category)],
        instructions=[WARNING, *notes_of(call)],
        blank=True,
    )


def _plan(call: Call, category: Category, schema: FormSchema) -> RecommendationPacket:
    questions = questions_of(schema)
    plan = sections_for(schema, (), SectionScope.PLAN)
    rows = [
        row
        for section in _sections(
            sections_for(schema, category.codes, SectionScope.APPLICATION), questions
        )
        for row in section["rows"]
    ]
    form = RecommendationForm(
        title=call.form_title,
        rows=rows,
        signature=_signature(call, "主要负责人签名（盖章）"),
        notes=[WARNING, *notes_of(call)],
    )
    return RecommendationPacket(
        issuer=call.issuer.organisation.name,
        call=call.title,
        plan=[
            Section(title=row["label"], rows=[row])
            for section in _sections(plan, questions)
            for row in section["rows"]
        ],
        columns=[
            Column(title="类别", weight=2),
            Column(title="名称", weight=5),
            Column(title="联合推荐单位", weight=3),
        ],
        entries=[[category.full_title, "", ""], *([["", "", ""]] * (FEWEST_ROWS - 1))],
        signature=_signature(call, "推荐单位"),
        forms=[form],
        blank=True,
    )


def _signature(call: Call, label: str) -> SignatureBlock:
    return SignatureBlock(
        label=label,
        statement="以上内容真实、准确，同意推荐（申报）。",
        signer_role=call.signatory("") or "单位负责人",
        signer_name="",
        unit="（单位名称）",
        date="",
        seal=call.sealing != Sealing.NONE,
    )


def boxes_of(category: Category) -> list[SignatureBlock]:
    """Return the boxes in which others give their opinion, empty for their pen and seal."""
    return [
        SignatureBlock(
            label=paper.title,
            statement="",
            signer_role=paper.box_signer or "负责人",
            signer_name="",
            unit="",
            date="",
            seal=paper.box == PaperBox.SEALED,
        )
        for paper in PaperRule.objects.boxes_for(category)
    ]


def _sections(specs: Iterable[SectionSpec], questions: Questions) -> list[Section]:
    return [
        Section(
            title=spec["title"],
            rows=[_row(field, _hint(spec, field, questions)) for field in spec["fields"]],
        )
        for spec in specs
    ]


def _row(field: FieldSpec, hint: str) -> Row:
    """Return one question, empty, in the shape its answer will be printed in."""
    kind, label = FieldKind(field["kind"]), field["label"]
    if kind in {FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.YES_NO, FieldKind.DECLARATION}:
        return ChoiceRow(label=label, kind="choice", value=_options(field, hint))
    if kind is FieldKind.BUDGET:
        empty = {"item": "", "amount": "", "basis": ""}
        lines: Any = [{**empty, "basis": hint}, *([empty] * FEWEST_ROWS)]
        return BudgetRow(label=label, kind="budget", value=lines, total="", currency_unit="元")
    if kind in ROWS:
        return _table(field, hint)
    if kind is FieldKind.LONG_TEXT:
        return LongRow(label=label, kind="long", value=hint)
    return TextRow(label=label, kind="text", value=hint)


def _options(field: FieldSpec, hint: str) -> list[Option]:
    """Return every box of a choice unticked; what is said of it stands in brackets behind."""
    kind, options = FieldKind(field["kind"]), field.get("options", {})
    if kind is FieldKind.YES_NO:
        labels = ["是", "否"]
    elif kind is FieldKind.DECLARATION:
        labels = [options.get("text") or field["label"]]
    else:
        labels = [choice["label"] for choice in options.get("choices", [])]
    if hint and labels:
        labels[-1] += hint
    return [Option(label=label, chosen=False) for label in labels]


def _table(field: FieldSpec, hint: str) -> TableRow:
    columns = columns_of(field)
    options = field.get("options", {})
    most = min(int(options.get("max_rows", MOST_ROWS)), MOST_ROWS)
    rows = min(max(int(options.get("min_rows", 0)), FEWEST_ROWS), most)
    return TableRow(
        label=field["label"] + hint,
        kind="people" if field["kind"] == FieldKind.PEOPLE else "table",
        columns=[Column(title=str(column.label)) for column in columns],
        value=[[""] * len(columns) for _row_number in range(rows)],
    )


def _hint(section: SectionSpec, field: FieldSpec, questions: Questions) -> str:
    """Say in brackets what an answer must be; nothing for a plain question."""
    said = [*_limits(field)]
    if not field["required"]:
        said.append("选填")
    if words := condition_words(field.get("condition", {}), section["code"], questions):
        said.append(f"仅当{words}时填写")
    return f"（{'；'.join(said)}）" if said else ""


def _limits(field: FieldSpec) -> Iterable[str]:
    """Yield the limits of an answer, in the order in which one reads them."""
    kind, options = FieldKind(field["kind"]), field.get("options", {})
    if limit := options.get("max_chars"):
        yield f"不超过 {limit} 字"
    if kind is FieldKind.NUMBER:
        yield f"数字，单位：{options['unit']}" if options.get("unit") else "数字"
    if kind is FieldKind.MONEY:
        yield "金额，单位：元"
    if kind is FieldKind.DATE:
        yield "年　月　日"
    if kind is FieldKind.DATE_RANGE:
        yield "起止日期"
    if kind is FieldKind.CHOICES:
        yield "可多选"
    if kind is FieldKind.FILES:
        yield "在线上传附件"
        if types := options.get("types"):
            yield f"格式：{'、'.join(types)}"
        if most := options.get("max_files"):
            yield f"最多 {most} 个"
    if kind in ROWS and (most := options.get("max_rows", 1)) > 1:
        yield f"最多 {most} 行"
