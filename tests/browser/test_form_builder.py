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


def steps(call: Call) -> list[str]:
    return [section.title for section in call.sections.all()]


def questions(call: Call, step: str) -> list[str]:
    return [field.label for field in call.sections.get(title=step).fields.all()]


def card(person: Visitor, label: str) -> Locator:
    """The card of a question on the page."""
    legend = person.page.locator("legend", has_text=label).first
    return person.page.locator(".form-question", has=legend).first


def drag(person: Visitor, what: Locator, onto: Locator, *, below: bool) -> None:
    """Drag by the handle onto the upper or lower end of something else."""
    mouse = person.page.mouse
    handle = what.locator(".handle").first
    handle.hover()
    mouse.down()
    start = handle.bounding_box()
    assert start
    # Well away from where it was taken hold of, or no drag begins.
    mouse.move(start["x"] + 40, start["y"] + 30, steps=3)
    # While a step is dragged the others fold up: only now it is known where they are.
    onto.evaluate("element => element.scrollIntoView({ block: 'center' })")
    box = onto.bounding_box()
    assert box
    mouse.move(box["x"] + 40, box["y"] + box["height"] * (0.8 if below else 0.2), steps=6)
    mouse.up()


def test_questions_and_steps_are_dragged(enter: Enter, draft: Call) -> None:
    officer = enter("jx-officer")
    officer.go(form_of(draft))
    drag(officer, card(officer, "推荐流程"), card(officer, "推荐原则"), below=False)
    officer.reads("已移到“推荐方案”第 1 项")
    assert questions(draft, "推荐方案")[:2] == ["推荐流程", "推荐原则"]
    drag(officer, card(officer, "联系人"), card(officer, "学术会议名称"), below=True)
    officer.reads("已移到“会议信息”第 2 项")
    assert "联系人" not in questions(draft, "推荐方案")
    assert questions(draft, "会议信息")[1] == "联系人"
    # By its heading: every step offers the others by name, to move questions there.
    heading = officer.page.locator("h2", has_text="课题信息")
    topic = officer.page.locator(".form-step", has=heading).first
    first = officer.page.locator(".form-step").first
    drag(officer, topic.locator("header"), first, below=False)
    officer.reads("步骤已移到第 1 步")
    assert steps(draft)[0] == "课题信息"
    officer.look()


def test_the_keyboard_moves_and_keeps_its_place(enter: Enter, draft: Call) -> None:
    officer = enter("jx-officer")
    officer.go(form_of(draft))
    down = officer.page.get_by_role("button", name="下移“推荐原则”")
    down.focus()
    officer.page.keyboard.press("Enter")
    officer.reads("已移到“推荐方案”第 2 项，共 4 项。已保存。")
    expect(down).to_be_focused()
    # Faster than the answers come: each order waits for the one before.
    for _press in range(3):
        officer.page.keyboard.press("Enter")
    officer.reads("已移到“会议信息”第 1 项")
    expect(down).to_be_focused()
    assert questions(draft, "会议信息")[0] == "推荐原则"
    officer.page.keyboard.press("Shift+Tab")
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
