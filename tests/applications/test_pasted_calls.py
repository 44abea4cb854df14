"""Calls made of strangers' notices are not only read: they refuse by them and take a lawful one."""

from __future__ import annotations

from typing import Any

import pytest

from applications.states import State
from calls.models import Call
from calls.services.publish import publish_call
from portal.errors import RuleViolation
from tests.factories.applications import Unit, make_unit
from tests.factories.handing_in import hand_in_filled, open_since_yesterday
from tests.factories.notices import drafted

pytestmark = pytest.mark.django_db


def due_now(name: str, *, opens: str, closes: str) -> Call:
    """Return the draft the notice became, as it is, with its dates moved to now."""
    call = drafted(name, opens=opens, closes=closes)
    open_since_yesterday(call)
    return call


def people(*born: str) -> list[dict[str, Any]]:
    """Name as many persons as there are days of birth."""
    return [
        {"name": f"人员{n}", "sex": "female", "born": day, "title": "副高级", "degree": "master",
         "unit": "示例大学", "phone": "0000-1234567"}
        for n, day in enumerate(born)
    ]  # fmt: skip


def refused(
    call: Call,
    unit: Unit,
    answers: dict[str, Any],
    recommender: Unit,
    category: str = "category-1",
) -> set[str]:
    """Try to hand in and return the clauses that stand against it."""
    with pytest.raises(RuleViolation) as violation:
        hand_in_filled(call, unit, category, answers, recommender=recommender)
    return {reason.clause for reason in violation.value.reasons}


def test_the_soft_science_plan_takes_a_leader_young_enough_and_a_team() -> None:
    call = due_now("fresh/soft-science-plan", opens="2026-11-16", closes="2026-12-18")
    with pytest.raises(RuleViolation, match="超过总额220万元"):
        publish_call(call, by=None)
    # What the check found and staff set: 其中资助类20项.
    call.categories.filter(code="category-3").update(funded_slots=20)
    call = publish_call(call, by=None)
    office = make_unit(call.issuer, "local_association", "city")
    unit, other = (make_unit(call.issuer, "university") for _number in range(2))
    for one in (unit, other):
        one.organisation.parent = office.organisation
        one.organisation.save()
    team = people("1980-01-01", "1990-01-01", "1995-01-01")
    good = {"people.leader": people("1969-12-31"), "members.members": team}
    old = good | {"people.leader": people("1969-12-30")}
    said = refused(call, other, old, office)
    assert any("年龄不超过57周岁" in clause for clause in said), said
    (leader,) = people("1969-12-31")
    junior = {"people.leader": [leader | {"title": "初级", "degree": "bachelor"}]}
    said = refused(call, other, good | junior, office)
    assert any("中级及以上专业技术职称或硕士及以上学位" in clause for clause in said), said
    said = refused(call, other, good | {"members.members": team[:2]}, office)
    assert "5.课题组成员不少于3人，不超过8人。" in said
    taken = hand_in_filled(call, unit, "category-1", good, recommender=office)
    assert taken.state == State.RECOMMENDING
    said = refused(call, unit, good | {"people.leader": people("1970-05-05")}, office)
    assert "重大项目每个单位限报1项。" in said


def test_the_service_station_takes_one_that_meets_every_figure() -> None:
    call = due_now("fresh/service-station", opens="2026-11-09", closes="2026-12-08")
    call = publish_call(call, by=None)
    society = make_unit(call.issuer, "society", "city")
    unit, other = (make_unit(call.issuer, "enterprise_association") for _number in range(2))
    experts = people(*["1980-01-01"] * 5)
    codes = {field.label: f"{field.section.code}.{field.code}" for section in call.sections.all()
             for field in section.fields.all()}  # fmt: skip
    good = {codes["成员"]: experts}
    said = refused(call, other, good | {codes["成员"]: experts[:4]}, society)
    assert any("专家团队成员5人以上" in clause for clause in said), said
    said = refused(call, other, good | {codes["面积"]: 39}, society)
    assert any("面积不少于40平方米" in clause for clause in said), said
    taken = hand_in_filled(call, unit, "category-1", good, recommender=society)
    assert taken.state == State.RECOMMENDING
    assert "每个单位只能申报一类服务站。" in refused(call, unit, good, society)


def test_study_routes_and_their_tutors_are_held_to_rules_of_their_own() -> None:
    call = due_now("unseen/study-routes", opens="2026-12-01", closes="2026-12-28")
    call = publish_call(call, by=None)
    county = make_unit(call.issuer, "local_association", "county")
    society, museum = (make_unit(call.issuer, "society", "city") for _number in range(2))
    routes = "category-1-1"
    assert call.categories.get(code=routes).title == "精品线路"
    stranger = make_unit(call.issuer, "local_association", "city")
    said = refused(call, stranger, {}, county, routes)
    assert any("申报单位为在本市登记的市级学会" in clause for clause in said), said
    # A route's leader may be of any age; a tutor may not, and women have two years more.
    old, woman = people("1960-01-01"), people("1965-01-01")
    route = hand_in_filled(call, society, routes, {"people.leader": old}, recommender=county)
    man = {"people.leader": [woman[0] | {"sex": "male"}]}
    said = refused(call, museum, man, county, "category-2")
    assert any("年龄在60周岁以下" in clause for clause in said), said
    tutor = {"people.leader": woman}
    taken = hand_in_filled(call, museum, "category-2", tutor, recommender=county)
    assert {route.state, taken.state} == {State.RECOMMENDING}
    said = refused(call, society, tutor, county, "category-2")
    assert "（三）同一人员限通过一个渠道申报。" in said
