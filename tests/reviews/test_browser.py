"""The association's pages in a real browser: accessible, narrow, silent, and live totals that add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from applications.models import Application, Flag
from applications.models.handin import FlagKind
from applications.states import State
from calls.enums import FundingKind
from portal import clock
from reviews.models import Decision, Submission
from tests.browser.fixtures import inspector
from tests.browser.inspection import Inspector
from tests.browser.visitor import Visitor
from tests.factories.experts import assign_all, make_experts, make_panel, make_stage, score
from tests.factories.people import PASSWORD
from tests.factories.reviews import Scene, accepted, many_submissions

__all__ = ("inspector",)

Enter = Callable[[], Visitor]


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


@pytest.fixture
def busy(transactional_db: None, scene: Scene) -> Scene:
    """A call with work of every kind on it."""
    scene.call.categories.update(
        funding_kind=FundingKind.RANGE, amount_min=30_000, amount_max=45_000
    )
    many_submissions(scene, 4, State.ACCEPTED)
    packet = scene.signed()
    scene.scan(packet)
    scene.hand_in(packet)
    flagged = packet.applications.get()
    Flag.objects.create(
        application=flagged,
        rule=scene.quota_each,
        kind=FlagKind.IN_PRINCIPLE,
        message="超出原则性限额 1 项",
        unit_reason="两个分会合并申报",
        at=clock.now(),
    )
    scene.drafted(scene.another_unit())
    scene.another_unit()
    return scene


@pytest.fixture
def enter(
    live_server: LiveServer, browser: Browser, inspector: Inspector, busy: Scene
) -> Iterator[Enter]:
    """Let the officer in."""
    visitors: list[Visitor] = []

    def come() -> Visitor:
        visitor = Visitor(browser, live_server.url, inspector)
        visitors.append(visitor)
        visitor.sign_in(busy.officer.email, PASSWORD)
        return visitor

    yield come
    for visitor in visitors:
        visitor.close()


def test_every_page_of_the_desk_holds_what_is_promised_of_pages(busy: Scene, enter: Enter) -> None:
    officer = enter()
    call, flagged = busy.call.pk, Submission.objects.get(flags__isnull=False)
    done = Submission.objects.filter(state=State.ACCEPTED).first()
    assert done is not None
    for address in (
        url("index"),
        url("reviews_submission_changelist"),
        url("reviews_submission_changelist") + f"?call={call}&state=to_check",
        url("reviews_submission_change", flagged.pk),
        url("reviews_submission_change", done.pk),
        url("reviews_return", flagged.pk),
        url("reviews_refuse", flagged.pk),
        url("reviews_version", flagged.pk, 1),
        url("reviews_call", call),
        url("reviews_evening", call),
        url("reviews_deciding", call),
        url("reviews_publish", call),
        url("reviews_exceptions", call),
        url("reviews_formalcheck_changelist"),
        url("reviews_decision_changelist"),
        url("reviews_checkitem_changelist"),
    ):
        officer.go(address)


def test_totals_live_on_the_deciding_page_are_those_the_server_keeps(
    busy: Scene, enter: Enter
) -> None:
    officer = enter()
    officer.go(url("reviews_deciding", busy.call.pk))
    page = officer.page
    for number, amount in enumerate(("30000", "41500")):
        row = page.locator("[data-row]").nth(number)
        row.locator("input[value=selected]").check()
        row.locator("input.money").fill(amount)
    expect(page.locator("[data-total=selected]")).to_have_text("2")
    expect(page.locator("[data-total=undecided]")).to_have_text("2")
    expect(page.locator("[data-total=money]")).to_have_text("71,500.00")
    page.locator("button[value=save]").click()
    page.wait_for_load_state()
    expect(page.locator("[data-total=money]")).to_have_text("71,500.00")
    kept = Decision.objects.values_list("amount", flat=True)
    assert sum(amount or 0 for amount in kept) == Decimal(71_500)


def test_the_browser_warns_at_once_beyond_the_places(busy: Scene, enter: Enter) -> None:
    busy.call.categories.update(slots_min=1, slots_max=1)
    officer = enter()
    officer.go(url("reviews_deciding", busy.call.pk))
    group = officer.page.locator("[data-group]").first
    expect(group.locator("[data-group-over]")).to_be_hidden()
    for choice in group.locator("input[value=selected]").all():
        choice.check()
    expect(group.locator("[data-group-over]")).to_be_visible()


def test_accepting_works_by_keyboard_alone(busy: Scene, enter: Enter) -> None:
    submission = accepted(busy, busy.another_unit())
    Application.objects.filter(pk=submission.pk).update(state=State.SUBMITTED)
    officer = enter()
    officer.go(url("reviews_submission_change", submission.pk))
    button = officer.page.locator("button[value=accept_rest]")
    button.focus()
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")
    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED


def test_the_line_moves_live_to_where_the_server_would_draw_it(busy: Scene, enter: Enter) -> None:
    """Places typed: sides, numbers and money at once; a reload shows what the server reckons."""
    stage = make_stage(busy.call)
    panel = make_panel(stage, busy.officer, make_experts(busy.issuer, 2))
    for number, one in enumerate(assign_all(panel, busy.officer)):
        score(one, first=str(40 + number // 3))
    officer = enter()
    officer.go(url("reviews_summary", stage.pk))
    page, category = officer.page, panel.assignments.all()[0].application.category_id
    shown = "tr[data-side], [data-above], [data-spent], #sides b"
    read = f"Array.from(document.querySelectorAll('{shown}')).map(e => e.className + e.textContent)"
    before = page.evaluate(read)
    for places, reserve in (("1", "0"), ("1", "1"), ("0", "2"), ("2", "0"), ("", "0")):
        page.locator(f"[name=places-{category}]").fill(places)
        page.locator(f"[name=reserve-{category}]").fill(reserve)
        live = page.evaluate(read)
        page.reload()
        assert page.evaluate(read) == live, (places, reserve)
        if places == "1":
            assert live != before
    assert f"places-{category}" in (page.locator("[data-take-over]").get_attribute("href") or "")
