"""Answers as rows, and what a unit changed between two versions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from applications.freezing import draft_version
from applications.models import Application
from applications.presenting import Change, application_sections, as_text, changes, frozen
from applications.services import drafting, lifecycle
from portal import clock
from tests.factories.applications import Scene, version_of


@pytest.fixture
def returned(scene: Scene) -> Application:
    application = scene.handed_in()
    lifecycle.return_for_changes(
        application_id=application.pk,
        by=scene.officer,
        reason="请补充",
        items={"basics": "写明地点"},
        due=clock.now() + dt.timedelta(days=3),
    )
    application.refresh_from_db()
    return application


def save(scene: Scene, application: Application, **values: Any) -> None:
    drafting.save_answers(
        packet_id=application.packet_id,
        application_id=application.pk,
        values={f"basics.{code}": value for code, value in values.items()},
        revisions={f"basics.{code}": 1 for code in values},
        by=scene.unit.filler,
    )
    application.refresh_from_db()


def found(application: Application) -> list[Change]:
    packet = application.packet
    packet.refresh_from_db()
    return changes(version_of(packet), draft_version(packet), application)


def test_nothing_changed_is_nothing_to_show(returned: Application) -> None:
    assert found(returned) == []


def test_a_changed_answer_shows_both_texts_under_its_question(
    scene: Scene, returned: Application
) -> None:
    save(scene, returned, purpose="地点定在长春。")
    assert found(returned) == [
        Change("基本信息", "目的与意义", "为省内研究生提供交流平台。", "地点定在长春。")
    ]


def test_an_emptied_answer_shows_what_was_there(scene: Scene, returned: Application) -> None:
    save(scene, returned, purpose="")
    (change,) = found(returned)
    assert (change.before, change.after) == ("为省内研究生提供交流平台。", "")


def test_only_what_was_frozen_can_be_shown(scene: Scene) -> None:
    first, second = scene.handed_in(), scene.drafted(category=1)
    version = version_of(first.packet)
    assert frozen(version, first)["title"] == "示例学术论坛"
    with pytest.raises(KeyError):
        frozen(version, second)


def test_sections_stand_in_the_order_of_the_form(scene: Scene) -> None:
    application = scene.handed_in()
    (section,) = application_sections(version_of(application.packet), application)
    assert [row["label"] for row in section["rows"]] == ["项目名称", "目的与意义"]
    assert as_text(section["rows"][0]) == "示例学术论坛"
