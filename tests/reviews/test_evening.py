"""The last evening: who may apply, who has begun, and whom to call."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from applications.models import Application
from applications.states import State
from calls.models import LateDoor, Rule
from portal import clock
from portal.audit.models import AuditEntry
from portal.people.enums import Right, StaffRole
from reviews.dashboard import dashboard, next_ends, phase_of
from reviews.evening import Standing, counts_of, lines_of
from tests.factories.applications import make_scene
from tests.factories.people import (
    AffiliationFactory,
    FactCodeFactory,
    MembershipFactory,
    OrganisationFactory,
    YearlyFactFactory,
)
from tests.factories.reviews import Scene, colleague


def standings(scene: Scene) -> dict[str, Standing]:
    return {line.organisation.name: line.standing for line in lines_of(scene.call)}


def test_parts_units_by_how_far_they_are_those_to_call_first(scene: Scene) -> None:
    begun, untouched = scene.another_unit(), scene.another_unit()
    scene.handed_in()
    scene.drafted(begun)
    lines = lines_of(scene.call)
    assert [(line.organisation, line.standing) for line in lines] == [
        (begun.organisation, Standing.BEGUN),
        (untouched.organisation, Standing.NOT_BEGUN),
        (scene.unit.organisation, Standing.HANDED_IN),
    ]
    assert counts_of(lines) == {
        "handed_in": 1,
        "more_begun": 0,
        "begun": 1,
        "not_begun": 1,
    }
    assert lines[0].last_edit is not None


def test_a_second_draft_beside_a_hand_in_is_told_from_a_unit_with_nothing_in(scene: Scene) -> None:
    scene.handed_in()
    scene.drafted(category=1)
    (line,) = lines_of(scene.call)
    assert (line.standing, line.handed_in, line.drafts) == (Standing.MORE_BEGUN, 1, 1)


def test_leaves_out_who_may_not_apply_and_who_is_not_verified(scene: Scene) -> None:
    scene.another_unit(kind="university")
    scene.another_unit(level="city")
    AffiliationFactory(
        organisation=OrganisationFactory(name="待审学会"), issuer=scene.issuer, state="pending"
    )
    AffiliationFactory(organisation=OrganisationFactory(name="别家学会"))
    assert set(standings(scene)) == {scene.unit.organisation.name}


def test_shows_who_began_although_the_register_says_no(scene: Scene) -> None:
    scene.drafted()
    scene.unit.organisation.affiliations.update(kind="university")
    (line,) = lines_of(scene.call)
    assert not line.is_entitled
    assert line.standing is Standing.BEGUN


def test_a_withdrawn_draft_is_no_beginning(scene: Scene) -> None:
    from applications.services import lifecycle

    application = scene.drafted()
    lifecycle.withdraw(application_id=application.pk, by=scene.unit.filler)
    assert application.pk
    (line,) = lines_of(scene.call)
    assert line.standing is Standing.NOT_BEGUN


def test_names_administrators_before_fillers_and_nobody_who_left(scene: Scene) -> None:
    gone = MembershipFactory(organisation=scene.unit.organisation, is_administrator=True)
    gone.ended_at = gone.created_at
    gone.save(update_fields=["ended_at"])
    (line,) = lines_of(scene.call)
    names = [person.name for person in line.people]
    assert names == [scene.unit.administrator.name, scene.unit.filler.name]
    assert gone.user.name not in names
    assert not gone.has(Right.ADMINISTRATOR)


@pytest.mark.parametrize("units", [1, 12])
def test_judges_all_units_with_the_same_few_questions(
    scene: Scene, django_assert_num_queries: Any, units: int
) -> None:
    for _number in range(units):
        scene.another_unit()
    with django_assert_num_queries(10):
        assert len(lines_of(scene.call)) == units + 1


def test_page_and_table_say_the_same_and_reading_them_is_written_down(
    scene: Scene, desk: Client
) -> None:
    page = desk.get(reverse("admin:reviews_evening", args=[scene.call.pk]))
    assert scene.unit.administrator.phone in page.text
    table = desk.get(reverse("admin:reviews_evening_table", args=[scene.call.pk]))
    sheet = load_workbook(io.BytesIO(table.content)).active
    assert sheet is not None
    people = {(row[6].value, row[7].value) for row in sheet.iter_rows(min_row=2)}
    assert people == {
        (user.name, user.phone) for user in (scene.unit.administrator, scene.unit.filler)
    }
    entries = AuditEntry.objects.filter(action="phone_list_read", actor_id=scene.officer.pk)
    assert sorted(entry.data["format"] for entry in entries) == ["page", "xlsx"]


def test_an_official_may_read_it_and_a_stranger_finds_nothing(scene: Scene) -> None:
    url = reverse("admin:reviews_evening", args=[scene.call.pk])
    official, stranger = Client(), Client()
    official.force_login(colleague(scene, StaffRole.OFFICIAL))
    stranger.force_login(scene.unit.administrator)
    assert official.get(url).status_code == 200
    assert stranger.get(url).status_code == 404
    assert State.DRAFT not in official.get(url).text


def test_units_barred_today_are_not_called(scene: Scene) -> None:
    ban = FactCodeFactory.create(issuer=scene.issuer, code="ban", label="禁止申报", type="until")
    Rule.objects.create(
        call=scene.call, kind="not_barred", params={"code": "ban", "label": "禁止申报"}
    )
    assert [line.is_entitled for line in lines_of(scene.call)] == [True]
    YearlyFactFactory.create(
        organisation=scene.unit.organisation, code=ban, year=2026, value=clock.today().isoformat()
    )
    assert not lines_of(scene.call)


def test_units_selected_before_are_not_called(scene: Scene) -> None:
    Rule.objects.create(
        call=scene.call, kind="earlier_award", params={"subject": "unit", "years": 1}
    )
    old = make_scene(year=scene.call.year - 1, issuer=scene.issuer)
    award = old.handed_in(scene.unit)
    unit = scene.unit.organisation
    assert unit in [line.organisation for line in lines_of(scene.call)]
    Application.objects.filter(pk=award.pk).update(state=State.SELECTED)
    assert unit not in [line.organisation for line in lines_of(scene.call)]


def test_a_category_that_closed_before_its_call_is_no_reason_to_call(scene: Scene) -> None:
    """Of a unit let in late the draft is still counted; at the call's end the list stays whole."""
    late = scene.another_unit()
    scene.drafted()
    scene.drafted(late)
    now = clock.now()
    scene.call.categories.update(closes_at=now - dt.timedelta(hours=1))
    LateDoor.objects.create(
        call=scene.call, organisation=late.organisation, until=now + dt.timedelta(days=1),
        reason="路上延误", by=scene.officer,
    )  # fmt: skip
    assert standings(scene) == {late.organisation.name: Standing.BEGUN}
    (first, *_) = scene.call.categories.all()
    first.closes_at = now + dt.timedelta(days=1)
    first.save()
    assert standings(scene)[scene.unit.organisation.name] is Standing.BEGUN
    scene.call.categories.update(closes_at=now - dt.timedelta(hours=1))
    scene.call.closes_at = now - dt.timedelta(minutes=1)
    scene.call.save(update_fields=["closes_at"])
    assert scene.unit.organisation.name in standings(scene)


def test_the_dashboard_counts_the_next_end_of_a_category(scene: Scene) -> None:
    """A call that closes later is told as closing soon while one of its categories does."""
    now = clock.now()
    call = scene.call
    call.closes_at, call.seal_by = now + dt.timedelta(days=30), None
    call.save(update_fields=["closes_at", "seal_by"])
    assert phase_of(call, now, next_ends([call], now)[call.pk]) == "open"
    end = now + dt.timedelta(days=2)
    first, second = call.categories.all()[:2]
    first.closes_at, second.closes_at = now - dt.timedelta(days=1), end
    first.save()
    second.save()
    assert next_ends([call], now) == {call.pk: end}
    tiles: Any = dashboard([scene.issuer])["tiles"]
    (tile,) = [one for one in tiles if one.is_due]
    assert (tile.count, tile.first) == (1, end)
