"""What was confirmed of a notice becomes a draft call; what has no place is listed in its editor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calls.enums import FundingKind, Joint, PacketMode, SlotsKind
from calls.models import Call, FormField
from calls.publish_check import contradictions
from calls.reader import KINDS, Part, PartType, Value, quoted, read
from calls.services.from_notice import draft_from_notice
from calls.services.notice_call import name_of
from calls.services.notice_facts import Confirmed, Head, Sheet
from portal import clock
from portal.errors import RuleViolation
from tests.factories.notices import NOTICES, drafted
from tests.factories.people import IssuerFactory, UserFactory

pytestmark = pytest.mark.django_db


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


def test_conditions_and_windows_bind_the_category_they_are_written_for() -> None:
    call = drafted("shapes/figures-in-headings", opens="2026-11-20", closes="2026-12-19")
    titles = ("科普作品创作", "科普阵地提升", "科普进校园")
    works, base, school = (call.categories.get(title=title) for title in titles)
    numbers = call.rules.filter(kind="number").values_list("category__title", "params__min")
    assert ("主题科普活动", 500) in numbers
    assert ("科普进校园", 8) in numbers
    assert not call.rules.filter(kind="number", category=None).exists()
    assert call.rules.get(kind="matching").category == base
    declared = call.sections.get(category=works).fields.get(role="declaration")
    assert "未获得过其他财政资金资助" in declared.options["text"]
    assert (base.window_start, base.window_end) == (dt.date(2027, 3, 1), dt.date(2027, 10, 31))
    assert (school.window_start, school.window_end) == (dt.date(2027, 3, 1), dt.date(2027, 6, 30))
    assert call.rules.get(kind="date_window").params == {"role": "dates"}
    money = [(part.title, part.percent) for part in base.instalments.all()]
    assert money == [("立项后", 60), ("验收合格后", 40)]
    assert not contradictions(call)


def test_every_figure_of_a_notice_becomes_a_rule_with_one_question_for_all_its_categories() -> None:
    call = drafted("shapes/bases-by-two-doors", opens="2026-11-22", closes="2026-12-10")
    numbers = call.rules.filter(kind="number", params__what="科普展示面积")
    assert set(numbers.values_list("category__title", "params__min")) == {
        ("场馆类", 1000), ("科研类", 200), ("企业类", 200),
    }  # fmt: skip
    asked = FormField.objects.filter(section__call=call, role__startswith="figure")
    assert [field.label for field in asked] == [
        "科普展示面积", "每年开放天数", "专职科普人员", "兼职科普人员", "科普志愿者",
    ]  # fmt: skip
    assert not [one for one in contradictions(call) if "指标" in one]
    sure = drafted(
        "shapes/bases-by-two-doors", opens="2026-11-22", closes="2026-12-10", only_sure=True
    )
    limits = sure.rules.filter(kind="list_quota").order_by("-params__limit")
    assert [(one.params["limit"], one.category) for one in limits] == [(6, None), (2, None)]
    assert sure.open_points.filter(sentence__contains="优秀等次").exists(), "not for every society"


def test_parts_keep_the_figures_of_their_own() -> None:
    call = drafted("shapes/parts-with-figures", opens="2026-12-01", closes="2026-12-25")
    parts = call.categories.exclude(parent=None).values_list(
        "parent__title", "title", "slots_max", "amount_max"
    )
    figures = [tuple(map(str, one)) for one in parts.order_by("parent__position", "position")]
    assert figures == [
        ("学术引领类", "学术年会", "3", "50000.00"), ("学术引领类", "青年学术沙龙", "12", "8000.00"),
        ("科普服务类", "科普宣讲", "20", "10000.00"), ("科普服务类", "科普资源开发", "4", "60000.00"),
    ]  # fmt: skip
    ends = call.rules.filter(kind="date_window").values_list("category__title", "params__end")
    assert set(ends) == {("学术引领类", "2027-09-30"), (None, "2027-11-30")}
    asked = call.rules.filter(kind="number", params__role="attendees")
    assert [(rule.category.title, rule.params["min"]) for rule in asked if rule.category] == [
        ("学术年会", 300), ("青年学术沙龙", 20),
    ]  # fmt: skip
    assert not contradictions(call)


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


def test_who_recommends_until_when_becomes_a_level_with_its_places() -> None:
    call = drafted("develop/young-talents", opens="2025-05-06", closes="2025-05-26")
    level = call.levels.get()
    assert [(one["kind"], one.get("levels")) for one in level.who] == [
        ("society", ["provincial"]), ("local_association", ["city"]),
        ("university_association", None),
    ]  # fmt: skip
    assert level.closes_at == clock.start_of(dt.date(2025, 6, 6)) + dt.timedelta(hours=17)
    assert "推荐单位须在公示5个工作日无异议后" in level.clause
    places = [rule.params for rule in call.rules.filter(kind="list_quota")]
    assert [(one["binds"][0]["kind"], one["limit"], one["level"]) for one in places] == [
        ("society", 3, 1), ("local_association", 2, 1), ("university_association", 4, 1),
    ]  # fmt: skip
    assert not call.rules.filter(kind="quota").exists()


def test_a_prize_for_talents_becomes_a_call_about_persons() -> None:
    """Each sex has its age, a person comes through one channel, the list its women, nobody applies
    for the prize money; what only the applicant knows is declared in the notice's words."""
    call = drafted("fresh/youth-prize", opens="2026-11-12", closes="2026-12-06")
    age = call.rules.get(kind="person_age").params
    assert (age["role"], age["born_from"]) == ("candidates", "1986-01-01")
    assert age["others"] == [{"column": "sex", "equals": "female", "born_from": "1983-01-01"}]
    assert not contradictions(call)
    assert call.rules.get(kind="person_places").params == {"roles": ["candidates"], "limit": 1}
    women = call.rules.get(kind="composition", params__label="女性")
    assert (women.params["min_percent"], women.mode) == (30, "in_principle")
    assert women.params["when"]["column"] == "sex"
    front = call.rules.get(kind="composition", params__label="基层一线").params
    assert (front["min"], front["when"]) == (1, {"role": "option", "any_of": ["yes"]})
    category = call.categories.get()
    assert (category.title, category.funding_kind) == ("第九届云岫市青年科技奖", "none")
    assert [tier.amount for tier in category.tiers.all()] == [Decimal(20000)]
    fields = {
        field.label: field for section in call.sections.all() for field in section.fields.all()
    }
    assert fields["事迹材料"].options["max_chars"] == 2000
    assert "leader" not in {field.role for field in fields.values()}
    declared = [f.options["text"] for f in fields.values() if f.kind == "declaration"]
    assert any("已获得中国青年科技奖" in text for text in declared)
    assert [stage.kind for stage in call.review_stages.all()] == ["formal", "scoring", "leadership"]
    assert "人才办 市人力资源" in call.notice.title
    assert call.title == "第九届云岫市青年科技奖推荐"


QUALITIES = """关于申报示例课题的通知
一、申报条件
%s
联系人：林知远，电话：0000-82130456
示例市科学技术协会
2026年3月1日"""


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("课题负责人须具有副高级以上职称或博士学位。",
         {"role": "leader", "column": "title", "any_of": ["副高级", "正高级"],
          "or_column": "degree", "or_any_of": ["doctor"]}),
        ("负责人须具有副高级以上（含）专业技术职称（职务），或者具有博士学位。",
         {"role": "leader", "column": "title", "any_of": ["副高级", "正高级"],
          "or_column": "degree", "or_any_of": ["doctor"]}),
        ("候选人应具有硕士及以上学位。",
         {"role": "candidates", "column": "degree", "any_of": ["master", "doctor"]}),
        ("负责人须具有高级专业技术职称。",
         {"role": "leader", "column": "title", "any_of": ["副高级", "正高级"]}),
        ("须由3名具有正高级职称的同行专家推荐。",
         {"role": "recommenders", "column": "title", "any_of": ["正高级"]}),
    ],
)  # fmt: skip
def test_titles_and_degrees_become_a_rule(sentence: str, expected: Mapping[str, Any]) -> None:
    call = from_text(QUALITIES % sentence, "quality", "number", "contact")
    assert call.rules.get(kind="person_quality").params == expected
    assert not call.open_points.exists()
    assert not contradictions(call)
    people = next(
        field for section in call.sections.all() for field in section.fields.all()
        if field.role == expected["role"]
    )  # fmt: skip
    asked = {expected["column"], expected.get("or_column", expected["column"])}
    assert asked <= set(people.options["required"])
    if expected["column"] == "title":
        assert set(expected["any_of"]) < set(people.options["titles"])


@pytest.mark.parametrize(
    "sentence",
    [
        "负责人须具有副高级职称或相当专业水平。",
        "负责人须具有副高级职称。",
        "负责人须具有博士学位，或具有硕士学位且取得副高级专业技术职务。",
        "团队成员须具有中级以上职称。",
        "负责人原则上具有中级以上职称。",
        "具有正高级职称的专家须签署意见。",
    ],
)
def test_a_title_that_leaves_something_open_is_left_to_staff(sentence: str) -> None:
    call = from_text(QUALITIES % sentence, "quality")
    assert not call.rules.filter(kind="person_quality").exists()
    assert call.open_points.get().sentence == sentence


def test_the_window_of_what_came_out_already_asks_when_it_did() -> None:
    papers = drafted("reworded/passed-on-papers", opens="2025-05-20", closes="2025-06-30")
    field = FormField.objects.get(section__call=papers, role="dates")
    assert field.label == "发表或完成时间"
    window = papers.categories.get()
    assert (window.window_start, window.window_end) == (dt.date(2023, 6, 1), dt.date(2025, 5, 31))


def test_conditions_in_points_become_questions_and_rules() -> None:
    call = drafted("fresh/service-station", opens="2026-11-09", closes="2026-12-08")
    assert [one.amount_max for one in call.categories.all()] == [Decimal(60000)] * 3
    assert not any(one.tiers.exists() for one in call.categories.all())
    assert call.review_stages.get(kind="scoring").pass_mark == 70
    experts = call.rules.get(kind="row_count").params
    assert (experts["role"], experts["min"]) == ("members", 5)
    assert call.rules.get(kind="matching").params == {"min_percent": 100}
    yearly = call.rules.get(kind="yearly_fact", params__year=2025)
    assert "binds" not in yearly.params
    assert {rule.params["what"] for rule in call.rules.filter(kind="number")} >= {"面积"}
    level = call.levels.get()
    assert level.who == [{"kind": "society", "levels": ["city"]}]
    assert clock.local(level.closes_at).date() == dt.date(2026, 12, 13)


def test_a_table_of_limits_becomes_a_rule_for_each_cell() -> None:
    call = drafted("fresh/science-contest", opens="2026-11-15", closes="2026-12-15")
    tops = list(call.categories.filter(parent=None))
    assert [[part.title for part in top.children.all()] for top in tops] == [
        ["成人组", "学生组"], ["微视频", "动画", "纪录短片"], ["科普文章", "长图漫画"],
    ]  # fmt: skip
    limits = {
        (rule.category.title if rule.category else "", rule.params["binds"][0]["kind"]):
        rule.params["limit"]
        for rule in call.rules.filter(kind="quota")
    }  # fmt: skip
    assert limits["科普讲解类", "local_association"] == 4
    assert limits["科普图文类", "university_association"] == 5
    clauses = set(call.rules.filter(kind="quota").values_list("clause", flat=True))
    assert "单位类型：市属学会；科普讲解类：2；科普视频类：3；科普图文类：3" in clauses
    others = call.rules.get(kind="quota", category=None).params
    assert others["limit"] == 3
    assert {line["kind"] for line in others["binds"]}.isdisjoint(
        {"local_association", "society", "university_association"}
    )
    bases = call.open_points.filter(words__contains="科普基地", words__startswith="限额")
    assert bases.count() == 3
    assert [tier.title for tier in tops[0].tiers.all()] == ["一等奖", "二等奖", "三等奖"]
    assert all(one.funding_kind == "none" for one in call.categories.all())


def from_text(text: str, *kinds: str) -> Call:
    """Make a draft of what the reader finds of these kinds in a short text."""
    proposal = read(text)
    return draft_from_notice(
        issuer=IssuerFactory(),
        by=UserFactory(),
        head=Head("关于申报项目的通知", 2026, clock.start_of(dt.date(2026, 3, 1)),
                  clock.start_of(dt.date(2026, 3, 20))),
        text=proposal.text,
        confirmed=[
            Confirmed(one.kind, one.values, quoted(proposal, one), one.why)
            for one in proposal.findings
            if one.kind in kinds
        ],
    )  # fmt: skip


def test_places_of_unknown_recommending_units_never_bind_applicants() -> None:
    """A deadline for recommending without the units that do it is left to staff with its number."""
    text = """关于申报项目的通知
一、申报时间
网上申报自2026年3月1日起，至2026年3月20日止。
二、推荐要求
申报单位所在市科协择优推荐，每个市科协推荐总数不超过2项，于2026年4月1日17:00前完成网上推荐。"""
    call = from_text(text, "recommend_by", "quota")
    assert not call.levels.exists()
    assert not call.rules.exists()
    assert call.open_points.count() == 2


def test_two_steps_of_recommending_become_two_levels() -> None:
    call = drafted("develop/two-steps", opens="2026-04-01", closes="2026-04-20")
    county, city = call.levels.all()
    assert (county.title, county.who) == (
        "县级科协", [{"kind": "local_association", "levels": ["county"]}],
    )  # fmt: skip
    assert (city.title, city.who) == (
        "市级科协", [{"kind": "local_association", "levels": ["city"]}],
    )  # fmt: skip
    assert county.closes_at == clock.start_of(dt.date(2026, 5, 9))
    assert city.closes_at == clock.start_of(dt.date(2026, 5, 20)) + dt.timedelta(hours=17)
    assert (county.letter, city.letter, city.ranks) == (False, True, True)
    assert all(sentence in call.notice.body for sentence in city.clause.split("\n"))
    places = call.rules.get(kind="list_quota")
    assert (places.params["limit"], places.params["level"]) == (5, 2)
    assert call.rules.get(kind="quota").params["limit"] == 1
    assert not call.open_points.exists()


def test_without_a_deadline_for_recommending_the_calls_own_is_taken_and_said() -> None:
    call = drafted("develop/papers-award", opens="2024-05-01", closes="2024-06-20")
    level = call.levels.get()
    assert (level.closes_at, level.ranks, level.opinion_max) == (call.closes_at, False, 300)
    limits = {
        rule.params["limit"] for rule in call.rules.filter(kind="list_quota", params__level=1)
    }
    assert limits == {15, 8, 20}
    assert call.open_points.filter(
        words__contains="省级学会、市级科协", sentence=level.clause
    ).exists()


def recommended(*deadlines: tuple[str, Mapping[str, Value]], units: Sequence[str]) -> Call:
    """Make a draft in which these units recommend, a step each, with deadlines as confirmed."""
    text = "县级科协初审后报设区市科协推荐。"
    steps = [
        Confirmed("recommender", {"units": one, "step": no}, text)
        for no, one in enumerate(units, 1)
    ]
    return draft_from_notice(
        issuer=IssuerFactory(), by=UserFactory(),
        head=Head("关于申报项目的通知", 2026, clock.start_of(dt.date(2026, 3, 1)),
                  clock.start_of(dt.date(2026, 3, 21))),
        text=text,
        confirmed=[*steps, *(Confirmed("recommend_by", values, said) for said, values in deadlines)],
    )  # fmt: skip


def ends(call: Call) -> list[dt.date]:
    return [clock.local(level.closes_at).date() for level in call.levels.all()]


APRIL: dict[str, Value] = {"day": dt.date(2026, 4, 10), "included": True}


def test_a_single_deadline_goes_to_the_level_it_names() -> None:
    steps = ("县级科协", "市级科协")
    call = recommended(("县级科协于4月10日前报送。", APRIL), units=steps)
    assert ends(call) == [dt.date(2026, 4, 11), dt.date(2026, 4, 11)]
    call = recommended(("设区市科协于4月10日前报送。", APRIL), units=steps)
    assert ends(call) == [dt.date(2026, 3, 21), dt.date(2026, 4, 11)]
    assert [point.words for point in call.open_points.all()] == [
        fact_words_of("县级科协", step=1)
    ]  # the county's has none of its own
    call = recommended(("于4月10日前报送。", APRIL), units=steps)
    assert call.open_points.filter(sentence="于4月10日前报送。").exists()


def fact_words_of(units: str, *, step: int) -> str:
    return Confirmed("recommender", {"units": units, "step": step}, "").words()


def test_of_two_deadlines_the_only_level_takes_the_one_that_names_it() -> None:
    later: dict[str, Value] = {"day": dt.date(2026, 4, 20), "included": True}
    call = recommended(
        ("县级科协于4月10日前报送。", APRIL), ("某学会于4月20日前复审。", later), units=["县级科协"]
    )
    assert ends(call) == [dt.date(2026, 4, 11)]
    assert [point.sentence for point in call.open_points.all()] == ["某学会于4月20日前复审。"]


def test_a_deadline_left_without_a_day_or_with_its_day_excluded() -> None:
    units = ["县级科协"]
    excluded = recommended(("4月10日（不含）前", {"day": dt.date(2026, 4, 10)}), units=units)
    assert ends(excluded) == [dt.date(2026, 4, 10)]
    cleared = recommended(("4月前", {"time": "17:00"}), units=units)
    assert ends(cleared) == [dt.date(2026, 3, 21)]
    assert cleared.open_points.filter(sentence="4月前").exists()


def test_what_lies_above_a_unit_recommends_as_its_parent() -> None:
    level = recommended(("4月10日前", APRIL), units=["主管部门"]).levels.get()
    assert (level.by_parent, level.who) == (True, [])
    assert level.call.open_points.count() == 1, (
        "who has no superior in the register could not apply"
    )


@pytest.mark.parametrize("name", ["worker-day", "decision-topics", "short-memo"])
def test_a_notice_where_units_apply_directly_has_no_level(name: str) -> None:
    call = drafted(f"develop/{name}", opens="2022-01-01", closes="2027-12-31")
    assert not call.levels.exists()
    assert not call.rules.filter(kind="list_quota").exists()


def test_a_level_for_some_applications_only_is_left_to_staff() -> None:
    """企业科协 alone go through the cities; a level would ask it of everybody."""
    call = drafted("held_out/long-programme", opens="2025-11-10", closes="2025-12-05")
    assert not call.levels.exists()
    assert call.open_points.filter(sentence__contains="由所在设区市科协审核").count() == 2


def test_units_the_register_does_not_keep_recommend_at_no_level() -> None:
    call = drafted("later/paper-prize", opens="2025-07-01", closes="2025-09-15")
    assert not call.levels.exists()
    assert not call.rules.filter(kind__in=["quota", "list_quota"]).exists()
    assert call.open_points.filter(sentence__contains="每个专业委员会推荐不超过3篇").count() == 2


def test_one_amount_for_each_holds_for_every_part() -> None:
    text = """关于申报项目的通知
一、项目类别
（一）科普竞赛。拟支持8项，每项资助3万元，包括学生、职工2个组别。
（二）科普讲座。拟支持4项，每项资助2万元。"""
    call = from_text(text, "category", "part", "places", "amount")
    contest = call.categories.get(title="科普竞赛")
    assert not contest.tiers.exists()
    assert [(one.title, one.amount_max) for one in contest.children.all()] == [
        ("学生组别", Decimal(30000)), ("职工组别", Decimal(30000)),
    ]  # fmt: skip


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


def some(part: Part) -> Value:
    """Return something a person may have left in a part."""
    given: dict[PartType, Value] = {
        PartType.DAY: dt.date(2026, 3, 30),
        PartType.COUNT: 2026 if part.name in ("year", "from", "to") else 5,
        PartType.YUAN: Decimal(20_000),
        PartType.TIME: "17:00",
        PartType.FLAG: True,
        PartType.UNITS: "市级学会",
        PartType.CATEGORY: "",
    }
    if part.type is PartType.CHOICE:
        return part.choices[0][0]
    return given.get(part.type, "示例内容")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"title", "opens", "closes"}))
def test_a_draft_comes_of_a_fact_whatever_it_can_do_without_was_cleared(kind: str) -> None:
    parts = KINDS[kind].parts
    full = {part.name: some(part) for part in parts}
    if kind == "email":
        full["text"] = "office@example.org"
    for cleared in ("", *full):
        values = {name: value for name, value in full.items() if name != cleared and value != ""}
        if KINDS[kind].lacking(values):
            continue
        confirmed = [Confirmed(kind, values, "示例句子。")]
        if kind == "paper_by":
            confirmed.append(Confirmed("paper_copies", {"copies": 2}, "一式两份。"))
        made = draft_from_notice(
            issuer=IssuerFactory(),
            by=UserFactory(),
            head=Head(
                "关于申报项目的通知",
                2026,
                clock.start_of(dt.date(2026, 3, 1)),
                clock.start_of(dt.date(2026, 3, 21)),
            ),
            text="示例句子。",
            confirmed=confirmed,
        )
        assert made.categories.exists(), cleared


def test_batches_and_limits_counted_anew_in_each_become_a_draft() -> None:
    call = drafted("develop/rolling-batches", opens="2025-02-18", closes="2025-09-15")
    ends = [(one.title, clock.local(one.closes_at).isoformat()) for one in call.batches.all()]
    assert ends == [
        ("第一批", "2025-04-01T00:00:00+08:00"), ("第二批", "2025-09-15T18:00:00+08:00"),
    ]  # fmt: skip
    limits = [
        (rule.params["limit"], [one["kind"] for one in rule.params["binds"]])
        for rule in call.rules.filter(kind="quota")
        if rule.params["per_batch"]
    ]
    assert limits == [
        (2, ["society"]), (1, ["enterprise_association", "university_association"]),
    ]  # fmt: skip
    assert call.rules.get(kind="person_places").params["limit"] == 1


def test_what_each_category_asks_for_stays_with_it() -> None:
    call = drafted("unseen/study-routes", opens="2026-12-01", closes="2026-12-28")
    routes, tutors = call.categories.filter(parent=None)
    age = call.rules.get(kind="person_age")
    assert (age.category, age.params["born_from"]) == (tutors, "1967-01-01")
    assert age.params["others"][0]["born_from"] == "1965-01-01"
    assert [
        (rule.category, rule.params["limit"]) for rule in call.rules.filter(kind="quota")
    ] == [(routes, 2), (tutors, 3)]  # fmt: skip
    assert [
        (rule.category, rule.params["limit"]) for rule in call.rules.filter(kind="list_quota")
    ] == [(routes, 3), (tutors, 5)]  # fmt: skip
    matching = call.rules.get(kind="matching")
    assert (matching.category, matching.params) == (routes, {"min_percent": 50})
    assert {rule.category for rule in call.rules.filter(kind="number")} == {routes}
    due = [(one.title, one.due_on) for one in call.deliverable_rules.all()]
    end = dt.date(2027, 11, 30)
    assert due == [("工作总结", end), ("活动照片", end), ("经费决算表", end)]
    assert call.levels.get().letter
    assert [(one.title, one.slots_max, one.amount_max) for one in routes.children.all()] == [
        ("精品线路", 5, Decimal(40000)), ("特色线路", 10, Decimal(20000)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("关于申报2027年度科普活动项目的通知", "2027年度科普活动项目申报"),
        ("关于做好2024年度学术交流项目申报工作的通知", "2024年度学术交流项目申报"),
        ("关于征集2023年重要学术会议的公告", "2023年重要学术会议征集"),
        ("2027年度科普示范基地", "2027年度科普示范基地"),
    ],
)
def test_a_call_is_called_by_its_subject_and_what_is_done(title: str, name: str) -> None:
    day = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
    sheet = Sheet(Head(title, 2027, day, day), "", [])
    assert name_of(sheet) == name


def test_what_comes_every_year_and_the_words_for_the_support_enter_the_draft() -> None:
    station = drafted("fresh/service-station", opens="2026-11-16", closes="2026-12-08")
    assert set(station.deliverable_rules.values_list("title", "due_on", "yearly", "times")) == {
        ("上年度工作总结", dt.date(2027, 1, 31), True, None),
        ("经费使用报告", dt.date(2027, 1, 31), True, None),
    }
    bases = drafted("strangers/bases-and-works", opens="2026-03-01", closes="2026-04-01")
    assert bases.acknowledgement == "澄湖市科协资助"


def test_who_seals_beside_the_unit_has_a_box_on_the_form() -> None:
    station = drafted("held_out/rural-station", opens="2026-03-01", closes="2026-04-01")
    (box,) = station.papers.all()
    assert (box.title, box.box) == ("乡镇政府盖章", "sealed")
    assert "乡镇" in box.clause
    # 推荐单位 may be the unit that applies: staff say.
    experts = drafted("held_out/recommend-experts", opens="2026-03-01", closes="2026-04-01")
    assert not experts.papers.exists()
