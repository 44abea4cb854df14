"""Experts, panels and score sheets, made through the services that make them in life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import factory

from calls.enums import ReviewKind
from calls.models import Call, Criterion, ReviewStage, ScoreSheet
from portal import clock
from portal.people.models import Issuer, User
from reviews.models import Assignment, Expert, Panel
from reviews.services import assigning, scoring
from tests.factories.people import IssuerFactory, UserFactory


class ExpertFactory(factory.django.DjangoModelFactory[Expert]):
    """An expert with an account, of a unit nobody applies from."""

    class Meta:
        model = Expert

    issuer = factory.SubFactory(IssuerFactory)
    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"专家示例{n}")
    email = factory.LazyAttribute(lambda e: e.user.email if e.user else "nobody@example.org")
    unit_name = factory.Sequence(lambda n: f"外地示例大学{n}")
    title = "教授"


def user_of(expert: Expert) -> User:
    """Return the expert's account, which must be there."""
    assert expert.user is not None
    return expert.user


def make_stage(call: Call, *, blind: bool = True, **sheet: Any) -> ReviewStage:
    """Give a call a scored stage with two criteria of 60 and 40."""
    stage = ReviewStage.objects.create(call=call, kind=ReviewKind.SCORING, experts=2)
    held = ScoreSheet.objects.create(stage=stage, blind=blind, **sheet)
    Criterion.objects.create(
        sheet=held, title="学术价值", weight=Decimal(60), top=Decimal(60), position=0
    )
    Criterion.objects.create(
        sheet=held, title="可行性", weight=Decimal(40), top=Decimal(10), position=1,
        comment_required=True,
    )  # fmt: skip
    return stage


def make_panel(
    stage: ReviewStage, by: User, experts: Sequence[Expert], *, per_file: int = 2
) -> Panel:
    """Set the panel up for a week."""
    return assigning.set_up(
        stage=stage,
        by=by,
        per_file=per_file,
        due_at=clock.now() + dt.timedelta(days=7),
        fields_bind=False,
        experts=experts,
    )


def make_experts(issuer: Issuer, number: int) -> list[Expert]:
    """Enter several experts into an association's register."""
    return [ExpertFactory(issuer=issuer) for _number in range(number)]


def assign_all(panel: Panel, by: User) -> list[Assignment]:
    """Confirm what the preview shows."""
    shown = assigning.preview(panel).shown
    assigning.confirm(panel_id=panel.pk, shown=shown, by=by)
    return list(panel.assignments.select_related("expert__user", "application"))


def fill_in(one: Assignment, first: str = "50", second: str = "8", note: str = "可行") -> None:
    """Declare no conflict and type a whole sheet."""
    user = user_of(one.expert)
    assigning.clear(assignment_id=one.pk, by=user)
    criteria = scoring.criteria_of(one)
    texts = {
        f"score-{criteria[0].pk}": first,
        f"score-{criteria[1].pk}": second,
        f"comment-{criteria[1].pk}": note,
        "opinion": "总体良好，建议支持。",
    }
    conflicts = scoring.save_entries(assignment_id=one.pk, texts=texts, revisions={}, by=user)
    assert not conflicts


def score(one: Assignment, first: str = "50", second: str = "8") -> Assignment:
    """Fill a sheet in and hand it in."""
    fill_in(one, first, second)
    user = user_of(one.expert)
    return scoring.hand_in(assignment_id=one.pk, version_id=one.version_id, by=user)
