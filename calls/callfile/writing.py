"""A call into a call file; reading it again gives an equal call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import yaml
from django.db.models import Model

from calls.callfile.instants import ENDS, write_instant
from calls.callfile.scalars import plain_scalars
from calls.callfile.schema import (
    BATCH,
    CALL,
    CATEGORY,
    CRITERION,
    DELIVERABLE,
    FIELD,
    FORMAT,
    LEVEL,
    PAPER,
    PUBLICITY,
    REVIEW_STAGE,
    RULE,
    SCORE_SHEET,
    SECTION,
)
from calls.contradictions import fact_codes
from calls.enums import FundingKind, SlotsKind
from calls.models import (
    Batch,
    Call,
    Category,
    Criterion,
    FormField,
    FormSection,
    RecommendingLevel,
    ReviewStage,
    ScoreSheet,
)
from portal import clock
from portal.people.models import FactCode

Data = dict[str, Any]
# What a file leaves out when there is nothing of it.
_OPTIONAL = frozenset(
    {"facts", "batches", "deliverables", "papers", "recommending", "review", "publicity"}
)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are read, and indents lists."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
# The reader takes days and hours as text: they need no quotes.
_Dumper.yaml_implicit_resolvers = plain_scalars(yaml.SafeDumper.yaml_implicit_resolvers, bools=True)


def write_call(call: Call) -> str:
    """Return a call as the text of a call file; what equals the default is left out."""
    data = {
        "format": FORMAT,
        "issuer": call.issuer.slug,
        "call": _call(call),
        "notice": _notice(call),
        "contacts": [
            _given(row, ("duty", "name", "phone", "email", "address"))
            for row in call.contacts.all()
        ],
        "facts": _facts(call),
        "batches": [_batch(row) for row in call.batches.all()],
        "categories": _categories(call),
        "rules": [_given(rule, _names(RULE)) | _category_of(rule) for rule in call.rules.all()],
        "deliverables": [
            _given(row, _names(DELIVERABLE)) | _category_of(row)
            for row in call.deliverable_rules.order_by("position", "pk")
        ],
        "papers": [
            _given(row, _names(PAPER)) | _category_of(row)
            for row in call.papers.select_related("category")
        ],
        "recommending": [_level(row) for row in call.levels.all()],
        "review": [_stage(row) for row in call.review_stages.select_related("sheet")],
        "publicity": [_given(row, _names(PUBLICITY)) for row in call.publicity_rules.all()],
        "form": [_section(s) for s in call.sections.prefetch_related("fields")],
    }
    filled = {key: value for key, value in data.items() if value or key not in _OPTIONAL}
    return yaml.dump(
        filled,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=100,
        default_flow_style=False,
    )


def _names(schema: Data) -> list[str]:
    return list(schema["properties"])


def _given(row: Model, names: Iterable[str]) -> Data:
    """Return the plain columns among the names whose value is not the default."""
    columns = {f.name: f for f in row._meta.concrete_fields if not f.is_relation}
    found = {}
    for name in names:
        if name not in columns:
            continue
        value, column = getattr(row, name), columns[name]
        optional = column.has_default() or column.blank or column.null
        if not optional or value != column.get_default():
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    """Return a value as YAML writes it; instants are left to who knows whether they end a day."""
    if isinstance(value, Decimal):
        return _amount(value)
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return value


def _category_of(row: Any) -> Data:
    return {"category": row.category.code} if row.category_id else {}


def _call(call: Call) -> Data:
    data = _given(call, [name for name in _names(CALL) if name != "forwards"])
    if above := call.parent_call:
        data["forwards"] = {"issuer": above.issuer.slug, "code": above.code}
    for name in ("opens_at", "closes_at", "signoff_by", "seal_by", "paper_by"):
        if name in data:
            data[name] = write_instant(data[name], end=name in ENDS)
    if words := data.pop("signatory_words", None):
        data["signatory_words"] = {kind or "others": word for kind, word in words.items()}
    return data


def _batch(batch: Batch) -> Data:
    ends = {"closes_at": write_instant(batch.closes_at, end=True)}
    return _given(batch, _names(BATCH)) | ends


def _level(level: RecommendingLevel) -> Data:
    ends = {"closes_at": write_instant(level.closes_at, end=True)}
    return _given(level, _names(LEVEL)) | ends


def _stage(stage: ReviewStage) -> Data:
    data = _given(stage, _names(REVIEW_STAGE))
    sheet: ScoreSheet | None = getattr(stage, "sheet", None)
    if sheet is None:
        return data
    lines = [_criterion(row) for row in sheet.criteria.all()]
    return data | {"sheet": _given(sheet, _names(SCORE_SHEET)) | {"criteria": lines}}


def _criterion(criterion: Criterion) -> Data:
    data = _given(criterion, _names(CRITERION))
    if criterion.top == criterion.weight:
        del data["top"]
    return data


def _notice(call: Call) -> Data:
    data = _given(call.notice, ("title", "number"))
    if call.notice.published_at:
        data["issued"] = clock.local(call.notice.published_at).date().isoformat()
    return data | {"body": call.notice.body}


def _facts(call: Call) -> list[Data]:
    codes = set().union(*(fact_codes(rule) for rule in call.rules.all()))
    kept = FactCode.objects.filter(issuer=call.issuer, code__in=codes).order_by("code")
    return [{"code": fact.code, "label": fact.label, "type": fact.type} for fact in kept]


def _categories(call: Call) -> list[Data]:
    rows = list(call.categories.prefetch_related("tiers", "instalments"))
    data = {row.pk: _category(row) for row in rows}
    for row in rows:
        if row.parent_id is not None:
            data[row.parent_id].setdefault("parts", []).append(data[row.pk])
    return [data[row.pk] for row in rows if row.parent_id is None]


def _category(category: Category) -> Data:
    data = _given(category, _names(CATEGORY))
    if category.slots_kind == SlotsKind.RANGE:
        data["places"] = {"from": category.slots_min, "to": category.slots_max}
    elif category.slots_kind == SlotsKind.ABOUT:
        data["places"] = {"about": category.slots_max}
    elif category.slots_kind == SlotsKind.EXACT and category.slots_max:
        data["places"] = category.slots_max
    low, high = category.amount_min, category.amount_max
    if category.funding_kind == FundingKind.RANGE and low is not None and high is not None:
        data["money"] = {"from": _amount(low), "to": _amount(high)}
    elif category.funding_kind == FundingKind.FIXED and high is not None:
        data["money"] = _amount(high)
    elif category.funding_kind == FundingKind.UP_TO and high is not None:
        data["money"] = {"up_to": _amount(high)}
    elif category.funding_kind == FundingKind.SELF:
        data["money"] = "self"
    if category.closes_at:
        data["closes_at"] = write_instant(category.closes_at, end=True)
    if category.window_start and category.window_end:
        data["window"] = {
            "from": category.window_start.isoformat(),
            "to": category.window_end.isoformat(),
        }
    tiers = [
        _given(tier, ("title", "applied_for")) | {"amount": _amount(tier.amount)}
        for tier in category.tiers.all()
    ]
    instalments = [
        _given(row, ("title", "percent", "amount")) for row in category.instalments.all()
    ]
    return (
        data
        | ({"further_money": tiers} if tiers else {})
        | ({"instalments": instalments} if instalments else {})
    )


def _amount(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _section(section: FormSection) -> Data:
    data = _given(section, _names(SECTION)) | _category_of(section)
    return data | {"fields": [_field(field) for field in section.fields.all()]}


def _field(field: FormField) -> Data:
    data = _given(field, [name for name in _names(FIELD) if name != "personal"])
    if field.personal:
        data["personal"] = {"purpose": field.personal_purpose, "months": field.retention_months}
    return data
