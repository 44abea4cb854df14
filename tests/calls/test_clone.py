"""Last year's call becomes this year's draft: every figure moved, nothing lost, nothing dragged along."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from calls.callfile import write_call
from calls.callfile.parsing import parse
from calls.enums import CallState, NoticeState
from calls.models import Call
from calls.publish_check import contradictions
from calls.services.clone import clone_call, proposed_date
from calls.services.exceptions import open_late_door
from calls.services.publish import publish_call
from portal import clock
from portal.errors import RuleViolation
from tests.factories.calls import published_call, seed_call
from tests.factories.people import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
EDITIONS = {"annual": 14, "forum": 12, "speech": 16}


def cloned(call: Call, **values: Any) -> Call:
    given: dict[str, Any] = {
        "by": UserFactory(),
        "code": "again",
        "year": 2026,
        "opens_at": clock.start_of(dt.date(2026, 3, 20)),
        "closes_at": clock.end_of(dt.date(2026, 4, 20)),
        "editions": EDITIONS,
    }
    return clone_call(call, **(given | values))


@pytest.fixture
def jilin() -> Call:
    return publish_call(seed_call("jilin-2024"), by=None)


@pytest.fixture
def jiaxing() -> Call:
    return publish_call(seed_call("jiaxing-2023"), by=None)


def test_a_clone_is_a_draft_that_could_be_published_at_once(jilin: Call) -> None:
    new = cloned(jilin)
    assert (new.state, new.revision, new.published_at) == (CallState.DRAFT, 0, None)
    assert new.cloned_from == jilin
    assert new.notice.state == NoticeState.DRAFT
    assert new.notice.pk != jilin.notice.pk
    assert contradictions(new) == []
    assert publish_call(new, by=None).state == CallState.PUBLISHED


def test_dates_of_the_process_move_with_the_deadline(jilin: Call) -> None:
    new = cloned(jilin)
    assert new.closes_at == clock.end_of(dt.date(2026, 4, 20))
    assert new.paper_by == new.closes_at
    assert new.result_by == dt.date(2026, 4, 28)


def test_a_category_that_closes_early_moves_with_the_deadline_or_closes_with_it(
    jilin: Call,
) -> None:
    early = jilin.categories.order_by("pk")[0]
    early.closes_at = jilin.closes_at - dt.timedelta(days=3)
    early.save()
    new = cloned(jilin)
    moved = new.closes_at - dt.timedelta(days=3)
    assert new.categories.get(code=early.code).closes_at == moved
    assert contradictions(new) == []
    short = cloned(jilin, code="short", opens_at=moved)
    assert not short.categories.closing_early().exists()


def test_texts_name_the_new_year_days_and_editions(jilin: Call) -> None:
    new = cloned(jilin)
    assert new.title == "2026年度吉林省科协国内外学术交流项目申报"
    body = new.notice.body
    assert "截止日期为4月20日" in body
    assert "于4月28日前" in body
    assert "4月22日" not in body
    assert "第十四届吉林省科协年会" in body
    assert "2025年度学会评价" in body
    assert "2023至2025年度的先进学会" in body
    assert "2024" not in body
    assert new.categories.get(code="annual").title == "第十四届吉林省科协年会分会场"
    assert {c.code: c.edition for c in new.categories.filter(edition__isnull=False)} == EDITIONS


def test_windows_move_to_their_next_occurrence(jilin: Call) -> None:
    in_spring = cloned(jilin).categories.get(code="annual")
    assert in_spring.window_start == dt.date(2026, 8, 1)
    assert in_spring.window_end == dt.date(2026, 10, 31)
    in_winter = cloned(
        jilin,
        code="winter",
        opens_at=clock.start_of(dt.date(2026, 11, 10)),
        closes_at=clock.end_of(dt.date(2026, 12, 5)),
    ).categories.get(code="annual")
    assert in_winter.window_start == dt.date(2027, 8, 1)


def test_years_of_facts_and_honours_move(jilin: Call) -> None:
    new = cloned(jilin)
    assert [rule.params["year"] for rule in new.rules.filter(kind="yearly_fact")] == [None, 2025]
    priority = new.rules.get(kind="priority").params
    assert (priority["from_year"], priority["to_year"]) == (2023, 2025)


def test_days_in_rules_and_printed_notes_move_too(jiaxing: Call) -> None:
    new = cloned(jiaxing, editions={})
    (rule,) = new.rules.filter(kind="editions")
    assert rule.params["by"] == "2025-12-31"
    assert rule.clause == "机制性会议到2025年12月31日已连续举办两届以上。"
    assert "2023" not in new.form_notes
    assert "2022" not in new.form_notes
    assert "2026年4月20日止" in new.notice.body
    conference = new.categories.get(code="conference")
    assert conference.window_start == dt.date(2026, 1, 1)


def test_everything_else_is_the_same(jilin: Call) -> None:
    """Cloned to its own year and dates with its own editions, a call is equal to itself."""
    own = {c.code: c.edition for c in jilin.categories.all() if c.edition}
    new = cloned(
        jilin,
        year=2024,
        opens_at=jilin.opens_at,
        closes_at=jilin.closes_at,
        editions=own,
    )
    before, after = parse(write_call(jilin)).data, parse(write_call(new)).data
    del before["notice"]["issued"]
    after["call"]["code"] = before["call"]["code"]
    assert after == before


def test_exceptions_and_late_doors_stay_behind() -> None:
    call = published_call()
    open_late_door(
        call,
        organisation=OrganisationFactory(),
        until=call.closes_at + dt.timedelta(hours=1),
        reason="断网",
        by=UserFactory(),
    )
    new = cloned(call)
    assert new.late_doors.count() == 0
    assert new.form_revisions.count() == 0


def test_what_is_missing_for_a_clone_is_asked_for(jilin: Call) -> None:
    with pytest.raises(RuleViolation) as refused:
        cloned(
            jilin,
            code=jilin.code,
            editions={"annual": 14},
            closes_at=clock.start_of(dt.date(2026, 3, 20)),
        )
    assert len(refused.value.reasons) == 4
    assert Call.objects.count() == 1


def test_what_apps_above_keep_of_a_call_is_copied_with_it(jilin: Call) -> None:
    jilin.check_items.create(text="申报书为最新模板", position=3)
    copy = cloned(jilin)
    items = copy.check_items.values_list("text", "position")
    assert list(items) == [("申报书为最新模板", 3)]


def test_the_old_call_is_untouched(jilin: Call) -> None:
    before = write_call(jilin)
    cloned(jilin)
    assert write_call(Call.objects.get(pk=jilin.pk)) == before


def test_dates_are_proposed_a_year_later_as_people_say_them() -> None:
    day = dt.date(2028, 2, 29)
    assert proposed_date(clock.end_of(day), end=True) == clock.end_of(dt.date(2029, 2, 28))
    assert proposed_date(clock.start_of(day), end=False) == clock.start_of(dt.date(2029, 2, 28))
    five = clock.start_of(dt.date(2026, 4, 15)) + dt.timedelta(hours=17)
    later = clock.start_of(dt.date(2027, 4, 15)) + dt.timedelta(hours=17)
    assert proposed_date(five, end=True) == later
