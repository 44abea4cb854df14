"""Builds a whole demo at one stage of the calls' lives; dates are relative to today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import transaction

from calls.callfile.reading import read_call
from calls.enums import NoticeKind
from calls.models import Call, Category, Notice
from calls.services.clone import clone_call
from calls.services.notices import publish_notice
from calls.services.publish import archive_call, publish_call
from demo.execution import closed_long_ago, run_projects
from demo.journeys import Traveller
from demo.keeping import archive, book_papers_in, present_closed
from demo.people import Register, Team, enter_facts
from demo.publicity import show_list
from demo.reviewing import begin_review
from demo.sealed import apply_with_seals, publish_sealed_call
from demo.units import JIAXING, JILIN
from portal import clock
from portal.people.models import User
from reviews.board import board_of, fingerprint
from reviews.models import DecisionOutcome
from reviews.services import deciding

CALL_FILES = Path(__file__).resolve().parent / "calls"
SEEDS = {JILIN: "jilin-2024.yaml", JIAXING: "jiaxing-2023.yaml"}


class Stage(Enum):
    """How far this year's calls have come."""

    OPEN = "open"
    CHECKING = "checking"
    REVIEWING = "reviewing"
    PUBLICITY = "publicity"
    DECIDED = "decided"
    RUNNING = "running"
    ARCHIVED = "archived"


# Days since the deadline of a call whose projects are carried out, or were the year before.
_LONG_OVER = {Stage.RUNNING: 210, Stage.ARCHIVED: 210 + 365}


class Goal(Enum):
    """How far one packet gets."""

    BEGUN = "begun"
    FILLED = "filled"
    AWAITING = "awaiting"
    SIGNED = "signed"
    SEALED = "sealed"
    SUBMITTED = "submitted"
    SCANNED = "scanned"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# (unit, category, goal) and, for 嘉兴, several categories in one packet.
Plan = tuple[tuple[str, tuple[str, ...], Goal], ...]

JILIN_PLAN: Plan = (
    ("jl-optics", ("annual",), Goal.ACCEPTED),
    ("jl-optics", ("forum",), Goal.FILLED),
    ("jl-agronomy", ("speech-agriculture",), Goal.ACCEPTED),
    ("jl-agronomy", ("annual",), Goal.SCANNED),
    ("jl-materials", ("foreign",), Goal.SCANNED),
    ("jl-materials", ("forum",), Goal.RETURNED),
    ("jl-medical", ("speech-medicine",), Goal.SUBMITTED),
    ("jl-medical", ("basic",), Goal.AWAITING),
    ("jl-vehicles", ("annual",), Goal.SIGNED),
    ("jl-vehicles", ("forum",), Goal.WITHDRAWN),
    ("jl-vehicles", ("speech-engineering",), Goal.ACCEPTED),
    ("jl-soil", ("forum",), Goal.REFUSED),
    ("jl-soil", ("annual",), Goal.SUBMITTED),
    ("jl-soil", ("speech-agriculture",), Goal.FILLED),
    ("jl-geology", ("annual",), Goal.SCANNED),
    ("jl-geology", ("basic",), Goal.SEALED),
    ("jl-newsoc", ("forum",), Goal.FILLED),
    ("jl-ua", ("annual",), Goal.ACCEPTED),
    ("jl-ua", ("speech-final",), Goal.SCANNED),
    ("jl-ua", ("basic",), Goal.BEGUN),
    ("jl-ua2", ("speech-science",), Goal.SUBMITTED),
    ("jl-ua2", ("foreign",), Goal.RETURNED),
    ("jl-ua2", ("annual",), Goal.FILLED),
    ("jl-university", ("forum",), Goal.ACCEPTED),
    ("jl-polytechnic", ("forum",), Goal.SUBMITTED),
    ("jl-ea", ("annual",), Goal.SCANNED),
    ("jl-ea2", ("annual",), Goal.AWAITING),
    ("jl-institute", ("basic",), Goal.ACCEPTED),
    ("jl-institute", ("foreign",), Goal.SUBMITTED),
    ("jl-institute", ("forum",), Goal.BEGUN),
    ("jl-institute2", ("annual",), Goal.SUBMITTED),
    ("jl-institute2", ("basic",), Goal.SIGNED),
)
JIAXING_PLAN: Plan = (
    ("jx-textile", ("conference", "topic"), Goal.ACCEPTED),
    ("jx-electronics", ("conference",), Goal.SCANNED),
    ("jx-electronics", ("topic", "topic"), Goal.BEGUN),
    ("jx-medicine", ("conference", "conference"), Goal.SUBMITTED),
    ("jx-energy", ("topic", "topic"), Goal.ACCEPTED),
    ("jx-federation", ("conference", "topic", "topic"), Goal.SCANNED),
    ("jx-ea", ("conference",), Goal.RETURNED),
    ("jx-ef", ("conference", "topic"), Goal.SUBMITTED),
    ("jx-university", ("conference", "topic"), Goal.ACCEPTED),
    ("jx-ua", ("topic",), Goal.AWAITING),
    ("jx-polytechnic", ("topic", "topic", "topic"), Goal.SIGNED),
    ("jx-institute", ("conference",), Goal.FILLED),
    ("jx-ua", ("topic",), Goal.WITHDRAWN),
)
# Earlier calls beside the open ones: projects carried out, applications under review, a list shown.
CARRIED_OUT: Plan = (
    ("jl-optics", ("annual",), Goal.ACCEPTED),
    ("jl-agronomy", ("annual",), Goal.ACCEPTED),
    ("jl-medical", ("speech-medicine",), Goal.ACCEPTED),
    ("jl-vehicles", ("forum",), Goal.ACCEPTED),
    ("jl-ua", ("annual",), Goal.ACCEPTED),
    ("jl-university", ("forum",), Goal.ACCEPTED),
    ("jl-institute", ("basic",), Goal.ACCEPTED),
    ("jl-ea", ("annual",), Goal.ACCEPTED),
)
LONG_CLOSED: Plan = (
    ("jl-agronomy", ("annual",), Goal.ACCEPTED),
    ("jl-materials", ("forum",), Goal.ACCEPTED),
)
UNDER_REVIEW: Plan = (
    ("jl-optics", ("forum",), Goal.ACCEPTED),
    ("jl-materials", ("forum",), Goal.ACCEPTED),
    ("jl-soil", ("annual",), Goal.ACCEPTED),
    ("jl-geology", ("annual",), Goal.ACCEPTED),
    ("jl-vehicles", ("annual",), Goal.ACCEPTED),
    ("jl-polytechnic", ("forum",), Goal.ACCEPTED),
    ("jl-ua2", ("foreign",), Goal.ACCEPTED),
    ("jl-institute2", ("basic",), Goal.ACCEPTED),
)
SHOWN: Plan = (
    ("jl-optics", ("basic",), Goal.ACCEPTED),
    ("jl-medical", ("annual",), Goal.ACCEPTED),
    ("jl-materials", ("annual",), Goal.ACCEPTED),
    ("jl-university", ("forum",), Goal.ACCEPTED),
    ("jl-institute", ("basic",), Goal.ACCEPTED),
)
# Joint applications: who leads, who joins, and whether the partner has answered.
PARTNERS: Mapping[tuple[str, str], tuple[str, bool]] = {
    ("jl-optics", "annual"): ("jl-local", True),
    ("jl-ea", "annual"): ("jl-local", False),
    ("jx-textile", "conference"): ("jx-ea", True),
    ("jx-medicine", "conference"): ("jx-university", False),
}


@dataclass(frozen=True, slots=True)
class Course:
    """One re-issue of a notice: how far it has come, and what its units have done."""

    slug: str
    stage: Stage
    plan: Plan
    years_back: int = 0
    # Tells several calls of one year apart: in the code and in the title.
    mark: str = ""
    words: str = ""


# What the demo of the open calls has beside them, so that every kind of work lies somewhere.
EARLIER = (
    Course(JILIN, Stage.ARCHIVED, LONG_CLOSED),
    Course(JILIN, Stage.RUNNING, CARRIED_OUT, mark="-1", words="（第一批）"),
    Course(JILIN, Stage.REVIEWING, UNDER_REVIEW, years_back=1, mark="-2", words="（第二批）"),
    Course(JILIN, Stage.PUBLICITY, SHOWN, years_back=1, mark="-3", words="（第三批）"),
)


def courses(stage: Stage) -> tuple[Course, ...]:
    """Return the calls of the demo at a stage, this year's last."""
    current = (Course(JILIN, stage, JILIN_PLAN), Course(JIAXING, stage, JIAXING_PLAN))
    return (*EARLIER, *current) if stage is Stage.OPEN else current


@dataclass(frozen=True, slots=True)
class Calendar:
    """This year's dates: open until some days from now, or closed yesterday."""

    year: int
    opens_at: dt.datetime
    closes_at: dt.datetime
    # For a call that is closed by now: when its units' requests arrived. None: they arrive now.
    arrival: dt.datetime | None


def seed(
    stage: Stage, number: int, say: Callable[[str], None], *, applications: bool = True
) -> None:
    """Fill an empty database; ``number`` varies the texts, ``say`` reports progress.

    ``applications`` False leaves the calls open and untouched, for whoever walks them alone.
    """
    random = Random(number)
    register = Register()
    with transaction.atomic():
        register.fill()
    say(f"{len(register.teams)} units and their people")
    notices = {slug: _as_it_was(slug) for slug in SEEDS}
    planned = courses(stage) if applications else courses(stage)[-len(SEEDS) :]
    calls = [(course, _call_of(register, course, notices[course.slug])) for course in planned]
    say(f"{len(notices)} notices as they were, archived, and {len(calls)} calls after them")
    for year in sorted({call.year - 1 for course, call in calls if course.slug == JILIN}):
        enter_facts(register, year)
    _general_notice(register)
    if not applications:
        return
    sealed = publish_sealed_call(_officer(register, JIAXING)) if stage is Stage.OPEN else None
    if sealed is not None and settings.DEMO:
        number_sealed = apply_with_seals(register, sealed, _officer(register, JIAXING), random)
        say(f"{number_sealed} applications with electronic seals")
    for course, call in calls:
        _applications(register, course, call, random)
        say(f"{call.title}: {sum(len(codes) for _u, codes, _g in course.plan)} applications")
        _carry_on(register, course, call, random, say)


def _carry_on(
    register: Register, course: Course, call: Call, random: Random, say: Callable[[str], None]
) -> None:
    """Do what the association does after the check, as far as the stage goes."""
    officer = _officer(register, course.slug)
    if course.stage is Stage.REVIEWING and course.slug == JILIN:
        begin_review(register, call, officer, random)
        say(f"{call.title}: experts at work")
    if course.stage is Stage.PUBLICITY and course.slug == JILIN:
        _draft_decisions(call, _head(register, course.slug))
        show_list(call, head=_head(register, course.slug), officer=officer)
        say(f"{call.title}: being shown to the public")
    if course.stage in (Stage.DECIDED, Stage.RUNNING, Stage.ARCHIVED):
        _decide(call, _head(register, course.slug))
        say(f"{call.title}: decided and published")
    if course.stage is Stage.RUNNING:
        number = run_projects(call, register.teams, officer, random)
        came = book_papers_in(call, officer)
        present_closed(call, officer)
        say(f"{call.title}: {number} projects on their way, {came} papers booked in")
    if course.stage is Stage.ARCHIVED:
        run_projects(call, register.teams, officer, random, [closed_long_ago])
        book_papers_in(call, officer)
        present_closed(call, officer)
        archive(call, officer)
        say(f"{call.title}: closed and archived")


def calendar(slug: str, stage: Stage, today: dt.date) -> Calendar:
    """Return this year's dates; the year follows from where the windows fall next."""
    ends = {JILIN: 9, JIAXING: 2}[slug] if stage is Stage.OPEN else -1
    if stage in _LONG_OVER:
        ends = -_LONG_OVER[stage]
    closes = clock.end_of(today + dt.timedelta(days=ends))
    opens = clock.start_of(today + dt.timedelta(days=min(ends, 0) - 24))
    arrival = None if stage is Stage.OPEN else closes - dt.timedelta(hours=6)
    # Windows of a call that runs fall into its own year, those of one that is open into the next.
    season = dt.timedelta(days=-_LONG_OVER.get(stage, -90))
    return Calendar((today + season).year, opens, closes, arrival)


def _as_it_was(slug: str) -> Call:
    """Enter a call as its notice reads, archived."""
    text = (CALL_FILES / SEEDS[slug]).read_text(encoding="utf-8")
    return archive_call(publish_call(read_call(text, by=None), by=None), by=None)


def _call_of(register: Register, course: Course, old: Call) -> Call:
    """Re-issue a notice by cloning its call."""
    officer = _officer(register, course.slug)
    dates = calendar(course.slug, course.stage, clock.today())
    year = dates.year - course.years_back
    editions = {
        c.code: (c.edition or 0) + year - old.year for c in old.categories.exclude(edition=None)
    }
    new = clone_call(
        old,
        by=officer,
        code=f"{course.slug}-{year}{course.mark}",
        year=year,
        opens_at=dates.opens_at,
        closes_at=dates.closes_at,
        editions=editions,
    )
    new.seal_by = dates.closes_at + dt.timedelta(days=5)
    new.title += course.words
    new.save(update_fields=["seal_by", "title"])
    new.notice.title = new.notice.title.replace("的通知", f"{course.words}的通知")
    # Nobody publishes all notices of a year today: each carries the day its call opened.
    new.notice.published_at = dates.opens_at
    new.notice.save(update_fields=["title", "published_at"])
    return publish_call(new, by=officer)


def _officer(register: Register, slug: str) -> User:
    return register.staff["jl-officer" if slug == JILIN else "jx-officer"]


def _head(register: Register, slug: str) -> User:
    return register.staff["jl-head" if slug == JILIN else "jx-head"]


def _general_notice(register: Register) -> None:
    """Publish a notice that is no call."""
    for slug, issuer in register.issuers.items():
        notice = Notice.objects.create(
            issuer=issuer,
            kind=NoticeKind.GENERAL,
            title="关于使用申报门户的说明",
            published_at=clock.now() - dt.timedelta(days=30),
            body=(
                "各有关单位：\n"
                "自本年度起，项目申报统一通过申报门户办理。\n"
                "一、单位登记\n"
                "请先完成单位登记，由科协核实后即可提交申报。\n"
                "二、填报与盖章\n"
                "填报完成后由本单位负责人签批，打印、签字、盖章并上传扫描件，最后点击提交，以回执为准。"
            ),
        )
        publish_notice(notice, by=_officer(register, slug))


def _applications(register: Register, course: Course, call: Call, random: Random) -> None:
    """Take every packet of the plan as far as it gets."""
    categories = {c.code: c for c in call.categories.select_related("call__issuer", "parent")}
    dates = calendar(course.slug, course.stage, clock.today())
    officer = _officer(register, course.slug)
    for unit, codes, goal in course.plan:
        traveller = Traveller(register.teams[unit], officer, random, dates.arrival)
        settled = course.stage not in (Stage.OPEN, Stage.CHECKING)
        reached = _settled(goal) if settled else goal
        _travel(traveller, [categories[code] for code in codes], reached, register.teams)


def _settled(goal: Goal) -> Goal:
    """Before a list is published every hand-in is accepted or refused."""
    handed_in = {Goal.SUBMITTED, Goal.SCANNED, Goal.RETURNED, Goal.ACCEPTED}
    return Goal.ACCEPTED if goal in handed_in else goal


def _travel(
    traveller: Traveller, categories: list[Category], goal: Goal, teams: Mapping[str, Team]
) -> None:
    """Take the steps up to the goal."""
    for category in categories:
        traveller.begin(category, fill=goal is not Goal.BEGUN)
        joined = PARTNERS.get((traveller.team.code, category.code))
        if joined and goal is not Goal.BEGUN:
            traveller.join(teams[joined[0]], confirm=joined[1])
    if goal in (Goal.BEGUN, Goal.FILLED):
        return
    traveller.ask_signoff()
    if goal is Goal.AWAITING:
        return
    traveller.sign()
    if goal is Goal.SIGNED:
        return
    if goal in (Goal.SEALED, Goal.SCANNED, Goal.ACCEPTED):
        traveller.stamp()
    if goal is Goal.SEALED:
        return
    traveller.hand_in("两场会议由不同专业委员会承办，均有必要。")
    if goal is Goal.ACCEPTED:
        traveller.accept()
    elif goal is Goal.RETURNED:
        traveller.give_back(clock.end_of(clock.today() + dt.timedelta(days=5)))
    elif goal is Goal.REFUSED:
        traveller.refuse()
    elif goal is Goal.WITHDRAWN:
        traveller.withdraw()


def _decide(call: Call, head: User) -> None:
    """Draft the decisions and publish the list."""
    _draft_decisions(call, head)
    deciding.publish(
        call_id=call.pk,
        seen=fingerprint(board_of(call).to_publish),
        title=f"关于公布{call.title.removesuffix('申报').removesuffix('征集')}结果的通知",
        by=head,
    )


def _draft_decisions(call: Call, head: User) -> None:
    """Select up to the places of each category, in the order of numbers."""
    choices = {}
    for group in board_of(call).groups:
        places = group.category.slots_max
        for place, row in enumerate(group.rows):
            selected = places is None or place < places
            outcome = DecisionOutcome.SELECTED if selected else DecisionOutcome.NOT_SELECTED
            choices[row.submission.pk] = deciding.Choice(
                outcome=outcome,
                amount=group.category.amount_max if selected else None,
                rank=place + 1,
                note="",
                base=row.base,
                revision=row.revision,
            )
    deciding.save_drafts(call_id=call.pk, choices=choices, by=head)
