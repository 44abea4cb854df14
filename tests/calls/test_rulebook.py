"""The rules of a call as data: in order, with paths and what categories state, in few queries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from calls.models import Call
from calls.rulebook import specs_for
from tests.factories.calls import CallFactory, CategoryFactory, RuleFactory, seed_call

pytestmark = pytest.mark.django_db


def test_specs_come_in_order_with_their_paths_and_bounds() -> None:
    call = CallFactory(unknown_facts_pass=False)
    top = CategoryFactory(call=call)
    part = CategoryFactory(
        call=call,
        parent=top,
        amount_min=1,
        amount_max=2,
        window_start=dt.date(2026, 1, 1),
        window_end=dt.date(2026, 2, 1),
    )
    RuleFactory(call=call, category=part, kind="amount", params={}, position=2)
    RuleFactory(call=call, category=top, kind="date_window", params={"role": "dates"}, position=1)
    RuleFactory(call=call, mode="in_principle", position=0)
    quota, window, amount = specs_for(call)
    assert [quota.category_path, window.category_path, amount.category_path] == [
        (), (top.pk,), (top.pk, part.pk),
    ]  # fmt: skip
    assert (quota.strict, window.strict) == (False, True)
    assert not quota.unknown_passes
    assert quota.bounds == {}
    assert window.bounds[part.pk] == (dt.date(2026, 1, 1), dt.date(2026, 2, 1))
    assert amount.bounds[part.pk] == (Decimal(1), Decimal(2))


def test_two_queries_whatever_the_number_of_rules(django_assert_num_queries: Any) -> None:
    for call in (CallFactory(), seed_call("jilin-2024")):
        fresh = Call.objects.get(pk=call.pk)
        with django_assert_num_queries(2):
            specs_for(fresh)
