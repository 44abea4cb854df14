"""What the public, a member and staff read on the pages of calls and notices."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from calls.enums import NoticeKind
from calls.models import Call, LateDoor, NoticeAttachment
from calls.services.publish import archive_call, publish_call
from calls.services.results import publish_result
from portal import clock
from portal.files.services import store_bytes
from portal.people.enums import Level, OrganisationKind, StaffRole
from portal.people.models import Issuer
from tests.factories.calls import (
    DAY,
    CallFactory,
    NoticeFactory,
    PublishedNoticeFactory,
    published_call,
    seed_call,
)
from tests.factories.people import (
    AffiliationFactory,
    IssuerFactory,
    MembershipFactory,
    StaffPostFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def body(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def words(page: str) -> str:
    """The text a person reads, blanks made one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def open_seed(name: str, **dates: Any) -> Call:
    """A seed call, open now as if it had been issued this week."""
    call = seed_call(name)
    Call.objects.filter(pk=call.pk).update(
        opens_at=clock.now() - DAY,
        closes_at=clock.now() + 7 * DAY,
        **({"paper_by": clock.now() + 7 * DAY} if call.paper_by else {}),
        **({"result_by": clock.today() + 14 * DAY} if call.result_by else {}),
    )
    call.refresh_from_db()
    return publish_call(call, by=None)


def member_of(issuer: Issuer, kind: str, level: str = "") -> Client:
    """A signed-in member of a unit the issuer has verified as of this kind."""
    membership = MembershipFactory()
    AffiliationFactory(organisation=membership.organisation, issuer=issuer, kind=kind, level=level)
    client = Client()
    client.force_login(membership.user)
    return client


# the explained table ---------------------------------------------------------------------------


def test_the_table_of_jilin_says_what_the_notice_says(client: Client) -> None:
    call = open_seed("jilin-2024")
    page = words(body(client, f"/calls/{call.pk}/"))
    for title, figures in {
        "年会分会场": "6 3 8—10 月",
        "研究生论坛": "14 2 5—10 月",
        "演讲比赛": "5 1.5—6 9—11 月",
        "决赛": "1 6 9—11 月",
        "基础研究学术交流活动": "4 4 5—10 月",
        "高水平对外学术交流活动": "2—3 3—4.5 6—11 月",
    }.items():
        assert re.search(rf"{title}[^—]*? {re.escape(figures)}", page), title


def test_the_table_of_jiaxing_has_no_money_and_no_limit(client: Client) -> None:
    call = open_seed("jiaxing-2023")
    page = body(client, f"/calls/{call.pk}/")
    assert "万元/项" not in page
    assert words(page).count("不限") >= 2
    assert "原则上" in words(page)


def test_rules_stand_with_their_clause(client: Client) -> None:
    call = published_call()
    call.rules.create(kind="quota", params={"limit": 2, "scope": "call"}, clause="总计不超过两项。")
    page = body(client, f"/calls/{call.pk}/")
    assert "每个单位各类合计限报 2 项" in page
    assert '<q class="clause">总计不超过两项。</q>' in page


def test_a_choice_is_named_by_its_words_not_by_its_value(client: Client) -> None:
    call = open_seed("jiaxing-2023")
    assert "regular" not in words(body(client, f"/calls/{call.pk}/"))


def test_markup_in_a_title_is_shown_as_text(client: Client) -> None:
    call = published_call(title="<script>alert(1)</script>")
    assert "<script>alert(1)" not in body(client, f"/calls/{call.pk}/")


# a unit's own column ---------------------------------------------------------------------------


def test_an_institute_reads_why_the_speech_contest_is_closed_to_it() -> None:
    call = open_seed("jilin-2024")
    client = member_of(call.issuer, OrganisationKind.INSTITUTE)
    page = body(client, f"/calls/{call.pk}/")
    contest = page[page.index("理科分赛场") : page.index("工科分赛场")]
    assert "不能申报" in contest
    clause = call.rules.get(category__title__contains="演讲比赛", kind="kinds").clause
    assert f"<q>{clause}</q>" in contest
    assert "/my/start/" not in contest


def test_an_institute_may_begin_where_it_is_welcome() -> None:
    call = open_seed("jilin-2024")
    client = member_of(call.issuer, OrganisationKind.INSTITUTE)
    page = body(client, f"/calls/{call.pk}/")
    basic = call.categories.get(title__contains="基础研究")
    assert f'href="/my/start/{basic.pk}/"' in page


def test_an_unknown_fact_is_no_refusal_and_is_said_once() -> None:
    call = open_seed("jilin-2024")
    client = member_of(call.issuer, OrganisationKind.SOCIETY, Level.PROVINCIAL)
    page = body(client, f"/calls/{call.pk}/")
    assert "可以申报，待核实" in page
    above, _why, below = page.partition('id="why"')
    assert above.count("<q>申报的省级学会须年检合格。</q>") == 1
    assert below.count("<q>申报的省级学会须年检合格。</q>") == 1


def test_nothing_can_be_begun_after_the_deadline() -> None:
    call = open_seed("jilin-2024")
    client = member_of(call.issuer, OrganisationKind.SOCIETY, Level.PROVINCIAL)
    Call.objects.filter(pk=call.pk).update(closes_at=clock.now())
    assert "/my/start/" not in body(client, f"/calls/{call.pk}/")


def test_a_late_door_lets_its_unit_begin_and_no_other() -> None:
    call = published_call()
    membership = MembershipFactory()
    AffiliationFactory(organisation=membership.organisation, issuer=call.issuer)
    Call.objects.filter(pk=call.pk).update(closes_at=clock.now())
    LateDoor.objects.create(
        call=call,
        organisation=membership.organisation,
        until=clock.now() + DAY,
        reason="系统故障",
        by=UserFactory(),
    )
    client = Client()
    client.force_login(membership.user)
    assert "/my/start/" in body(client, f"/calls/{call.pk}/")
    other = member_of(call.issuer, OrganisationKind.SOCIETY)
    assert "/my/start/" not in body(other, f"/calls/{call.pk}/")


def test_the_own_column_asks_as_often_for_many_categories(
    django_assert_max_num_queries: Any,
) -> None:
    call = open_seed("jilin-2024")
    client = member_of(call.issuer, OrganisationKind.SOCIETY, Level.PROVINCIAL)
    with django_assert_max_num_queries(30) as many:
        body(client, f"/calls/{call.pk}/")
    small = published_call(issuer=call.issuer)
    with django_assert_max_num_queries(30) as few:
        body(client, f"/calls/{small.pk}/")
    assert len(many) == len(few)


# who sees what is not published ------------------------------------------------------------------


def test_a_draft_is_seen_by_its_own_staff_alone(client: Client) -> None:
    draft = CallFactory()
    path = f"/calls/{draft.pk}/"
    assert client.get(path).status_code == 404
    client.force_login(StaffPostFactory().user)
    assert client.get(path).status_code == 404
    client.force_login(MembershipFactory().user)
    assert client.get(path).status_code == 404
    client.force_login(StaffPostFactory(issuer=draft.issuer, role=StaffRole.OFFICIAL).user)
    assert "预览" in body(client, path)


def test_a_notice_and_its_files_are_public_once_it_is_published(client: Client) -> None:
    notice = NoticeFactory()
    file = store_bytes(b"%PDF-1.4 example", name="表.pdf", content_type="application/pdf", by=None)
    attachment = NoticeAttachment.objects.create(notice=notice, file=file, title="申报表")
    paths = [f"/notices/{notice.pk}/", f"/notices/{notice.pk}/files/{attachment.pk}/"]
    staff = Client()
    staff.force_login(StaffPostFactory(issuer=notice.issuer).user)
    stranger = Client()
    stranger.force_login(StaffPostFactory().user)
    for path in paths:
        assert client.get(path).status_code == 404
        assert stranger.get(path).status_code == 404
        assert staff.get(path).status_code == 200
    notice.state, notice.published_at = "published", clock.now()
    notice.save()
    for path in paths:
        assert client.get(path).status_code == 200


def test_a_file_is_not_reached_through_another_notice(client: Client) -> None:
    shown, hidden = PublishedNoticeFactory(), NoticeFactory()
    file = store_bytes(b"secret", name="a.pdf", content_type="application/pdf", by=None)
    attachment = NoticeAttachment.objects.create(notice=hidden, file=file, title="内部")
    assert client.get(f"/notices/{shown.pk}/files/{attachment.pk}/").status_code == 404


def test_a_file_is_handed_out_as_a_download(client: Client) -> None:
    notice = PublishedNoticeFactory()
    file = store_bytes(b"%PDF-1.4 x", name="申报表.pdf", content_type="application/pdf", by=None)
    attachment = NoticeAttachment.objects.create(notice=notice, file=file, title="申报表")
    response: Any = client.get(f"/notices/{notice.pk}/files/{attachment.pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content) == b"%PDF-1.4 x"


# notices and results ----------------------------------------------------------------------------


def test_words_are_found_in_title_and_text_and_all_must_occur(client: Client) -> None:
    PublishedNoticeFactory(title="关于学术交流的通知", body="请各单位报送总结。")
    PublishedNoticeFactory(title="关于学会年检的通知", body="请报送材料。")
    NoticeFactory(title="学术交流草稿")
    assert _titles(client, "q=学术交流") == ["关于学术交流的通知"]
    assert _titles(client, "q=通知 总结") == ["关于学术交流的通知"]
    assert _titles(client, "q=报送") == ["关于学会年检的通知", "关于学术交流的通知"]
    assert "没有找到" in body(client, "/notices/?q=不存在的词")


def test_notices_are_narrowed_by_kind_association_and_year(client: Client) -> None:
    general = PublishedNoticeFactory(title="一般通知")
    PublishedNoticeFactory(title="征集通知", kind=NoticeKind.CALL)
    old = PublishedNoticeFactory(
        title="往年通知", issuer=general.issuer, published_at=clock.now() - 800 * DAY
    )
    assert _titles(client, "kind=call") == ["征集通知"]
    assert _titles(client, f"issuer={general.issuer.slug}") == ["一般通知", "往年通知"]
    year = clock.local(old.published_at).year
    assert _titles(client, f"year={year}") == ["往年通知"]


@pytest.mark.parametrize("query", ["kind=nonsense", "year=abc", "issuer=nobody"])
def test_a_filter_that_makes_no_sense_finds_nothing(client: Client, query: str) -> None:
    PublishedNoticeFactory(title="一般通知")
    assert _titles(client, query) == []


def test_pages_keep_the_filters_in_the_address(client: Client) -> None:
    issuer = IssuerFactory()
    for number in range(21):
        PublishedNoticeFactory(title=f"通知第{number}号", issuer=issuer)
    page = body(client, f"/notices/?issuer={issuer.slug}")
    assert f'href="?issuer={issuer.slug}&amp;page=2"' in page
    assert len(_titles(client, f"issuer={issuer.slug}&page=2")) == 1


def _titles(client: Client, query: str) -> list[str]:
    page = body(client, f"/notices/?{query}")
    return re.findall(r'<a href="/notices/\d+/">([^<]+)</a>', page)


def test_a_result_is_shown_as_it_was_frozen(client: Client) -> None:
    call = published_call()
    notice = publish_result(
        call,
        by=UserFactory(),
        title="入选名单",
        body="现公布如下：",
        columns=["项目名称", "申报单位"],
        groups=[{"title": "年会分会场", "rows": [["光学分会场", "示例省光学学会"]]}],
    )
    page = words(body(client, f"/notices/{notice.pk}/"))
    assert "年会分会场 序号 项目名称 申报单位 1 光学分会场 示例省光学学会" in page
    assert "入选名单" in body(client, "/results/")
    assert "入选名单" in body(client, "/")
    assert f'href="/notices/{notice.pk}/"' in body(client, f"/calls/{call.pk}/")


def test_a_notice_is_an_article_with_headings_and_contents(client: Client) -> None:
    notice = PublishedNoticeFactory(body="各单位：\n一、甲\n正文\n二、乙\n三、丙\n（一）丁")
    page = body(client, f"/notices/{notice.pk}/")
    assert '<h2 id="part-2">二、乙</h2>' in page
    assert "<h3>（一）丁</h3>" in page
    assert '<a href="#part-3">三、丙</a>' in page


# home and the list of calls ------------------------------------------------------------------------


def test_home_lists_open_calls_by_their_deadline_and_announced_ones_apart(client: Client) -> None:
    now = clock.now()
    published_call(title="晚到期", closes_at=now + 9 * DAY)
    published_call(title="早到期", closes_at=now + 2 * DAY + dt.timedelta(hours=1))
    published_call(title="未开始", opens_at=now + DAY, closes_at=now + 9 * DAY)
    published_call(title="已过期", opens_at=now - 3 * DAY, closes_at=now - DAY)
    page = body(client, "/")
    calls = page[: page.index("最新通知")]
    assert calls.index("早到期") < calls.index("晚到期") < calls.index("未开始")
    assert "已过期" not in calls
    assert re.search(r"<b>2</b>\s*天后截止", page)


def test_home_can_be_narrowed_to_one_association(client: Client) -> None:
    mine, other = published_call(title="本会征集"), published_call(title="他会征集")
    page = body(client, f"/?issuer={mine.issuer.slug}")
    assert "本会征集" in page
    assert "他会征集" not in page
    assert other.issuer.short_name in page


def test_an_empty_home_says_what_will_be_here(client: Client) -> None:
    assert "目前没有正在征集的项目" in body(client, "/")


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("open", "正在征集的"),
        ("announced", "未开始的"),
        ("closed", "已截止的"),
        ("archived", "已归档的"),
        ("nonsense", "正在征集的"),
    ],
)
def test_calls_stand_under_the_tab_of_their_phase(client: Client, show: str, expected: str) -> None:
    now = clock.now()
    published_call(title="正在征集的")
    published_call(title="未开始的", opens_at=now + DAY, closes_at=now + 2 * DAY)
    published_call(title="已截止的", opens_at=now - 2 * DAY, closes_at=now - DAY)
    archive_call(
        published_call(title="已归档的", opens_at=now - 2 * DAY, closes_at=now - DAY), by=None
    )
    CallFactory(title="草稿")
    page = body(client, f"/calls/?show={show}")
    assert re.findall(r'<h3><a href="/calls/\d+/">([^<]+)</a></h3>', page) == [expected]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"), [("/", 8), ("/calls/", 4), ("/notices/", 4), ("/results/", 4)]
)
def test_lists_ask_as_often_for_three_rows_as_for_one(
    client: Client, rows: int, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        call = published_call()
        publish_result(
            call,
            by=UserFactory(),
            title="名单",
            body="",
            columns=["单位"],
            groups=[{"title": "", "rows": [["示例学会"]]}],
        )
    with django_assert_num_queries(queries):
        body(client, path)


def test_a_notice_whose_call_is_closed_says_so(client: Client) -> None:
    now = clock.now()
    published_call(title="正在征集的")
    published_call(title="已截止的", opens_at=now - 2 * DAY, closes_at=now - DAY)
    for path in ("/", "/notices/"):
        assert body(client, path).count(">已截止</span>") == 1


# the calendar ------------------------------------------------------------------------------------------


def test_the_calendar_file_holds_the_deadline_in_lines_that_fit(client: Client) -> None:
    call = published_call(
        title="一个很长的征集名称，" * 6,
        closes_at=clock.end_of(clock.today() + 3 * DAY),
        result_by=clock.today() + 9 * DAY,
    )
    response = client.get(f"/calls/{call.pk}/calendar.ics")
    assert response["Content-Type"].startswith("text/calendar")
    lines = response.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    whole = response.content.replace(b"\r\n ", b"").decode()
    assert f"DTEND:{call.closes_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" in whole
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == 2
    assert call.title.replace(",", "\\,") in whole


def test_a_draft_has_no_calendar(client: Client) -> None:
    assert client.get(f"/calls/{CallFactory().pk}/calendar.ics").status_code == 404
