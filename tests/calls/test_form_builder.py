"""Staff build a form on one page: order, copies, sets, conditions, amendments, two at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from calls.enums import FieldKind, FieldRole
from calls.models import Call, FormField, FormSection, Rule
from calls.section_templates import SETS, STEPS
from calls.services import arranging
from calls.services.publish import archive_call
from portal import clock
from portal.people.enums import StaffRole
from tests.calls.test_editor import at, html, refused, saved, staff_of
from tests.factories.applications import make_scene
from tests.factories.calls import DAY, CallFactory, published_call

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def draft() -> Call:
    """A draft whose form has two steps: title, kind, days; people, note."""
    call = CallFactory()
    call.sections.all().delete()
    first = FormSection.objects.create(call=call, code="a", title="基本信息", position=0)
    second = FormSection.objects.create(call=call, code="b", title="人员", position=1)
    ask(first, "title", "名称", FieldKind.SHORT_TEXT, role=FieldRole.TITLE)
    ask(first, "kind", "类型", FieldKind.CHOICE, options={"choices": [
        {"value": "r", "label": "机制性"}, {"value": "o", "label": "单次"}]})  # fmt: skip
    ask(first, "days", "首届日期", FieldKind.DATE, condition={"field": "kind", "equals": "r"})
    ask(second, "people", "人数", FieldKind.NUMBER)
    ask(second, "note", "说明", FieldKind.LONG_TEXT, condition={"field": "a.kind", "equals": "o"})
    return call


def ask(section: FormSection, code: str, label: str, kind: str, **values: Any) -> FormField:
    place = section.fields.count()
    return FormField.objects.create(
        section=section, code=code, label=label, kind=kind, position=place, **values
    )


def field(call: Call, code: str) -> FormField:
    return FormField.objects.select_related("section").get(section__call=call, code=code)


def labels(call: Call) -> list[list[str]]:
    return [[f.label for f in s.fields.all()] for s in call.sections.all()]


def order_text(layout: arranging.Layout) -> str:
    return ";".join(f"{s}:{','.join(map(str, fields))}" for s, fields in layout)


def send_order(client: Client, call: Call, layout: arranging.Layout, stamp: str = "") -> Any:
    stamp = stamp or arranging.stamp_of(arranging.layout_of(call))
    data = {"order": order_text(layout), "stamp": stamp}
    return client.post(at(call, "form/order/"), data)


# one page ---------------------------------------------------------------------------------------------


def test_the_page_shows_every_question_as_it_will_be_asked(draft: Call) -> None:
    page = html(staff_of(draft), at(draft, "form/"))
    for words in ("名称", "机制性", "仅当“类型”是“机制性”时填写", "含义：名称", 'type="date"'):
        assert words in page
    assert page.count("<fieldset disabled") == 5


@pytest.mark.parametrize("kind", FieldKind.values)
def test_a_question_of_every_kind_is_added_and_shown(draft: Call, kind: str) -> None:
    client, section = staff_of(draft), draft.sections.get(code="a")
    data = {
        "label": "新的一项", "required": "on", "option_choices": "甲\n乙", "option_text": "属实。",
        "option_columns-0-label": "时间", "option_columns-0-kind": "date",
        "option_columns-0-needed": "required", "option_types": ["pdf"], "option_max_files": "2",
        "option_required": ["name"], "personal": "on", "personal_purpose": "联系",
        "retention_months": "12",
    }  # fmt: skip
    if kind == FieldKind.PEOPLE:
        data["option_columns"] = ["name", "phone"]
    page = saved(client, at(draft, f"question/add/?section={section.pk}&kind={kind}"), data)
    assert "新的一项" in page or kind == FieldKind.DECLARATION
    new = FormField.objects.get(section=section, label="新的一项")
    assert f'id="question-{new.pk}"' in page
    trial = html(client, at(draft, "preview/"))
    assert ("属实。" if kind == FieldKind.DECLARATION else "新的一项") in trial


def test_a_question_is_edited_in_its_place(draft: Call) -> None:
    client, kind = staff_of(draft), field(draft, "kind")
    page = html(client, at(draft, f"question/{kind.pk}/"))
    place = page.index('class="in-place"')
    assert page.index(f'id="question-{field(draft, "title").pk}"') < place
    assert place < page.index(f'id="question-{field(draft, "days").pk}"')
    data = {"label": "会议类型", "required": "on", "option_choices": "机制性\n单次\n其他"}
    saved(client, at(draft, f"question/{kind.pk}/"), data)
    kind.refresh_from_db()
    assert [one["value"] for one in kind.options["choices"]] == ["r", "o", "其他"]


def test_personal_data_without_an_end_is_refused_with_a_sentence(draft: Call) -> None:
    section = draft.sections.get(code="a")
    path = at(draft, f"question/add/?section={section.pk}&kind=short_text")
    page = refused(staff_of(draft), path, {"label": "身份", "personal": "on"})
    assert "请写明收集这项个人信息的用途。" in page
    assert "请写明截止后保存几个月。" in page
    assert not FormField.objects.filter(label="身份").exists()


def test_a_half_made_question_of_a_call_file_does_not_break_the_page(draft: Call) -> None:
    ask(draft.sections.get(code="a"), "bare", "未完", FieldKind.CHOICE)
    page = html(staff_of(draft), at(draft, "form/"))
    assert "尚未设置完整" in page
    assert "表格中需要处理的" in page


# who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["form/order/", "usual-step/", "section/{s}/copy/", "question/{q}/move/"]
)
def test_only_the_own_working_staff_writes(draft: Call, page: str) -> None:
    section, question = draft.sections.first(), field(draft, "kind")
    assert section is not None
    path = at(draft, page.format(s=section.pk, q=question.pk))
    layout = arranging.layout_of(draft)
    data = {"order": order_text(layout[::-1]), "step": "facts", "to": "up"}
    assert staff_of(CallFactory()).post(path, data).status_code == 404
    assert staff_of(draft, StaffRole.OFFICIAL).post(path, data).status_code == 403
    assert arranging.layout_of(draft) == layout


def test_an_official_reads_the_form_without_ways_to_change_it(draft: Call) -> None:
    page = html(staff_of(draft, StaffRole.OFFICIAL), at(draft, "form/"))
    assert "机制性" in page
    assert "<form" not in page[page.index('id="content-main"') :].split("</main>")[0]
    assert "arrange.js" not in page
    assert staff_of(CallFactory()).get(at(draft, "form/")).status_code == 404


# order ------------------------------------------------------------------------------------------------


def test_buttons_move_a_question_and_take_it_over_the_edge_of_its_step(draft: Call) -> None:
    client, days = staff_of(draft), field(draft, "days")
    path = at(draft, f"question/{days.pk}/move/")
    saved(client, path, {"to": "up"})
    assert labels(draft)[0] == ["名称", "首届日期", "类型"]
    saved(client, path, {"to": "down"})
    saved(client, path, {"to": "down"})
    assert labels(draft) == [["名称", "类型"], ["首届日期", "人数", "说明"]]
    days.refresh_from_db()
    assert days.condition == {"field": "a.kind", "equals": "r"}, "the condition still holds"
    saved(client, path, {"to": str(draft.sections.get(code="a").pk)})
    assert labels(draft) == [["名称", "类型", "首届日期"], ["人数", "说明"]]
    days.refresh_from_db()
    assert days.condition == {"field": "kind", "equals": "r"}


def test_conditions_follow_the_question_they_look_at(draft: Call) -> None:
    kind, b = field(draft, "kind"), draft.sections.get(code="b")
    ask(b, "twin", "同名", FieldKind.CHOICE)
    FormField.objects.filter(section=b, label="同名").update(code="kind", position=0)
    layout = arranging.sent_to(arranging.layout_of(draft), kind.pk, b.pk)
    answer = send_order(staff_of(draft), draft, layout)
    assert answer.status_code == 200
    kind.refresh_from_db()
    assert (kind.section, kind.code) == (b, "question-1"), "a taken code is not taken twice"
    assert field(draft, "days").condition == {"field": "b.question-1", "equals": "r"}
    assert field(draft, "note").condition == {"field": "question-1", "equals": "o"}
    page = html(staff_of(draft), at(draft, "form/"))
    assert "“首届日期”取决于“类型”，而后者排在它的后面" in page


def test_steps_are_moved_and_the_answer_tells_the_new_stamp(draft: Call) -> None:
    client, layout = staff_of(draft), arranging.layout_of(draft)
    answer = send_order(client, draft, layout[::-1])
    assert answer.json() == {"stamp": arranging.stamp_of(layout[::-1])}
    assert [s.title for s in draft.sections.all()] == ["人员", "基本信息"]
    section = draft.sections.get(code="a")
    saved(client, at(draft, f"section/{section.pk}/move/"), {"to": "up"})
    assert arranging.layout_of(draft) == layout


def test_forged_orders_change_nothing(draft: Call) -> None:
    client, layout, foreign = staff_of(draft), arranging.layout_of(draft), CallFactory()
    (a, first), (b, second) = layout
    theirs = arranging.layout_of(foreign)
    forged: list[arranging.Layout] = [
        [(a, first)],
        [(a, first), (b, second), (b, [])],
        [(a, [*first, first[0]]), (b, second)],
        [(a, first[1:]), (b, second)],
        [(a, [*first, theirs[0][1][0]]), (b, second)],
        [(a, first), (b, second), theirs[0]],
        [(theirs[0][0], first), (b, second)],
    ]
    for one in forged:
        answer = send_order(client, draft, one)
        assert answer.status_code == 409
        assert answer.json()["reasons"]
    for text in ("x", "1:2:3", "1:a", "9" * 30_000, "1:\x00"):
        answer = client.post(at(draft, "form/order/"), {"order": text})
        assert answer.status_code == 409
    assert arranging.layout_of(draft) == layout
    assert arranging.layout_of(foreign) == theirs


def test_an_order_made_on_an_old_page_is_refused(draft: Call) -> None:
    client, layout = staff_of(draft), arranging.layout_of(draft)
    stale = arranging.stamp_of(layout)
    send_order(client, draft, layout[::-1])
    answer = send_order(client, draft, layout, stamp=stale)
    assert answer.status_code == 409
    assert arranging.layout_of(draft) == layout[::-1]


# copies and usual steps -------------------------------------------------------------------------------


def test_a_copy_stands_after_its_question_without_its_meaning(draft: Call) -> None:
    title = field(draft, "title")
    saved(staff_of(draft), at(draft, f"question/{title.pk}/copy/"))
    assert labels(draft)[0] == ["名称", "名称（副本）", "类型", "首届日期"]
    copy = FormField.objects.get(label="名称（副本）")
    assert (copy.role, copy.kind, copy.code) == ("", "short_text", "question-1")


def test_a_copied_step_hangs_on_its_own_questions(draft: Call) -> None:
    section = draft.sections.get(code="a")
    saved(staff_of(draft), at(draft, f"section/{section.pk}/copy/"))
    assert [s.title for s in draft.sections.all()] == ["基本信息", "基本信息（副本）", "人员"]
    copy = draft.sections.get(title="基本信息（副本）")
    assert copy.fields.get(code="days").condition == {"field": "kind", "equals": "r"}


@pytest.mark.parametrize("name", SETS)
def test_every_set_makes_a_sound_form(draft: Call, name: str) -> None:
    draft.sections.all().delete()
    page = saved(staff_of(draft), at(draft, "usual-step/"), {"set": name})
    assert draft.sections.count() == len(SETS[name].steps)
    assert "表格中需要处理的" not in page
    assert all(f.help or not re.search("[A-Za-z]{4,}", f.label) for s in draft.sections.all()
               for f in s.fields.all()), "in Chinese"  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_every_usual_step_is_shown_and_tried(draft: Call, name: str) -> None:
    client = staff_of(draft)
    saved(client, at(draft, "usual-step/"), {"step": name})
    assert str(STEPS[name].title) in html(client, at(draft, "preview/"))


def test_unknown_steps_are_not_found(draft: Call) -> None:
    for data in ({"step": "nothing"}, {"set": "nothing"}, {}):
        assert staff_of(draft).post(at(draft, "usual-step/"), data).status_code == 404


# conditions -------------------------------------------------------------------------------------------


def test_a_condition_is_set_by_rows_and_never_as_code(draft: Call) -> None:
    client, note = staff_of(draft), field(draft, "note")
    path = at(draft, f"question/{note.pk}/")
    page = html(client, path)
    assert "“类型”是“单次”" in page
    assert "“人数”不少于" in page
    assert "“首届日期”" not in page.split('data-rows="only_if"')[1].split("</table>")[0]
    data = {
        "label": "说明", "option_max_chars": "300",
        "only_if-0-test": '["a.kind", "equals", "r"]',
        "only_if-1-joint": "and", "only_if-1-test": '["b.people", "at_least", null]',
        "only_if-1-number": "200",
    }  # fmt: skip
    saved(client, path, data)
    note.refresh_from_db()
    assert note.condition == {
        "all": [{"field": "a.kind", "equals": "r"}, {"field": "people", "at_least": 200}]
    }
    shown = html(client, at(draft, "form/"))
    assert "仅当“类型”是“机制性” 且 “人数”不少于 200时填写" in shown


@pytest.mark.parametrize("test", ['["a.days", "equals", "r"]', '["x.y", "equals", 1]', "x", "[]"])
def test_forged_conditions_are_refused(draft: Call, test: str) -> None:
    note = field(draft, "note")
    data = {"label": "说明", "only_if-0-test": test}
    refused(staff_of(draft), at(draft, f"question/{note.pk}/"), data)
    note.refresh_from_db()
    assert note.condition == {"field": "a.kind", "equals": "o"}


def test_later_questions_are_not_offered(draft: Call) -> None:
    page = html(staff_of(draft), at(draft, f"question/{field(draft, 'title').pk}/"))
    rows = page.split('data-rows="only_if"')[1].split("</table>")[0]
    assert "类型" not in rows


def test_trying_out_says_what_the_hand_in_would_say(draft: Call) -> None:
    client = staff_of(draft)
    page = client.post(at(draft, "preview/"), {"a.kind": "r"}).content.decode()
    assert "请填写“首届日期”" in page
    assert "请填写“说明”" not in page
    page = client.post(at(draft, "preview/"), {"a.kind": "o"}).content.decode()
    assert "请填写“首届日期”" not in page
    assert "请填写“说明”" in page


# a published form -------------------------------------------------------------------------------------


@pytest.fixture
def call() -> Call:
    return published_call()


def only_question(call: Call) -> FormField:
    return FormField.objects.select_related("section").get(section__call=call)


RENAMED = {"label": "项目全称", "required": "on", "role": "title", "option_max_chars": "60"}


def rename(client: Client, call: Call) -> None:
    saved(client, at(call, f"question/{only_question(call).pk}/"), RENAMED)


def test_changes_of_a_published_form_wait_and_are_published_together(call: Call) -> None:
    client = staff_of(call)
    rename(client, call)
    section = call.sections.get()
    add = at(call, f"question/add/?section={section.pk}&kind=date")
    saved(client, add, {"label": "开始日期", "required": "on"})
    call.refresh_from_db()
    assert (call.revision, call.form_revisions.count()) == (1, 1), "units see nothing yet"
    page = html(client, at(call, "form/revise/"))
    for words in ("新增：开始日期", "项目全称", "字数上限"):
        assert words in page
    stamp = re.search(r'name="stamp" value="(\w+)"', page)
    assert stamp
    data = {"stamp": stamp[1], "summary": ""}
    assert client.post(at(call, "form/revise/"), data).status_code == 200
    done = saved(client, at(call, "form/revise/"), data | {"summary": "名称写全称，问日期"})
    call.refresh_from_db()
    assert (call.revision, call.form_revisions.count()) == (2, 2)
    for words in ("第 2 版表格", "名称写全称，问日期", "新增：开始日期"):
        assert words in done
    assert "表格有改动尚未公布" not in done


def test_other_amendments_leave_the_waiting_form_alone(call: Call) -> None:
    client = staff_of(call)
    only_question(call).delete()
    data = {"name": "丁示例", "phone": "0000-1", "amendment_summary": "增加联系人"}
    saved(client, at(call, "contact/add/"), data)
    call.refresh_from_db()
    assert (call.revision, call.form_revisions.count()) == (2, 1)


def test_a_form_that_contradicts_itself_is_not_published(call: Call) -> None:
    client = staff_of(call)
    saved(client, at(call, f"question/{only_question(call).pk}/remove/"))
    page = html(client, at(call, "form/revise/"))
    stamp = re.search(r'name="stamp" value="(\w+)"', page)
    assert stamp
    assert "须先处理" in page
    client.post(at(call, "form/revise/"), {"stamp": stamp[1], "summary": "删"})
    call.refresh_from_db()
    assert call.form_revisions.count() == 1
    saved(client, at(call, "form/revise/"), {"stamp": stamp[1], "discard": "1"})
    assert only_question(call).role == FieldRole.TITLE
    assert "尚未公布" not in html(client, at(call, "form/"))


def test_what_was_changed_after_the_list_was_read_is_not_published_unread(call: Call) -> None:
    client = staff_of(call)
    rename(client, call)
    page = html(client, at(call, "form/revise/"))
    stamp = re.search(r'name="stamp" value="(\w+)"', page)
    assert stamp
    section = call.sections.get()
    add = at(call, f"question/add/?section={section.pk}&kind=date")
    saved(staff_of(call), add, {"label": "开始日期"})
    again = refused(client, at(call, "form/revise/"), {"stamp": stamp[1], "summary": "改名"})
    assert "新增：开始日期" in again
    assert 'value="改名"' in again
    assert call.form_revisions.count() == 1


def test_the_list_says_what_becomes_of_drafts_and_of_what_was_handed_in() -> None:
    scene = make_scene()
    scene.drafted()
    scene.handed_in(scene.another_unit())
    client = staff_of(scene.call)
    purpose = FormField.objects.get(section__call=scene.call, code="purpose")
    saved(client, at(scene.call, f"question/{purpose.pk}/remove/"))
    page = html(client, at(scene.call, "form/revise/"))
    assert "1 份草稿将换用新表格" in page
    assert "有 1 份草稿已填写“目的与意义”" in page
    assert "已提交的 1 份申报保持原样" in page


def test_a_published_question_stays_in_its_step(call: Call) -> None:
    other = FormSection.objects.create(call=call, code="late", title="另一步", position=9)
    question = only_question(call)
    client = staff_of(call)
    layout = arranging.sent_to(arranging.layout_of(call), question.pk, other.pk)
    answer = send_order(client, call, layout)
    assert answer.status_code == 409
    assert "不能换到别的步骤" in answer.json()["reasons"][0]
    saved(client, at(call, f"question/{question.pk}/move/"), {"to": "down"})
    question.refresh_from_db()
    assert question.section != other


def test_an_archived_form_is_only_read(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(closes_at=clock.now(), opens_at=clock.now() - DAY)
    archive_call(call, by=None)
    client = staff_of(call)
    page = html(client, at(call, "form/"))
    assert "arrange.js" not in page
    layout = arranging.layout_of(call)
    assert send_order(client, call, layout).status_code == 409


# two at once ------------------------------------------------------------------------------------------


def stamp_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found, "the page says what it was made from"
    return found[1]


def test_the_second_of_two_gets_both_texts_and_overwrites_only_knowingly(draft: Call) -> None:
    she, he, title = staff_of(draft), staff_of(draft), field(draft, "title")
    path = at(draft, f"question/{title.pk}/")
    hers, his = stamp_in(html(she, path)), stamp_in(html(he, path))
    saved(she, path, RENAMED | {"seen": hers, "label": "她写的名称"})
    page = refused(he, path, RENAMED | {"seen": his, "label": "他写的名称"})
    title.refresh_from_db()
    assert title.label == "她写的名称", "nothing is overwritten"
    assert 'value="他写的名称"' in page
    assert "<blockquote>她写的名称</blockquote>" in page
    assert page.count("<blockquote>") == 1, "only what differs is shown twice"
    saved(he, path, RENAMED | {"seen": stamp_in(page), "label": "商定的名称"})
    title.refresh_from_db()
    assert title.label == "商定的名称"


@pytest.mark.parametrize(
    ("page", "first", "second", "kept"),
    [
        ("contact/{contact}/", {"name": "甲示例", "phone": "0000-1"},
         {"name": "乙示例", "phone": "0000-1"}, "甲示例"),
        ("set/text/", {"title": "通知", "body": "她的正文"}, {"title": "通知", "body": "他的正文"},
         "她的正文"),
        ("rule/{rule}/", {"mode": "strict", "clause": "她的条款", "units-0-kind": "society"},
         {"mode": "strict", "clause": "他的条款", "units-0-kind": "university"}, "她的条款"),
    ],
)  # fmt: skip
def test_every_part_of_the_editor_tells_the_second(
    page: str, first: dict[str, str], second: dict[str, str], kept: str
) -> None:
    call = CallFactory()
    contact = call.contacts.get()
    rule = Rule.objects.create(call=call, kind="kinds", params={"any_of": [{"kind": "institute"}]})
    path = at(call, page.format(contact=contact.pk, rule=rule.pk))
    she, he = staff_of(call), staff_of(call)
    stamp = stamp_in(html(he, path))
    saved(she, path, first | {"seen": stamp})
    told = refused(he, path, second | {"seen": stamp})
    assert f"<blockquote>{kept}</blockquote>" in told
    assert "您打开此页后" in told
    saved(he, path, second | {"seen": stamp_in(told)})


def test_what_somebody_removed_gives_the_other_his_text_back(draft: Call) -> None:
    client, note = staff_of(draft), field(draft, "note")
    path = at(draft, f"question/{note.pk}/")
    stamp = stamp_in(html(client, path))
    saved(staff_of(draft), at(draft, f"question/{note.pk}/remove/"))
    answer = client.post(path, {"label": "我写了很久的说明文字", "seen": stamp})
    assert answer.status_code == 409
    assert "我写了很久的说明文字" in answer.content.decode()


def test_what_was_changed_meanwhile_is_not_removed(draft: Call) -> None:
    client, title = staff_of(draft), field(draft, "title")
    path = at(draft, f"question/{title.pk}/remove/")
    stamp = stamp_in(html(client, path))
    saved(staff_of(draft), at(draft, f"question/{title.pk}/"), RENAMED)
    page = saved(client, path, {"seen": stamp})
    assert "您打开此页后" in page
    assert FormField.objects.filter(pk=title.pk).exists()


def test_two_pages_of_one_call_do_not_undo_each_other(draft: Call) -> None:
    """Both keep the same row; each writes only what it shows."""
    client = staff_of(draft)
    words = {"form_title": "推荐表", "number_prefix": "KX", "word_selected": "入选",
             "word_not_selected": "未入选"}  # fmt: skip
    stamp = stamp_in(html(client, at(draft, "set/words/")))
    handing = {"packet_mode": "single", "sealing": "none", "reminder_hours": "24",
               "avoid_experts_max": "0"}  # fmt: skip
    saved(staff_of(draft), at(draft, "set/handing-in/"), handing)
    saved(client, at(draft, "set/words/"), words | {"seen": stamp})
    draft.refresh_from_db()
    assert (draft.sealing, draft.form_title) == ("none", "推荐表")


# for the people who fill in ---------------------------------------------------------------------------


def test_whoever_fills_in_a_draft_reads_what_changed_since_she_began() -> None:
    scene = make_scene()
    application = scene.drafted()
    person = Client()
    person.force_login(scene.unit.filler)
    page = f"/my/packets/{application.packet_id}/"
    assert "开始填报以来，表格有改动" not in html(person, page)
    staff = staff_of(scene.call)
    section = scene.call.sections.get(code="basics")
    add = at(scene.call, f"question/add/?section={section.pk}&kind=short_text")
    saved(staff, add, {"label": "协办单位"})
    stamp = re.search(r'name="stamp" value="(\w+)"', html(staff, at(scene.call, "form/revise/")))
    assert stamp
    saved(staff, at(scene.call, "form/revise/"), {"stamp": stamp[1], "summary": "问协办单位"})
    person.post(f"/my/applications/{application.pk}/steps/basics/", {})
    for place in (page, f"/my/applications/{application.pk}/steps/basics/"):
        read = html(person, place)
        assert "开始填报以来，表格有改动" in read
        assert "新增：协办单位" in read
