"""A call's figures and rules are said as the notices say them, in both languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from calls import wording
from calls.rules import KINDS
from calls.ruletext import describe

Day = tuple[int, int, int]


@pytest.mark.parametrize(
    ("start", "end", "chinese", "english"),
    [
        ((2026, 8, 1), (2026, 10, 31), "8—10 月", "Aug—Oct"),
        ((2026, 8, 1), (2026, 8, 31), "8 月", "Aug"),
        ((2027, 5, 1), (2027, 11, 30), "2027 年 5—11 月", "May—Nov 2027"),
        ((2027, 2, 1), (2027, 2, 28), "2027 年 2 月", "Feb 2027"),
        ((2026, 2, 1), (2026, 2, 27), "2026年2月1日—2026年2月27日", "Feb. 1, 2026—Feb. 27, 2026"),
        ((2026, 12, 1), (2027, 1, 31), "2026年12月1日—2027年1月31日", "Dec. 1, 2026—Jan. 31, 2027"),
        ((2026, 8, 1), None, "2026年8月1日", "Aug. 1, 2026"),
        (None, None, "", ""),
    ],
)
def test_windows_are_said_in_whole_months_where_they_are_whole(
    start: Day | None, end: Day | None, chinese: str, english: str
) -> None:
    first, last = (dt.date(*day) if day else None for day in (start, end))
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert wording.window(first, last, year=2026) == words


@pytest.mark.parametrize(
    ("kind", "low", "high", "words"),
    [
        ("exact", 6, 6, "6"),
        ("range", 2, 3, "2—3"),
        ("about", 10, 10, "约 10"),
        ("unlimited", None, None, "不限"),
        ("exact", None, None, ""),
    ],
)
def test_places_are_said_as_the_notice_counts_them(
    kind: str, low: int | None, high: int | None, words: str
) -> None:
    assert wording.places(kind, low, high) == words


@pytest.mark.parametrize(
    ("kind", "low", "high", "words"),
    [
        ("fixed", 15_000, 15_000, "1.5"),
        ("range", 30_000, 45_000, "3—4.5"),
        ("fixed", 100_000, 100_000, "10"),
        ("none", None, None, ""),
    ],
)
def test_money_is_said_in_ten_thousands(
    kind: str, low: int | None, high: int | None, words: str
) -> None:
    amounts = (None if one is None else Decimal(one) for one in (low, high))
    assert wording.funding(kind, *amounts) == words


RULES: list[tuple[str, dict[str, Any], str]] = [
    ("kinds", {"any_of": [{"kind": "society", "levels": ["provincial"]}]}, "省级学会"),
    (
        "yearly_fact",
        {"code": "a", "year": 2025, "values": ["yes"], "label": "年检合格",
         "binds": [{"kind": "society"}]},
        "学会：2025 年度年检合格",
    ),
    (
        "priority",
        {"honours": [{"code": "a", "label": "先进学会"}], "from_year": 2021, "to_year": 2023},
        "优先支持 2021—2023 年度先进学会。",
    ),
    ("quota", {"limit": 2, "scope": "call"}, "每个单位各类合计限报 2 项。"),
    ("amount", {}, "申请金额按本类经费标准填写。"),
    ("date_window", {"role": "dates", "start": "2026-01-01"}, "计划时间不早于 2026年1月1日"),
    ("number", {"role": "papers", "min": 30, "unit": "篇"}, "论文篇数：不少于 30 篇"),
    ("row_count", {"role": "convenors", "exactly": 1, "unit": "人"}, "学术召集人：限 1 人"),
    ("editions", {"min": 2, "by": "2025-12-31"}, "截至 2025年12月31日已举办不少于 2 届"),
    ("excluded_kinds", {"words": ["庆典"], "role": "event_kind"}, "不在范围之内：庆典"),
    (
        "one_of",
        {"role": "host", "any_of": [{"value": "own", "label": "本单位主办"}],
         "binds": [{"kind": "society"}]},
        "学会：举办角色限于本单位主办",
    ),
    ("title_length", {"max": 40}, "名称不超过 40 字。"),
    ("named_units", {"any_of": [{"name": "甲学会"}, {"name": "乙学会"}]}, "仅限甲学会、乙学会"),
    ("named_units", {"any_of": [{"name": "甲学会"}], "except": True}, "除甲学会外均可申报"),
    ("region", {"any_of": ["吉林省", "嘉兴市"]}, "吉林省、嘉兴市的单位"),
    ("not_barred", {"code": "x", "label": "失信限制"}, "失信限制：处于限制期内的单位不得申报。"),
    ("running_project", {"subject": "unit", "limit": 2}, "申报单位的在研项目须少于 2 项。"),
    (
        "earlier_award",
        {"subject": "person", "role": "candidates", "years": 3},
        "候选人近 3 年内未曾入选。",
    ),
    (
        "quota",
        {"limit": 1, "scope": "call", "named": [{"name": "甲大学", "limit": 3}]},
        "每个单位各类合计限报 1 项。另定名额：甲大学 3 项。",
    ),
    (
        "list_quota",
        {"limit": 2, "scope": "call", "reserve": 1, "level": 1},
        "第一级推荐：每份名单合计限推荐 2 项。另可备选 1 项。",
    ),
    (
        "composition",
        {"label": "女性", "when": {"role": "candidates", "column": "sex", "any_of": ["female"]},
         "min_percent": 30},
        "每份名单中女性：不少于 30%",
    ),
    ("cost_share", {"max_percent": 50}, "申请经费不超过项目总经费的 50%。"),
    ("matching", {"min_percent": 100}, "配套经费不低于申请经费的 100%。"),
    ("declaration", {"text": "不涉密"}, "须声明：不涉密"),
    ("declaration", {}, "表单中的声明须全部勾选。"),
    (
        "person_age",
        {"role": "leader", "age_max": 40, "age_on": "2026-01-01",
         "others": [{"column": "sex", "equals": "female", "age_max": 42}]},
        "负责人：截至2026年1月1日不超过 40 周岁；性别为女的，截至2026年1月1日不超过 42 周岁",
    ),
    (
        "person_age",
        {"role": "leader", "born_from": "1986-01-01",
         "others": [{"column": "sex", "equals": "female", "and_column": "field",
                     "and_equals": "人文", "born_from": "1981-01-01"}]},
        "负责人：1986年1月1日（含）以后出生；性别为女、专业领域为人文的，1981年1月1日（含）以后出生",
    ),
    (
        "person_quality",
        {"role": "members", "column": "degree", "any_of": ["doctor"], "min_share": 50},
        "成员：学位为博士的不少于 50%",
    ),
    (
        "person_quality",
        {"role": "leader", "column": "title", "any_of": ["副高级", "正高级"],
         "or_column": "degree", "or_any_of": ["doctor"]},
        "负责人：职称限于副高级、正高级，或学位为博士",
    ),
    (
        "person_places",
        {"roles": ["leader", "members"], "limit": 2},
        "负责人、成员：每人在本次申报中最多 2 项",
    ),
    (
        "quota",
        {"limit": None, "scope": "call",
         "by_number": {"code": "members", "label": "个人会员数", "percent": 1, "min": 1}},
        "个人会员数的1%（舍去小数），不少于1项",
    ),
    (
        "list_quota",
        {"limit": None, "scope": "call",
         "by_number": {"code": "members", "label": "个人会员数", "per": 1000, "max": 9}},
        "个人会员数每满1000得1项，不超过9项",
    ),
    ("partners", {}, "须联合申报，联合单位不少于1家"),
    ("partners", {"min": 1, "max": 3, "any_of": [{"kind": "institute"}]},
     "须联合申报，联合单位1至3家（科研院所）"),
    ("partners", {"max": 2}, "联合申报单位不超过2家"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "params", "words"), RULES, ids=[rule[0] for rule in RULES])
def test_a_rule_is_said_without_judging_anybody(
    kind: str, params: dict[str, Any], words: str
) -> None:
    assert describe(kind, params) == words


def test_every_kind_of_rule_is_said_in_a_sentence_of_its_own() -> None:
    assert {kind for kind, _params, _words in RULES} == KINDS.keys()
