"""Staff order a form by dragging, by keyboard and without scripts; two at one question lose nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from calls.models import Call
from calls.services.clone import clone_call
from portal import clock
from portal.people.models import User
from tests.browser import stage
from tests.browser.fixtures import Enter
from tests.browser.visitor import Visitor
from tests.factories.calls import DAY


@pytest.fixture
def draft(portal: str) -> Call:
    """Next year's call of Jiaxing, still a draft: four steps, some questions conditional."""
    now = clock.now()
    return clone_call(
        stage.open_call("jiaxing"),
        by=User.objects.get(email=stage.mailbox("jx-officer")),
        code="next",
        year=now.year + 1,
        opens_at=now,
        closes_at=now + 30 * DAY,
        editions={},
    )


def form_of(call: Call) -> str:
    return f"/admin/calls/call/{call.pk}/editor/form/"


def questions(call: Call, step: str) -> list[str]:
    return [field.label for field in call.sections.get(title=step).fields.all()]


def card(person: Visitor, label: str) -> Locator:
    """The card of a question on the page."""
    legend = person.page.locator("legend", has_text=label).first
    return person.page.locator(".form-question", has=legend).first


def drag(person: Visitor, what: Locator, onto: Locator, *, below: bool) -> None:
    """Drag by the handle onto the upper or lower end of something else."""
    mouse = person.page.mouse
    what.locator(".handle").first.scroll_into_view_if_needed()
    what.locator(".handle").first.hover()
    mouse.down()
    start = what.locator(".handle").first.bounding_box()
    assert start
    mouse.move(start["x"] + 12, start["y"] + 12, steps=3)
    # While a step is dragged the others fold up: only now it is known where they are.
    onto.evaluate("element => element.scrollIntoView({ block: 'center' })")
    box = onto.bounding_box()
    assert box
    mouse.move(box["x"] + 40, box["y"] + box["height"] * (0.8 if below else 0.2), steps=6)
    mouse.up()


def test_a_question_is_dragged_within_its_step(enter: Enter, draft: Call) -> None:
    officer = enter("jx-officer")
    officer.go(form_of(draft))
    drag(officer, card(officer, "推荐流程"), card(officer, "推荐原则"), below=False)
    officer.reads("已移到“推荐方案”第 1 项")
    assert questions(draft, "推荐方案")[:2] == ["推荐流程", "推荐原则"]
    officer.look()


def test_the_keyboard_moves_and_keeps_its_place(enter: Enter, draft: Call) -> None:
    officer = enter("jx-officer")
    officer.go(form_of(draft))
    down = officer.page.get_by_role("button", name="下移“推荐原则”")
    down.focus()
    officer.page.keyboard.press("Enter")
    officer.reads("已移到“推荐方案”第 2 项，共 4 项。已保存。")
    expect(down).to_be_focused()
    for _press in range(3):
        with officer.page.expect_response("**/form/order/"):
            officer.page.keyboard.press("Enter")
    officer.reads("已移到“会议信息”第 1 项")
    expect(down).to_be_focused()
    assert questions(draft, "会议信息")[0] == "推荐原则"
    officer.page.keyboard.press("Shift+Tab")
    with officer.page.expect_response("**/form/order/"):
        officer.page.keyboard.press("Enter")
    officer.reads("已移到“推荐方案”第 4 项")


def test_a_page_left_open_says_so_and_puts_the_order_back(enter: Enter, draft: Call) -> None:
    she, he = enter("jx-officer"), enter("jx-head")
    he.go(form_of(draft))
    she.go(form_of(draft))
    she.page.get_by_role("button", name="下移“推荐原则”").click()
    she.reads("已保存")
    he.page.get_by_role("button", name="下移“推荐标准”").click()
    he.reads("戴经办", "改过这里")
    expect(he.page.locator(".form-question legend").first).to_have_text("推荐原则")
    assert questions(draft, "推荐方案")[:2] == ["推荐标准", "推荐原则"]


def test_without_scripts_the_form_is_ordered_and_copied_too(enter: Enter, draft: Call) -> None:
    officer = enter("jx-officer", scripts=False)
    officer.go(form_of(draft))
    officer.press("下移“推荐原则”")
    assert questions(draft, "推荐方案")[:2] == ["推荐标准", "推荐原则"]
    more = card(officer, "推荐标准")
    more.locator("summary").click()
    more.locator("select").select_option(label="推荐理由")
    officer.press("移动", within=more)
    assert questions(draft, "推荐理由")[-1] == "推荐标准"
    copied = card(officer, "推荐标准")
    copied.locator("summary").click()
    officer.press("复制", within=copied)
    officer.reads("推荐标准（副本）")


def test_the_second_of_two_at_one_question_reads_both_texts(enter: Enter, draft: Call) -> None:
    she, he = enter("jx-officer"), enter("jx-head")
    for person in (she, he):
        person.go(form_of(draft))
        person.press("修改“推荐原则”")
    she.fill_in(label="推荐的原则")
    she.press("保存")
    he.fill_in(label="遴选原则")
    he.press("保存")
    he.reads("戴经办", "改过这里", "对方保存的是", "推荐的原则")
    assert he.page.locator("[name=label]").input_value() == "遴选原则"
    assert questions(draft, "推荐方案")[0] == "推荐的原则"
    he.press("保存")
    assert questions(draft, "推荐方案")[0] == "遴选原则"


def test_what_hangs_on_an_answer_appears_while_trying_out(enter: Enter, draft: Call) -> None:
    officer = enter("jx-officer")
    officer.go(form_of(draft))
    officer.press("试填：学术会议")
    held = officer.page.locator(
        ".field", has=officer.page.locator("legend", has_text="往届举办情况")
    )
    expect(held).to_be_hidden()
    officer.page.get_by_label("机制性会议").check()
    expect(held).to_be_visible()
    officer.press("看看提交时会提示什么")
    officer.reads("请填写“往届举办情况”")
    officer.does_not_read("请填写“发起缘由”")
