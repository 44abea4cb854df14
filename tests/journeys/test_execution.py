"""A project in the browser: from the selection to the closing, one piece late and one returned."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, FilePayload
from pytest_django.live_server_helper import LiveServer

from applications.models import Deliverable, Project
from applications.models.deliverable import DeliverableState
from applications.states import State
from calls.models import DeliverableRule
from portal import clock
from portal.people.models import User
from tests.browser.inspection import Inspector
from tests.browser.visitor import Visitor
from tests.factories.applications import picture
from tests.factories.execution import application_of, execution_scene, piece, selected

pytestmark = pytest.mark.django_db(transaction=True)


def let_in(visitor: Visitor, user: User) -> None:
    """Give the visitor the session of a person who has signed in."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    visitor.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": visitor.base}])


class Unit(Visitor):
    """The clerk of the unit."""

    def send(self, selector: str) -> None:
        """Press a button and arrive at the next page."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.locator(selector).click()

    def open_piece(self, row: Deliverable) -> None:
        """Open a piece from the project's page and say that nothing is secret."""
        self.go(f"/my/projects/{row.project_id}/")
        self.send(f"td.name a[href*='{row.pk}']")
        self.page.locator("input[name=has_confidential][value=no]").first.check()
        self.send("form[action*='/secret/'] button")

    def add_file(self, where: str, name: str) -> None:
        """Upload one picture."""
        file = FilePayload(name=name, mimeType="image/png", buffer=picture())
        self.page.locator(f"#upload-{where}").set_input_files(file)
        # The script that shows how far an upload is writes the answer into the same window.
        self.page.locator(f"form:has(#upload-{where}) button").click()
        self.page.locator("ul.files a", has_text=name).wait_for()

    def write(self, text: str) -> None:
        """Write the text and wait until it is kept by itself."""
        self.page.locator("textarea[name=text]").fill(text)
        self.page.locator("[data-field=text] .mark.saved").wait_for()

    def hand_in(self) -> None:
        """Hand the piece in."""
        self.send("button[name=do][value=hand_in]")


def test_a_project_from_its_selection_to_its_closing(
    live_server: LiveServer, settings: Any, browser: Browser, inspector: Inspector
) -> None:
    settings.SITE_URL = live_server.url
    scene = execution_scene()
    DeliverableRule.objects.filter(title="成绩").delete()
    project = selected(scene)
    Project.objects.filter(pk=project.pk).update(granted=30000)
    clerk = Unit(browser, live_server.url, inspector)
    let_in(clerk, scene.unit.filler)
    staff = Unit(browser, live_server.url, inspector)
    let_in(staff, scene.officer)

    # The event was five days ago: the report, due within three, comes late.
    clerk.go("/my/")
    clerk.send(f"a[href='/my/projects/{project.pk}/completion/']")
    day = clock.today() - dt.timedelta(days=5)
    clerk.page.locator("[name=completed_on]").fill(day.isoformat())
    clerk.send("main form button.button")
    news = piece(project, "信息报道稿")
    assert news.is_overdue(clock.now())
    staff.go("/admin/applications/project/?work=overdue")
    staff.reads(str(application_of(project)))

    clerk.open_piece(news)
    clerk.write("学术会议在示例城市举行，二百人参加。")
    clerk.hand_in()  # without a photo: refused, and nothing is lost
    assert clerk.page.locator(".box.error li").count() == 1
    assert "二百人" in clerk.page.locator("textarea[name=text]").input_value()
    clerk.add_file("photo", "会场.png")
    clerk.hand_in()
    news.refresh_from_db()
    assert (news.state, news.late) == (DeliverableState.HANDED_IN, True)

    # The summary is returned once and corrected.
    summary = piece(project, "项目总结")
    clerk.open_piece(summary)
    clerk.write("项目按计划完成。")
    clerk.hand_in()
    staff.go(f"/admin/reviews/project/{project.pk}/")
    staff.send(f"a[href*='{summary.pk}']")
    staff.page.locator("[name=reason]").fill("请写明成效和参会人数。")
    staff.send("button[name=do][value=return]")
    clerk.go(f"/my/deliverables/{summary.pk}/")
    clerk.reads("请写明成效和参会人数。")
    clerk.write("项目按计划完成，二百人参加，形成观点综述一份。")
    clerk.hand_in()

    # The final accounts, line by line.
    accounts = piece(project, "决算表")
    clerk.open_piece(accounts)
    cells = clerk.page.locator("table.accounts input[data-key=spent]")
    assert cells.count() == 2
    cells.nth(0).fill("12500")
    cells.nth(1).fill("17000")
    assert clerk.page.locator("[data-total=spent]").inner_text() == "29,500.00"
    clerk.hand_in()
    clerk.go(f"/my/deliverables/{accounts.pk}/")
    clerk.reads("29,500.00")

    for row in (news, summary, accounts):
        staff.go(f"/admin/reviews/deliverable/{row.pk}/")
        staff.send("button[name=do][value=accept]")
    staff.look()
    staff.send("button[name=do][value=close]")
    assert application_of(project).state == State.CLOSED
    clerk.go(f"/my/projects/{project.pk}/")
    clerk.close()
    staff.close()
