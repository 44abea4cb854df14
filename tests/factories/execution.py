"""Projects after their selection: a call with the seed's deliverables, and a selected application."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from applications.models import Application, Deliverable, Project
from applications.services import deliverables, execution, lifecycle
from calls.enums import DeliverableKind, FieldKind, FieldRole
from calls.models import Call, DeliverableRule
from portal import clock
from tests.factories.applications import Scene, make_scene, picture
from tests.factories.reviews import accepted

BUDGET = [
    {"item": "场地与会务", "amount": "12000.00", "note": ""},
    {"item": "专家差旅", "amount": "18000.00", "note": ""},
]
FIELDS = (
    {
        "code": "budget",
        "label": "经费预算",
        "kind": FieldKind.BUDGET,
        "role": FieldRole.BUDGET,
        "required": False,
    },
)
RULES: tuple[dict[str, Any], ...] = (
    {"kind": DeliverableKind.NEWS_REPORT, "title": "信息报道稿", "days_after": 3,
     "max_words": 1000, "photos_min": 1, "photos_max": 3, "clause": "完成后3日内提交报道稿"},
    {"kind": DeliverableKind.SCORES, "title": "成绩", "days_after": 3},
    {"kind": DeliverableKind.SUMMARY, "title": "项目总结", "days_after": 10},
    {"kind": DeliverableKind.FINAL_ACCOUNTS, "title": "决算表", "days_after": 10},
)  # fmt: skip


def execution_scene(*, agreement: str = "", **options: Any) -> Scene:
    """Publish a call that asks for the seed's deliverables and opened long ago."""
    scene = make_scene(fields=FIELDS, **options)
    Call.objects.filter(pk=scene.call.pk).update(
        opens_at=clock.now() - dt.timedelta(days=200), agreement=agreement
    )
    for number, rule in enumerate(RULES):
        DeliverableRule.objects.create(call=scene.call, position=number, **rule)
    scene.call.refresh_from_db()
    return scene


def selected(scene: Scene, **more: Any) -> Project:
    """Bring an application of the scene's unit to its selection."""
    asks = scene.call.sections.filter(fields__code="budget").exists()
    answers = ({"basics.budget": BUDGET} if asks else {}) | more.pop("answers", {})
    submission = accepted(scene, answers=answers, **more)
    lifecycle.select(application_id=submission.pk, by=scene.officer, granted=submission.amount)
    return Project.objects.get(pk=submission.pk)


def completed(scene: Scene, days_ago: int = 0, **more: Any) -> Project:
    """Bring a project to its completion, some days ago."""
    project = selected(scene, **more)
    day = clock.today() - dt.timedelta(days=days_ago)
    execution.complete(application_id=project.pk, by=scene.unit.filler, completed_on=day)
    return Project.objects.get(pk=project.pk)


def piece(project: Project, title: str) -> Deliverable:
    """Return one deliverable of a project by its title."""
    return project.deliverables.select_related("rule").get(title=title)


def write(scene: Scene, row: Deliverable, text: str = "会议圆满举行。", photos: int = 1) -> None:
    """Answer the question about secrets, write a text and add photos."""
    by = scene.unit.filler
    deliverables.answer_confidentiality(deliverable_id=row.pk, has_confidential=False, by=by)
    if text:
        deliverables.save_answers(
            deliverable_id=row.pk, values={"d.text": text}, revisions={}, by=by
        )
    for number in range(photos):
        deliverables.attach(deliverable_id=row.pk, upload=photo(number), photo=True, by=by)


def photo(number: int = 0) -> SimpleUploadedFile:
    """Return a small picture as a camera would send it."""
    return SimpleUploadedFile(f"照片{number}.png", picture(), "image/png")


def give_in(scene: Scene, row: Deliverable, arrived_at: dt.datetime | None = None) -> Deliverable:
    """Hand a deliverable in."""
    deliverables.hand_in(
        deliverable_id=row.pk, by=scene.unit.filler, arrived_at=arrived_at or clock.now()
    )
    row.refresh_from_db()
    return row


def accept(scene: Scene, row: Deliverable) -> None:
    """Accept what was handed in last."""
    version = row.latest_version()
    assert version is not None
    deliverables.accept(deliverable_id=row.pk, version_id=version.pk, by=scene.officer)


def application_of(project: Project) -> Application:
    """Read the application of a project anew."""
    return Application.objects.get(pk=project.pk)
