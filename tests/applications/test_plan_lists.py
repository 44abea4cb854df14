"""The applications of one plan are judged together as the list they are."""

from __future__ import annotations

import pytest

from applications.models import Application, Packet
from applications.services import signoff
from applications.services.standing import packet_findings
from applications.states import State
from calls.enums import RuleMode
from calls.rules.facts import Finding, Stage, Verdict
from portal.errors import RuleViolation
from tests.factories.applications import CANDIDATES, Scene, make_scene

ONE = ("list_quota", {"limit": 1, "scope": "call"})
HALF_WOMEN = (
    "composition",
    {
        "label": "女性",
        "when": {"role": "candidates", "column": "sex", "any_of": ["female"]},
        "min_percent": 50,
    },
)


def plan(*rules: tuple[str, dict[str, object]]) -> Scene:
    return make_scene(packet_mode="plan", fields=[CANDIDATES], rules=rules)


def drafted(scene: Scene, category: int, sex: str) -> Application:
    rows = [{"name": f"候选人{category}", "sex": sex}]
    application = scene.drafted(category=category, answers={"basics.candidates": rows})
    application.packet = Packet.objects.select_related("call", "organisation", "form_revision").get(
        pk=application.packet_id
    )
    return application


def of_lists(applications: list[Application]) -> list[list[Finding]]:
    judged = packet_findings(applications).values()
    return [[f for f in each if f.stage is Stage.LIST] for each in judged]


@pytest.mark.django_db
def test_the_list_is_judged_as_a_whole_and_said_of_each() -> None:
    scene = plan(ONE, HALF_WOMEN)
    first = drafted(scene, 0, "male")
    assert [f.verdict for f in of_lists([first])[0]] == [Verdict.YES, Verdict.NO]
    second = drafted(scene, 1, "female")
    second.packet = first.packet
    each = of_lists([first, second])
    assert each[0] == each[1]
    assert [f.verdict for f in each[0]] == [Verdict.NO, Verdict.YES]


@pytest.mark.django_db
def test_a_plan_that_breaks_a_rule_about_lists_is_not_frozen() -> None:
    scene = plan(ONE)
    first, second = drafted(scene, 0, "male"), drafted(scene, 1, "male")
    assert first.packet_id == second.packet_id
    with pytest.raises(RuleViolation) as refused:
        signoff.request_signoff(packet_id=first.packet_id, by=scene.unit.filler)
    assert any("1" in reason.message for reason in refused.value.reasons if reason.clause)


@pytest.mark.django_db
def test_what_was_handed_in_before_stands_on_the_list_too() -> None:
    scene = plan(ONE)
    first = drafted(scene, 0, "male")
    Application.objects.filter(pk=first.pk).update(
        state=State.SUBMITTED, handed_in_at=first.created_at
    )
    second = drafted(scene, 1, "male")
    assert [f.verdict for f in of_lists([second])[0]] == [Verdict.NO]
    Application.objects.filter(pk=first.pk).update(state=State.WITHDRAWN)
    assert [f.verdict for f in of_lists([second])[0]] == [Verdict.YES]


@pytest.mark.django_db
def test_rules_about_lists_leave_single_applications_alone() -> None:
    scene = make_scene(fields=[CANDIDATES], rules=[ONE])
    assert of_lists([drafted(scene, 0, "male")]) == [[]]


@pytest.mark.django_db
def test_in_principle_a_list_only_warns() -> None:
    scene = plan(ONE)
    scene.call.rules.filter(kind="list_quota").update(mode=RuleMode.IN_PRINCIPLE)
    first, second = drafted(scene, 0, "male"), drafted(scene, 1, "male")
    second.packet = first.packet
    [finding] = of_lists([first, second])[0]
    assert finding.warns
    assert not finding.blocks
