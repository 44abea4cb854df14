"""Staff enter a new call wholly in the admin, and a unit applies to it."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import expect

from applications.models import HandIn, Packet
from calls.models import Call, FormField
from demo.paper import scan_of
from portal import clock
from tests.browser import stage
from tests.browser.draft import Answer, Draft, fill_rows
from tests.browser.fixtures import Enter
from tests.browser.visitor import Visitor

TITLE = "科普读物出版资助项目申报"
NOTICE = """各市级学会、企业科协：
现开展科普读物出版资助项目申报。
一、资助范围
本市作者创作的科普读物，共5种，每种资助2万元。
二、申报要求
每个单位限报1种。"""
WHO, ONE_EACH = "市级学会、企业科协可以申报。", "每个单位限报1种。"
BOOK = "海盐滩涂的候鸟"


def test_new_call(enter: Enter) -> None:
    officer = enter("jx-officer")
    begins_a_call(officer)
    says_how_it_is_handed_in(officer)
    enters_the_category_and_its_rules(officer)
    enters_the_form(officer)
    looks_at_the_form_and_publishes(officer)
    call = Call.objects.get(title=TITLE, state="published")
    packet = society_applies(enter("jx-energy"), enter("jx-energy-approver"), call)
    officer_finds_it_in_the_queue(officer, packet)


def begins_a_call(officer: Visitor) -> None:
    officer.press("征集", within=officer.page.locator(".model-call"))
    officer.press("新建征集")
    today = clock.today()
    officer.fill_in(title=TITLE, opens_at_day=today.isoformat())
    officer.fill_in(closes_at_day=(today + dt.timedelta(days=20)).isoformat())
    officer.press("建立草稿")
    officer.reads("发布前还缺")


def change(officer: Visitor, part: str, **values: str | bool) -> None:
    """Open a part of the call by its heading, fill it in, save it."""
    heading = officer.page.locator("#content h2").filter(has_text=part)
    officer.press("修改", within=heading)
    officer.fill_in(**values)
    officer.press("保存")


def says_how_it_is_handed_in(officer: Visitor) -> None:
    change(officer, "名称与时间", seal_by_day=(clock.today() + dt.timedelta(days=25)).isoformat())
    change(officer, "通知正文", title=f"关于{TITLE}的通知", body=NOTICE)
    officer.press("添加联系人")
    officer.fill_in(name="科普部（演示）", phone="0000-2000009")
    officer.press("保存")


def enters_the_category_and_its_rules(officer: Visitor) -> None:
    officer.press("添加类别")
    officer.fill_in(title="科普读物", summary="本市作者创作的科普图书")
    officer.fill_in(slots_kind="exact", slots_min="5", funding_kind="fixed", amount_min="2万")
    officer.press("保存")
    officer.press("添加规则", within=officer.page.locator("#rules"))
    officer.press("申报范围")
    fill_rows(officer, "units", [{"kind": "学会", "level": "市级"}, {"kind": "企业科协"}])
    officer.fill_in(clause=WHO)
    officer.press("保存")
    officer.press("添加规则", within=officer.page.locator("#rules"))
    officer.press("单位限额")
    officer.fill_in(limit="1", scope="整个征集", clause=ONE_EACH)
    officer.press("保存")
    officer.reads(WHO, ONE_EACH)


def enters_the_form(officer: Visitor) -> None:
    """Take two usual steps, and ask for the illustrator where there are pictures."""
    officer.press("编排表格")
    for step in ("基本信息", "经费"):
        officer.page.locator("#usual-step").select_option(label=step)
        officer.press("加入步骤")
    asks(officer, "单选", label="图文形式", option_choices="图文\n纯文字")
    drawn = "“图文形式”是“图文”"
    asks(officer, "单行文字", condition=drawn, label="绘图作者")
    officer.reads("绘图作者", f"仅当{drawn}时填写")


def asks(officer: Visitor, kind: str, *, condition: str = "", **values: str) -> None:
    """Add a question to the first step."""
    question = officer.page.locator(".form-step").first.locator("form.inline")
    question.locator("select").select_option(label=kind)
    officer.press("添加", within=question)
    officer.fill_in(**values)
    if condition:
        fill_rows(officer, "only_if", [{"test": condition}])
    officer.press("保存")


def looks_at_the_form_and_publishes(officer: Visitor) -> None:
    officer.press("以申报人身份试填")
    officer.reads("图文形式", "经费预算")
    author = officer.page.locator(".field", has_text="绘图作者")
    expect(author).to_be_hidden()
    officer.page.get_by_label("图文", exact=True).check()
    expect(author).to_be_visible()
    officer.press("编排")
    officer.press("返回总览")
    editor = officer.page.url
    officer.press("预览公开页面")
    officer.reads(TITLE, WHO, "科普部（演示）")
    officer.go(editor)
    officer.press("检查并发布", within=officer.page.locator("aside"))
    for tick in officer.page.locator("input[name=confirmed]").all():
        tick.check()
    officer.press("发布")
    officer.reads("征集中")


def society_applies(filler: Visitor, approver: Visitor, call: Call) -> Packet:
    """Read the call, fill in, have it signed off, hand in; the scan may follow."""
    filler.press(TITLE)
    expect(filler.row("科普读物")).to_contain_text("可以申报")
    filler.press("开始填报：科普读物")
    filler.put("has_confidential", "no")
    filler.press("进入填报")
    fills_in(filler, call)
    filler.press("送签批人")
    approver.go("/my/")
    approver.press("审阅并签批")
    approver.press("审阅并签批")
    approver.reads(BOOK, "何画师", "20,000.00")
    approver.confirm("签批")
    stage.print_what_waits()
    filler.go("/my/")
    filler.press(BOOK)
    filler.press("提交")
    filler.press("确认提交")
    packet = Packet.objects.get(call=call)
    filler.reads("已提交", HandIn.objects.get(packet=packet).receipt_number)
    filler.go(f"/my/packets/{packet.pk}/form/")
    filler.upload("scan", stage.pdf("盖章扫描件.pdf", scan_of(filler.download("下载 PDF"))))
    filler.send_file("上传扫描件")
    filler.reads("扫描件已识别")
    return packet


def fills_in(filler: Visitor, call: Call) -> None:
    """Answer what staff asked; the illustrator is asked for once there are pictures."""
    draft = Draft(filler)
    code = {f.label: f.code for f in FormField.objects.filter(section__call=call)}
    drawn_by = filler.page.locator(f"[data-field='{code['绘图作者']}']")
    expect(drawn_by).to_be_hidden()
    day = (clock.today() + dt.timedelta(days=60)).isoformat()
    answers: dict[str, Answer] = {
        "项目名称": BOOK,
        "计划日期": (day, day),
        "地点": "示例出版社",
        "参会人数": "3",
        "图文形式": "图文",
    }
    draft.answer(**{code[label]: answer for label, answer in answers.items()})
    expect(drawn_by).to_be_visible()
    draft.answer(**{code["绘图作者"]: "何画师"})
    draft.next_step("经费")
    draft.answer(**{code["申请经费"]: "2万"})
    draft.answer(**{code["经费预算"]: [{"item": "排版印刷", "amount": "20000"}]})
    filler.go_on("检查与签批")
    filler.reads("要求填写的内容都已填好")


def officer_finds_it_in_the_queue(officer: Visitor, packet: Packet) -> None:
    officer.go("/admin/")
    officer.press("1 待审查")
    officer.press(BOOK)
    officer.reads("何画师", "已由二维码识别相符", ONE_EACH)
    officer.reads(str(packet.number))
