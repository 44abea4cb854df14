"""嘉兴: a university recommends a conference jointly, and meets the notice's three refusals."""

from __future__ import annotations

from random import Random

import pytest
from playwright.sync_api import expect

from applications.models import Application, HandIn, Packet
from calls.models import Call
from demo.journeys import Traveller
from demo.people import Team
from portal import clock
from portal.people.models import Organisation, User
from tests.browser import stage
from tests.browser.draft import Draft
from tests.browser.fixtures import Enter
from tests.browser.visitor import Visitor

TITLE = "长三角智能制造学术年会"
PARTNER = "嘉兴市示例纺织工程学会"
TWO_EDITIONS = "连续举办两届以上"
EXCLUDED = "培训班、教学研讨会、庆典、周年纪念、表彰大会等不在学术会议推荐范围。"


@pytest.fixture
def call(portal: str) -> Call:
    """This year's call of 嘉兴."""
    return stage.open_call("jiaxing")


def test_jiaxing(enter: Enter, call: Call) -> None:
    filler = enter("jx-university")
    makes_a_recommendation_plan(filler, call)
    fills_in_a_conference_held_once(filler, call)
    names_a_partner(filler)
    partner_agrees(enter("jx-textile-admin"))
    is_stopped_by_two_editions_and_by_the_excluded_kind(filler, call)
    head_of_the_university_signs_off(enter("jx-university-approver"))
    stage.print_what_waits()
    is_too_late_by_a_second(filler, call)


def test_jiaxing_in_time(enter: Enter, call: Call) -> None:
    """Hand in the same recommendation, prepared before, while the call is open."""
    packet = prepared_recommendation(call)
    filler = enter("jx-polytechnic")
    filler.go(f"/my/packets/{packet.pk}/")
    filler.press("提交")
    filler.press("确认提交")
    receipt = HandIn.objects.get(packet=packet)
    filler.reads("已提交", receipt.receipt_number)
    stage.print_what_waits()
    filler.go(f"/my/packets/{packet.pk}/receipts/{receipt.receipt_number}/")
    assert filler.download("下载回执").startswith(b"%PDF")


def makes_a_recommendation_plan(filler: Visitor, call: Call) -> None:
    filler.press(call.title)
    filler.press("开始填报：学术会议")
    filler.put("has_confidential", "no")
    filler.press("进入填报")
    filler.go("/my/")
    filler.press("继续填报")
    filler.press("填写推荐方案")
    Draft(filler).answer(
        principles="坚持学术导向，面向产业需求，公开公平择优。",
        criteria="学术水平高、组织基础好、能够形成决策建议。",
        procedure="院系申报，学术委员会评议，校长办公会审定并公示。",
        contact=[{"name": "苏老师", "duty": "科研处", "phone": "0000-7000010"}],
    )


def fills_in_a_conference_held_once(filler: Visitor, call: Call) -> None:
    """Choose a regular conference: a question about its editions appears, another goes."""
    application = Application.objects.get(packet__call=call)
    filler.go(f"/my/applications/{application.pk}/")
    draft, page = Draft(filler), filler.page
    expect(page.locator("[data-field=editions]")).to_be_hidden()
    draft.answer(title=TITLE, event_kind="单次会议")
    expect(page.locator("[data-field=occasion]")).to_be_visible()
    draft.answer(event_kind="机制性会议")
    expect(page.locator("[data-field=occasion]")).to_be_hidden()
    year = call.year
    draft.answer(
        editions=[{"edition": "第一届", "date": f"{year - 1}-06-12", "place": "示例会议中心"}],
        dates=(f"{year}-06-10", f"{year}-06-11"),
        place="示例会议中心",
        host="承办",
        hosts="示例全国学会",
    )
    draft.next_step("推荐理由")
    draft.answer(reasons="会议围绕智能制造的前沿问题，已形成稳定的学术共同体。")


def names_a_partner(filler: Visitor) -> None:
    filler.go_on("联合申报")
    filler.fill_in(name=PARTNER)
    filler.press("添加")
    filler.reads(PARTNER, "待确认")


def partner_agrees(administrator: Visitor) -> None:
    administrator.reads(TITLE)
    administrator.press("同意联合申报")
    administrator.does_not_read("同意联合申报")


def is_stopped_by_two_editions_and_by_the_excluded_kind(filler: Visitor, call: Call) -> None:
    draft = Draft(filler)
    filler.go_on("联合申报")
    filler.reads("已确认")
    filler.go_on("检查与签批")
    filler.reads(TWO_EDITIONS)
    assert filler.control("送签批人").is_disabled()
    back_to_the_conference(filler)
    year = call.year
    rows = [
        {"edition": f"第{word}届", "date": f"{year - 3 + n}-06-12", "place": "示例会议中心"}
        for n, word in enumerate("一二", start=1)
    ]
    draft.answer(editions=rows, title=f"{TITLE}暨骨干教师培训班")
    filler.go_on("检查与签批")
    filler.does_not_read(TWO_EDITIONS)
    filler.reads(EXCLUDED)
    assert filler.control("送签批人").is_disabled()
    back_to_the_conference(filler)
    draft.answer(title=TITLE)
    filler.go_on("检查与签批")
    filler.does_not_read(EXCLUDED)
    filler.press("送签批人")


def back_to_the_conference(filler: Visitor) -> None:
    """Follow the first point of the check."""
    filler.press(filler.page.locator("ul.reasons a").first.inner_text())
    expect(filler.page.locator("h1")).to_have_text("会议信息")


def head_of_the_university_signs_off(head: Visitor) -> None:
    head.press("审阅并签批")
    head.press("审阅并签批")
    head.reads(TITLE, PARTNER, "学术委员会评议")
    head.confirm("签批")


def is_too_late_by_a_second(filler: Visitor, call: Call) -> None:
    """Open the page in time and press a second after the deadline."""
    packet = Packet.objects.get(call=call)
    filler.go(f"/my/packets/{packet.pk}/hand-in/")
    stage.close_in(call, -1)
    filler.press("确认提交")
    filler.reads("未能提交", "截止")
    assert not HandIn.objects.filter(packet=packet).exists()


def prepared_recommendation(call: Call) -> Packet:
    """Let another school fill in and sign off a conference by the portal's services."""
    unit = Organisation.objects.get(name="嘉兴示例职业技术学院")
    people = {
        end: User.objects.get(email=stage.mailbox(f"jx-polytechnic{end}"))
        for end in ("", "-approver", "-admin", "-seal")
    }
    team = Team("jx-polytechnic", unit, *people.values())
    officer = User.objects.get(email=stage.mailbox("jx-officer"))
    traveller = Traveller(team, officer, Random(5), clock.now())
    traveller.begin(call.categories.get(code="conference"))
    traveller.ask_signoff()
    traveller.sign()
    stage.print_what_waits()
    assert traveller.packet is not None
    return traveller.packet
