"""A pasted notice becomes a call with two recommending levels, and an application goes through it.

Staff had nothing but the text of the notice: how many pages and buttons and how many fields it
took them until the call was open is counted, so that "entered in under an hour" has a number.
"""

from __future__ import annotations

import datetime as dt
import sys

import pytest
from playwright.sync_api import Locator, expect

from applications.models import Application, HandIn, Packet, RecommendationList
from applications.states import State
from calls.enums import SlotsKind
from calls.models import Call, FormField
from demo.paper import scan_of
from portal import clock
from tests.browser import stage
from tests.browser.draft import Answer, Draft, fill_rows
from tests.browser.fixtures import Enter
from tests.browser.visitor import Visitor

TITLE = "关于组织申报智能制造科普项目的通知"
CITY, SECOND_CITY = "示例市科学技术协会", "示例二市科学技术协会"
REVIEWER = "吉林省示例汽车工程学会"
PROJECT = "机器人走进职校车间"
OPINION = "选题贴近产业工人，条件具备，同意推荐。"
SECOND_OPINION = "内容扎实，建议支持。"

# Half a minute for a page or button and a quarter for a field are generous to a careful reader.
MOST_PRESSES, MOST_ENTRIES = 75, 60
HOUR = 60 * 60


def test_pasted_notice(enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    stage.another_local_association(SECOND_CITY, "jilin")
    officer = enter("jl-officer")
    call = staff_make_the_call(officer)
    with capsys.disabled():
        steps = f"{officer.presses} pages and buttons, {officer.entries} fields"
        sys.stdout.write(f"\nfrom the pasted notice to the open call: {steps}\n")
    packet = unit_applies(enter("jl-citysoc"), enter("jl-citysoc-approver"), call)
    city_recommends(enter("jl-local"), enter("jl-local-seal"), packet)
    society_recommends(enter("jl-vehicles"), packet)
    officer_accepts(officer, packet)


def words(days: int) -> str:
    """Write a day so many days from now as notices do."""
    day = clock.today() + dt.timedelta(days=days)
    return f"{day.year}年{day.month}月{day.day}日"


def iso(days: int) -> str:
    return (clock.today() + dt.timedelta(days=days)).isoformat()


def notice() -> str:
    return f"""{TITLE}
吉科协发〔{clock.today().year}〕88号

各市州科协，各省级学会，有关单位：

为推动智能制造知识的普及，省科协决定组织申报智能制造科普项目。现将有关事项通知如下：

一、项目类别与经费
（一）科普竞赛。拟支持8项，每项资助3万元，包括学生、职工2个组别。
（二）科普讲座。拟支持4项，每项资助2万元。

二、申报条件
1.市级学会、省级学会、企业科协可以申报。
2.每个单位限报1项。
3.商业展销、庆典活动不在支持范围之内。

三、推荐程序
（一）市州科协初审推荐。市州科协对申报材料进行初审，每个市州科协推荐总数不超过2项，于{words(25)}17:00前完成网上推荐，推荐汇总表加盖公章后上传。
（二）专业复审推荐。{REVIEWER}负责复审推荐，于{words(32)}17:00前上传加盖公章的推荐汇总表。

四、申报时间
网上申报自{words(0)}起，至{words(18)}17:00止，逾期不予受理。

五、成果要求
项目结束后30日内提交总结报告。

六、联系方式
联系人：科普部 卫老师
电  话：0000-4300088
邮  箱：kepu@jilin.example

吉林省科学技术协会
{words(0)}
"""


# Staff ---------------------------------------------------------------------------------------


def staff_make_the_call(officer: Visitor) -> Call:
    """Go from the pasted text to the open call, and count what it took."""
    presses, entries = officer.presses, officer.entries
    pastes_the_notice(officer)
    confirms_what_was_read(officer)
    call = Call.objects.get(notice__title=TITLE)
    divides_the_places(officer, call)
    sets_two_recommending_levels(officer)
    asks_what_hangs_on_another_answer(officer)
    settles_the_open_points(officer, call)
    checks_and_publishes(officer)
    presses, entries = officer.presses - presses, officer.entries - entries
    assert presses <= MOST_PRESSES, f"{presses} pages and buttons"
    assert entries <= MOST_ENTRIES, f"{entries} fields"
    assert presses * 30 + entries * 15 < HOUR
    call.refresh_from_db()
    assert call.state == "published"
    return call


def pastes_the_notice(officer: Visitor) -> None:
    officer.press("征集", within=officer.page.locator(".model-call"))
    officer.press("由通知生成草稿")
    officer.fill_in(text=notice())
    officer.press("读取通知")
    officer.reads("科普竞赛", "学生组别", "职工组别", "每个单位限报1项。")


def fact(officer: Visitor, label: str, said: str) -> Locator:
    """Find one proposal by its kind and what it says."""
    facts = officer.page.locator(".fact").filter(has=officer.page.locator("b", has_text=label))
    return facts.filter(has_text=said).first


def confirms_what_was_read(officer: Visitor) -> None:
    """Correct a deadline and a telephone number, drop what is not barred here, make the draft."""
    officer.fill_in(opens_at_day=iso(0), opens_at_hour="00:00")
    officer.fill_in(closes_at_day=iso(18), closes_at_hour="17:00")
    contact = fact(officer, "联系人", "卫老师")
    contact.locator("summary").click()
    phone = contact.locator("input[name$='-phone']")
    expect(phone).to_have_value("0000-4300088")
    phone.fill("0000-4300099")
    festivities = fact(officer, "不予受理", "庆典")
    festivities.get_by_role("checkbox").first.uncheck()
    officer.entries += 2
    officer.look()
    officer.press("建立草稿")
    officer.reads("通知中还有这些内容", "0000-4300099")


def divides_the_places(officer: Visitor, call: Call) -> None:
    """Give each part of the contest its own places, as the reader cannot know them."""
    for title, number in (("学生组别", "5"), ("职工组别", "3")):
        officer.press(f"修改“{title}”")
        officer.fill_in(slots_kind=SlotsKind.EXACT, slots_min=number)
        officer.press("保存")
    contest = call.categories.get(title="科普竞赛")
    assert [one.title for one in contest.children.all()] == ["学生组别", "职工组别"]


def sets_two_recommending_levels(officer: Visitor) -> None:
    """Look at the level that was read, and add the second, which the notice only describes."""
    officer.press("修改“1 · 推荐单位”")
    officer.fill_in(title="初审推荐单位", ranks=True, opinion_max="100", list_sealed=True)
    officer.press("保存")
    officer.press("添加推荐层级")
    officer.fill_in(title="复审推荐单位", names=REVIEWER)
    officer.fill_in(closes_at_day=iso(32), closes_at_hour="17:00")
    officer.fill_in(clause=f"{REVIEWER}负责复审推荐。")
    officer.press("保存")
    officer.reads("初审推荐单位", "复审推荐单位", "每个市州科协推荐总数不超过2项")


def asks_what_hangs_on_another_answer(officer: Visitor) -> None:
    officer.press("编排表格")
    asks(officer, "单选", label="活动场地", option_choices="单位内\n外借场地")
    borrowed = "“活动场地”是“外借场地”"
    asks(officer, "单行文字", condition=borrowed, label="场地提供方")
    officer.reads("场地提供方", f"仅当{borrowed}时填写")
    officer.press("试填：职工组别")
    provider = officer.page.locator(".field", has_text="场地提供方")
    expect(provider).to_be_hidden()
    officer.page.get_by_label("外借场地", exact=True).check()
    expect(provider).to_be_visible()
    officer.press("编排")
    officer.press("返回总览")


def asks(officer: Visitor, kind: str, *, condition: str = "", **values: str) -> None:
    """Add a question to the first step."""
    question = officer.page.locator(".form-step").first.locator("form.inline")
    question.locator("select").select_option(label=kind)
    officer.press("添加", within=question)
    officer.fill_in(**values)
    if condition:
        fill_rows(officer, "only_if", [{"test": condition}])
    officer.press("保存")


def settles_the_open_points(officer: Visitor, call: Call) -> None:
    """Take each point off the list that was entered by hand."""
    while (points := officer.page.locator("#open-points")).count():
        officer.press("已处理", within=points)
    assert not call.open_points.exists()


def checks_and_publishes(officer: Visitor) -> None:
    officer.press("检查并发布", within=officer.page.locator("aside"))
    ticks = officer.page.locator("input[name=confirmed]").all()
    assert ticks, "the check asks about what a notice left out"
    for tick in ticks:
        tick.check()
        officer.entries += 1
    officer.press("发布")
    officer.reads("征集中")


# The unit ------------------------------------------------------------------------------------


def unit_applies(filler: Visitor, approver: Visitor, call: Call) -> Packet:
    """Fill in, choose who recommends, have it signed off and stamped, hand in."""
    filler.go(f"/calls/{call.pk}/")
    filler.reads("初审推荐单位", "复审推荐单位", REVIEWER)
    expect(filler.row("职工组别")).to_contain_text("可以申报")
    filler.press("开始填报：职工组别")
    filler.put("has_confidential", "no")
    filler.press("进入填报")
    fills_in(filler, call)
    packet = Packet.objects.get(call=call)
    chooses_who_recommends(filler, packet)
    filler.go(f"/my/packets/{packet.pk}/check/")
    filler.reads("要求填写的内容都已填好")
    filler.press("送签批人")
    approver.go("/my/")
    approver.press("审阅并签批")
    approver.press("审阅并签批")
    approver.reads(PROJECT, "职教园区", "30,000.00")
    approver.confirm("签批")
    stage.print_what_waits()
    filler.go(f"/my/packets/{packet.pk}/form/")
    filler.upload("scan", stage.pdf("盖章扫描件.pdf", scan_of(filler.download("下载 PDF"))))
    filler.send_file("上传扫描件")
    filler.reads("已识别")
    filler.press("确认提交")
    filler.reads("已提交", HandIn.objects.get(packet=packet).receipt_number)
    assert packet.applications.get().state == State.RECOMMENDING
    return packet


def fills_in(filler: Visitor, call: Call) -> None:
    """Answer step by step; who lends the venue is asked for once it is a borrowed one."""
    draft = Draft(filler)
    code = {f.label: f.code for f in FormField.objects.filter(section__call=call)}
    provider = filler.page.locator(f"[data-field='{code['场地提供方']}']")
    expect(provider).to_be_hidden()
    answers: dict[str, Answer] = {
        "项目名称": PROJECT, "申请经费": "3万", "活动场地": "外借场地",
    }  # fmt: skip
    draft.answer(**{code[label]: answer for label, answer in answers.items()})
    expect(provider).to_be_visible()
    draft.answer(**{code["场地提供方"]: "职教园区"})
    draft.next_step("内容与方案")
    draft.answer(**{code["主要内容与进度安排"]: "组织工程师进车间讲授工业机器人，编写手册。"})
    draft.next_step("人员")
    draft.answer(**{code["负责人"]: [{"name": "沈文博", "phone": "0000-7000003"}]})
    filler.go_on("检查与签批")


def chooses_who_recommends(filler: Visitor, packet: Packet) -> None:
    """Follow the check's only gap to the choice of the city's association."""
    filler.press(filler.page.locator("ul.reasons a").inner_text())
    filler.reads(SECOND_CITY)
    filler.put("recommender", CITY)
    filler.press("选择该单位")
    filler.reads(CITY)
    packet.refresh_from_db()
    assert packet.recommender is not None
    assert packet.recommender.name == CITY


# The recommending units ------------------------------------------------------------------------


def city_recommends(clerk: Visitor, keeper: Visitor, packet: Packet) -> None:
    """Read, write the opinion, put it on the list; the seal keeper brings the stamped table."""
    recommends(clerk, OPINION)
    made = RecommendationList.objects.get(level__call=packet.call, level__no=1)
    stage.print_what_waits()
    keeper.go(f"/recommend/lists/{made.pk}/")
    stamps(keeper)
    clerk.go(f"/recommend/lists/{made.pk}/")
    hands_the_list_in(clerk, made)
    assert Application.objects.get(packet=packet).state == State.RECOMMENDING


def society_recommends(clerk: Visitor, packet: Packet) -> None:
    """The second level reads the first one's rank and opinion before it decides."""
    recommends(clerk, SECOND_OPINION, reads=(CITY, OPINION))
    made = RecommendationList.objects.get(level__call=packet.call, level__no=2)
    stage.print_what_waits()
    clerk.go(f"/recommend/lists/{made.pk}/")
    stamps(clerk)
    hands_the_list_in(clerk, made)
    assert Application.objects.get(packet=packet).state == State.RECOMMENDED


def recommends(clerk: Visitor, opinion: str, reads: tuple[str, ...] = ()) -> None:
    """Go from the unit's work to its desk, decide there, and freeze the list for the seal."""
    clerk.go("/my/")
    clerk.press("去处理")
    clerk.press("审阅并决定")
    clerk.reads(PROJECT, "职教园区", *reads)
    clerk.page.locator("textarea[name$=opinion]").fill(opinion)
    clerk.press("保存并返回")
    clerk.press("列入名单")
    clerk.reads("推荐名单（按推荐次序）", opinion[:20])
    clerk.press("完成：生成汇总表并报送")
    clerk.press("定稿并生成汇总表")


def stamps(person: Visitor) -> None:
    """Bring the printed summary table back as a stamped scan."""
    table = person.download("推荐汇总表（PDF）")
    person.upload("scan", stage.pdf("汇总表.pdf", scan_of(table)))
    person.send_file("上传扫描件")
    person.reads("已由二维码识别相符")


def hands_the_list_in(clerk: Visitor, made: RecommendationList) -> None:
    clerk.press("立即报送")
    made.refresh_from_db()
    assert made.receipt_number
    clerk.reads(made.receipt_number)


# Staff again -----------------------------------------------------------------------------------


def officer_accepts(officer: Visitor, packet: Packet) -> None:
    officer.go("/admin/")
    officer.press("1 待审查")
    officer.press(PROJECT)
    officer.reads("职教园区", CITY, OPINION, REVIEWER, SECOND_OPINION)
    while officer.page.locator("form[action*='/flags/']").count():
        officer.page.locator("form[action*='/flags/'] [name=note]").first.fill("已向登记部门核实")
        officer.press("核实通过")
    for point in officer.page.locator("form.checklist fieldset").all():
        point.get_by_label("符合", exact=True).press("Space")
    officer.press("受理")
    officer.reads("已受理")
    assert Application.objects.get(packet=packet).state == State.ACCEPTED
