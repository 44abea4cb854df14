"""What was confirmed of a notice becomes a draft call; what has no place is listed in its editor."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from calls.enums import FundingKind, Joint, PacketMode, SlotsKind
from calls.models import Call
from calls.reader import read
from calls.services.from_notice import Confirmed, Head, draft_from_notice
from portal import clock
from portal.errors import RuleViolation
from tests.factories.people import IssuerFactory, UserFactory

pytestmark = pytest.mark.django_db

NOTICES = Path(__file__).parent.parent / "data/notices"


def drafted(name: str, *, opens: str, closes: str, only_sure: bool = False) -> Call:
    proposal = read((NOTICES / f"{name}.txt").read_text("utf-8"))
    facts = [
        Confirmed(
            one.kind, one.values, proposal.text[one.sentence.start : one.sentence.end], one.why
        )
        for one in proposal.findings
    ]
    confirmed = [one for one in facts if not only_sure or not one.why]
    closing = dt.date.fromisoformat(closes) + dt.timedelta(days=1)
    return draft_from_notice(
        issuer=IssuerFactory(),
        by=UserFactory(),
        head=Head(
            title=str(proposal.of("title")[0].values["text"]),
            year=closing.year,
            opens_at=clock.start_of(dt.date.fromisoformat(opens)),
            closes_at=clock.start_of(closing),
        ),
        text=proposal.text,
        confirmed=confirmed,
        unsure=[one for one in facts if one not in confirmed],
    )


def test_a_notice_with_five_categories_becomes_a_draft_with_their_figures() -> None:
    call = drafted("develop/academic-projects-retold", opens="2024-03-25", closes="2024-04-22")
    tops = list(call.categories.filter(parent=None))
    assert [one.edition for one in tops] == [13, 11, 15, None, None]
    assert [(one.slots_min, one.slots_max) for one in tops if not one.children.exists()] == [
        (6, 6), (14, 14), (4, 4), (2, 3),
    ]  # fmt: skip
    parts = list(tops[2].children.all())
    assert [(one.slots_max, one.amount_max) for one in parts] == [
        *[(1, Decimal(15000))] * 4, (1, Decimal(60000)),
    ]  # fmt: skip
    assert [tier.amount for tier in tops[2].tiers.all()] == [Decimal(30000)]
    assert (tops[4].funding_kind, tops[4].amount_min, tops[4].amount_max) == (
        FundingKind.RANGE, Decimal(30000), Decimal(45000),
    )  # fmt: skip
    assert tops[0].window_end == dt.date(2024, 10, 31)
    assert [one.joint for one in tops[:3]] == [Joint.ENCOURAGED, Joint.ENCOURAGED, Joint.NO]
    assert call.closes_at == clock.start_of(dt.date(2024, 4, 23))
    assert (call.paper_copies, call.result_by) == (1, dt.date(2024, 4, 30))
    quotas = [rule.params for rule in call.rules.filter(kind="quota")]
    assert quotas == [{"limit": 1, "scope": "each_top_category"}, {"limit": 2, "scope": "call"}]
    forum = call.rules.get(kind="kinds", category=tops[1]).params["any_of"]
    assert [(one["kind"], bool(one.get("facts"))) for one in forum] == [
        ("society", False), ("university", True), ("institute", True),
    ]  # fmt: skip
    assert {one.days_after for one in call.deliverable_rules.all()} == {3, 10}
    assert call.rules.get(kind="priority").params["from_year"] == 2021


def test_every_rule_carries_the_sentence_of_the_notice() -> None:
    call = drafted("develop/academic-projects-retold", opens="2024-03-25", closes="2024-04-22")
    assert call.rules.count() >= 15
    for rule in call.rules.all():
        assert rule.clause
        assert rule.clause in call.notice.body


def test_a_notice_that_asks_for_a_plan_becomes_a_draft_with_a_plan() -> None:
    call = drafted("develop/conferences-and-topics-retold", opens="2023-02-09", closes="2023-03-05")
    assert call.packet_mode == PacketMode.PLAN
    assert call.signatory_words["society"] == "学会理事长"
    words = call.rules.get(kind="excluded_kinds").params["words"]
    assert words == ["培训班", "教学研讨会", "庆典", "周年纪念活动", "表彰大会"]
    assert {rule.mode for rule in call.rules.filter(kind="quota")} == {"in_principle"}


def test_ages_with_another_limit_for_women_become_one_rule() -> None:
    call = drafted("develop/young-talents", opens="2025-05-06", closes="2025-05-26")
    params = call.rules.get(kind="person_age").params
    assert params["born_from"] == "1990-01-01"
    assert params["others"] == [{"column": "sex", "equals": "female", "born_from": "1987-01-01"}]


def test_what_is_unsure_or_has_no_place_is_listed_with_its_sentence() -> None:
    call = drafted(
        "develop/conference-funding-table", opens="2025-12-01", closes="2025-12-31", only_sure=True
    )
    about = call.open_points.filter(sentence__contains="市级综合性学术年会")
    assert "10" in about.get(words__contains="10").words
    assert all(point.reason for point in call.open_points.all())
    assert call.categories.get(title="市级综合性学术年会").slots_kind == SlotsKind.UNLIMITED


@pytest.mark.parametrize("path", sorted(NOTICES.glob("*/*.txt")), ids=lambda path: path.stem)
def test_every_notice_makes_a_draft(path: Path) -> None:
    name = f"{path.parent.name}/{path.stem}"
    call = drafted(name, opens="2022-01-01", closes="2027-12-31")
    assert call.categories.exists()
    assert call.sections.exists()


def test_a_deadline_before_the_opening_is_refused_and_nothing_is_kept() -> None:
    with pytest.raises(RuleViolation):
        drafted("develop/short-memo", opens="2024-04-01", closes="2024-03-20")
    assert not Call.objects.exists()
