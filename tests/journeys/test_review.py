"""A whole review in the browser: 40 applications, 9 experts with conflicts, to the decided list."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from applications.models import Application, AvoidedExpert
from applications.states import State
from calls.models import Category, Notice
from portal import clock
from portal.people.models import User
from reviews.files import all_grounds, in_review, read_experts, read_files
from reviews.models import Assignment, AssignmentState, Decision, Expert, Panel
from reviews.services import assigning, scoring
from tests.browser.inspection import Inspector
from tests.browser.visitor import Visitor
from tests.factories.experts import fill_in, make_experts, make_stage, user_of
from tests.factories.reviews import Scene, make_scene, many_submissions

pytestmark = pytest.mark.django_db(transaction=True)

FILES, EXPERTS, PER_FILE, PLACES = 40, 9, 3, 6


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


def test_forty_applications_go_by_nine_experts_to_the_list(
    live_server: LiveServer, settings: Any, browser: Browser, inspector: Inspector
) -> None:
    settings.SITE_URL, settings.DEMO = live_server.url, True
    scene = make_scene()
    experts, stage = prepare(scene), make_stage(scene.call)
    barred = conflicts(scene, experts)
    assert len(barred) == 8

    # The officer sets the panel up, looks at the assignment, and gives the files out.
    officer = let_in(Visitor(browser, live_server.url, inspector), scene.officer)
    officer.go(reverse("admin:reviews_panel", args=[stage.pk]))
    for box in officer.page.locator("input[name=experts]").all():
        box.check()
    officer.page.locator("[name=per_file]").fill(str(PER_FILE))
    officer.page.locator("[name=due_on]").fill((clock.today() + dt.timedelta(days=7)).isoformat())
    press(officer, "button[value=set_up]")
    officer.go(reverse("admin:reviews_assign", args=[stage.pk]))
    officer.page.locator("form:has([name=shown]) button").click()
    press(officer, "dialog button")
    panel = Panel.objects.get(stage=stage)
    given = list(panel.assignments.select_related("expert__user", "application"))
    assert len(given) == FILES * PER_FILE
    assert not {(one.application_id, one.expert_id) for one in given} & barred
    loads = Counter(one.expert_id for one in given)
    assert max(loads.values()) - min(loads.values()) <= 1
    assert set(Counter(one.application_id for one in given).values()) == {PER_FILE}

    # One expert declares a conflict, and scores another file by hand; the rest goes by service.
    hers = [one for one in given if one.expert_id == experts[0].pk]
    expert = let_in(Visitor(browser, live_server.url, inspector), user_of(experts[0]))
    expert.go(reverse("desk:files"))
    recuse(expert, hers[0])
    score_in_browser(expert, hers[1])
    for one in panel.assignments.waiting().select_related("expert__user", "application"):
        score_by_service(one)
    # The file without its third expert goes to somebody else.
    officer.go(reverse("admin:reviews_assign", args=[stage.pk]))
    officer.page.locator("form:has([name=shown]) button").click()
    press(officer, "dialog button")
    (replaced,) = panel.assignments.waiting().select_related("expert__user", "application")
    assert replaced.application_id == hers[0].application_id
    assert replaced.expert_id != experts[0].pk
    score_by_service(replaced)

    # The line becomes drafts, ties on it are decided by hand, and the list is published.
    officer.go(reverse("admin:reviews_summary", args=[stage.pk]))
    officer.go(reverse("admin:reviews_take_over", args=[stage.pk]))
    press(officer, "form:has([name=shown]) button")
    decide_the_rest(officer)
    press(officer, "button[value=publish]")
    officer.page.locator("form:has([name=seen]) button[type=submit]").click()
    press(officer, "dialog button")
    notice = Notice.objects.get(kind="result")
    assert sum(len(group["rows"]) for group in (notice.rows or {})["groups"]) <= 2 * PLACES
    assert Decision.objects.filter(published_in=notice).count() == FILES
    public = Visitor(browser, live_server.url, inspector)
    public.go(reverse("calls:notice", args=[notice.pk]))
    best = Decision.objects.filter(outcome="selected", rank=1).first()
    assert best is not None
    public.reads(best.application.packet.organisation.name)
    for person in experts:
        public.does_not_read(person.name)


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
