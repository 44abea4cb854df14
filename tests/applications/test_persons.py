"""Persons are recognised over units, counted at the hand-in, and known from earlier calls."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from applications.models import Application, PersonPlace
from applications.persons import persons_of
from applications.services import history, lifecycle
from applications.services.standing import findings_for, packet_findings, standing_of
from applications.states import State
from calls.rules.facts import Finding, Verdict
from portal import clock
from portal.errors import RuleViolation
from tests.factories.applications import CANDIDATES, Scene, make_scene

CARD = "11010519491231002X"
ONE_CHANNEL = ("person_places", {"roles": ["candidates"], "limit": 1})


def named(*rows: dict[str, str]) -> dict[str, Any]:
    return {"basics.candidates": [{"name": "张三"} | row for row in rows]}


@pytest.fixture
def channel(db: None) -> Scene:
    """A call in which each candidate has one channel."""
    return make_scene(fields=[CANDIDATES], rules=[ONE_CHANNEL])


def found(application: Application, kind: str) -> Finding | None:
    return next((f for f in findings_for(application) if f.rule.kind == kind), None)


# recognising ----------------------------------------------------------------------------------


def prints(row: dict[str, str], unit: str = "甲学会") -> tuple[str, str, str]:
    return persons_of({"candidates": [row]}, unit)[0].prints


def test_a_card_tells_the_day_of_birth_too() -> None:
    card, born, unit = prints({"name": "张三", "id_number": CARD})
    assert card
    assert born == prints({"name": "张三", "born": "1949-12-31"})[1]
    assert unit == prints({"name": "张三"})[2]


def test_names_are_compared_however_they_were_typed() -> None:
    assert prints({"name": "张 三"}) == prints({"name": "张三"})
    assert prints({"name": "Ｌｉ Ｌei"}) == prints({"name": "li lei"})
    assert prints({"name": "张三", "unit": "乙学会"}) != prints({"name": "张三"})
    assert prints({"name": "张三", "unit": "甲 学会"}) == prints({"name": "张三"})


def test_prints_say_nothing_and_depend_on_the_key(settings: Any) -> None:
    before = prints({"name": "张三", "id_number": CARD})
    assert CARD not in "".join(before)
    settings.SECRET_KEY = "another-key-of-the-installation"
    assert prints({"name": "张三", "id_number": CARD}) != before


def test_nobody_without_a_name_is_counted() -> None:
    assert persons_of({"candidates": [{"unit": "甲"}], "title": "题"}, "甲") == ()


# at the freeze and the hand-in ----------------------------------------------------------------


def test_the_freeze_writes_who_stands_in_an_application(channel: Scene) -> None:
    packet = channel.signed(answers=named({"id_number": CARD}, {"name": "李四"}))
    application = packet.applications.get()
    assert PersonPlace.objects.filter(application=application).count() == 2
    assert not [
        row for row in PersonPlace.objects.values() if "张三" in str(row) or CARD in str(row)
    ]


def test_a_second_unit_cannot_hand_in_the_same_candidate(channel: Scene) -> None:
    other = channel.another_unit()
    mine = channel.handed_in(answers=named({"id_number": CARD}))
    theirs = channel.signed(other, answers=named({"id_number": CARD}))
    with pytest.raises(RuleViolation) as refused:
        channel.hand_in(theirs, other)
    [reason] = refused.value.reasons
    assert reason.code == "person_places"
    assert "张三" in reason.message
    assert channel.unit.organisation.name not in reason.message
    assert str(mine) not in reason.message
    assert reason.url == ""


def test_a_candidate_of_another_name_or_card_passes(channel: Scene) -> None:
    channel.handed_in(answers=named({"id_number": CARD}))
    other = channel.another_unit()
    assert channel.handed_in(other, answers=named({"name": "李四"})).state == State.SUBMITTED


def test_a_withdrawn_application_frees_the_person(channel: Scene) -> None:
    mine = channel.handed_in(answers=named({"id_number": CARD}))
    lifecycle.withdraw(application_id=mine.pk, by=channel.unit.filler, reason="改报他项")
    other = channel.another_unit()
    assert channel.handed_in(other, answers=named({"id_number": CARD})).state == State.SUBMITTED


def test_a_person_taken_meanwhile_keeps_a_check_from_being_taken_up_again(channel: Scene) -> None:
    mine = channel.handed_in(answers=named({"id_number": CARD}))
    lifecycle.not_accept(application_id=mine.pk, by=channel.officer, reason="材料不符")
    channel.handed_in(channel.another_unit(), answers=named({"id_number": CARD}))
    with pytest.raises(RuleViolation) as refused:
        lifecycle.reopen_check(application_id=mine.pk, by=channel.officer, reason="重新受理")
    assert {reason.code for reason in refused.value.reasons} == {"person_places"}


def test_the_application_itself_is_not_in_its_own_way(channel: Scene) -> None:
    mine = channel.handed_in(answers=named({"id_number": CARD}))
    assert found(mine, "person_places").verdict is Verdict.YES


def test_two_applications_of_one_packet_count_each_other(db: None) -> None:
    scene = make_scene(packet_mode="plan", fields=[CANDIDATES], rules=[ONE_CHANNEL])
    first = scene.drafted(answers=named({"id_number": CARD}))
    second = scene.drafted(category=1, answers=named({"id_number": CARD}))
    assert first.packet_id == second.packet_id
    second.packet = first.packet
    judged = packet_findings([first, second])
    verdicts = [
        f.verdict for each in judged.values() for f in each if f.rule.kind == "person_places"
    ]
    assert verdicts == [Verdict.YES, Verdict.NO]


def test_a_person_place_needs_a_print(channel: Scene) -> None:
    application = channel.drafted()
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonPlace.objects.create(application=application, role="candidates")


# earlier calls --------------------------------------------------------------------------------


def selected_before(scene: Scene, year: int, *, ends_on: dt.date | None = None) -> Application:
    """An application of the scene's unit that an earlier call of its association selected."""
    old = make_scene(year=year, issuer=scene.issuer, fields=[CANDIDATES])
    application = old.handed_in(scene.unit, answers=named({"id_number": CARD}))
    Application.objects.filter(pk=application.pk).update(
        state=State.SELECTED, title="往年项目", ends_on=ends_on, starts_on=None
    )
    return application


UNIT_AWARD = ("earlier_award", {"subject": "unit", "years": 2})
UNIT_RUNS = ("running_project", {"subject": "unit", "limit": 1})
PERSON_AWARD = ("earlier_award", {"subject": "person", "role": "candidates", "years": 2})


@pytest.mark.parametrize(("year", "may"), [(2023, True), (2024, False), (2026 - 1, False)])
def test_the_unit_learns_before_it_begins_that_it_was_selected(
    db: None, year: int, may: bool
) -> None:
    scene = make_scene(rules=[UNIT_AWARD])
    selected_before(scene, year)
    assert [s.may_apply for s in standing_of(scene.call, scene.unit.organisation)] == [may, may]
    other = scene.another_unit().organisation
    assert all(s.may_apply for s in standing_of(scene.call, other))


@pytest.mark.parametrize(("days", "may"), [(-1, True), (0, False), (1, False)])
def test_a_project_is_in_the_way_while_it_runs(db: None, days: int, may: bool) -> None:
    scene = make_scene(rules=[UNIT_RUNS])
    selected_before(scene, 2025, ends_on=clock.today() + dt.timedelta(days=days))
    assert [s.may_apply for s in standing_of(scene.call, scene.unit.organisation)] == [may, may]


def test_a_person_selected_before_is_known_in_another_unit(db: None) -> None:
    scene = make_scene(fields=[CANDIDATES], rules=[PERSON_AWARD])
    selected_before(scene, 2025)
    other = scene.another_unit()
    finding = found(scene.drafted(other, answers=named({"id_number": CARD})), "earlier_award")
    assert finding.blocks
    assert "往年项目" not in finding.message
    fresh = found(scene.drafted(category=1, answers=named({"name": "李四"})), "earlier_award")
    assert fresh.verdict is Verdict.YES


def test_another_associations_projects_are_not_looked_at(db: None) -> None:
    scene, elsewhere = make_scene(rules=[UNIT_AWARD]), make_scene(year=2025)
    old = elsewhere.handed_in(elsewhere.unit)
    Application.objects.filter(pk=old.pk).update(state=State.SELECTED, packet=old.packet)
    old.packet.organisation = scene.unit.organisation
    old.packet.save(update_fields=["organisation"])
    assert all(s.may_apply for s in standing_of(scene.call, scene.unit.organisation))


# how often the database is asked --------------------------------------------------------------


@pytest.mark.parametrize("people", [1, 20])
def test_the_number_of_questions_does_not_grow_with_the_people(
    db: None, people: int, django_assert_num_queries: Any
) -> None:
    scene = make_scene(fields=[CANDIDATES], rules=[ONE_CHANNEL, PERSON_AWARD])
    rows = [{"name": f"候选人{n}", "born": "1990-01-01"} for n in range(people)]
    scene.handed_in(scene.another_unit(), answers=named(*rows))
    application = scene.drafted(answers=named(*rows))
    persons = history.people_of(application)
    assert len(persons) == people
    with django_assert_num_queries(1):
        assert len(history.elsewhere(scene.call, persons)) == people
    with django_assert_num_queries(2):
        history.past_projects(scene.call, scene.unit.organisation.pk, persons)
