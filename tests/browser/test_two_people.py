"""Two people at one draft, a stale tab, a login that ends: no word anybody typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from applications.models import Application
from applications.services import drafting
from portal import clock
from portal.people.models import User
from tests.browser import stage
from tests.browser.draft import Draft
from tests.browser.fixtures import Enter
from tests.browser.visitor import Visitor

HERS, HIS = "围绕稀土材料的前沿问题组织交流。", "面向汽车轻量化需求组织交流。"


@pytest.fixture
def purpose_step(portal: str) -> str:
    """The path of the step 目的与意义 of a draft just begun by a society."""
    filler = User.objects.get(email=stage.mailbox("jl-materials"))
    application = drafting.start(
        category=stage.open_call("jilin").categories.get(code="annual"),
        organisation=filler.memberships.get().organisation,
        by=filler,
        has_confidential=False,
        arrived_at=clock.now(),
    )
    return f"/my/applications/{application.pk}/steps/purpose/"


def purpose_kept() -> str:
    """What the portal keeps as the purpose of the only application."""
    return str(Application.objects.get().answers["purpose.purpose"])


def test_the_second_of_two_writers_gets_both_texts_and_chooses(
    enter: Enter, purpose_step: str
) -> None:
    she, he = enter("jl-materials"), enter("jl-materials")
    she.go(purpose_step)
    he.go(purpose_step)
    Draft(she).answer(purpose=HERS)
    Draft(he).type_in("purpose", HIS)
    conflict = he.page.locator(".conflict")
    expect(conflict).to_contain_text(HERS)
    expect(conflict).to_contain_text(HIS)
    he.look()
    assert purpose_kept() == HERS, "nothing is overwritten before he has chosen"
    he.page.get_by_role("button", name="用我写的").click()
    Draft(he).sees_saved("purpose")
    assert purpose_kept() == HIS


def test_without_scripts_the_second_writer_gets_both_texts_too(
    enter: Enter, purpose_step: str
) -> None:
    she, he = enter("jl-materials"), enter("jl-materials", scripts=False)
    he.go(purpose_step)
    she.go(purpose_step)
    Draft(she).answer(purpose=HERS)
    he.page.locator("[name=purpose]").fill(HIS)
    he.press("保存并继续")
    he.reads(HERS, HIS)
    assert purpose_kept() == HERS
    assert he.page.locator("[name=purpose]").input_value() == HIS
    he.press("保存并继续")
    assert purpose_kept() == HIS, "what is sent after both were read is kept"


def test_a_stale_tab_does_not_overwrite_the_newer_one(enter: Enter, purpose_step: str) -> None:
    she = enter("jl-materials")
    she.go(purpose_step)
    stale = she.page
    she.page = she.context.new_page()
    she.go(purpose_step)
    Draft(she).answer(purpose=HERS)
    stale.locator("[name=purpose]").press_sequentially(HIS)
    expect(stale.locator(".conflict")).to_contain_text(HERS)
    assert purpose_kept() == HERS


def test_what_was_typed_after_the_login_ended_is_there_after_the_next(
    enter: Enter, purpose_step: str
) -> None:
    she = enter("jl-materials")
    she.go(purpose_step)
    signs_out_elsewhere(she)
    she.page.locator("[name=purpose]").press_sequentially(HERS)
    she.page.locator("[name=purpose]").blur()
    she.reads("登录")
    she.page.once("dialog", lambda dialog: dialog.accept())  # “leave this page?”
    she.sign_in(stage.mailbox("jl-materials"), stage.PASSWORD)
    she.go(purpose_step)
    Draft(she).sees_saved("purpose")
    assert she.page.locator("[name=purpose]").input_value() == HERS
    assert purpose_kept() == HERS


def signs_out_elsewhere(person: Visitor) -> None:
    """End the login in another tab, while the form stays open in this one."""
    tab = person.context.new_page()
    tab.goto(f"{person.base}/my/")
    with tab.expect_navigation():
        tab.get_by_role("button", name="退出").click()
    tab.close()
