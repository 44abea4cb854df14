"""A recommending unit at its desk: compares, ranks by buttons and by dragging, stamps, hands in."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from applications.models import RecommendationList
from calls.models import Rule
from portal.documents.models import Document
from portal.documents.services import render_document
from portal.people.models import User
from tests.browser.inspection import Inspector
from tests.browser.visitor import Visitor
from tests.factories.applications import make_scene, picture
from tests.factories.lists import frozen_list
from tests.factories.seals import PASSWORD, keeper_of, seal_of, trusted_authority

pytestmark = pytest.mark.django_db(transaction=True)


def let_in(visitor: Visitor, user: User) -> None:
    """Give the visitor the session of a person who has signed in."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    visitor.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": visitor.base}])


def test_recommending(
    live_server: LiveServer, settings: Any, browser: Browser, inspector: Inspector
) -> None:
    settings.SITE_URL = live_server.url
    scene = make_scene(levels=1)
    level = scene.call.levels.get()
    Rule.objects.create(
        call=scene.call,
        kind="list_quota",
        params={"limit": 2, "scope": "call", "reserve": 1},
        clause="每个推荐单位限推荐 2 项，可另报备选 1 项",
        position=9,
    )
    unit = scene.recommender()
    rows = []
    for number, applicant in enumerate([scene.unit, scene.another_unit(), scene.another_unit()]):
        application = scene.before(unit, applicant)
        title = ("青年科学家学术沙龙", "农业绿色发展论坛", "基础医学研究生论坛")[number]
        type(application).objects.filter(pk=application.pk).update(title=title)
        rows.append(application.recommendations.get())
    applicant_window = Visitor(browser, live_server.url, inspector)
    let_in(applicant_window, scene.unit.filler)
    applicant_window.go(f"/my/packets/{rows[0].application.packet_id}/")
    applicant_window.reads(unit.organisation.name)
    her = Visitor(browser, live_server.url, inspector)
    let_in(her, unit.filler)
    her.go("/my/")
    her.go("/recommend/")
    her.go(f"/recommend/{level.pk}/")
    her.go(f"/recommend/{level.pk}/compare/")
    for row in rows:
        her.go(f"/recommend/entries/{row.pk}/")
        her.page.locator("textarea[name=opinion-opinion]").fill("选题前沿，组织有力，同意推荐。")
        with her.page.expect_navigation():
            her.page.locator("button[name=back]").click()
    for row in rows:
        her.go(f"/recommend/entries/{row.pk}/")
        with her.page.expect_navigation():
            her.page.locator("aside button[value=list]").click()
    her.look()
    body = her.page.locator("table[data-ranking] tbody tr")
    with her.page.expect_navigation():
        body.nth(2).drag_to(body.nth(0), target_position={"x": 20, "y": 4})
    assert body.nth(0).get_attribute("data-entry") == str(rows[2].pk), "dragged to the top"
    with her.page.expect_navigation():
        body.nth(0).locator("button[value=down]").click()
    assert body.nth(1).get_attribute("data-entry") == str(rows[2].pk), "moved by its button"
    with her.page.expect_navigation():
        body.nth(2).locator("button[value=reserve]").click()
    made = RecommendationList.objects.get()
    her.go(f"/recommend/lists/{made.pk}/")
    with her.page.expect_navigation():
        her.page.locator("form[action$='/freeze/'] button").click()
    for document in Document.objects.filter(kind="summary_table"):
        render_document(document.pk)
        document.refresh_from_db()
        assert document.file is not None, document.failure
    her.go(f"/recommend/lists/{made.pk}/")
    her.upload("scan", {"name": "盖章.png", "mimeType": "image/png", "buffer": picture()})
    before = her.main.element_handle()
    her.page.locator("form[action$='/scan/'] button").click()
    before.wait_for_element_state("hidden")
    her.page.wait_for_load_state("domcontentloaded")
    with her.page.expect_navigation():
        her.page.locator("form[action$='/hand-in/'] button").click()
    her.look()
    made.refresh_from_db()
    her.reads(made.receipt_number or "")
    applicant_window.go(f"/my/packets/{rows[0].application.packet_id}/")
    applicant_window.does_not_read("选题前沿")
    officer = Visitor(browser, live_server.url, inspector)
    let_in(officer, scene.officer)
    officer.go(f"/calls/{scene.call.pk}/")
    for visitor in (applicant_window, her, officer):
        visitor.close()


def test_sealing_a_list(
    live_server: LiveServer, settings: Any, browser: Browser, inspector: Inspector
) -> None:
    """The filler waits, the keeper reads and seals, the filler hands in; nothing is printed."""
    settings.SITE_URL = live_server.url
    scene, unit, made = frozen_list()
    keeper = keeper_of(unit.organisation)
    address = f"/recommend/lists/{made.pk}/"
    filler, her = (Visitor(browser, live_server.url, inspector) for _number in range(2))
    let_in(filler, unit.filler)
    let_in(her, keeper)
    filler.go(address)
    assert render_document(Document.objects.get(kind="summary_table").pk)
    her.go(address)
    her.press("给推荐汇总表盖章")
    her.reads("添加印章")
    seal_of(unit.organisation, trusted_authority(), by=keeper)
    her.go(f"{address}seal/")
    her.fill_in(password=PASSWORD)
    her.press("盖章", within=her.page.locator("main form"))
    her.reads("汇总表已盖章")
    filler.go(address)
    filler.press("立即报送")
    made.refresh_from_db()
    filler.reads(made.receipt_number or "")
    officer = Visitor(browser, live_server.url, inspector)
    let_in(officer, scene.officer)
    officer.go(f"/admin/reviews/submission/{made.entries.get().application_id}/change/")
    officer.reads("已在系统内盖章")
    for visitor in (filler, her, officer):
        visitor.close()
