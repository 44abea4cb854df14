"""Every call of the demo: the examples use every kind of rule; each takes one and refuses one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from applications.states import State
from calls.callfile import read_call, write_call
from calls.models import Call
from calls.rules import KINDS
from calls.services.publish import publish_call
from portal import clock
from portal.errors import RuleViolation
from portal.people.models import FactCode, Organisation
from tests.factories.applications import Unit, make_unit
from tests.factories.handing_in import hand_in_filled, open_since_yesterday
from tests.factories.people import IssuerFactory, YearlyFactFactory

pytestmark = pytest.mark.django_db
FILES = {path.stem: path for path in (Path(__file__).parents[2] / "demo/calls").rglob("*.yaml")}
NAMES = sorted(FILES)
EXAMPLES = [name for name in NAMES if FILES[name].parent.name == "examples"]

Answers = Mapping[str, Any]
Change = Callable[[Organisation, Call], None]


def text_of(name: str) -> str:
    return FILES[name].read_text(encoding="utf-8")


def open_call(name: str) -> Call:
    """Import a call, move its dates so that it opened yesterday, and publish it."""
    call = read_call(text_of(name), issuer=IssuerFactory(), by=None)
    open_since_yesterday(call)
    return publish_call(call, by=None)


def fact(code: str, year: int, value: str) -> Change:
    """Record a yearly fact of the unit."""

    def record(organisation: Organisation, call: Call) -> None:
        kept = FactCode.objects.get(issuer=call.issuer, code=code)
        YearlyFactFactory(organisation=organisation, code=kept, year=year, value=value)

    return record


def named(name: str = "", region: str = "云溪市示例区") -> Change:
    """Give the unit a name or a region."""

    def rename(organisation: Organisation, call: Call) -> None:
        organisation.name = name or organisation.name
        organisation.region = region
        organisation.save()

    return rename


def person(name: str, **columns: str) -> dict[str, str]:
    return {"name": name, "unit": "示例单位", "phone": "0000-1234567", **columns}


@dataclass(frozen=True)
class Refused:
    """What is wrong, and the kind of rule that says so."""

    by: str
    answers: Answers = field(default_factory=dict)
    unit: Change | None = None
    kind: str = ""
    # The unit that was let in tries once more.
    again: bool = False
    category: str = ""


@dataclass(frozen=True)
class Case:
    """One example: who applies for what, and what others are refused for."""

    category: str
    kind: str
    refused: tuple[Refused, ...]
    level: str = ""
    answers: Answers = field(default_factory=dict)
    unit: Change | None = None


TALENT = person("林青", sex="male", born="1995-05-01", degree="doctor", title="中级", field="光学")
TUTOR = person("田老师", sex="female", born="1990-01-01", degree="bachelor", field="城区学校")
WORKER = person("高最美", sex="female", born="1980-01-01")
BACKERS = [person("专家甲", title="教授"), person("专家乙", title="教授")]
AUTHOR = person("文作者", born="1990-03-03")
LEADER = person("课题人", born="1985-01-01")
TEAM = [person(name, title="正高级") for name in ("组员甲", "组员乙", "组员丙")]

CASES: dict[str, Case] = {
    "01-young-talents": Case(
        "talents", "society", level="city",
        answers={"candidate.candidates": [TALENT]},
        refused=(
            Refused("person_age", {"candidate.candidates": [TALENT | {"name": "甲", "born": "1991-12-31"}]}),
            Refused("person_age", {"candidate.candidates": [TALENT | {"name": "乙", "sex": "female", "born": "1989-12-31"}]}),
            Refused("person_age", {"candidate.candidates": [TALENT | {"name": "农", "sex": "female", "field": "农业科技", "born": "1987-12-31"}]}),
            Refused("person_quality", {"candidate.candidates": [TALENT | {"name": "丙", "title": "初级"}]}),
            Refused("person_places"),
            Refused("kinds", kind="institute"),
            Refused("not_barred", {"candidate.candidates": [TALENT | {"name": "丁"}]},
                    unit=fact("integrity_barred", 2026, "2999-12-31")),
            Refused("amount", {"candidate.candidates": [TALENT | {"name": "戊"}], "budget.amount": "60001.00"}),
        ),
    ),
    "02-science-bases": Case(
        "venue", "institute", unit=named(),
        answers={"base.visitors": 5000, "base.days": 200},
        refused=(
            Refused("region", unit=named(region="别市")),
            Refused("number", {"base.visitors": 4999}, unit=named()),
            Refused("number", {"base.days": 199}, unit=named()),
            Refused("quota", again=True),
            Refused("kinds", unit=named(), kind="society", category="research"),
        ),
    ),
    "03-papers-award": Case(
        "science", "society", level="city", unit=fact("members", 2026, "200"),
        answers={"paper.first_author": [AUTHOR], "paper.authors": [], "paper.published": "2025-06-01"},
        refused=(
            Refused("date_window", {"paper.published": "2024-12-31"}),
            Refused("list_quota", unit=fact("members", 2026, "199")),
            Refused("title_length", {"paper.title": "题" * 51}),
            Refused("excluded_kinds", {"paper.title": "某领域综述"}),
            Refused("composition", {"paper.first_author": [AUTHOR | {"born": "1986-12-31"}]}),
            Refused("kinds", kind="enterprise_association"),
        ),
    ),
    "04-soft-topics": Case(
        "key", "institute",
        answers={
            "team.leader": [LEADER], "team.members": TEAM, "money.amount": "30000.00",
            "money.cost": "50000.00", "money.matching": "15000.00",
        },
        refused=(
            Refused("cost_share", {"team.leader": [person("他人一")], "team.members": TEAM, "money.cost": "49999.00"}),
            Refused("matching", {"team.leader": [person("他人二")], "money.matching": "14999.99"}),
            Refused("amount", {"team.leader": [person("他人三")], "money.amount": "50000.01"}),
            Refused("row_count", {"team.leader": [person("他人四")], "team.members": TEAM[:2]}),
            Refused("one_of", {"team.leader": [person("他人五")], "topic.guide": "other"}),
            Refused("person_places"),
            Refused("declaration", {"team.leader": [person("他人六")], "promise.once": False}),
        ),
    ),
    "05-conferences-rolling": Case(
        "series", "society", level="city",
        refused=(
            Refused("number", {"event.attendees": 99}),
            Refused("editions", {"history.editions": [{"edition": "一", "date": "2026-12-31", "place": ""}]}),
            Refused("date_window", {"event.dates": {"start": "2027-12-31", "end": "2028-01-01"}}),
            Refused("quota", again=True),
            Refused("amount", {"money.amount": "30000.01"}),
        ),
    ),
    "06-best-worker": Case(
        "worker", "institute",
        answers={"candidate.candidates": [WORKER], "recommenders.recommenders": BACKERS, "candidate.years": 5},
        refused=(
            Refused("person_places"),
            Refused("number", {"candidate.candidates": [WORKER | {"name": "他"}], "candidate.years": 4}),
            Refused("row_count", {"candidate.candidates": [WORKER | {"name": "她"}], "recommenders.recommenders": BACKERS[:1]}),
            Refused("quota", {"candidate.candidates": [WORKER | {"name": "某"}]}, again=True),
        ),
    ),
    "07-volunteers": Case(
        "model", "society", level="city",
        refused=(
            Refused("yearly_fact", unit=fact("overdue", 2026, "yes")),
            Refused("quota", again=True),
            Refused("number", {"project.volunteers": 9}),
        ),
    ),
    "08-expert-station": Case(
        "station", "enterprise_association",
        answers={"team.leader": [person("站长", born="1970-01-01", title="正高级")], "team.members": TEAM},
        refused=(
            Refused("named_units", unit=named("云溪精工企业科协（示例）")),
            Refused("person_quality", {"team.members": [TEAM[0], *(m | {"title": "中级"} for m in TEAM[1:])]}),
            Refused("row_count", {"team.members": TEAM[:2]}),
            Refused("quota", again=True),
        ),
    ),
    "09-decision-advice": Case(
        "advice", "society", level="city",
        refused=(
            Refused("title_length", {"advice.title": "题" * 26}),
            Refused("kinds", kind="university"),
        ),
    ),
    "10-international": Case(
        "large", "university",
        answers={"event.guests": 50, "money.matching": "80000.00"},
        refused=(
            Refused("number", {"event.guests": 49}),
            Refused("matching", {"money.matching": "79999.99"}),
            Refused("quota", again=True, category="middle"),
            Refused("row_count", {"event.countries": [{"country": "甲国", "count": 50}]}),
        ),
    ),
    "11-youth-education": Case(
        "tutor", "university",
        answers={"tutor.candidates": [TUTOR]},
        refused=(
            Refused("person_age", {"tutor.candidates": [TUTOR | {"name": "甲", "born": "1981-09-01"}]}),
            Refused("person_age", {"tutor.candidates": [TUTOR | {"name": "乙", "born": "1976-09-01", "field": "农村学校"}]}),
            Refused("person_places"),
        ),
    ),
    "12-society-capacity": Case(
        "capacity", "society", level="city", unit=named("云溪市光学学会（示例）"),
        answers={"project.amount": "80000.00", "project.cost": "100000.00"},
        refused=(
            Refused("named_units"),
            Refused("cost_share", {"project.cost": "99999.99"}, unit=named("云溪市农学会（示例）")),
            Refused("yearly_fact", unit=fact("society_grade", 2026, "合格")),
            Refused("amount", {"project.amount": "80000.01"}, unit=named("云溪市医学会（示例）")),
        ),
    ),
    "jilin-2024": Case(
        "forum", "society", level="provincial",
        answers={"forum-papers.papers": 30, "basic.attendees": 50},
        refused=(
            Refused("kinds", kind="enterprise_association"),
            Refused("yearly_fact", unit=fact("society_evaluation", 2023, "no")),
            Refused("number", {"forum-papers.papers": 29}),
            Refused("number", {"basic.attendees": 49}),
            Refused("date_window", {"basic.dates": {"start": "2024-10-31", "end": "2024-11-01"}}),
            Refused("quota", again=True),
        ),
    ),
    "jiaxing-2023": Case(
        "conference", "society", level="city",
        refused=(
            Refused("kinds", kind="local_association"),
            Refused("one_of", {"conference.host": "organiser"}),
            Refused("date_window", {"conference.dates": {"start": "2023-12-31", "end": "2024-01-01"}}),
            Refused("editions", {"conference.editions": [{"edition": "一", "date": "2022-12-31", "place": "甲"}]}),
            # In principle: refused as long as no reason is given.
            Refused("quota", again=True),
        ),
    ),
    "jiaxing-sealed": Case(
        "activity", "society", level="city",
        refused=(Refused("kinds", kind="institute"), Refused("quota", again=True)),
    ),
}  # fmt: skip


class Stage:
    """One open example with its units."""

    def __init__(self, name: str) -> None:
        self.case = CASES[name]
        self.call = open_call(name)
        # The one unit that may recommend at the first level, so that it need not be chosen.
        make_unit(self.call.issuer, "local_association", "county")

    def unit(self, kind: str, level: str, change: Change | None) -> Unit:
        made = make_unit(self.call.issuer, kind, level)
        if change is not None:
            change(made.organisation, self.call)
        return made


def test_there_is_a_case_for_each_call_and_there_are_twelve_examples() -> None:
    assert set(CASES) == set(NAMES)
    assert len(EXAMPLES) >= 12


def test_together_they_use_every_kind_of_rule() -> None:
    issuer = IssuerFactory()
    used = set()
    for name in EXAMPLES:
        used |= {rule.kind for rule in read_call(text_of(name), issuer=issuer, by=None).rules.all()}
    assert set(KINDS) - used == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_what_was_read(name: str) -> None:
    issuer = IssuerFactory()
    written = write_call(read_call(text_of(name), issuer=issuer, by=None))
    assert (
        write_call(read_call(written, issuer=IssuerFactory(), by=None)).splitlines()[2:]
        == (written.splitlines()[2:])
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_takes_a_lawful_one_and_refuses_by_its_rules(name: str) -> None:
    stage = Stage(name)
    case = stage.case
    lawful = stage.unit(case.kind, case.level, case.unit)
    taken = hand_in_filled(stage.call, lawful, case.category, case.answers)
    assert taken.state == (State.RECOMMENDING if stage.call.levels.exists() else State.SUBMITTED)
    for wrong in case.refused:
        unit = lawful
        if not wrong.again:
            unit = stage.unit(wrong.kind or case.kind, case.level, wrong.unit)
        answers = {**case.answers, **wrong.answers}
        with pytest.raises(RuleViolation) as violation:
            hand_in_filled(stage.call, unit, wrong.category or case.category, answers)
        said = [one for one in violation.value.reasons if one.code == wrong.by]
        assert said, (wrong, [one.message for one in violation.value.reasons])
        clauses = set(stage.call.rules.filter(kind=wrong.by).values_list("clause", flat=True))
        assert {one.clause for one in said} <= clauses - {""}, said


def test_the_model_volunteers_close_before_their_call() -> None:
    call = open_call("07-volunteers")
    model, usual = call.categories.order_by("position")
    assert usual.own_end is None
    end = model.own_end
    assert end is not None
    assert call.opens_at < end < call.closes_at
    model.closes_at = clock.now()
    model.save()
    with pytest.raises(RuleViolation) as refused:
        hand_in_filled(call, make_unit(call.issuer, "society", "city"), "model", {})
    assert [reason.code for reason in refused.value.reasons] == ["closed"]
    taken = hand_in_filled(call, make_unit(call.issuer, "society", "city"), "usual", {})
    assert taken.state == State.SUBMITTED


def test_a_topical_conference_is_held_with_an_enterprise_or_an_institute() -> None:
    call = open_call("05-conferences-rolling")
    enterprise, institute, university = (
        make_unit(call.issuer, kind)
        for kind in ("enterprise_association", "institute", "university")
    )
    answers = {"money.amount": "15000.00"}
    for wrong in ((), (university,)):
        lead = make_unit(call.issuer, "society", "city")
        with pytest.raises(RuleViolation) as refused:
            hand_in_filled(call, lead, "special", answers, partners=wrong)
        [reason] = refused.value.reasons
        assert (reason.code, reason.clause[:4]) == ("partners", "专题会议")
    lead = make_unit(call.issuer, "society", "city")
    right = (enterprise, institute, university)
    taken = hand_in_filled(call, lead, "special", answers, partners=right)
    assert taken.state == State.SUBMITTED
