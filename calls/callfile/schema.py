"""The JSON Schema of a call file; ``wants`` says in words what a value of several shapes may be."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator

from calls.enums import (
    Agreement,
    DeliverableKind,
    DeliverableTable,
    FieldKind,
    FieldRole,
    Joint,
    PacketMode,
    PaperBox,
    PaperCounts,
    Payment,
    PublicityCounting,
    PublicityWhere,
    ReviewKind,
    RuleMode,
    ScoreMethod,
    Sealing,
    SectionScope,
    TieBreak,
)
from calls.rules import KINDS
from calls.rules.kind import LEVELS, USCC
from portal.people.enums import FactType, OrganisationKind

FORMAT = 1


def _group(required: str = "", /, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _one_of(choices: type[TextChoices]) -> dict[str, Any]:
    return {"enum": choices.values}


TEXT = {"type": "string"}
FILLED = {"type": "string", "minLength": 1}
CODE = {
    "type": "string",
    "pattern": r"^[-a-zA-Z0-9_]+$",
    "wants": _("a code of letters, digits and dashes"),
}
FLAG = {"type": "boolean"}
COUNT = {"type": "integer", "minimum": 0}
YEAR = {"type": "integer", "minimum": 1990, "maximum": 2100}
DAY = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}$",
    "wants": _("a day such as 2026-03-05"),
}
INSTANT = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?$",
    "wants": _("a day such as 2026-03-05, or with its time 2026-03-05 17:00"),
}
HOUR = {
    "type": "string",
    "pattern": r"^\d{2}:\d{2}$",
    "wants": _("an hour such as 17:00"),
}
AMOUNT = {"type": "number", "minimum": 0}
PERCENT = {"type": "integer", "minimum": 1, "maximum": 100}
FILE_TYPES = _list({"type": "string", "pattern": r"^[a-z0-9]{1,8}$", "wants": _("such as docx")})
PLACES = {
    "anyOf": [
        {"const": "unlimited"},
        {"type": "integer", "minimum": 1},
        _group("from to", **{"from": COUNT, "to": COUNT}),
        _group("about", about=COUNT),
    ],
    "wants": _("a number, unlimited, {from: 2, to: 3} or {about: 10}"),
}
MONEY = {
    "anyOf": [
        AMOUNT,
        {"const": "self"},
        _group("from to", **{"from": AMOUNT, "to": AMOUNT}),
        _group("up_to", up_to=AMOUNT),
    ],
    "wants": _("an amount in yuan, {from: 30000, to: 45000}, {up_to: 50000} or self"),
}

CALL = _group(
    "code title year opens_at closes_at form_title",
    code=CODE,
    # The call of another association that this one forwards.
    forwards=_group("issuer code", issuer=CODE, code=CODE),
    title=FILLED,
    year=YEAR,
    opens_at=INSTANT,
    closes_at=INSTANT,
    rolling=FLAG,
    signoff_by=INSTANT,
    seal_by=INSTANT,
    paper_copies=COUNT,
    paper_by=INSTANT,
    paper_counts=_one_of(PaperCounts),
    result_by=DAY,
    result_where=TEXT,
    slots_max=COUNT,
    total_max=AMOUNT,
    packet_mode=_one_of(PacketMode),
    signoff=FLAG,
    two_persons=FLAG,
    sealing=_one_of(Sealing),
    unknown_facts_pass=FLAG,
    number_prefix=FILLED,
    form_title=FILLED,
    signatory_words={
        "type": "object",
        "properties": dict.fromkeys([*OrganisationKind.values, "others"], FILLED),
        "additionalProperties": False,
    },
    form_notes=TEXT,
    two_deciders=FLAG,
    word_selected=FILLED,
    word_reserve=TEXT,
    word_not_selected=FILLED,
    agreement=_one_of(Agreement),
    acknowledgement=TEXT,
    avoid_experts_max=COUNT,
    confidential_how=TEXT,
    reminder_hours=_list(COUNT),
)
CATEGORY: dict[str, Any] = _group(
    "code title",
    code=CODE,
    title=FILLED,
    summary=TEXT,
    purpose=TEXT,
    requirements=TEXT,
    places=PLACES,
    funded_slots=COUNT,
    money=MONEY,
    total_max=AMOUNT,
    cost_share_percent=PERCENT,
    paid=_one_of(Payment),
    closes_at=INSTANT,
    instalments=_list(_group("title", title=FILLED, percent=PERCENT, amount=AMOUNT)),
    window=_group("from to", **{"from": DAY, "to": DAY}),
    joint=_one_of(Joint),
    edition={"type": "integer", "minimum": 1, "maximum": 999},
    further_money=_list(_group("title amount", title=FILLED, amount=AMOUNT, applied_for=FLAG)),
)
PART = CATEGORY
TOP_CATEGORY = CATEGORY | {"properties": CATEGORY["properties"] | {"parts": _list(PART)}}
RULE = _group(
    "kind",
    kind={"enum": list(KINDS)},
    category=CODE,
    mode=_one_of(RuleMode),
    clause=TEXT,
    params={"type": "object"},
)
DELIVERABLE = _group(
    "kind title",
    kind=_one_of(DeliverableKind),
    title=FILLED,
    category=CODE,
    days_after=COUNT,
    working_days=FLAG,
    due_on=DAY,
    yearly=FLAG,
    times=COUNT,
    max_words=COUNT,
    photos_min=COUNT,
    photos_max=COUNT,
    table=_one_of(DeliverableTable),
    file_types=FILE_TYPES,
    clause=TEXT,
)
BATCH = _group("title closes_at", title=FILLED, closes_at=INSTANT, result_by=DAY)
PAPER = _group(
    "title",
    title=FILLED,
    category=CODE,
    copies=COUNT,
    formats=FILE_TYPES,
    box=_one_of(PaperBox),
    box_signer=TEXT,
    blind=FLAG,
    clause=TEXT,
)
LEVEL = _group(
    "closes_at",
    title=FILLED,
    by_parent=FLAG,
    who=_list(_group("kind", kind=_one_of(OrganisationKind), levels=LEVELS)),
    named=_list(_group("name", name=FILLED, uscc=USCC)),
    closes_at=INSTANT,
    opinion_max=COUNT,
    ranks=FLAG,
    letter=FLAG,
    list_sealed=FLAG,
    opinion_shown=FLAG,
    clause=TEXT,
)
CRITERION = _group(
    "title weight",
    title=FILLED,
    help=TEXT,
    weight=AMOUNT,
    low=AMOUNT,
    top=AMOUNT,
    comment_required=FLAG,
)
SCORE_SHEET = _group(
    "criteria",
    blind=FLAG,
    method=_one_of(ScoreMethod),
    drop_over=COUNT,
    normalise=FLAG,
    tolerance=AMOUNT,
    ties=_list(_one_of(TieBreak)) | {"uniqueItems": True},
    opinion_required=FLAG,
    criteria=_list(CRITERION) | {"minItems": 1, "maxItems": 30},
)
REVIEW_STAGE = _group(
    "kind",
    kind=_one_of(ReviewKind),
    experts=COUNT,
    pass_mark=AMOUNT,
    clause=TEXT,
    sheet=SCORE_SHEET,
)
PUBLICITY = _group(
    "where length",
    where=_one_of(PublicityWhere),
    length=COUNT,
    counting=_one_of(PublicityCounting),
    first_day_counted=FLAG,
    closing_hour=HOUR,
    clause=TEXT,
)
FIELD = _group(
    "code label kind",
    code=CODE,
    label=FILLED,
    kind=_one_of(FieldKind),
    role=_one_of(FieldRole),
    required=FLAG,
    help=TEXT,
    options={"type": "object"},
    condition={"type": "object"},
    public=FLAG,
    blind_hidden=FLAG,
    personal=_group("purpose months", purpose=FILLED, months=COUNT),
)
SECTION = _group(
    "code title fields",
    code=CODE,
    title=FILLED,
    scope=_one_of(SectionScope),
    category=CODE,
    help=TEXT,
    fields=_list(FIELD),
)
FILE = _group(
    "format call notice contacts categories rules form",
    format={"const": FORMAT, "wants": _("1, the only format there is")},
    issuer=CODE,
    call=CALL,
    notice=_group("title body", title=FILLED, number=TEXT, issued=DAY, body=FILLED),
    contacts=_list(_group("name", duty=TEXT, name=FILLED, phone=TEXT, email=TEXT, address=TEXT)),
    facts=_list(_group("code label", code=CODE, label=FILLED, type=_one_of(FactType))),
    batches=_list(BATCH),
    categories=_list(TOP_CATEGORY),
    rules=_list(RULE),
    papers=_list(PAPER),
    recommending=_list(LEVEL) | {"maxItems": 2},
    review=_list(REVIEW_STAGE),
    publicity=_list(PUBLICITY),
    deliverables=_list(DELIVERABLE),
    form=_list(SECTION),
)
VALIDATOR = Draft202012Validator(FILE)
