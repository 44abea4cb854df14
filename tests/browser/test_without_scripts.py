"""A unit gets from the first question to the receipt with scripts switched off."""

from __future__ import annotations

import datetime as dt

from applications.models import HandIn, Packet
from calls.models import Call
from demo.paper import scan_of
from tests.browser import stage
from tests.browser.draft import Draft
from tests.browser.fixtures import Enter
from tests.browser.visitor import Visitor

TITLE = "寒地低温材料学术会议"


def test_a_unit_applies_without_scripts(enter: Enter) -> None:
    call = stage.open_call("jilin")
    filler = enter("jl-materials", scripts=False)
    fills_in_a_session(filler, call)
    filler.press("送签批人")
    approver = enter("jl-materials-approver", scripts=False)
    approver.press("审阅并签批")
    approver.press("审阅并签批")
    approver.reads(TITLE, "30,000.00")
    approver.press("签批")
    approver.reads("已签批")
    stage.print_what_waits()
    packet = Packet.objects.get(applications__title=TITLE)
    uploads_the_scan(filler, packet)
    filler.press("确认提交")
    filler.reads("已提交", HandIn.objects.get(packet=packet).receipt_number)


def fills_in_a_session(filler: Visitor, call: Call) -> None:
    filler.press(call.title)
    filler.press("开始填报：第十六届吉林省科协年会分会场")
    filler.put("has_confidential", "no")
    filler.press("进入填报")
    said = filler.main.inner_text()
    assert "填写后请点“保存”" in said
    assert "自动保存" not in said
    draft = Draft(filler)
    day = dt.date(call.year, 9, 3).isoformat()
    draft.answer(
        title=TITLE, dates=(day, day), place="示例会议中心", attendees="240",
        forms=["主题报告会"], discipline="材料",
    )  # fmt: skip
    draft.next_step("目的与意义")
    draft.answer(purpose="面向寒地装备需求，交流低温材料的最新进展。")
    draft.next_step("会前调研")
    expert = {"name": "许教授", "unit": "示例大学"}
    draft.answer(experts=[expert, {"name": "何研究员", "unit": "示例研究所"}])
    draft.answer(survey="会前走访三家企业。", outcome=["专家建议"])
    draft.next_step("内容与方案")
    draft.answer(content="主会场报告和两个专题讨论。")
    draft.next_step("进度安排")
    draft.answer(steps=[{"when": day, "what": "召开会议"}])
    draft.next_step("预期成果")
    draft.answer(results="专家建议一份。")
    draft.next_step("负责人与人员")
    draft.answer(leader=[{"name": "吕秘书", "phone": "0000-7000021"}])
    draft.next_step("经费预算")
    draft.answer(amount="30000")
    draft.answer(lines=[{"amount": "10000"}, {"amount": "15000"}, {"amount": "5000"}])
    draft.next_step("附件与声明")
    draft.answer(truth=True)
    filler.press("保存并继续")
    filler.press("去检查")
    filler.reads("要求填写的内容都已填好")


def uploads_the_scan(filler: Visitor, packet: Packet) -> None:
    filler.go(f"/my/packets/{packet.pk}/form/")
    scan = stage.pdf("盖章扫描件.pdf", scan_of(filler.download("下载 PDF")))
    filler.upload("scan", scan)
    filler.press("上传扫描件")
    filler.reads("扫描件已识别")
