"""Carries the demo's selected projects on, each to another point between selection and closing."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from applications.models import Application, Deliverable, Project
from applications.models.project import ChangeKind
from applications.services import changes, deliverables, execution, payments, projects
from applications.states import State
from calls.models import Call
from demo.answers import SENTENCES
from demo.people import Team
from portal import clock
from portal.people.models import User


class Runner:
    """One project on its way; each method is a step of the unit or of the association."""

    def __init__(self, application: Application, team: Team, officer: User, random: Random) -> None:
        self.pk, self.team, self.officer, self.random = application.pk, team, officer, random

    def complete(self, days_ago: int) -> None:
        """Report the completion, some days ago."""
        day = clock.today() - dt.timedelta(days=days_ago)
        execution.complete(application_id=self.pk, by=self.team.filler, completed_on=day)

    def pieces(self) -> list[Deliverable]:
        """Return what the project owes, the nearest day first."""
        rows = Deliverable.objects.filter(project=self.pk).select_related("rule", "project")
        return sorted(rows, key=lambda row: (row.due is None, row.due, row.position))

    def fill(self, row: Deliverable) -> None:
        """Fill one piece in as its rule asks."""
        by, wanted = self.team.filler, deliverables.asked(row)
        deliverables.answer_confidentiality(deliverable_id=row.pk, has_confidential=False, by=by)
        values: dict[str, object] = {}
        if wanted.is_written:
            values["d.text"] = "\n".join(self.random.sample(SENTENCES, 4))
        if wanted.has_list:
            values["d.rows"] = _scores()
        if wanted.has_accounts:
            values |= self._accounts(row)
        deliverables.save_answers(deliverable_id=row.pk, values=values, revisions={}, by=by)
        for number in range(wanted.photos_min):
            picture = SimpleUploadedFile(f"会场照片{number + 1}.png", photo(number), "image/png")
            deliverables.attach(deliverable_id=row.pk, upload=picture, photo=True, by=by)
        if not values:
            file = SimpleUploadedFile(f"{row.title}.png", photo(3), "image/png")
            deliverables.attach(deliverable_id=row.pk, upload=file, photo=False, by=by)

    def _accounts(self, row: Deliverable) -> dict[str, object]:
        """Spend a little more on the first line and a little less on the last."""
        row.project = projects.of(Application.objects.get(pk=self.pk))
        lines = projects.budget_of(row.project)
        values: dict[str, object] = {}
        for number, line in enumerate(lines):
            more = Decimal(800) if number == 0 else Decimal(-1200) if number == 1 else Decimal(0)
            values[f"d.spent-{line.code}"] = f"{line.planned + more:.2f}"
        if lines:
            values[f"d.note-{lines[0].code}"] = "参会人数增加，加租会议室一间"
        return values

    def hand_in(self, row: Deliverable, days_late: int = 0) -> None:
        """Fill in and hand in, in time or so many days late."""
        self.fill(row)
        assert row.due is not None
        moment = row.due + dt.timedelta(days=days_late - 1, hours=17)
        deliverables.hand_in(
            deliverable_id=row.pk, by=self.team.filler, arrived_at=min(moment, clock.now())
        )

    def accept(self, row: Deliverable) -> None:
        """Accept what was handed in."""
        version = row.latest_version()
        assert version is not None
        deliverables.accept(deliverable_id=row.pk, version_id=version.pk, by=self.officer)

    def give_back(self, row: Deliverable) -> None:
        """Return one piece with its reason."""
        deliverables.give_back(
            deliverable_id=row.pk,
            by=self.officer,
            reason="请补充实际参会人数和主要专家名单，照片请附说明。",
            due=clock.end_of(clock.today() + dt.timedelta(days=3)),
        )

    def pay(self, days_ago: int) -> None:
        """Write down that the first payment was made."""
        payment = Project.objects.get(pk=self.pk).payments.first()
        if payment is None or payment.planned is None:
            return
        day = clock.today() - dt.timedelta(days=days_ago)
        entry = payments.Entry(payment.title, payment.planned, day, "已转账（演示）")
        payments.write(application_id=self.pk, payment_id=payment.pk, entry=entry, by=self.officer)

    def ask_for_time(self) -> None:
        """Ask for another month."""
        project = Project.objects.select_related("application__category").get(pk=self.pk)
        now = changes.values_of(project, ChangeKind.DATES)
        end = max(clock.today(), project.planned_end or clock.today())
        later = end + dt.timedelta(days=30)
        changes.request_change(
            application_id=self.pk,
            kind=ChangeKind.DATES,
            after={**now, "ends_on": later.isoformat()},
            reason="主讲专家日程有变，会期顺延一个月。",
            by=self.team.filler,
        )


Road = Callable[[Runner], None]


def run_projects(
    call: Call, teams: Mapping[str, Team], officer: User, random: Random, roads: Sequence[Road] = ()
) -> int:
    """Carry every selected project of a call on, one road after the other; returns how many.

    A call that asks for nothing after the selection is left as it is.
    """
    if not projects.executes(call):
        return 0
    by_unit = {team.organisation.pk: team for team in teams.values()}
    selected = (
        Application.objects.filter(packet__call=call, state=State.SELECTED)
        .select_related("packet__organisation")
        .order_by("number")
    )
    number, ways = 0, roads or _ROADS
    for number, application in enumerate(selected, 1):
        team = by_unit[application.packet.organisation_id]
        ways[(number - 1) % len(ways)](Runner(application, team, officer, random))
    return number


def _just_completed(runner: Runner) -> None:
    runner.complete(1)
    runner.fill(runner.pieces()[0])


def _waiting(runner: Runner) -> None:
    runner.complete(4)
    for row in runner.pieces():
        runner.hand_in(row)


def _returned(runner: Runner) -> None:
    runner.complete(2)
    row = runner.pieces()[0]
    runner.hand_in(row)
    runner.give_back(row)


def _overdue(runner: Runner) -> None:
    runner.complete(14)
    row = runner.pieces()[0]
    runner.hand_in(row, days_late=2)
    runner.accept(row)


def _closed(runner: Runner) -> None:
    _bring_to_its_end(runner, completed=40)


def closed_long_ago(runner: Runner) -> None:
    """Bring a project of the year before to its end."""
    _bring_to_its_end(runner, completed=400)


def _bring_to_its_end(runner: Runner, *, completed: int) -> None:
    runner.pay(completed + 50)
    runner.complete(completed)
    for number, row in enumerate(runner.pieces()):
        runner.hand_in(row, days_late=1 if number == 0 else 0)
        runner.accept(row)
    execution.close(application_id=runner.pk, by=runner.officer)


def _paid(runner: Runner) -> None:
    runner.pay(60)


def _ended_early(runner: Runner) -> None:
    execution.terminate(
        application_id=runner.pk, by=runner.officer, reason="承办单位因故无法举办，同意终止。"
    )


def _more_time(runner: Runner) -> None:
    runner.ask_for_time()


_ROADS = (
    _just_completed, _waiting, _returned, _overdue, _closed, _paid, _more_time, _ended_early,
)  # fmt: skip


def _scores() -> list[dict[str, str]]:
    return [
        {"rank": str(n), "name": f"选手{n}", "unit": "示例大学", "work": "示例题目",
         "score": f"{95 - n}.5", "award": "一等奖" if n == 1 else "二等奖"}
        for n in (1, 2, 3)
    ]  # fmt: skip


def photo(number: int) -> bytes:
    """Draw a picture that may stand for a photo of a hall, no two alike."""
    image = Image.new("RGB", (960, 640), (222 - 12 * number, 230, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 420, 960, 640), fill=(150, 110 + 10 * number, 80))
    draw.rectangle((260, 90, 700, 330), fill=(40, 70, 130 + 20 * number))
    for seat in range(12):
        left = 40 + seat * 75
        draw.ellipse((left, 460, left + 46, 520), fill=(60, 60, 70 + 8 * number))
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()
