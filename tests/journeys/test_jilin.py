"""吉林: a society nobody knew registers, applies, is refused, returned, accepted and selected."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from random import Random

from playwright.sync_api import expect

from applications.models import Application, HandIn, Packet
from calls.models import Call
from demo.journeys import Traveller
from demo.paper import scan_of
from demo.people import Team
from portal import clock
from portal.people.models import Membership, Organisation, User
from tests.browser import stage
from tests.browser.draft import Draft
from tests.browser.fixtures import Enter
from tests.browser.visitor import Visitor
from tests.factories.people import sound_uscc

SOCIETY = "吉林省示例声学学会"
TITLE = "低空经济与噪声控制学术会议"
CLERK, PRESIDENT = "clerk@acoustics.example", "president@acoustics.example"
SECRET = "春风又绿江南岸2026"
ONE_PER_CATEGORY = "每个单位同类项目限报1项。"
TWO_IN_ALL = "每个单位申报总数不超过2项。"
LIST = "关于公布2027年度国内外学术交流项目名单的通知"


def test_jilin(enter: Enter, tmp_path: Path) -> None:
    call = stage.open_call("jilin")
    institute_sees_why_a_category_is_closed_to_it(enter("jl-institute"))
    with stage.celery_worker(tmp_path):
        clerk, president = enter(), enter()
        society_registers(clerk, call)
        president_joins_by_invitation(clerk, president)
        officer = enter("jl-officer")
        officer_verifies_the_society(officer, clerk)
        clerk_fills_in_the_session(clerk, call)
        form = president_signs_off_and_clerk_gets_the_form(clerk, president)
        uploads_the_stamped_scan(clerk, form, version=1)
        further = three_more_wait_signed_off(call, officer)
        hands_in_at_the_last_minute(clerk, call)
        is_refused_the_second_of_a_category_and_the_third_of_all(clerk, call, further)
        officer_returns_it_with_reasons(officer)
        society_corrects_it(clerk, president, old_form=form)
        officer_sees_what_changed_and_accepts(officer)
        officer_does_not_accept_the_other(officer, further["forum"])
    head_selects_and_publishes(enter("jl-head"), call)
    everybody_reads_the_list(enter())
    society_reads_the_result(clerk)


def institute_sees_why_a_category_is_closed_to_it(institute: Visitor) -> None:
    institute.press("2027年度吉林省科协国内外学术交流项目申报")
    contest = institute.row("理科分赛场")
    expect(contest).to_contain_text("不能申报")
    expect(contest).to_contain_text("贵单位登记为科研院所")
    expect(contest).to_contain_text("省级学会、高校科协可以申报。")
    expect(institute.row("基础研究学术交流活动")).to_contain_text("可以申报")
    assert institute.page.get_by_role("link", name=re.compile("开始填报：理科分赛场")).count() == 0


def society_registers(clerk: Visitor, call: Call) -> None:
    clerk.go("/")
    clerk.press("登记单位")
    clerk.fill_in(
        name="苗秘书", phone="0000-7000001", email=CLERK, password1=SECRET, password2=SECRET,
        consent=True,
    )  # fmt: skip
    clerk.press("建立账号")
    clerk.go(stage.link_mailed_to(CLERK))
    clerk.press("是的，确认")
    clerk.sign_in(CLERK, SECRET)
    clerk.fill_in(
        name=SOCIETY, uscc=sound_uscc(77), region="吉林省长春市", phone="0000-7000000",
        address="示例路77号", head_name="水理事长",
    )  # fmt: skip
    clerk.put(f"issuer-{call.issuer_id}-chosen", True)
    clerk.put(f"issuer-{call.issuer_id}-kind", "学会")
    clerk.put(f"issuer-{call.issuer_id}-level", "省级")
    clerk.press("登记单位", within=clerk.main)
    clerk.reads(SOCIETY, "待核实")


def president_joins_by_invitation(clerk: Visitor, president: Visitor) -> None:
    clerk.press("成员")
    clerk.press("邀请成员")
    clerk.fill_in(name="水理事长", email=PRESIDENT)
    clerk.put_choices("rights", "签批人")
    clerk.press("发送邀请")
    president.go(stage.link_mailed_to(PRESIDENT))
    president.fill_in(phone="0000-7000002", password1=SECRET, password2=SECRET, consent=True)
    president.press("建立账号并加入")
    president.reads(SOCIETY, "签批人")


def officer_verifies_the_society(officer: Visitor, clerk: Visitor) -> None:
    clerk.go("/calls/")
    officer.press("2 待审核单位")
    officer.press(SOCIETY)
    officer.press("核实通过")
    clerk.go("/register/unit/")
    clerk.reads("已核实")


def clerk_fills_in_the_session(clerk: Visitor, call: Call) -> None:
    clerk.go(f"/calls/{call.pk}/")
    clerk.press("开始填报：第十六届吉林省科协年会分会场")
    clerk.put("has_confidential", "no")
    clerk.press("进入填报")
    draft = Draft(clerk)
    clerk.reads("尚未提交")
    draft.type_in("title", TITLE)
    draft.sees_saved("title")
    draft.answer(
        dates=(f"{call.year}-09-10", f"{call.year}-09-11"),
        place="示例会议中心",
        attendees="180",
        forms=["主题报告会", "专题讲座"],
        discipline="声学与低空经济",
    )
    draft.next_step("目的与意义")
    draft.answer(purpose="围绕低空经济发展中的噪声问题，搭建产学研用协同的交流平台。")
    draft.next_step("会前调研")
    draft.answer(
        experts=[
            {"name": "韩教授", "unit": "示例大学", "title": "教授", "duty": "组长"},
            {"name": "杨研究员", "unit": "示例研究所", "title": "研究员", "duty": "成员"},
        ],
        survey="七月到三家企业座谈，梳理降噪技术需求，形成问题清单。",
        outcome=["调研报告"],
    )
    draft.next_step("内容与方案")
    draft.answer(content="设主会场和两个专题分会场，邀请省内外专家作报告并安排青年学者交流。")
    draft.next_step("进度安排")
    draft.answer(
        steps=[
            {"when": f"{call.year}-07-05", "what": "会前调研", "who": "学术部"},
            {"when": f"{call.year}-09-10", "what": "召开会议", "who": "秘书处"},
        ]
    )
    draft.next_step("预期成果")
    draft.answer(results="形成调研报告一份、观点综述一份，推动两项校企合作意向。")
    draft.next_step("负责人与人员")
    draft.answer(leader=[{"name": "苗秘书", "title": "秘书长", "phone": "0000-7000001"}])
    draft.next_step("经费预算")
    draft.answer(
        amount="30000",
        lines=[
            {"item": "会议场地", "amount": "12000"},
            {"item": "专家报告", "amount": "15000"},
            {"item": "资料印刷", "amount": "2000"},
        ],
    )
    expect(clerk.page.locator("[data-total]")).to_have_text("29,000.00")
    draft.next_step("附件与声明")
    draft.answer(truth=True)
    clerk.upload("file", stage.pdf("联合申报协议.pdf"))
    clerk.send_file("上传", within=clerk.page.locator("form[data-upload]"))
    clerk.reads("联合申报协议.pdf")
    clerk.go_on("联合申报")
    clerk.press("去检查")
    clerk.reads("参会人员200人以上。", "预算")
    assert clerk.control("送签批人").is_disabled()
    mends_what_the_check_names(clerk, draft)


def mends_what_the_check_names(clerk: Visitor, draft: Draft) -> None:
    """Follow the check's links to the two answers that break a clause."""
    clerk.press(clerk.page.locator("ul.reasons a").first.inner_text())
    draft.answer(attendees="260")
    clerk.go_on("经费预算")
    clerk.page.locator("[name=lines-2-amount]").fill("3000")
    clerk.page.locator("[name=lines-2-amount]").blur()
    draft.sees_saved("lines")
    expect(clerk.page.locator("[data-total]")).to_have_text("30,000.00")
    clerk.go_on("检查与签批")
    clerk.reads("要求填写的内容都已填好")
    clerk.press("送签批人")


def president_signs_off_and_clerk_gets_the_form(clerk: Visitor, president: Visitor) -> bytes:
    """Return the form as the worker printed it."""
    president.go("/my/")
    president.press("审阅并签批")
    president.press("审阅并签批")
    president.reads(TITLE, "260", "韩教授", "30,000.00")
    president.confirm("签批")
    clerk.go("/my/")
    clerk.press(TITLE)
    clerk.press("下载表单（PDF）")
    clerk.appears("下载 PDF")
    form = clerk.download("下载 PDF")
    assert form.startswith(b"%PDF")
    return form


def uploads_the_stamped_scan(clerk: Visitor, form: bytes, *, version: int) -> None:
    clerk.upload("scan", stage.pdf("盖章扫描件.pdf", scan_of(form)))
    clerk.send_file("上传扫描件")
    clerk.reads("已识别", f"第 {version} 版")


def three_more_wait_signed_off(call: Call, officer: Visitor) -> dict[str, Packet]:
    """Let the society prepare three more in the same way, up to the sign-off."""
    unit = Organisation.objects.get(name=SOCIETY)
    clerk, president = (User.objects.get(email=address) for address in (CLERK, PRESIDENT))
    team = Team("jl-acoustics", unit, clerk, president, clerk, clerk)
    staff = User.objects.get(email=stage.mailbox("jl-officer"))
    packets = {}
    for code in ("annual", "forum", "basic"):
        traveller = Traveller(team, staff, Random(3), clock.now())
        traveller.begin(call.categories.get(code=code))
        traveller.ask_signoff()
        traveller.sign()
        assert traveller.packet is not None
        packets[code] = traveller.packet
    return packets


def hands_in_at_the_last_minute(clerk: Visitor, call: Call) -> None:
    packet = Packet.objects.get(applications__title=TITLE)
    clerk.go(f"/my/packets/{packet.pk}/hand-in/")
    stage.close_in(call, 60)
    clerk.press("确认提交")
    receipt = HandIn.objects.get(packet=packet)
    clerk.reads(receipt.receipt_number, receipt.version.sha256)
    call.refresh_from_db()
    assert dt.timedelta(0) < call.closes_at - receipt.received_at < dt.timedelta(minutes=1)


def is_refused_the_second_of_a_category_and_the_third_of_all(
    clerk: Visitor, call: Call, further: dict[str, Packet]
) -> None:
    """Hand in a second session, a forum that has a place, and a third; the clauses say why not."""
    stage.close_in(call, 60)
    refused(clerk, further["annual"], ONE_PER_CATEGORY)
    clerk.go(f"/my/packets/{further['forum'].pk}/hand-in/")
    clerk.press("确认提交")
    clerk.reads("已提交")
    stage.close_in(call, 60)
    refused(clerk, further["basic"], TWO_IN_ALL)
    assert HandIn.objects.filter(packet__organisation__name=SOCIETY).count() == 2
    clerk.go(f"/calls/{call.pk}/")
    expect(clerk.row("第十六届吉林省科协年会分会场")).to_contain_text(ONE_PER_CATEGORY)
    stage.close_in(call, -1)


def refused(clerk: Visitor, packet: Packet, clause: str) -> None:
    clerk.go(f"/my/packets/{packet.pk}/hand-in/")
    clerk.press("确认提交")
    clerk.reads("未能提交", clause, TITLE)


def officer_returns_it_with_reasons(officer: Visitor) -> None:
    officer.go("/admin/")
    officer.press("2 待审查")
    officer.press(TITLE)
    officer.press("退回修改")
    officer.put("section-basic", "活动地点请写明具体会场。")
    officer.put("section-budget", "资料印刷请说明数量和单价。")
    officer.press("退回修改", within=officer.main)
    officer.reads("已退回修改")


def society_corrects_it(clerk: Visitor, president: Visitor, *, old_form: bytes) -> None:
    """Correct at the places named, past the call's deadline, with a new sign-off and scan."""
    draft = Draft(clerk)
    clerk.go("/my/")
    clerk.press("修改并重新提交")
    clerk.reads("活动地点请写明具体会场。", "资料印刷请说明数量和单价。", "名额为您保留")
    clerk.press("活动地点请写明具体会场。")
    draft.answer(place="示例会议中心三层报告厅")
    clerk.go_on("经费预算")
    clerk.page.locator("[name=lines-2-note]").fill("300册，每册10元")
    clerk.page.locator("[name=lines-2-note]").blur()
    draft.sees_saved("lines")
    clerk.go_on("检查与签批")
    clerk.reads("示例会议中心三层报告厅", "300册，每册10元")
    clerk.press("送签批人")
    form = president_signs_off_and_clerk_gets_the_form(clerk, president)
    clerk.upload("scan", stage.pdf("旧版.pdf", scan_of(old_form)))
    clerk.send_file("上传扫描件")
    clerk.reads("第 1 版")
    clerk.go(f"/my/packets/{Packet.objects.get(applications__title=TITLE).pk}/")
    uploads_the_stamped_scan(clerk, form, version=2)
    clerk.press("确认提交")
    clerk.reads("已提交", "第 2 版")


def officer_sees_what_changed_and_accepts(officer: Visitor) -> None:
    officer.go("/admin/")
    officer.press("2 待审查")
    officer.press(TITLE)
    officer.reads("示例会议中心三层报告厅", "300册，每册10元")
    settles_flags_and_accepts(officer)


def settles_flags_and_accepts(officer: Visitor) -> None:
    """Settle what the register does not know, look at every point, accept."""
    while officer.page.locator("form[action*='/flags/']").count():
        officer.page.locator("form[action*='/flags/'] [name=note]").first.fill("已向登记部门核实")
        officer.press("核实通过")
    for point in officer.page.locator("form.checklist fieldset").all():
        point.get_by_label("符合", exact=True).check()
    officer.press("受理，看下一项")
    officer.reads("已受理")


def officer_does_not_accept_the_other(officer: Visitor, packet: Packet) -> None:
    officer.go(f"/admin/reviews/submission/{packet.applications.get().pk}/change/")
    officer.press("不予受理")
    officer.fill_in(reason="论坛的评审委员会组成不符合要求。")
    officer.press("不予受理", within=officer.main)
    officer.reads("不予受理", "论坛的评审委员会组成不符合要求。")


def head_selects_and_publishes(head: Visitor, call: Call) -> None:
    session = Application.objects.get(title=TITLE)
    head.go("/admin/")
    head.press("2027年度吉林省科协国内外学术交流项目申报")
    head.press("评定与公布")
    head.put(f"{session.pk}-outcome", "selected")
    expect(head.page.locator("[data-total=selected]")).to_have_text("1")
    expect(head.page.locator("[data-total=money]")).to_have_text("30,000.00")
    head.press("保存并前往公布")
    head.reads(TITLE, SOCIETY)
    head.put("title", LIST)
    head.confirm("立即公布")
    head.reads(LIST)


def everybody_reads_the_list(anybody: Visitor) -> None:
    anybody.go("/")
    anybody.press(LIST)
    anybody.reads(SOCIETY, TITLE, "第十六届吉林省科协年会分会场")
    anybody.does_not_read("苗秘书")


def society_reads_the_result(clerk: Visitor) -> None:
    clerk.go("/my/")
    clerk.reads("已入选", "不予受理")
    clerk.go("/inbox/")
    clerk.reads("结果通知：2027年度吉林省科协国内外学术交流项目申报")
    assert Membership.objects.filter(organisation__name=SOCIETY).count() == 2
