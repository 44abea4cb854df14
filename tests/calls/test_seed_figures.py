"""The two seed calls hold the figures of their notices, line by line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from calls.enums import (
    DeliverableKind,
    FundingKind,
    Joint,
    PacketMode,
    RuleMode,
    Sealing,
    SlotsKind,
)
from calls.models import Call, Category
from calls.rulebook import specs_for
from calls.rules import evaluate
from calls.rules.facts import Facts, Stage, UnitFacts, Verdict
from calls.services.publish import publish_call
from demo.people import Register
from portal import clock
from portal.people.enums import OrganisationKind as Kind
from tests.factories.calls import seed_call

pytestmark = pytest.mark.django_db
EVERY_KIND = [(kind.value, level) for kind in Kind for level in ("provincial", "city", "")]


@pytest.fixture
def jilin() -> Call:
    return publish_call(seed_call("jilin-2024"), by=None)


@pytest.fixture
def jiaxing() -> Call:
    return publish_call(seed_call("jiaxing-2023"), by=None)


def category(call: Call, code: str) -> Category:
    return call.categories.select_related("parent").get(code=code)


def may_apply(call: Call, code: str, facts: dict[tuple[str, int], str] | None = None) -> set[str]:
    """Return the kinds (with level, where it matters) that no rule on kinds refuses."""
    path = category(call, code).path
    specs = [spec for spec in specs_for(call) if spec.kind == "kinds"]
    accepted = set()
    for kind, level in EVERY_KIND:
        unit = UnitFacts(1, "示例", kind, level, facts=facts or {})
        findings = evaluate(specs, Facts(unit, path), {Stage.ELIGIBILITY})
        if findings and all(f.verdict is Verdict.YES for f in findings):
            accepted.add(f"{kind}/{level}" if kind == Kind.SOCIETY else kind)
    return accepted


def rules(call: Call, kind: str) -> list[dict[str, Any]]:
    return [rule.params for rule in call.rules.filter(kind=kind)]


# 吉林 2024 -------------------------------------------------------------------------------------

JILIN_KINDS = {
    "annual": {
        "society/provincial",
        "university_association",
        "enterprise_association",
        "institute",
    },
    "speech-science": {"society/provincial", "university_association"},
    "speech-final": {"society/provincial", "university_association"},
    "basic": {"society/provincial", "university_association", "institute"},
    "foreign": {"society/provincial", "university_association", "institute"},
}


def test_jilin_closes_on_22_april_with_the_paper_there_and_the_list_by_30_april(
    jilin: Call,
) -> None:
    assert jilin.closes_at == clock.start_of(dt.date(2024, 4, 23))
    assert jilin.paper_by == jilin.closes_at
    assert jilin.paper_copies == 1
    assert jilin.result_by == dt.date(2024, 4, 30)
    assert "通知公告栏" in jilin.result_where
    assert (jilin.packet_mode, jilin.sealing) == (PacketMode.SINGLE, Sealing.SCAN)
    assert jilin.seal_by is None
    assert "互联网" in jilin.confidential_how


@pytest.mark.parametrize(
    ("code", "places", "amount", "months"),
    [
        ("annual", (6, 6), (30000, 30000), (8, 10)),
        ("forum", (14, 14), (20000, 20000), (5, 10)),
        ("speech-science", (1, 1), (15000, 15000), (9, 11)),
        ("speech-engineering", (1, 1), (15000, 15000), (9, 11)),
        ("speech-agriculture", (1, 1), (15000, 15000), (9, 11)),
        ("speech-medicine", (1, 1), (15000, 15000), (9, 11)),
        ("speech-final", (1, 1), (60000, 60000), (9, 11)),
        ("basic", (4, 4), (40000, 40000), (5, 10)),
        ("foreign", (2, 3), (30000, 45000), (6, 11)),
    ],
)
def test_jilin_places_money_and_window(
    jilin: Call,
    code: str,
    places: tuple[int, int],
    amount: tuple[int, int],
    months: tuple[int, int],
) -> None:
    found = category(jilin, code)
    assert (found.slots_min, found.slots_max) == places
    assert (found.amount_min, found.amount_max) == tuple(map(Decimal, amount))
    assert found.window_start == dt.date(2024, months[0], 1)
    assert found.window_end is not None
    assert (found.window_end + dt.timedelta(days=1)) == dt.date(2024, months[1] + 1, 1)
    expected = (
        (SlotsKind.RANGE, FundingKind.RANGE)
        if code == "foreign"
        else (SlotsKind.EXACT, FundingKind.FIXED)
    )
    assert (found.slots_kind, found.funding_kind) == expected


def test_jilin_has_five_categories_of_which_one_has_five_parts(jilin: Call) -> None:
    tops = jilin.categories.filter(parent=None)
    assert [c.code for c in tops] == ["annual", "forum", "speech", "basic", "foreign"]
    assert [c.edition for c in tops] == [13, 11, 15, None, None]
    assert category(jilin, "speech").children.count() == 5
    assert {c.code for c in tops if c.joint == Joint.ENCOURAGED} == {"annual", "forum"}
    assert {c.code for c in tops if c.joint == Joint.NO} == {"speech", "basic", "foreign"}


def test_jilin_supports_the_winners_with_money_nobody_applies_for(jilin: Call) -> None:
    tier = category(jilin, "speech").tiers.get()
    assert (tier.amount, tier.applied_for) == (Decimal(30000), False)


@pytest.mark.parametrize("code", sorted(JILIN_KINDS))
def test_jilin_kinds(jilin: Call, code: str) -> None:
    assert may_apply(jilin, code) == JILIN_KINDS[code]


def test_jilin_graduate_forum_asks_universities_and_institutes_for_graduate_training(
    jilin: Call,
) -> None:
    assert may_apply(jilin, "forum") == {"society/provincial"}
    trained = may_apply(jilin, "forum", {("graduate_training", 2024): "yes"})
    assert trained == {"society/provincial", "university", "institute"}


def test_jilin_societies_need_inspection_and_the_2023_evaluation(jilin: Call) -> None:
    facts = {rule["code"]: rule for rule in rules(jilin, "yearly_fact")}
    assert facts["annual_inspection"]["year"] is None
    assert facts["society_evaluation"]["year"] == 2023
    for rule in facts.values():
        assert rule["binds"] == [{"kind": "society", "levels": ["provincial"]}]


def test_jilin_priority_spans_2021_to_2023_over_three_honours(jilin: Call) -> None:
    (rule,) = rules(jilin, "priority")
    assert (rule["from_year"], rule["to_year"]) == (2021, 2023)
    assert [h["label"] for h in rule["honours"]] == [
        "先进学会", "学术工作先进集体", "智库工作先进集体",
    ]  # fmt: skip


def test_jilin_quota_is_one_of_a_kind_and_two_in_all_strictly(jilin: Call) -> None:
    assert rules(jilin, "quota") == [
        {"limit": 1, "scope": "each_top_category"},
        {"limit": 2, "scope": "call"},
    ]
    assert not jilin.rules.exclude(mode=RuleMode.STRICT).exists()


def test_jilin_numbers(jilin: Call) -> None:
    found = {
        (rule.category and rule.category.code, rule.params["role"]): rule.params.get("min")
        for rule in jilin.rules.filter(kind="number")
    }
    assert found == {
        ("annual", "attendees"): 200,
        ("forum", "papers"): 30,
        ("forum", "attendees"): 50,
        ("basic", "attendees"): 50,
    }
    (convenor,) = jilin.rules.filter(kind="row_count")
    assert convenor.category is not None
    assert (convenor.category.code, convenor.params["exactly"]) == ("basic", 1)


def test_jilin_deliverables(jilin: Call) -> None:
    found = [
        (d.kind, d.category and d.category.code, d.days_after)
        for d in jilin.deliverable_rules.order_by("days_after", "position")
    ]
    sub_venues = ("science", "engineering", "agriculture", "medicine")
    assert found == [
        (DeliverableKind.NEWS_REPORT, None, 3),
        *((DeliverableKind.SCORES, f"speech-{venue}", 3) for venue in sub_venues),
        (DeliverableKind.SUMMARY, None, 10),
        (DeliverableKind.REVIEW_OR_PAPERS, None, 10),
        (DeliverableKind.FINAL_ACCOUNTS, None, 10),
    ]
    report = jilin.deliverable_rules.get(kind=DeliverableKind.NEWS_REPORT)
    assert (report.max_words, report.photos_min, report.photos_max) == (1000, 1, 3)


# 嘉兴 2023 -------------------------------------------------------------------------------------


def test_jiaxing_runs_from_9_february_to_the_end_of_5_march(jiaxing: Call) -> None:
    assert jiaxing.opens_at == clock.start_of(dt.date(2023, 2, 9))
    assert jiaxing.notice.published_at == jiaxing.opens_at
    assert jiaxing.closes_at == clock.start_of(dt.date(2023, 3, 6))
    assert jiaxing.seal_by is None
    assert jiaxing.paper_copies == 0
    assert jiaxing.result_by is None


def test_jiaxing_hands_in_a_plan_signed_by_who_leads_that_kind_of_unit(jiaxing: Call) -> None:
    assert jiaxing.packet_mode == PacketMode.PLAN
    assert jiaxing.signatory("society") == "学会理事长"
    assert jiaxing.signatory("enterprise_association") == "企业科协主席"
    assert jiaxing.signatory("university") == "高校相关负责人"
    assert jiaxing.sealing == Sealing.SCAN
    plan = jiaxing.sections.get(scope="plan")
    assert [f.code for f in plan.fields.all()] == ["principles", "criteria", "procedure", "contact"]
    assert jiaxing.word_selected == "列入申报范围"
    assert len(jiaxing.form_notes.splitlines()) == 5


def test_jiaxing_states_no_places_no_money_and_no_deliverables(jiaxing: Call) -> None:
    for found in jiaxing.categories.all():
        assert found.slots_kind == SlotsKind.UNLIMITED
        assert found.funding_kind == FundingKind.NONE
        assert found.joint == Joint.ENCOURAGED
    assert jiaxing.deliverable_rules.count() == 0


def test_jiaxing_kinds(jiaxing: Call) -> None:
    everybody = {
        "society/city", "society_federation", "enterprise_association", "enterprise_federation",
        "university_association", "university", "institute",
    }  # fmt: skip
    assert may_apply(jiaxing, "conference") == everybody
    assert may_apply(jiaxing, "topic") == everybody


def test_jiaxing_quota_is_one_conference_in_principle_by_kind_of_unit(jiaxing: Call) -> None:
    quotas = list(jiaxing.rules.filter(kind="quota").select_related("category"))
    assert {q.mode for q in quotas} == {RuleMode.IN_PRINCIPLE}
    assert {q.category and q.category.code for q in quotas} == {"conference"}
    assert {q.params["limit"] for q in quotas} == {1}
    bound = [[line["kind"] for line in q.params["binds"]] for q in quotas]
    assert bound == [
        ["society", "society_federation", "institute"],
        ["enterprise_association", "enterprise_federation"],
        ["university", "university_association"],
    ]
    assert quotas[2].params["bucket"] == "family"
    assert quotas[2].params["family_kinds"] == ["university", "university_association"]


def test_jiaxing_conferences_lie_inside_2023_and_regular_ones_were_held_twice_by_2022(
    jiaxing: Call,
) -> None:
    conference = category(jiaxing, "conference")
    assert conference.window_start == dt.date(2023, 1, 1)
    assert conference.window_end == dt.date(2023, 12, 31)
    (editions,) = rules(jiaxing, "editions")
    assert editions == {
        "min": 2,
        "by": "2022-12-31",
        "when": {"role": "event_kind", "equals": "regular"},
    }


def test_jiaxing_excluded_kinds_bind_conferences_only(jiaxing: Call) -> None:
    (rule,) = jiaxing.rules.filter(kind="excluded_kinds").select_related("category")
    assert rule.category is not None
    assert rule.category.code == "conference"
    assert rule.params["words"] == ["培训班", "教学研讨会", "庆典", "周年纪念", "表彰大会"]
    topic = category(jiaxing, "topic").path
    for spec in specs_for(jiaxing):
        assert not spec.covers(topic) or spec.kind == "kinds"


def test_jiaxing_societies_and_institutes_recommend_their_own_conferences(jiaxing: Call) -> None:
    (rule,) = rules(jiaxing, "one_of")
    assert [one["value"] for one in rule["any_of"]] == ["host", "co_host"]
    assert [line["kind"] for line in rule["binds"]] == [
        "society",
        "society_federation",
        "institute",
    ]


def test_the_contact_of_the_demo_calls_is_the_one_at_the_foot_of_each_page() -> None:
    register = Register()
    register.fill()
    for code in ("jilin-2024", "jiaxing-2023"):
        issuer = register.issuers[code.split("-")[0]]
        contact = seed_call(code, issuer=issuer).contacts.get()
        assert (contact.name, contact.phone, contact.email) == (
            issuer.contact_name,
            issuer.contact_phone,
            issuer.contact_email,
        )
