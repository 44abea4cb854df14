"""Recommending levels of a call: entered by staff, said on its page, in its file, in its copy."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from calls.callfile import read_call, write_call
from calls.contradictions import examined, found_errors
from calls.explained import explain, load
from calls.models import Call, RecommendingLevel
from calls.services.clone import clone_call
from calls.services.publish import extend_deadline
from portal import clock
from portal.errors import RuleViolation
from tests.calls.test_callfile import SMALL
from tests.calls.test_editor import (  # noqa: F401 - fixtures
    at,
    draft,
    html,
    no_second_factor,
    refused,
    saved,
)
from tests.calls.test_editor_process import staff_of
from tests.factories.applications import make_scene
from tests.factories.people import IssuerFactory

pytestmark = pytest.mark.django_db

LEVELS = """\
recommending:
  - closes_at: 2026-04-05
    who: [{kind: local_association, levels: [city]}]
    opinion_max: 150
    letter: true
    clause: 由各市科协审核推荐。
  - closes_at: 2026-04-09 12:00
    title: 省级学会
    named: [{name: 示例学会}]
    ranks: false
    list_sealed: false
"""


def typed(call: Call, **more: str) -> dict[str, str]:
    end = clock.local(call.closes_at).date() + dt.timedelta(days=5)
    return {
        "title": "推荐单位",
        "units-0-kind": "local_association",
        "units-0-level": "city",
        "names": "示例大学科协",
        "closes_at_day": end.isoformat(),
        "ranks": "on",
        "opinion_max": "120",
        "list_sealed": "on",
    } | more


def test_a_level_is_entered_shown_changed_and_removed(draft: Call) -> None:  # noqa: F811
    client = staff_of(draft)
    shown = saved(client, at(draft, "level/add/"), typed(draft))
    assert "示例大学科协" in shown
    level = draft.levels.get()
    assert (level.no, level.opinion_max) == (1, 120)
    assert level.who == [{"kind": "local_association", "levels": ["city"]}]
    assert level.named == [{"name": "示例大学科协"}]
    again = html(client, at(draft, f"level/{level.pk}/"))
    assert "示例大学科协" in again
    saved(client, at(draft, "level/add/"), typed(draft, title="上级推荐单位"))
    assert [one.no for one in draft.levels.all()] == [1, 2]
    saved(client, at(draft, f"level/{level.pk}/remove/"))
    assert draft.levels.get().title == "上级推荐单位"


def test_a_level_says_who_recommends(draft: Call) -> None:  # noqa: F811
    nobody = typed(draft) | {"units-0-kind": "", "units-0-level": "", "names": ""}
    assert "Say who recommends" in refused(staff_of(draft), at(draft, "level/add/"), nobody)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecommendingLevel.objects.create(call=draft, closes_at=draft.closes_at)


def test_call_files_carry_levels_there_and_back() -> None:
    issuer = IssuerFactory(slug="sample")
    call = read_call(SMALL + LEVELS, issuer=issuer, by=None)
    first, second = call.levels.all()
    assert first.closes_at == clock.end_of(dt.date(2026, 4, 5))
    assert (first.opinion_max, first.letter, first.list_sealed) == (150, True, True)
    assert (second.no, second.named, second.ranks) == (2, [{"name": "示例学会"}], False)
    written = write_call(call)
    other = read_call(written, issuer=IssuerFactory(slug="other"), by=None)
    assert write_call(other).replace("other", "sample") == written


@pytest.mark.parametrize(
    ("level", "line"),
    [
        ("  - {closes_at: 2026-02-30, by_parent: true}\n", "Line 2"),
        ("  - {closes_at: 2026-04-05}\n", "Line 2"),
        ("  - {closes_at: 2026-04-05, who: [{kind: club}]}\n", "Line 2"),
    ],
)
def test_a_level_that_cannot_stand_is_refused_with_its_line(level: str, line: str) -> None:
    text = SMALL + "recommending:\n" + level
    number = SMALL.count("\n") + 2
    with pytest.raises(RuleViolation) as wrong:
        read_call(text, issuer=IssuerFactory(), by=None)
    assert any(str(number) in reason.message for reason in wrong.value.reasons), line


def levelled() -> tuple[Call, Any]:
    scene = make_scene(levels=2)
    return scene.call, scene.officer


def test_the_page_says_who_recommends_and_when_lists_are_due() -> None:
    call, _officer = levelled()
    page = explain(load(Call.objects.all(), call.pk), clock.now())
    assert len(page.levels) == 2
    assert page.levels[0].clause == "申报材料由推荐单位审核后统一报送"
    assert any("推荐单位" in step for step in page.how)
    assert page.good_until is not None


def test_a_copy_and_an_extension_move_the_lists_with_the_deadline() -> None:
    call, officer = levelled()
    ends = [level.closes_at for level in call.levels.all()]
    later = call.closes_at + dt.timedelta(days=4)
    extend_deadline(call, by=officer, closes_at=later, reason="应各单位要求")
    moved = [level.closes_at for level in call.levels.all()]
    assert moved == [ends[0] + dt.timedelta(days=4), ends[1]], "only what would fall before"
    call.refresh_from_db()
    copy = clone_call(
        call,
        by=officer,
        year=call.year + 1,
        code="copy",
        opens_at=call.opens_at + dt.timedelta(days=365),
        closes_at=call.closes_at + dt.timedelta(days=365),
        editions={},
    )
    assert [level.closes_at for level in copy.levels.all()] == [
        end + dt.timedelta(days=365) for end in moved
    ]


def test_lists_due_before_what_they_are_made_from_keep_a_call_back(draft: Call) -> None:  # noqa: F811
    def sentences() -> list[str]:
        return [p.sentence for p in found_errors(examined(draft)) if p.part == "levels"]

    level = RecommendingLevel.objects.create(call=draft, by_parent=True, closes_at=draft.closes_at)
    assert sentences() == []
    level.closes_at = draft.closes_at - dt.timedelta(seconds=1)
    level.save()
    assert len(sentences()) == 1
    level.closes_at, level.no = draft.closes_at, 2
    level.save()
    assert len(sentences()) == 1
