"""Rules on joint applications: so many partners, of some kinds, at the edge."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from calls.rules.facts import UnitFacts, Verdict
from tests.calls.judging import NO, UNKNOWN, YES, judge, verdict

ENTERPRISE = UnitFacts(2, "示例企业科协", "enterprise_association", "city")
UNIVERSITY = UnitFacts(3, "示例大学", "university")
ABROAD = UnitFacts(0, "某国外学会")
OF_CITIES = {"any_of": [{"kind": "enterprise_association", "levels": ["city"]}]}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("params", "partners", "expected"),
    [
        ({}, (), NO),
        ({}, (ABROAD,), YES),
        ({"min": 2}, (ABROAD,), NO),
        ({"min": 2}, (ABROAD, UNIVERSITY), YES),
        ({"max": 1}, (), YES),
        ({"max": 1}, (UNIVERSITY,), YES),
        ({"max": 1}, (UNIVERSITY, ABROAD), NO),
        (OF_CITIES, (UNIVERSITY,), NO),
        (OF_CITIES, (UNIVERSITY, ENTERPRISE), YES),
        (OF_CITIES, (UnitFacts(2, "甲", "enterprise_association", "county"),), NO),
        # What is not registered may be what is asked for; staff look.
        (OF_CITIES, (ABROAD,), UNKNOWN),
        (OF_CITIES, (ENTERPRISE, ABROAD), YES),
        ({**OF_CITIES, "min": 1, "max": 1}, (ENTERPRISE, ABROAD), UNKNOWN),
        ({**OF_CITIES, "min": 1, "max": 1}, (ENTERPRISE, UNIVERSITY), YES),
        ({**OF_CITIES, "max": 1}, (ENTERPRISE, ENTERPRISE), NO),
    ],
)
def test_so_many_partners_of_some_kinds(
    params: dict[str, Any], partners: tuple[UnitFacts, ...], expected: Verdict
) -> None:
    assert verdict("partners", params, partners=partners) is expected


def test_a_refusal_says_who_is_asked_for_and_what_was_named() -> None:
    finding = judge("partners", OF_CITIES, partners=(UNIVERSITY,))
    assert finding is not None
    assert finding.message == "At least 1 partners of: City Enterprise association; 0 named."
    assert finding.facts == ("示例大学: University.",)
