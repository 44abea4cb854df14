"""What the association does with a closed project in the browser: paper, archive, showcase, figures."""

from __future__ import annotations

import zipfile
from typing import Any

import pytest
from django.db.models import F
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from calls.models import Call
from portal.jobs.models import Job
from reviews import tasks
from reviews.models import ArchiveRun
from tests.browser.inspection import Inspector
from tests.browser.visitor import Visitor
from tests.factories.execution import execution_scene
from tests.factories.printing import print_all
from tests.journeys.test_execution import let_in
from tests.reviews.test_archiving import closed

pytestmark = pytest.mark.django_db(transaction=True)


def test_paper_archive_showcase_and_figures(
    live_server: LiveServer, settings: Any, browser: Browser, inspector: Inspector
) -> None:
    settings.SITE_URL, settings.DEMO = live_server.url, True
    scene = execution_scene()
    Call.objects.filter(pk=scene.call.pk).update(paper_copies=1, paper_by=F("closes_at"))
    application = closed(scene)
    staff = Visitor(browser, live_server.url, inspector)
    let_in(staff, scene.officer)

    # The envelope is opened: the number is typed as it stands on the form.
    staff.go(f"/admin/reviews/call/{scene.call.pk}/paper/")
    staff.page.locator("#code").fill(str(application.number).lower())
    with staff.page.expect_navigation(wait_until="domcontentloaded"):
        staff.page.locator("#code").press("Enter")
    staff.look()
    with staff.page.expect_navigation(wait_until="domcontentloaded"):
        staff.page.locator("form.booking-form button").click()
    staff.look()
    assert staff.page.locator("tbody .badge.yes").count() == 1

    # The call is laid down; the worker is played here.
    print_all()
    staff.go(f"/admin/reviews/call/{scene.call.pk}/archive/")
    staff.page.locator("#content form button").first.click()
    with staff.page.expect_navigation(wait_until="domcontentloaded"):
        staff.page.get_by_role("dialog").get_by_role("button").first.click()
    tasks.make_archive(str(Job.objects.get(kind="archive").pk))
    staff.go(f"/admin/reviews/call/{scene.call.pk}/archive/")
    staff.reads(ArchiveRun.objects.get().manifest_sha256[:16])
    with staff.page.expect_download() as waiting:
        staff.page.locator("a[href$='.zip']").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert "manifest.json" in archive.namelist()

    # What was chosen becomes public, with its photo, and is found from the first page.
    staff.go(f"/admin/reviews/submission/{application.pk}/openness/")
    staff.page.locator("[name=photo]").check()
    with staff.page.expect_navigation(wait_until="domcontentloaded"):
        staff.page.locator("button[value=publish]").click()
    staff.look()
    anybody = Visitor(browser, live_server.url, inspector)
    anybody.go("/")
    with anybody.page.expect_navigation(wait_until="domcontentloaded"):
        anybody.page.locator("aside a[href='/projects/']").click()
    anybody.look()
    with anybody.page.expect_navigation(wait_until="domcontentloaded"):
        anybody.page.locator(".project-list h2 a").click()
    anybody.look()
    assert anybody.page.locator(".photos img").count() == 1

    staff.go("/admin/reviews/figures/")
    assert staff.page.locator("svg").count() > 0
    staff.go("/admin/reviews/retention/")
    staff.close()
    anybody.close()
