"""How long forms are kept: months, what stays of the content; pure."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from applications.retention import end_of, months_of, rest_of_form, rest_of_piece


def form(*months: int | None) -> Any:
    fields = [
        {"code": str(m)} if m is None else {"code": str(m), "personal": {"months": m}}
        for m in months
    ]
    return {"sections": [{"fields": fields}]}


def test_the_shortest_time_promised_counts_over_all_forms_of_a_call() -> None:
    assert months_of([form(36, None, 24), form(12, 60)], 36) == 12
    assert months_of([form(None)], 36) == 36
    assert months_of([], 6) == 6


@pytest.mark.parametrize(
    ("ended", "months", "due"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-01", 36, "2029-12-01"),
        ("2026-06-15", 0, "2026-06-15"),
    ],
)
def test_months_are_those_of_the_calendar(ended: str, months: int, due: str) -> None:
    assert end_of(dt.date.fromisoformat(ended), months) == dt.date.fromisoformat(due)


def test_of_a_form_stay_its_numbers_and_of_accounts_their_figures() -> None:
    part = {
        "id": "1", "number": "N-1", "category": "a", "category_title": "甲", "title": "论坛",
        "answers": {"b.leader": "张三"}, "files": [{"name": "张三.pdf"}], "partners": [{}],
    }  # fmt: skip
    content = {
        "call": "c", "number": "N", "plan": {"p.contact": "张三"}, "applications": [part],
        "unit": {"name": "学会", "uscc": "", "head": "张三", "phone": "0000"},
    }  # fmt: skip
    rest = rest_of_form(content)
    assert "张三" not in str(rest)
    assert rest["applications"][0]["number"] == "N-1"
    piece = {
        "kind": "accounts", "title": "决算", "number": "N-1", "granted": "100.00", "section": {},
        "has_confidential": False, "unit": {"name": "学会", "uscc": "", "head": "张三"},
        "leader": "张三", "files": [{"name": "张三.png"}],
        "budget": [{"item": "会务", "amount": "80.00", "note": "张三经手"}],
        "answers": {"d.spent-1": "80.00", "d.note-1": "张三", "d.text": "张三"},
    }  # fmt: skip
    kept = rest_of_piece(piece)
    assert "张三" not in str(kept)
    assert kept["answers"] == {"d.spent-1": "80.00"}
    assert kept["budget"] == [{"item": "会务", "amount": "80.00"}]
