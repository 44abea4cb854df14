"""Experts who are half through their score sheets, for the demo's stage of that name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from calls.enums import ReviewKind, TieBreak
from calls.models import Call, Criterion, ReviewStage, ScoreSheet
from demo.people import Register
from demo.units import EXPERTS, DemoExpert, mailbox
from portal import clock
from portal.people.models import Organisation, User
from reviews.models import Assignment, Expert, Panel
from reviews.services import assigning, scoring
from reviews.sheets import comment_key, score_key

PER_FILE = 3
CRITERIA = (
    ("学术水平", "主题的前沿性、报告人的学术影响", 40),
    ("组织方案", "规模、议程与组织保障", 30),
    ("社会效益", "对学科建设和地方发展的作用", 20),
    ("经费预算", "预算是否合理", 10),
)
OPINIONS = (
    "主题明确，方案可行，建议支持。",
    "组织基础较好，建议进一步明确报告人名单。",
    "预算偏高，学术影响有限，建议压缩规模。",
    "选题契合地方需求，预期效益明显。",
)


@dataclass(frozen=True, slots=True)
class Marker:
    """How one expert of the demo marks: high or low, and how many of her files she has done."""

    lean: int
    done_share: float


def begin_review(register: Register, call: Call, by: User, random: Random) -> Panel:
    """Set the review of a call up, assign every accepted application, score about half of it.

    The first expert's desk keeps files to begin and files to go on with.
    """
    stage = _stage(call)
    experts = [_expert(register, call, one) for one in EXPERTS]
    panel = assigning.set_up(
        stage=stage,
        by=by,
        per_file=PER_FILE,
        due_at=clock.end_of(clock.today() + dt.timedelta(days=6)),
        fields_bind=False,
        experts=experts,
    )
    assigning.confirm(panel_id=panel.pk, shown=assigning.preview(panel).shown, by=by)
    for number, expert in enumerate(experts):
        marker = Marker(random.randint(-6, 4), 0.3 if number == 0 else random.choice((0.5, 0.8, 1)))
        held = list(panel.assignments.filter(expert=expert).select_related("expert__user"))
        for one in held[: round(len(held) * marker.done_share)]:
            _score(one, marker, random)
    return panel


def _stage(call: Call) -> ReviewStage:
    """Give the call a blind stage with a score sheet; its notice is silent on the review."""
    stage = ReviewStage.objects.create(
        call=call, kind=ReviewKind.SCORING, experts=PER_FILE, pass_mark=Decimal(60)
    )
    sheet = ScoreSheet.objects.create(
        stage=stage, drop_over=4, ties=[TieBreak.PRIORITY, TieBreak.HEAVIEST]
    )
    for position, (title, about, weight) in enumerate(CRITERIA):
        Criterion.objects.create(
            sheet=sheet, title=title, help=about, weight=weight, top=weight, position=position
        )
    return stage


def _expert(register: Register, call: Call, demo: DemoExpert) -> Expert:
    user = register.user(demo.code, demo.name)
    return Expert.objects.create(
        issuer=call.issuer,
        user=user,
        name=demo.name,
        email=mailbox(demo.code),
        phone=user.phone,
        unit_name=demo.unit,
        organisation=Organisation.objects.filter(name=demo.unit).first(),
        title=demo.title,
        fields=list(demo.fields),
    )


def _score(one: Assignment, marker: Marker, random: Random) -> None:
    """Declare no conflict, fill the sheet in and hand it in."""
    user = one.expert.user
    assert user is not None
    assigning.clear(assignment_id=one.pk, by=user)
    texts = {"opinion": random.choice(OPINIONS)}
    for criterion in scoring.criteria_of(one):
        share = min(100, max(40, 80 + marker.lean + random.randint(-14, 14)))
        texts[score_key(criterion)] = str(round(int(criterion.top) * share / 100))
        texts[comment_key(criterion)] = ""
    scoring.save_entries(assignment_id=one.pk, texts=texts, revisions={}, by=user)
    scoring.hand_in(assignment_id=one.pk, version_id=one.version_id, by=user)
