"""A whole review in the browser: 40 applications, 9 experts with conflicts, to the announced list."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from applications.models import Application, AvoidedExpert
from applications.states import State
from calls.enums import PublicityCounting, PublicityWhere
from calls.models import Call, Category, Notice, PublicityRule, ReviewStage
from portal import clock
from portal.people.enums import StaffRole
from portal.people.models import User
from reviews.board import board_of, fingerprint
from reviews.files import all_grounds, in_review, read_experts, read_files
from reviews.models import (
    Assignment,
    AssignmentState,
    Expert,
    Objection,
    Panel,
    Publicity,
    PublicityEntry,
)
from reviews.services import approving, assigning, scoring
from reviews.waiting import Wait, url_of
from tests.browser.inspection import Inspector
from tests.browser.visitor import Visitor
from tests.factories.applications import picture
from tests.factories.experts import fill_in, make_experts, make_stage, user_of
from tests.factories.people import MembershipFactory
from tests.factories.reviews import Scene, colleague, make_scene, many_submissions

pytestmark = pytest.mark.django_db(transaction=True)

FILES, EXPERTS, PER_FILE, PLACES = 40, 9, 3, 6
ANSWER = "经核查，所述情况不属实。"


def let_in(visitor: Visitor, user: User) -> Visitor:
    """Give the visitor the session of a person who has signed in."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    visitor.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": visitor.base}])
    return visitor


def prepare(scene: Scene) -> list[Expert]:
    """Accept forty applications of as many units; tie four experts to eight of them."""
    Category.objects.filter(call=scene.call).update(
        slots_kind="exact", slots_min=PLACES, slots_max=PLACES
    )
    files: list[Application] = []
    for _unit in range(FILES):
        files += many_submissions(scene, 1, State.ACCEPTED)
    scene.call.two_deciders = True
    scene.call.save(update_fields=["two_deciders"])
    PublicityRule.objects.create(
        call=scene.call, where=PublicityWhere.ASSOCIATION, length=5,
        counting=PublicityCounting.CALENDAR, clause="公示5天",
    )  # fmt: skip
    half = scene.categories[1]
    Application.objects.filter(pk__in=[f.pk for f in files[::2]]).update(category=half)
    experts = make_experts(scene.issuer, EXPERTS)
    for expert, file in zip(experts, files[:4], strict=False):
        Expert.objects.filter(pk=expert.pk).update(unit_name=file.packet.organisation.name)
    for expert, file in zip(experts, files[4:8], strict=False):
        AvoidedExpert.objects.create(
            application=file, name=expert.name, reason="有学术分歧", named_by=scene.unit.filler,
            named_at=clock.now(),
        )  # fmt: skip
    return experts


def conflicts(scene: Scene, experts: list[Expert]) -> set[tuple[Any, int]]:
    """Return every pair that may not meet, as recusal reckons it."""
    fresh = list(Expert.objects.filter(pk__in=[e.pk for e in experts]))
    files = read_files(in_review(scene.call))
    return set(all_grounds(files.values(), read_experts(fresh)))


def score_by_service(one: Assignment) -> None:
    """Score a sheet the short way; what an expert gives differs from file to file."""
    points = 40 + one.application_id.int % 21
    fill_in(one, first=str(points), second=str(4 + one.application_id.int % 7))
    scoring.hand_in(assignment_id=one.pk, version_id=one.version_id, by=user_of(one.expert))


def test_forty_applications_go_by_nine_experts_to_the_announced_list(
    live_server: LiveServer, settings: Any, browser: Browser, inspector: Inspector
) -> None:
    settings.SITE_URL, settings.DEMO = live_server.url, True
    scene = make_scene()
    experts, stage = prepare(scene), make_stage(scene.call)
    head = colleague(scene, StaffRole.HEAD)
    enter = partial(Visitor, browser, live_server.url, inspector)
    officer, public = let_in(enter(), scene.officer), enter()

    give_out(officer, stage, conflicts(scene, experts))
    score_all(officer, let_in(enter(), user_of(experts[0])), stage, experts[0])
    decide(officer, stage, head)
    publicity = show_list(officer, scene.call)
    shown = list(publicity.entries.select_related("application__packet__organisation"))
    assert 2 < len(shown) <= 2 * PLACES

    # One project is objected against and suspended, another is given up by its unit.
    receipt = object_to(public, publicity, shown[0])
    objection = suspend(officer)
    give_up(enter(), shown[1])
    end(publicity)
    units = announced(officer, public, scene.call)
    assert units == {entry.application.packet.organisation.name for entry in shown[2:]}
    for person in experts:
        public.does_not_read(person.name)

    # The objection is decided: its project follows, and who objected reads the answer.
    dismiss(officer, objection)
    units = announced(officer, public, scene.call)
    assert units == {shown[0].application.packet.organisation.name}
    public.go(reverse("objections:check"))
    public.fill_in(code=receipt)
    press(public, "main form button")
    public.reads(ANSWER)
    states = Counter(Application.objects.values_list("state", flat=True))
    assert states[State.SELECTED] == len(shown) - 1
    assert (states[State.WITHDRAWN], states[State.PUBLICISED]) == (1, 0)


def give_out(officer: Visitor, stage: ReviewStage, barred: set[tuple[Any, int]]) -> None:
    """Set the panel up, look at the assignment, and give the files out."""
    assert len(barred) == 8
    officer.go(reverse("admin:reviews_panel", args=[stage.pk]))
    for box in officer.page.locator("input[name=experts]").all():
        box.check()
    officer.page.locator("[name=per_file]").fill(str(PER_FILE))
    officer.page.locator("[name=due_on]").fill((clock.today() + dt.timedelta(days=7)).isoformat())
    press(officer, "button[value=set_up]")
    assign(officer, stage)
    given = list(Panel.objects.get(stage=stage).assignments.all())
    assert len(given) == FILES * PER_FILE
    assert not {(one.application_id, one.expert_id) for one in given} & barred
    loads = Counter(one.expert_id for one in given)
    assert max(loads.values()) - min(loads.values()) <= 1
    assert set(Counter(one.application_id for one in given).values()) == {PER_FILE}


def assign(officer: Visitor, stage: ReviewStage) -> None:
    """Look at the assignment proposed, and confirm it."""
    officer.go(reverse("admin:reviews_assign", args=[stage.pk]))
    confirm(officer, "form:has([name=shown]) button")


def score_all(officer: Visitor, desk: Visitor, stage: ReviewStage, expert: Expert) -> None:
    """Let an expert declare a conflict and score another file by hand; the rest by service."""
    panel = Panel.objects.get(stage=stage)
    waiting = panel.assignments.waiting().select_related("expert__user", "application")
    hers = [one for one in waiting if one.expert_id == expert.pk]
    desk.go(reverse("desk:files"))
    recuse(desk, hers[0])
    score_in_browser(desk, hers[1])
    for one in waiting.all():
        score_by_service(one)
    # The file without its third expert goes to somebody else.
    assign(officer, stage)
    (replaced,) = waiting.all()
    assert replaced.application_id == hers[0].application_id
    assert replaced.expert_id != expert.pk
    score_by_service(replaced)


def decide(officer: Visitor, stage: ReviewStage, head: User) -> None:
    """Take the line over as drafts, decide ties on it by hand, and let a second person approve."""
    officer.go(reverse("admin:reviews_summary", args=[stage.pk]))
    officer.go(reverse("admin:reviews_take_over", args=[stage.pk]))
    press(officer, "form:has([name=shown]) button")
    decide_the_rest(officer)
    press(officer, "button[value=propose]")
    seen = fingerprint(board_of(stage.call).to_publish)
    approving.approve(call_id=stage.call_id, seen=seen, by=head)


def show_list(officer: Visitor, call: Call) -> Publicity:
    """Put the approved list before the public."""
    officer.go(reverse("admin:reviews_publicise", args=[call.pk]))
    confirm(officer, "form:has([name=seen]) button[type=submit]")
    return Publicity.objects.get(call=call)


def object_to(public: Visitor, publicity: Publicity, entry: PublicityEntry) -> str:
    """Object against one project from the page of the list; return the code of the receipt."""
    public.go(reverse("calls:notice", args=[publicity.notice_id]))
    press(public, f"a[href='{reverse('objections:file', args=[publicity.notice_id])}']")
    public.page.locator("[name=about]").select_option(value=str(entry.pk))
    public.fill_in(
        text="所列场次去年已办，见附件。", name="示例异议人", phone="0000-1234567", true=True
    )
    public.upload("evidence", {"name": "证据.png", "mimeType": "image/png", "buffer": picture()})
    press(public, "main form button")
    return public.page.locator(".receipt .number").inner_text().strip()


def suspend(officer: Visitor) -> Objection:
    """Find the objection from the dashboard, take it up and suspend its project."""
    objection = Objection.objects.get()
    officer.go(reverse("admin:index"))
    press(officer, f"a[href='{url_of(Wait.OBJECTIONS)}']")
    press(officer, f"a[href='{reverse('admin:reviews_objection', args=[objection.pk])}']")
    officer.put("examine-note", "已请申报单位说明")
    officer.put("examine-suspend", True)
    press(officer, "button[value=examine]")
    return objection


def dismiss(officer: Visitor, objection: Objection) -> None:
    """Decide an objection as not upheld, with an answer."""
    officer.go(reverse("admin:reviews_objection", args=[objection.pk]))
    officer.put("verdict-verdict", "dismissed")
    officer.put("verdict-answer", ANSWER)
    confirm(officer, "button[value=decide]")


def give_up(approver: Visitor, entry: PublicityEntry) -> None:
    """Withdraw a project that is being shown, as whoever signs for its unit."""
    packet = entry.application.packet
    let_in(approver, MembershipFactory(organisation=packet.organisation, is_approver=True).user)
    approver.go(reverse("outcome:packet", args=[packet.pk]))
    approver.go(reverse("outcome:give_up", args=[entry.application_id]))
    approver.fill_in(reason="主讲人不能到会", confirmed=True)
    press(approver, "main form button.danger")


def end(publicity: Publicity) -> None:
    """Let the period be over now."""
    now = clock.now()
    Publicity.objects.filter(pk=publicity.pk).update(
        begins_at=now - dt.timedelta(days=5), ends_at=now
    )


def announced(officer: Visitor, public: Visitor, call: Call) -> set[str]:
    """Announce what stands, and read the list as anybody does; return the units on it."""
    officer.go(reverse("admin:reviews_announce", args=[call.pk]))
    confirm(officer, "form:has([name=seen]) button[type=submit]")
    notice = Notice.objects.filter(kind="result").latest("pk")
    public.go(reverse("calls:notice", args=[notice.pk]))
    units = {row[0] for group in (notice.rows or {})["groups"] for row in group["rows"]}
    public.reads(*units)
    return units


def confirm(visitor: Visitor, selector: str) -> None:
    """Press what the selector finds, and say yes to the question it asks."""
    visitor.page.locator(selector).first.click()
    press(visitor, "dialog button")


def press(visitor: Visitor, selector: str) -> None:
    """Press what the selector finds and look at the page it leads to."""
    with visitor.page.expect_navigation(wait_until="domcontentloaded"):
        visitor.page.locator(selector).first.click()
    visitor.look()


def recuse(expert: Visitor, one: Assignment) -> None:
    """Open a file and declare a conflict instead of reading it."""
    expert.go(reverse("desk:file", args=[one.pk]))
    expert.page.locator("details:has(form[action$='/recuse/']) summary").click()
    expert.page.locator("form[action$='/recuse/'] textarea").fill("曾共同承担项目")
    press(expert, "form[action$='/recuse/'] button")
    one.refresh_from_db()
    assert one.state == AssignmentState.RECUSED


def score_in_browser(expert: Visitor, one: Assignment) -> None:
    """Declare no conflict, fill the sheet in, and hand it in."""
    expert.go(reverse("desk:file", args=[one.pk]))
    press(expert, "form[action$='/clear/'] button")
    first, second = scoring.criteria_of(one)
    for key, text in (
        (f"score-{first.pk}", "55"), (f"score-{second.pk}", "9"),
        (f"comment-{second.pk}", "方案可行"), ("opinion", "建议支持。"),
    ):  # fmt: skip
        expert.page.locator(f"#sheet [name='{key}']").fill(text)
    expert.page.locator("#sheet button[value=hand_in]").click()
    press(expert, "dialog button")
    one.refresh_from_db()
    assert one.state == AssignmentState.SUBMITTED
    assert assigning.is_live(one)


def decide_the_rest(officer: Visitor) -> None:
    """Say “not selected” where the line left the choice to people."""
    for group in officer.page.locator("[role=radiogroup]").all():
        if group.locator("input[value='']").is_checked():
            group.locator("input[value=not_selected]").check()
    press(officer, "button[value=save]")
