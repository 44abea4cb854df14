"""Staff enter, change, publish and copy calls and notices in the admin, of their own issuer only."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from calls.callfile import write_call
from calls.enums import CallState, FieldKind, FieldRole, NoticeState
from calls.models import Call, Category, FormField, FormSection, Notice, Rule
from calls.services.clone import proposed_date
from calls.services.publish import archive_call
from portal import clock
from portal.audit.models import AuditEntry
from portal.people.enums import StaffRole
from tests.factories.applications import make_scene, picture
from tests.factories.calls import (
    DAY,
    CallFactory,
    NoticeFactory,
    PublishedNoticeFactory,
    published_call,
    seed_call,
)
from tests.factories.people import (
    FactCodeFactory,
    IssuerFactory,
    MembershipFactory,
    StaffPostFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def draft() -> Call:
    return CallFactory()


def staff_of(call: Call, role: str = StaffRole.OFFICER) -> Client:
    client = Client()
    client.force_login(StaffPostFactory(issuer=call.issuer, role=role).user)
    return client


def at(call: Call, rest: str = "") -> str:
    return f"/admin/calls/call/{call.pk}/editor/{rest}"


def html(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def saved(client: Client, path: str, data: dict[str, Any] | None = None) -> str:
    """Post and follow to the overview; gives what it says."""
    response = client.post(path, data or {}, follow=True)
    assert response.redirect_chain, re.findall(
        r'class="errorlist[^>]*>(.*?)</ul>', response.content.decode(), re.DOTALL
    )
    return response.content.decode()


def refused(client: Client, path: str, data: dict[str, Any]) -> str:
    """Post and stay on the form; gives what it says."""
    response = client.post(path, data)
    assert response.status_code == 200
    return response.content.decode()


def ticks(client: Client, call: Call) -> list[str]:
    """Return the doubtful points that the page of publication asks to tick."""
    return re.findall(r'name="confirmed" value="(\w+)"', html(client, at(call, "publish/")))


def publish_with_every_tick(client: Client, call: Call) -> None:
    saved(client, at(call, "publish/"), {"confirmed": ticks(client, call)})


CATEGORY = {
    "title": "年会分会场",
    "slots_kind": "exact",
    "slots_min": "6",
    "funding_kind": "fixed",
    "amount_min": "3万",
    "window_start": "2026-08-01",
    "window_end": "2026-10-31",
    "joint": "encouraged",
}


# a whole call, from nothing to the public page ------------------------------------------------------


def test_staff_enter_a_whole_call_and_publish_it() -> None:
    post = StaffPostFactory()
    FactCodeFactory(issuer=post.issuer, code="inspection", label="年检合格")
    client = Client()
    client.force_login(post.user)
    today = clock.today()
    saved(
        client,
        "/admin/calls/call/new/",
        {
            "issuer": post.issuer.pk,
            "title": "2026年度示例项目",
            "year": "2026",
            "opens_at_day": today.isoformat(),
            "closes_at_day": (today + 9 * DAY).isoformat(),
        },
    )
    call = Call.objects.get()
    assert call.closes_at == clock.end_of(today + 9 * DAY)
    missing = html(client, at(call))
    assert "发布前还缺" in missing
    assert 'type="submit" class="default"' not in html(client, at(call, "publish/"))

    saved(client, at(call, "set/text/"), {"title": "关于申报的通知", "body": "一、类别\n见表。"})
    saved(client, at(call, "category/add/"), CATEGORY)
    category = call.categories.get()
    assert (category.amount_min, category.amount_max) == (Decimal(30_000), Decimal(30_000))
    assert (category.slots_min, category.slots_max) == (6, 6)
    saved(
        client,
        at(call, f"rule/add/?kind=kinds&category={category.pk}"),
        {
            "units-0-kind": "society",
            "units-0-level": "provincial",
            "units-0-fact": "inspection",
            "units-0-label": "年检合格",
            "category": category.pk,
            "mode": "strict",
            "clause": "省级学会可以申报。",
        },
    )
    rule = call.rules.get()
    assert rule.params == {
        "any_of": [
            {
                "kind": "society",
                "levels": ["provincial"],
                "facts": [{"code": "inspection", "values": ["yes"], "label": "年检合格"}],
            }
        ]
    }
    for step in ("facts", "plan", "people", "declaration"):
        saved(client, at(call, "usual-step/"), {"step": step})
    saved(client, at(call, "contact/add/"), {"name": "丙示例", "phone": "0000-1234567"})
    page = html(client, at(call))
    assert "发布前还缺" not in page
    assert "已齐备" not in page, "something is still to be looked at"
    assert "请留意以下各点" in page

    publish_with_every_tick(client, call)
    call.refresh_from_db()
    assert (call.state, call.revision) == (CallState.PUBLISHED, 1)
    public = html(Client(), f"/calls/{call.pk}/")
    for words in ("年会分会场", "8—10 月", "省级学会可以申报。", "0000-1234567"):
        assert words in public
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"call_created", "call_edited", "call_published"} <= actions


def test_a_call_that_lacks_something_is_not_published(draft: Call) -> None:
    draft.contacts.all().delete()
    client = staff_of(draft)
    page = refused(client, at(draft, "publish/"), {"confirmed": ticks(client, draft)})
    draft.refresh_from_db()
    assert draft.state == CallState.DRAFT
    assert "联系" in page or "contact" in page


# who may -----------------------------------------------------------------------------------------------

PAGES = [
    "", "preview/", "set/dates/", "set/handing-in/", "set/words/", "set/text/", "copy/", "discard/",
    "rule/add/", "rule/add/?kind=quota", "category/add/", "contact/add/", "section/add/",
    "deliverable/add/", "file.yaml",
]  # fmt: skip
READABLE = {"", "preview/", "file.yaml"}


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_the_own_staff_and_writing_not_for_officials(draft: Call, page: str) -> None:
    assert staff_of(draft).get(at(draft, page)).status_code == 200
    official = staff_of(draft, StaffRole.OFFICIAL).get(at(draft, page))
    assert official.status_code == (200 if page in READABLE else 403)
    assert staff_of(CallFactory()).get(at(draft, page)).status_code == 404
    member = Client()
    member.force_login(MembershipFactory().user)
    assert member.get(at(draft, page)).status_code in (302, 404)
    assert Client().get(at(draft, page)).status_code == 302


@pytest.mark.parametrize(
    "page", ["publish/", "archive/", "usual-step/", "attach/", "category/add/", "discard/"]
)
def test_others_cannot_write_even_by_forged_posts(draft: Call, page: str) -> None:
    before = write_call(draft)
    data = CATEGORY | {"step": "facts"}
    assert staff_of(CallFactory()).post(at(draft, page), data).status_code == 404
    assert staff_of(draft, StaffRole.OFFICIAL).post(at(draft, page), data).status_code == 403
    draft.refresh_from_db()
    assert (draft.state, write_call(draft)) == (CallState.DRAFT, before)


def test_parts_of_another_call_are_not_reached_through_ones_own(draft: Call) -> None:
    other = CallFactory()
    client = staff_of(draft)
    foreign = other.categories.get()
    for page in (f"category/{foreign.pk}/", f"category/{foreign.pk}/remove/"):
        assert client.get(at(draft, page)).status_code == 404
    assert client.get(at(draft, f"tier/add/?category={foreign.pk}")).status_code == 404
    data = CATEGORY | {"parent": foreign.pk}
    assert "errorlist" in refused(client, at(draft, "category/add/"), data)


def test_an_official_sees_the_overview_without_ways_to_change_it(draft: Call) -> None:
    page = html(staff_of(draft, StaffRole.OFFICIAL), at(draft))
    assert draft.title in page
    assert "/set/dates/" not in page
    assert "<form" not in page[page.index('id="content-main"') : page.index("</aside>")]


def test_the_overview_says_a_rule_in_the_words_of_the_forms_choices(draft: Call) -> None:
    FormField.objects.create(
        section=FormSection.objects.create(call=draft, code="event", title="会议"),
        code="kind",
        label="性质",
        kind=FieldKind.CHOICE,
        role=FieldRole.EVENT_KIND,
        options={"choices": [{"value": "regular", "label": "机制性会议"}]},
    )
    params = {"min": 2, "by": "2026-12-31", "when": {"role": "event_kind", "equals": "regular"}}
    Rule.objects.create(call=draft, kind="editions", params=params, clause="已连续举办两届以上")
    page = html(staff_of(draft), at(draft))
    assert "机制性会议：" in page
    assert "regular" not in page


def test_a_new_call_is_entered_for_ones_own_issuer_only() -> None:
    other = IssuerFactory()
    client = Client()
    client.force_login(StaffPostFactory().user)
    data = {"issuer": other.pk, "title": "x", "year": "2026", "opens_at_day": "2026-01-01",
            "closes_at_day": "2026-02-01"}  # fmt: skip
    assert client.post("/admin/calls/call/new/", data).status_code == 200
    assert not Call.objects.exists()
    official = Client()
    official.force_login(StaffPostFactory(role=StaffRole.OFFICIAL).user)
    assert official.get("/admin/calls/call/new/").status_code == 404


# what was typed stays ----------------------------------------------------------------------------------


def test_nothing_is_lost_when_a_form_is_refused(draft: Call) -> None:
    data = CATEGORY | {"window_start": "2026-12-01", "purpose": "长长的目的说明"}
    page = refused(staff_of(draft), at(draft, "category/add/"), data)
    assert "长长的目的说明" in page
    assert "3万" in page
    assert draft.categories.count() == 1


def test_a_row_is_added_to_a_table_without_scripts_and_nothing_is_saved(draft: Call) -> None:
    client = staff_of(draft)
    data = {
        "units-0-kind": "society",
        "units-0-level": "city",
        "add_row": "units",
        "clause": "原句",
    }
    page = refused(client, at(draft, "rule/add/?kind=kinds"), data)
    assert 'name="units-1-kind"' in page
    assert "原句" in page
    assert not draft.rules.exists()


def test_a_faulty_rule_keeps_its_clause(draft: Call) -> None:
    data = {"limit": "0", "scope": "call", "joint": "lead", "mode": "strict", "clause": "限报零项"}
    page = refused(staff_of(draft), at(draft, "rule/add/?kind=quota"), data)
    assert "限报零项" in page
    assert not draft.rules.exists()


# after publication -------------------------------------------------------------------------------------


@pytest.fixture
def call() -> Call:
    return published_call()


def test_a_published_call_is_changed_only_with_a_sentence_on_what_changed(call: Call) -> None:
    client, category = staff_of(call), call.categories.get()
    data = {"title": "新名称", "slots_kind": "unlimited", "funding_kind": "none", "joint": "no"}
    path = at(call, f"category/{category.pk}/")
    page = refused(client, path, data)
    assert "新名称" in page
    category.refresh_from_db()
    assert category.title != "新名称"
    saved(client, path, data | {"amendment_summary": "类别更名"})
    call.refresh_from_db()
    assert (call.revision, call.categories.get().title) == (2, "新名称")
    assert AuditEntry.objects.get(action="call_amended").data["summary"] == "类别更名"


def test_the_deadline_of_a_published_call_is_extended_and_never_amended(call: Call) -> None:
    data = {
        "title": "新名称",
        "year": "2026",
        "opens_at_day": "2020-01-01",
        "closes_at_day": "2020-02-01",
        "paper_copies": "0",
        "amendment_summary": "更名",
    }
    saved(staff_of(call), at(call, "set/dates/"), data)
    before = call.opens_at, call.closes_at
    call.refresh_from_db()
    assert (call.title, call.opens_at, call.closes_at) == ("新名称", *before)


def test_the_way_of_handing_in_stands_once_applications_may_be_under_way(call: Call) -> None:
    data = {"packet_mode": "plan", "sealing": "none", "reminder_hours": "24",
            "avoid_experts_max": "0",
            "amendment_summary": "提醒"}  # fmt: skip
    saved(staff_of(call), at(call, "set/handing-in/"), data)
    before = call.packet_mode, call.sealing, call.signoff
    call.refresh_from_db()
    assert (call.packet_mode, call.sealing, call.signoff) == before
    assert call.reminder_hours == [24]


def test_an_amendment_against_itself_changes_nothing(call: Call) -> None:
    client, category = staff_of(call), call.categories.get()
    data = CATEGORY | {"slots_min": "", "amendment_summary": "名额未定"}
    refused(client, at(call, f"category/{category.pk}/"), data)
    assert call.categories.get().slots_min == category.slots_min
    call.refresh_from_db()
    assert call.revision == 1


def test_a_category_with_applications_is_not_removed() -> None:
    scene = make_scene()
    application = scene.drafted()
    path = at(scene.call, f"category/{application.category_id}/remove/")
    assert "不能删除" in saved(staff_of(scene.call), path)
    assert Category.objects.filter(pk=application.category_id).exists()


def test_an_archived_call_is_not_changed(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(closes_at=clock.now(), opens_at=clock.now() - DAY)
    archive_call(call, by=None)
    page = refused(staff_of(call), at(call, "contact/add/"), {"name": "丁示例", "phone": "0000-1"})
    assert "已归档的征集不再修改" in page
    assert call.contacts.count() == 1


def test_a_closed_call_is_archived(call: Call) -> None:
    client = staff_of(call)
    saved(client, at(call, "archive/"))
    call.refresh_from_db()
    assert call.state == CallState.PUBLISHED
    Call.objects.filter(pk=call.pk).update(closes_at=clock.now(), opens_at=clock.now() - DAY)
    saved(client, at(call, "archive/"))
    call.refresh_from_db()
    assert call.state == CallState.ARCHIVED


# parts ---------------------------------------------------------------------------------------------------


def test_parts_are_moved_by_buttons(draft: Call) -> None:
    client = staff_of(draft)
    for title in ("第二类", "第三类"):
        saved(client, at(draft, "category/add/"), CATEGORY | {"title": title})
    last = draft.categories.get(title="第三类")
    saved(client, at(draft, f"category/{last.pk}/move/"), {"to": "up"})
    titles = list(draft.categories.values_list("title", flat=True))
    assert titles[1:] == ["第三类", "第二类"]


def test_a_category_nests_one_level_deep(draft: Call) -> None:
    client, top = staff_of(draft), draft.categories.get()
    path = at(draft, f"category/add/?parent={top.pk}")
    assert f'value="{top.pk}" selected' in html(client, path)
    saved(client, path, CATEGORY | {"parent": top.pk, "title": "分赛场"})
    child = draft.categories.get(title="分赛场")
    assert child.parent == top
    data = CATEGORY | {"parent": child.pk}
    assert "errorlist" in refused(client, at(draft, "category/add/"), data)


def test_a_range_keeps_both_ends_and_no_funding_keeps_none(draft: Call) -> None:
    client, category = staff_of(draft), draft.categories.get()
    path = at(draft, f"category/{category.pk}/")
    saved(client, path, CATEGORY | {"slots_kind": "range", "slots_min": "2", "slots_max": "3",
                                    "funding_kind": "range", "amount_min": "30000",
                                    "amount_max": "4.5万"})  # fmt: skip
    category.refresh_from_db()
    assert (category.slots_min, category.slots_max) == (2, 3)
    assert (category.amount_min, category.amount_max) == (Decimal(30_000), Decimal(45_000))
    saved(client, path, CATEGORY | {"slots_kind": "unlimited", "funding_kind": "none"})
    category.refresh_from_db()
    assert (category.slots_min, category.amount_min, category.amount_max) == (None, None, None)


QUESTIONS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("long_text", {"option_max_chars": "800"}, {"max_chars": 800}),
    ("number", {"option_min": "30", "option_unit": "篇"}, {"min": 30, "unit": "篇"}),
    (
        "choice",
        {"option_choices": "线上\n线下\n\n线下"},
        {"choices": [{"value": "线上", "label": "线上"}, {"value": "线下", "label": "线下"}]},
    ),
    (
        "table",
        {"option_columns-0-label": "举办日期", "option_columns-0-kind": "date",
         "option_columns-1-label": "方式", "option_columns-1-kind": "choice",
         "option_columns-1-choices": "线上，线下", "option_min_rows": "2"},
        {"columns": [
            {"code": "date", "label": "举办日期", "kind": "date"},
            {"code": "column-1", "label": "方式", "kind": "choice",
             "choices": [{"value": "线上", "label": "线上"}, {"value": "线下", "label": "线下"}]},
         ], "min_rows": 2},
    ),
    (
        "people",
        {"option_columns": ["name", "phone"], "option_required": ["name"]},
        {"columns": ["name", "phone"], "required": ["name"]},
    ),
    ("budget", {"option_lines": "场地费\n专家费"}, {"lines": ["场地费", "专家费"]}),
    ("files", {"option_types": ["pdf"], "option_max_files": "3"}, {"types": ["pdf"], "max_files": 3}),
    ("declaration", {"option_text": "以上属实。"}, {"text": "以上属实。"}),
    ("yes_no", {}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "typed", "options"), QUESTIONS, ids=[q[0] for q in QUESTIONS])
def test_every_kind_of_question_is_set_in_plain_inputs(
    draft: Call, kind: str, typed: dict[str, Any], options: dict[str, Any]
) -> None:
    client, section = staff_of(draft), draft.sections.get()
    path = at(draft, f"question/add/?section={section.pk}&kind={kind}")
    saved(client, path, {"label": "新问题", "role": ""} | typed)
    question = section.fields.get(label="新问题")
    assert (question.kind, question.options) == (kind, options)
    # What was kept is shown again, and saving it unchanged changes nothing.
    again = at(draft, f"question/{question.pk}/")
    html(client, again)
    saved(client, again, {"label": "新问题", "role": ""} | typed)
    question.refresh_from_db()
    assert question.options == options
    assert options.get("text", "新问题") in html(client, at(draft, "preview/"))


def test_a_column_that_keeps_its_name_keeps_what_rules_and_answers_know_it_by() -> None:
    call = seed_call("jiaxing-2023")
    question = FormField.objects.get(section__call=call, role="editions")
    client, before = staff_of(call), question.options["columns"]
    page = html(client, at(call, f"question/{question.pk}/"))
    data = dict(re.findall(r'name="(option_columns-[^"]+)"[^>]* value="([^"]*)"', page))
    for name, inside in re.findall(
        r'<select name="(option_columns-[^"]+)".*?>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        data[name] = chosen.group(1) if chosen else ""
    saved(
        client, at(call, f"question/{question.pk}/"), {"label": "届次", "role": "editions"} | data
    )
    question.refresh_from_db()
    assert question.options["columns"] == before


def test_personal_data_needs_a_purpose_and_an_end(draft: Call) -> None:
    client, section = staff_of(draft), draft.sections.get()
    path = at(draft, f"question/add/?section={section.pk}&kind=short_text")
    assert "errorlist" in refused(client, path, {"label": "身份", "personal": "on"})
    saved(client, path, {"label": "身份", "personal": "on", "personal_purpose": "核对",
                         "retention_months": "12"})  # fmt: skip


def test_words_for_who_signs_are_set_by_kind_of_unit(draft: Call) -> None:
    data = {"form_title": "推荐表", "number_prefix": "KX", "word_selected": "入选",
            "word_not_selected": "未入选", "signs_": "负责人", "signs_society": "理事长"}  # fmt: skip
    saved(staff_of(draft), at(draft, "set/words/"), data)
    draft.refresh_from_db()
    assert draft.signatory_words == {"": "负责人", "society": "理事长"}
    assert draft.signatory("society") == "理事长"


def test_an_end_of_day_is_stored_exclusive_and_shown_as_the_day(draft: Call) -> None:
    client = staff_of(draft)
    data = {"title": draft.title, "year": "2026", "opens_at_day": "2026-02-01",
            "closes_at_day": "2026-03-05", "paper_copies": "0"}  # fmt: skip
    saved(client, at(draft, "set/dates/"), data)
    draft.refresh_from_db()
    assert draft.closes_at == dt.datetime(2026, 3, 6, tzinfo=clock.SHANGHAI)
    assert 'name="closes_at_day" value="2026-03-05"' in html(client, at(draft, "set/dates/"))
    saved(client, at(draft, "set/dates/"), data | {"closes_at_hour": "17:00"})
    draft.refresh_from_db()
    assert draft.closes_at == dt.datetime(2026, 3, 5, 17, tzinfo=clock.SHANGHAI)


def test_a_deadline_before_the_opening_is_refused(draft: Call) -> None:
    data = {"title": "名", "year": "2026", "opens_at_day": "2026-03-01",
            "closes_at_day": "2026-02-01", "paper_copies": "0"}  # fmt: skip
    assert "errorlist" in refused(staff_of(draft), at(draft, "set/dates/"), data)


def test_files_are_attached_renamed_and_removed(draft: Call) -> None:
    client = staff_of(draft)
    upload = SimpleUploadedFile("申报表.png", picture(), "image/png")
    saved(client, at(draft, "attach/"), {"file": upload, "title": "申报表"})
    attachment = draft.notice.attachments.get()
    saved(client, at(draft, f"attachment/{attachment.pk}/"), {"title": "申报表（空白）"})
    attachment.refresh_from_db()
    assert attachment.title == "申报表（空白）"
    saved(client, at(draft, f"attachment/{attachment.pk}/remove/"))
    assert not draft.notice.attachments.exists()


def test_a_file_that_is_not_what_it_says_is_refused(draft: Call) -> None:
    upload = SimpleUploadedFile("表.pdf", b"MZ not a pdf", content_type="application/pdf")
    saved(staff_of(draft), at(draft, "attach/"), {"file": upload, "title": "表"})
    assert not draft.notice.attachments.exists()


# copies and files -----------------------------------------------------------------------------------------


def test_a_call_is_copied_with_its_editions_asked_for() -> None:
    call = seed_call("jilin-2024")
    client = staff_of(call)
    counted = [one for one in call.categories.all() if one.edition]
    page = html(client, at(call, "copy/"))
    opens, closes = (proposed_date(getattr(call, f"{one}_at"), end=one == "closes")
                     for one in ("opens", "closes"))  # fmt: skip
    assert f'name="opens_at_day" value="{clock.local(opens).date()}"' in page
    last = clock.local(closes - dt.timedelta(microseconds=1)).date()
    assert f'name="closes_at_day" value="{last}"' in page
    for category in counted:
        assert f'name="edition_{category.pk}" value="{category.edition + 1}"' in page
    data = {"year": "2026", "code": "jilin-2026", "opens_at_day": "2026-03-20",
            "closes_at_day": "2026-04-20"}  # fmt: skip
    data |= {f"edition_{one.pk}": str((one.edition or 0) + 2) for one in counted}
    saved(client, at(call, "copy/"), data)
    copy = Call.objects.get(code="jilin-2026")
    assert copy.cloned_from == call
    assert copy.categories.filter(title__contains="第十五届").exists()


def test_an_exported_call_is_imported_again(draft: Call) -> None:
    client = staff_of(draft)
    exported = client.get(at(draft, "file.yaml")).content
    other = StaffPostFactory()
    there = Client()
    there.force_login(other.user)
    file = SimpleUploadedFile("call.yaml", exported)
    saved(there, "/admin/calls/call/import/", {"issuer": other.issuer.pk, "file": file})
    copy = Call.objects.get(issuer=other.issuer)
    assert copy.title == draft.title


def test_a_faulty_call_file_is_refused_with_its_line() -> None:
    post = StaffPostFactory()
    client = Client()
    client.force_login(post.user)
    file = SimpleUploadedFile("call.yaml", b"format: 1\ncall: nonsense\n")
    page = refused(client, "/admin/calls/call/import/", {"issuer": post.issuer.pk, "file": file})
    assert "errorlist" in page
    assert not Call.objects.exists()


def test_a_draft_is_removed_and_a_published_call_is_not(draft: Call, call: Call) -> None:
    saved(staff_of(draft), at(draft, "discard/"))
    assert not Call.objects.filter(pk=draft.pk).exists()
    saved(staff_of(call), at(call, "discard/"))
    assert Call.objects.filter(pk=call.pk).exists()


# lists -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_ask_as_often_for_three_rows_as_for_one(
    rows: int, django_assert_num_queries: Any
) -> None:
    post = StaffPostFactory()
    for _ in range(rows):
        CallFactory(issuer=post.issuer)
        NoticeFactory(issuer=post.issuer)
    client = Client()
    client.force_login(post.user)
    counts = []
    for path in ("/admin/calls/call/", "/admin/calls/notice/"):
        with _counted() as queries:
            html(client, path)
        counts.append(len(queries))
    assert counts == LIST_QUERIES


LIST_QUERIES = [13, 12]


def test_the_list_holds_the_own_issuers_calls_only(draft: Call) -> None:
    other = CallFactory()
    page = html(staff_of(draft), "/admin/calls/call/")
    assert draft.title in page
    assert other.title not in page


def test_the_overview_asks_as_often_for_a_large_call_as_for_a_small_one(draft: Call) -> None:
    large = seed_call("jilin-2024", issuer=draft.issuer)
    # Of a call that is over the check asks less.
    Call.objects.filter(pk=large.pk).update(closes_at=draft.closes_at)
    client = staff_of(draft)
    with _counted() as few:
        html(client, at(draft))
    with _counted() as many:
        html(client, at(large))
    assert len(many) == len(few)


def _counted() -> Any:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)


# notices -----------------------------------------------------------------------------------------------------


def notice_at(notice: Notice, rest: str = "editor/") -> str:
    return f"/admin/calls/notice/{notice.pk}/{rest}"


def test_a_notice_is_written_published_and_withdrawn() -> None:
    post = StaffPostFactory()
    client = Client()
    client.force_login(post.user)
    data = {"issuer": post.issuer.pk, "title": "放假通知", "number": "", "body": "各单位：\n放假。"}
    saved(client, "/admin/calls/notice/new/", data)
    notice = Notice.objects.get()
    path = f"/notices/{notice.pk}/"
    assert Client().get(path).status_code == 404
    assert client.get(path).status_code == 200
    upload = SimpleUploadedFile("表.png", picture(), "image/png")
    saved(client, notice_at(notice, "do/"), {"do": "attach", "file": upload, "title": "附件一"})
    saved(client, notice_at(notice, "do/"), {"do": "publish"})
    public = html(Client(), path)
    assert "放假。" in public
    assert "附件一" in public
    saved(client, notice_at(notice), {"title": "放假通知", "body": "各单位：\n放假两天。"})
    saved(client, notice_at(notice, "do/"), {"do": "withdraw", "reason": ""})
    notice.refresh_from_db()
    assert notice.state == NoticeState.PUBLISHED
    saved(client, notice_at(notice, "do/"), {"do": "withdraw", "reason": "内容有误"})
    notice.refresh_from_db()
    assert notice.state == NoticeState.WITHDRAWN


def test_a_withdrawn_notice_is_no_longer_public(
    django_capture_on_commit_callbacks: Any,
) -> None:
    notice = PublishedNoticeFactory()
    client = Client()
    client.force_login(StaffPostFactory(issuer=notice.issuer).user)
    html(Client(), f"/notices/{notice.pk}/")
    with django_capture_on_commit_callbacks(execute=True):
        saved(client, notice_at(notice, "do/"), {"do": "withdraw", "reason": "有误"})
    assert Client().get(f"/notices/{notice.pk}/").status_code == 404


@pytest.mark.parametrize("do", ["publish", "withdraw", "attach", "detach"])
def test_others_do_nothing_to_a_notice(do: str) -> None:
    notice = NoticeFactory()
    stranger, official, nobody = Client(), Client(), Client()
    stranger.force_login(StaffPostFactory().user)
    official.force_login(StaffPostFactory(issuer=notice.issuer, role=StaffRole.OFFICIAL).user)
    nobody.force_login(UserFactory())
    for client, path in ((stranger, "do/"), (stranger, "editor/"), (official, "do/")):
        wanted = 404 if client is stranger else 403
        assert client.post(notice_at(notice, path), {"do": do, "title": "x"}).status_code == wanted
    assert nobody.post(notice_at(notice, "do/"), {"do": do}).status_code in (302, 404)
    assert official.get(notice_at(notice)).status_code == 200
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT


def test_the_notice_of_a_call_changes_with_the_call_only(call: Call) -> None:
    client = staff_of(call)
    page = html(client, notice_at(call.notice))
    assert f"/admin/calls/call/{call.pk}/editor/" in page
    assert client.post(notice_at(call.notice), {"title": "换名"}).status_code == 404
    saved(client, notice_at(call.notice, "do/"), {"do": "withdraw", "reason": "试试"})
    call.notice.refresh_from_db()
    assert call.notice.state == NoticeState.PUBLISHED


def test_staff_find_notices_by_words_of_their_text() -> None:
    post = StaffPostFactory()
    NoticeFactory(issuer=post.issuer, title="甲通知", body="关于学会年检")
    NoticeFactory(issuer=post.issuer, title="乙通知", body="关于学术交流")
    client = Client()
    client.force_login(post.user)
    page = html(client, "/admin/calls/notice/?q=年检")
    assert "甲通知" in page
    assert "乙通知" not in page
