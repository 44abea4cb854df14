"""Judges one rule through the public door, as the tests of every kind do."""

from __future__ import annotations

import uuid
from typing import Any

from calls.rules import evaluate, validate_params
from calls.rules.facts import Counted, Facts, Finding, RuleSpec, Stage, UnitFacts, Verdict

YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN
EVERY_STAGE = frozenset(Stage)
LEAF, TOP, OTHER = 11, 1, 2


def unit(kind: str = "society", level: str = "provincial", **values: Any) -> UnitFacts:
    return UnitFacts(1, "示例学会", kind, level, **values)


def judge(
    kind: str,
    params: dict[str, Any],
    *,
    of: UnitFacts | None = None,
    answers: dict[str, Any] | None = None,
    spec: dict[str, Any] | None = None,
    **facts: Any,
) -> Finding | None:
    """Judge one rule through the public door, its parameters checked first."""
    validate_params(kind, params)
    rule = RuleSpec(id=1, kind=kind, params=params, **(spec or {}))
    given = Facts(
        unit=of or unit(),
        category_path=facts.pop("path", (TOP, LEAF)),
        answers=answers if answers is not None else {},
        **facts,
    )
    found = evaluate([rule], given, EVERY_STAGE)
    return found[0] if found else None


def verdict(*args: Any, **kwargs: Any) -> Verdict | None:
    finding = judge(*args, **kwargs)
    return finding.verdict if finding else None


def counted(path: tuple[int, ...] = (TOP, LEAF), **values: Any) -> Counted:
    defaults: dict[str, Any] = {
        "application_id": uuid.uuid4(),
        "title": "量子论坛",
        "category_path": path,
        "organisation_id": 1,
        "kind": "society",
        "state_label": "Submitted",
    }
    return Counted(**(defaults | values))
