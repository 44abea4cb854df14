"""Page, command and hand-in say the same about the same unit."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from applications.freezing import content_of
from applications.models import Application, Packet, Partner, Version
from applications.models.partner import PartnerState
from applications.services import history
from applications.services.standing import (
    object_findings,
    packet_findings,
    refusals,
    standing_of,
)
from applications.states import State
from calls.enums import FundingKind, PacketMode
from calls.explanation import Mark, explanation_of
from calls.forms_schema import digest
from calls.models import Batch, Category, Rule
from calls.rules import KINDS, validate_params
from calls.rules.facts import Stage
from calls.rules.words import day
from portal import clock
from portal.errors import RuleViolation
from portal.people.enums import FactType
from portal.people.models import Affiliation, FactCode, YearlyFact
from tests.factories.applications import CANDIDATES, Scene, make_scene
from tests.factories.people import FactCodeFactory, IssuerFactory, YearlyFactFactory

CARD = "11010519491231002X"


def explained(*args: str) -> str:
    out = io.StringIO()
    call_command("explain", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def barred(db: None) -> Scene:
    """A call with a ban the unit is under, and rules that are judged later or bind others."""
    issuer = IssuerFactory()
    FactCodeFactory.create(issuer=issuer, code="x", label="某事")
    code = FactCodeFactory.create(issuer=issuer, code="ban", label="禁止申报", type=FactType.UNTIL)
    scene = make_scene(
        issuer=issuer,
        fields=[CANDIDATES],
        rules=[
            ("region", {"any_of": ["吉林省"]}),
            ("yearly_fact", {"code": "x", "year": 2025, "values": ["yes"], "label": "某事",
                             "binds": [{"kind": "university"}]}),
            ("person_places", {"roles": ["candidates"], "limit": 1}),
        ],
    )  # fmt: skip
    scene.unit.organisation.region = ""
    scene.unit.organisation.save(update_fields=["region"])
    until = clock.today() + dt.timedelta(days=3)
    YearlyFactFactory.create(
        organisation=scene.unit.organisation, code=code, year=2026, value=until.isoformat()
    )
    Rule.objects.create(
        call=scene.call,
        kind="not_barred",
        params={"code": "ban", "label": "禁止申报"},
        clause="处于限制期内的单位不得申报",
        position=9,
    )
    return scene


def test_every_rule_is_named_with_its_mark_clause_and_facts(barred: Scene) -> None:
    standing = standing_of(barred.call, barred.unit.organisation)[0]
    lines = {line.clause: line for line in explanation_of(standing).lines}
    ban = lines["处于限制期内的单位不得申报"]
    assert ban.mark is Mark.NO
    [fact] = ban.facts
    assert day(clock.today() + dt.timedelta(days=3)) in fact
    assert lines["省级学会可以申报"].mark is Mark.YES
    assert lines["示例条款3"].mark is Mark.UNKNOWN
    assert lines["示例条款4"].mark is Mark.UNBOUND
    assert lines["示例条款5"].mark is Mark.LATER
    assert len(standing.rules) == barred.call.rules.count()
    assert len(lines) == barred.call.rules.count() + 1, "and that the unit is registered"


def test_the_page_and_the_command_say_the_same(barred: Scene, client: Client) -> None:
    client.force_login(barred.unit.filler)
    page = client.get(reverse("calls:detail", args=[barred.call.pk])).text
    with translation.override("zh-hans"):
        said = explained("--call", "sample", "--organisation", barred.unit.organisation.name)
        lines = [one for s in standing_of(barred.call, barred.unit.organisation)
                 for one in explanation_of(s).lines]  # fmt: skip
    assert len(lines) == 16
    for line in lines:
        assert line.message in said
        assert line.message in page
        for words in (line.clause, *line.facts):
            assert words in said
            assert words in page


def test_another_day_is_asked_about(barred: Scene) -> None:
    code = barred.unit.organisation.name
    after = (clock.today() + dt.timedelta(days=4)).isoformat()
    last = (clock.today() + dt.timedelta(days=3)).isoformat()
    assert "\n✕ " in explained("--call", "sample", "--organisation", code, "--at", last)
    assert "\n✕ " not in explained("--call", "sample", "--organisation", code, "--at", after)


def test_one_category_and_the_unified_code_will_do(barred: Scene) -> None:
    unit = barred.unit.organisation
    assert unit.uscc
    said = explained("--call", "sample", "--organisation", unit.uscc, "--category", "category-1")
    assert "示例类别1" in said
    assert "示例类别0" not in said


@pytest.mark.parametrize(
    "wrong",
    [("--call", "none"), ("--organisation", "无此单位"), ("--category", "none"), ("--at", "soon")],
)
def test_what_cannot_be_found_is_said(barred: Scene, wrong: tuple[str, str]) -> None:
    usual = {"--call": "sample", "--organisation": barred.unit.organisation.name}
    with pytest.raises(CommandError, match=wrong[1]):
        explained(*[word for pair in (usual | dict([wrong])).items() for word in pair])


# the explanation agrees with the hand-in ------------------------------------------------------

UNIT_KINDS = ("society", "university", "institute")
DAYS = st.integers(-2, 2)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["张三", "李四"]), "sex": st.sampled_from(["", "female", "male"]),
         "born": st.sampled_from(["", "1984-12-31", "1985-01-01"]),
         "id_number": st.sampled_from(["", CARD])}
    ),
    min_size=1, max_size=2,
)  # fmt: skip
# What the form asks for beside title and candidates, by the role a rule reads.
ASKED: list[dict[str, Any]] = [
    {"code": "amount", "kind": "money", "role": "amount"},
    {"code": "cost", "kind": "money", "role": "total_cost"},
    {"code": "own", "kind": "money", "role": "matching"},
    {"code": "dates", "kind": "date_range", "role": "dates"},
    {"code": "attendees", "kind": "number", "role": "attendees"},
    {"code": "option", "kind": "choice", "role": "option",
     "options": {"choices": [{"value": "a", "label": "论坛"}, {"value": "b", "label": "庆典"}]}},
    {"code": "editions", "kind": "table", "role": "editions",
     "options": {"columns": [{"code": "date", "label": "日期", "kind": "date"}]}},
    {"code": "promise", "kind": "declaration", "role": "declaration",
     "options": {"text": "内容属实"}},
]  # fmt: skip
HELD = [{"date": "2024-06-01"}, {"date": "2025-12-31"}, {"date": "2026-01-01"}]
# Each answer at, just inside and just outside what the rules below ask for, or left out.
ANSWERS = st.fixed_dictionaries(
    {
        "amount": st.sampled_from(["", "30000.00", "30000.01"]),
        "cost": st.sampled_from(["", "60000.00", "59999.99"]),
        "own": st.sampled_from(["", "15000.00", "14999.99"]),
        "dates": st.sampled_from(
            [{}, *({"start": "2026-12-30", "end": end} for end in ("2026-12-31", "2027-01-01"))]
        ),
        "attendees": st.sampled_from([None, 49, 50]),
        "option": st.sampled_from(["", "a", "b"]),
        "editions": st.sampled_from([[], HELD[:1], HELD[:2], HELD[1:]]),
        "promise": st.booleans(),
    }
)
WOMEN = {"role": "candidates", "column": "sex", "any_of": ["female"]}
SAMPLES: list[tuple[str, dict[str, Any]]] = [
    *(("kinds", {"any_of": [{"kind": kind}]}) for kind in UNIT_KINDS),
    ("named_units", {"any_of": [{"name": "试验学会"}]}),
    ("named_units", {"any_of": [{"name": "试验学会"}], "except": True}),
    ("region", {"any_of": ["吉林省"]}),
    ("not_barred", {"code": "ban", "label": "禁止申报"}),
    *(("yearly_fact", {"code": "done", "year": None, "values": ["yes"], "label": "已完成",
                       "absent_ok": ok}) for ok in (True, False)),
    ("yearly_fact", {"code": "overdue", "year": 2026, "values": ["no"], "label": "无逾期",
                     "absent_ok": True}),
    ("priority", {"honours": [{"code": "honour", "label": "先进"}], "from_year": 2025,
                  "to_year": 2026}),
    ("running_project", {"subject": "unit", "limit": 1}),
    ("running_project", {"subject": "person", "role": "candidates", "limit": 1}),
    ("earlier_award", {"subject": "unit", "years": 1}),
    ("earlier_award", {"subject": "person", "role": "candidates", "years": 1}),
    ("quota", {"limit": 1, "scope": "call"}),
    ("quota", {"limit": 1, "scope": "category", "per_batch": True}),
    ("quota", {"limit": 1, "scope": "each_top_category", "bucket": "family",
               "family_kinds": ["society", "university"]}),
    ("quota", {"limit": None, "scope": "call", "named": [{"name": "试验学会", "limit": 0}]}),
    ("quota", {"limit": None, "scope": "call",
               "by_number": {"code": "members", "label": "会员数", "percent": 0.5}}),
    ("list_quota", {"limit": None, "scope": "call",
                    "by_number": {"code": "members", "label": "会员数", "per": 200}}),
    ("list_quota", {"limit": 1, "scope": "call"}),
    ("composition", {"label": "女性", "when": WOMEN, "min_percent": 50}),
    ("amount", {}),
    ("cost_share", {"max_percent": 50}),
    ("matching", {"min_percent": 50}),
    ("date_window", {"role": "dates", "start": "2026-01-01", "end": "2026-12-31"}),
    ("number", {"role": "attendees", "min": 50}),
    ("row_count", {"role": "candidates", "exactly": 1}),
    ("editions", {"min": 2, "by": "2025-12-31"}),
    ("excluded_kinds", {"words": ["庆典"], "role": "option"}),
    ("one_of", {"role": "option", "any_of": [{"value": "a", "label": "论坛"}]}),
    ("declaration", {}),
    ("partners", {}),
    ("partners", {"any_of": [{"kind": "university"}]}),
    ("partners", {"max": 1}),
    ("title_length", {"max": 8}),
    ("title_length", {"max": 6}),
    ("person_age", {"role": "candidates", "born_from": "1985-01-01"}),
    ("person_quality", {"role": "candidates", "column": "sex", "any_of": ["female"]}),
    ("person_places", {"roles": ["candidates"], "limit": 1}),
]  # fmt: skip
RULES = st.lists(st.sampled_from(SAMPLES), max_size=9)
UNITS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(UNIT_KINDS),
        "region": st.sampled_from(["", "吉林省长春市", "浙江省"]),
        "ban": st.none() | DAYS,
        "done": st.sampled_from(["", "yes", "no"]),
        "handed_in": st.integers(0, 1),
        "rival": st.booleans(),
        "award": st.sampled_from([None, 2024, 2025]),
        "strict": st.booleans(),
        "unknown_passes": st.booleans(),
        "plan": st.booleans(),
        "members": st.sampled_from(["", "199", "200", "400"]),
        "partners": st.integers(0, 2),
    }
)


@pytest.fixture
def stage(db: None) -> Scene:
    """An open call and an older one, without rules; the tests lay them down."""
    asked = [CANDIDATES, *({"label": one["code"], "required": False} | one for one in ASKED)]
    scene = make_scene(fields=asked, sealing="none", seal_days=None)
    Category.objects.filter(pk=scene.categories[0].pk).update(
        funding_kind=FundingKind.UP_TO, amount_max=Decimal(30000)
    )
    for title, ends in (("第一批", clock.now()), ("第二批", scene.call.closes_at)):
        Batch.objects.create(call=scene.call, title=title, closes_at=ends)
    scene.extra["old"] = make_scene(
        year=2025, issuer=scene.issuer, fields=[CANDIDATES], sealing="none", seal_days=None
    )
    scene.extra["rival"] = scene.another_unit()
    for code in ("ban", "done", "honour", "overdue", "members"):
        FactCodeFactory.create(issuer=scene.issuer, code=code, label=code)
    scene.unit.organisation.name = "试验学会"
    scene.unit.organisation.save(update_fields=["name"])
    return scene


def signed(
    scene: Scene,
    unit: Any,
    rows: Any,
    state: State = State.SIGNED_OFF,
    more: Mapping[str, Any] | None = None,
) -> Packet:
    """Write a packet as the sign-off leaves it, without its check of what is refused."""
    packet = Packet.objects.create(
        call=scene.call,
        organisation=unit.organisation,
        form_revision=scene.call.form_revisions.latest("no"),
        created_by=unit.filler,
    )
    application = Application.objects.create(
        packet=packet,
        category=scene.categories[0],
        state=state,
        title="示例学术论坛",
        answers={"basics.title": "示例学术论坛", "basics.purpose": "交流",
                 "basics.candidates": rows,
                 **{f"basics.{code}": answer for code, answer in (more or {}).items()}},
        handed_in_at=None if state == State.SIGNED_OFF else clock.now(),
        created_by=unit.filler,
    )  # fmt: skip
    history.write_places([application])
    content = content_of(packet, [application])
    Version.objects.create(
        packet=packet, no=1, form_revision=packet.form_revision, content=content,
        sha256=digest(content), by=unit.approver, at=clock.now(),
    )  # fmt: skip
    return packet


def laid_down(scene: Scene, rules: Any, unit: Any, rows: Any, more: Any) -> Packet:
    """Set the scene as drawn and return a packet that is ready to be handed in."""
    call, old = scene.call, scene.extra["old"]
    call.rules.all().delete()
    call.unknown_facts_pass = unit["unknown_passes"]
    call.packet_mode = PacketMode.PLAN if unit["plan"] else PacketMode.SINGLE
    call.save(update_fields=["unknown_facts_pass", "packet_mode"])
    for position, (kind, params) in enumerate(rules):
        validate_params(kind, params)
        mode = "strict" if unit["strict"] else "in_principle"
        Rule.objects.create(call=call, kind=kind, params=params, position=position, mode=mode)
    organisation = scene.unit.organisation
    organisation.region = unit["region"]
    organisation.save(update_fields=["region"])
    Affiliation.objects.filter(organisation=organisation).update(kind=unit["kind"])
    values = {"done": unit["done"], "members": unit["members"]}
    if unit["ban"] is not None:
        values["ban"] = (clock.today() + dt.timedelta(days=unit["ban"])).isoformat()
    for code, value in values.items():
        if value:
            known = FactCode.objects.get(issuer=scene.issuer, code=code)
            YearlyFact.objects.create(organisation=organisation, code=known, year=2026, value=value)
    for _number in range(unit["handed_in"]):
        signed(scene, scene.unit, [{"name": "王五"}], State.SUBMITTED)
    if unit["rival"]:
        signed(scene, scene.extra["rival"], rows, State.SUBMITTED)
    if unit["award"]:
        old.call.year = unit["award"]
        old.call.save(update_fields=["year"])
        signed(old, scene.unit, rows, State.SELECTED)
    packet = signed(scene, scene.unit, rows, more=more)
    others = (scene.extra["rival"].organisation, None)
    for other in others[: unit["partners"]]:
        Partner.objects.create(
            application=packet.applications.get(), organisation=other, name=f"伙伴{other}",
            state=PartnerState.CONFIRMED if other else PartnerState.NAMED,
        )  # fmt: skip
    return packet


def test_every_kind_of_rule_is_drawn() -> None:
    assert {kind for kind, _params in SAMPLES} == set(KINDS)


@given(rules=RULES, unit=UNITS, rows=ROWS, more=ANSWERS)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    # Shrinking runs every step through the database; what failed is told well enough.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_the_explanation_agrees_with_the_hand_in(
    stage: Scene, rules: Any, unit: Any, rows: Any, more: Any
) -> None:
    with transaction.atomic():
        packet = laid_down(stage, rules, unit, rows, more)
        application = packet.applications.get()
        standing = next(
            s for s in standing_of(stage.call, stage.unit.organisation)
            if s.category.pk == application.category_id
        )  # fmt: skip
        # The form's own page, and for a plan as a list the check before the sign-off.
        of_form = object_findings(application)
        checked = packet_findings([application])[application]
        of_form += [finding for finding in checked if finding.stage is Stage.LIST]
        refused = {r.message for r in refusals([*standing.findings, *of_form])}
        in_principle = [
            f for f in (*standing.findings, *of_form) if f.warns and f.verdict.value == "no"
        ]
        reasons = {finding.rule.id: "确有需要" for finding in in_principle}
        lines = explanation_of(standing).lines
        shown = {line.message for line in lines if line.style == "no"}
        try:
            with transaction.atomic():
                stage.hand_in(packet, reasons=reasons)
        except RuleViolation as refusal:
            said = {reason.message for reason in refusal.reasons}
        else:
            said = set()
        transaction.set_rollback(True)
    assert said == refused
    assert shown <= said
    assert standing.may_apply == (not shown)
