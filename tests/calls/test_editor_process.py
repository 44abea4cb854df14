"""Staff enter batches, papers, review, publicity and payment; each refusal is a sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from calls.models import Call
from portal import clock
from tests.calls.test_editor import (  # noqa: F401 - fixtures
    at,
    draft,
    html,
    no_second_factor,
    refused,
    saved,
)
from tests.factories.people import StaffPostFactory

pytestmark = pytest.mark.django_db


def staff_of(call: Call) -> Client:
    """Return an officer of the call's issuer, who reads English here."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(StaffPostFactory(issuer=call.issuer).user)
    return client


def _category(call: Call) -> Any:
    return call.categories.get()


def test_every_part_of_the_process_is_entered_shown_and_removed(draft: Call) -> None:  # noqa: F811
    client = staff_of(draft)
    closes = clock.local(draft.closes_at).date()
    saved(
        client,
        at(draft, "batch/add/"),
        {"title": "第一批", "closes_at_day": closes.isoformat(), "closes_at_hour": "00:30"},
    )
    saved(
        client,
        at(draft, "paper/add/"),
        {"title": "汇总表", "copies": "2", "formats": ["xlsx", "pdf"], "blind": "on"},
    )
    saved(client, at(draft, "stage/add/"), {"kind": "scoring", "experts": "5", "pass_mark": "60"})
    saved(
        client,
        at(draft, "publicity/add/"),
        {"where": "association", "length": "5", "counting": "working", "closing_hour": "17:00"},
    )
    saved(
        client,
        at(draft, f"instalment/add/?category={_category(draft).pk}"),
        {"title": "立项后", "percent": "60"},
    )
    shown = saved(client, at(draft, "set/totals/"), {"slots_max": "13", "total_max": "50万"})
    for words in (
        "第一批",
        "汇总表",
        "2 copies",
        "Excel",
        "5 experts",
        "5 working days",
        "立项后 60%",
        "<dd>50 10,000 yuan</dd>",
    ):
        assert words in shown, words
    assert Call.objects.get(pk=draft.pk).total_max == Decimal(500000)
    for slug, rows in (
        ("batch", draft.batches),
        ("paper", draft.papers),
        ("stage", draft.review_stages),
        ("publicity", draft.publicity_rules),
        ("instalment", _category(draft).instalments),
    ):
        row: Any = rows.get()
        page = html(client, at(draft, f"{slug}/{row.pk}/"))
        assert str(row) in page
        # Hours are shown as they were set, to the minute: 17:00, not 17:00:00.
        assert "17:00:00" not in page
        assert slug != "publicity" or 'value="17:00"' in page
        saved(client, at(draft, f"{slug}/{row.pk}/remove/"))
        assert not rows.exists()


@pytest.mark.parametrize(
    ("slug", "data", "says"),
    [
        ("paper/add/", {"title": "公函", "copies": "0"}, "State a number of copies"),
        ("stage/add/", {"kind": "formal", "experts": "5"}, "scoring, meeting and defence only"),
        (
            "publicity/add/",
            {"where": "unit", "length": "0", "counting": "working"},
            "at least one day or hour",
        ),
        ("deliverable/add/", {"kind": "summary", "title": "总结"}, "one of both"),
        (
            "deliverable/add/",
            {"kind": "summary", "title": "总结", "days_after": "3", "due_on": "2026-12-01"},
            "one of both",
        ),
    ],
)
def test_what_cannot_stand_is_said_on_the_form(
    draft: Call,  # noqa: F811
    slug: str,
    data: dict[str, Any],
    says: str,
) -> None:
    assert says in refused(staff_of(draft), at(draft, slug), data)


def test_two_batches_do_not_end_together(draft: Call) -> None:  # noqa: F811
    draft.batches.create(title="第一批", closes_at=draft.closes_at)
    local = clock.local(draft.closes_at)
    draft.batches.update(closes_at=local.replace(second=0, microsecond=0))
    data = {
        "title": "第二批",
        "closes_at_day": local.date().isoformat(),
        "closes_at_hour": f"{local:%H:%M}",
    }
    assert "Another batch" in refused(staff_of(draft), at(draft, "batch/add/"), data)


def test_a_sign_off_day_is_refused_where_nobody_signs_off(draft: Call) -> None:  # noqa: F811
    Call.objects.filter(pk=draft.pk).update(signoff=False)
    local = clock.local(draft.closes_at)
    data = {
        "title": draft.title,
        "year": "2026",
        "opens_at_day": clock.local(draft.opens_at).date().isoformat(),
        "closes_at_day": local.date().isoformat(),
        "signoff_by_day": (local.date() - dt.timedelta(days=1)).isoformat(),
        "paper_copies": "0",
    }
    assert "nobody signs off in the unit" in refused(staff_of(draft), at(draft, "set/dates/"), data)


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"funding_kind": "up_to", "amount_min": "5万"}, ("up_to", None, Decimal(50000), "")),
        (
            {"funding_kind": "up_to", "amount_max": "5万", "paid": "instalments"},
            ("up_to", None, Decimal(50000), "instalments"),
        ),
        (
            {"funding_kind": "self", "amount_min": "5万", "paid": "in_advance"},
            ("self", None, None, ""),
        ),
    ],
)
def test_money_is_kept_as_it_was_chosen(
    draft: Call,  # noqa: F811
    data: dict[str, str],
    kept: tuple[object, ...],
) -> None:
    category = _category(draft)
    given = {"title": "示例", "slots_kind": "unlimited", "joint": "no"} | data
    saved(staff_of(draft), at(draft, f"category/{category.pk}/"), given)
    row = _category(draft)
    assert (row.funding_kind, row.amount_min, row.amount_max, row.paid) == kept
