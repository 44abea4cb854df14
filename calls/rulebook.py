"""Reads a call's rules from the database into the form that the pure rules take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calls.enums import RuleMode
from calls.models import Call, Category, Rule
from calls.rules.facts import RuleSpec


def specs_for(call: Call) -> list[RuleSpec]:
    """Return every rule of the call in its order, in two queries (rules, categories)."""
    categories = {c.pk: c for c in call.categories.all()}
    rules = call.rules.order_by("position", "pk")
    return [spec_of(rule, call, categories.values()) for rule in rules]


def spec_of(rule: Rule, call: Call, categories: Iterable[Category]) -> RuleSpec:
    """Return one rule as data, with what the categories below it state themselves."""
    by_pk = {c.pk: c for c in categories}
    return RuleSpec(
        id=rule.pk,
        kind=rule.kind,
        params=rule.params,
        clause=rule.clause,
        strict=rule.mode == RuleMode.STRICT,
        category_path=by_pk[rule.category_id].path if rule.category_id else (),
        position=rule.position,
        bounds=_bounds(rule.kind, by_pk.values()),
        unknown_passes=call.unknown_facts_pass,
    )


def _bounds(kind: str, categories: Iterable[Category]) -> dict[int, tuple[Any, Any]]:
    """Windows and amounts stand on the category alone; the rules that hold them are told here."""
    if kind == "date_window":
        return {c.pk: (c.window_start, c.window_end) for c in categories}
    if kind == "amount":
        return {c.pk: (c.amount_min, c.amount_max) for c in categories}
    return {}
