"""Staff paste a notice, look at what was read beside its sentences, and get a draft of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from calls.admin.reading import marked
from calls.models import Call, FormField
from calls.publish_check import problems
from calls.reader import read
from portal.people.enums import StaffRole
from portal.people.models import Issuer
from tests.factories.people import IssuerFactory, StaffPostFactory
from tests.portal.files.samples import office

pytestmark = pytest.mark.django_db

NOTICES = Path(__file__).parent.parent / "data/notices/develop"
PASTE = "/admin/calls/call/from-notice/"
CONFIRM = f"{PASTE}confirm/"


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def issuer() -> Issuer:
    return IssuerFactory()


@pytest.fixture
def client(issuer: Issuer) -> Client:
    client = Client()
    client.force_login(StaffPostFactory(issuer=issuer, role=StaffRole.OFFICER).user)
    return client


def docx(*paragraphs: str) -> bytes:
    """A Word file of plain paragraphs."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    return office(
        "docx",
        {"word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>".encode()},
    )


def notice(name: str) -> str:
    return (NOTICES / f"{name}.txt").read_text("utf-8")


def inputs(html: str) -> dict[str, str]:
    """Return what a browser would send back of the page, untouched."""
    form = html.split('class="proposals"')[1].split("</form>")[0]
    data: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name is None or ('type="checkbox"' in tag and "checked" not in tag):
            continue
        data[name[1]] = value[1] if value else "on" if 'type="checkbox"' in tag else ""
    for name_, body in re.findall(r'<select name="([^"]+)"(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        data[name_] = chosen[1] if chosen else ""
    return data


def pasted(client: Client, issuer: Issuer, name: str) -> tuple[str, dict[str, str]]:
    response = client.post(PASTE, {"issuer": issuer.pk, "text": notice(name)})
    html = response.content.decode()
    return html, inputs(html) | {"text": notice(name)}


def test_what_was_read_stands_beside_its_sentence(client: Client, issuer: Issuer) -> None:
    html, data = pasted(client, issuer, "academic-projects-retold")
    assert data["title"] == "关于做好2024年度吉林省科协学术交流项目申报工作的通知"
    assert data["closes_at_day"] == "2024-04-22"
    targets = set(re.findall(r'href="#(s\d+-\d+)"', html))
    assert targets
    assert targets <= set(re.findall(r'id="(s\d+-\d+)"', html))


def test_the_untouched_page_becomes_a_draft_once_the_opening_is_given(
    client: Client, issuer: Issuer
) -> None:
    _html, data = pasted(client, issuer, "academic-projects-retold")
    response = client.post(CONFIRM, data)
    assert response.status_code == 200
    assert not Call.objects.exists(), "the notice states no opening, so nobody may invent one"
    response = client.post(CONFIRM, data | {"opens_at_day": "2024-03-25"})
    call = Call.objects.get()
    assert response.status_code == 302
    assert call.categories.filter(parent=None).count() == 5
    assert call.issuer == issuer
    page = client.get(response["Location"]).content.decode()
    assert "年检合格" in page
    assert call.open_points.filter(words__contains="年检合格").exists()


def test_a_corrected_fact_is_kept_and_a_dropped_one_is_not(client: Client, issuer: Issuer) -> None:
    _html, data = pasted(client, issuer, "short-memo")
    data |= {"opens_at_day": "2024-03-01"}
    limit = next(name for name in data if name.endswith("-limit"))
    mailbox = next(name for name, value in data.items() if value == "xhb@beishan.example")
    data[limit] = "3"
    del data[mailbox.replace("-text", "-keep")]
    assert client.post(CONFIRM, data).status_code == 302
    call = Call.objects.get()
    assert call.rules.get(kind="quota").params["limit"] == 3
    assert call.contacts.get().email == ""


def test_a_wrong_correction_is_said_at_its_place_and_nothing_is_lost(
    client: Client, issuer: Issuer
) -> None:
    _html, data = pasted(client, issuer, "short-memo")
    limit = next(name for name in data if name.endswith("-limit"))
    response = client.post(CONFIRM, data | {"opens_at_day": "2024-03-01", limit: "许多"})
    html = response.content.decode()
    assert "许多" in html
    assert "<details open>" in html
    assert not Call.objects.exists()


def test_what_was_not_read_is_listed_and_warns_before_publishing(
    client: Client, issuer: Issuer
) -> None:
    html, data = pasted(client, issuer, "../shapes/parts-with-figures")
    assert 'class="read missed"' in html
    kept = [name for name in data if name.startswith("unread-")]
    label = {name: html.split(f'name="{name}"')[1].split("</label>")[0] for name in kept}
    dropped = next(name for name in kept if "市科协302室" in label[name])
    client.post(CONFIRM, {name: value for name, value in data.items() if name != dropped})
    call = Call.objects.get()
    listed = call.open_points.filter(words__contains="签订合作协议不少于2份")
    assert [one.sentence for one in listed] == [
        "围绕我市重点产业开展技术诊断，签订合作协议不少于2份。"
    ]
    assert not call.open_points.filter(words__contains="302室").exists()
    assert "open-points" in {one.part for one in problems(call) if not one.blocks}
    call.open_points.all().delete()
    call.refresh_from_db()
    assert "open-points" not in {one.part for one in problems(call)}


def test_a_point_is_taken_off_the_list(client: Client, issuer: Issuer) -> None:
    _html, data = pasted(client, issuer, "academic-projects-retold")
    client.post(CONFIRM, data | {"opens_at_day": "2024-03-25"})
    call = Call.objects.get()
    point = call.open_points.first()
    assert point is not None
    page = client.get(f"/admin/calls/call/{call.pk}/editor/").content.decode()
    listed = page.split('id="open-points"')[1].split("</section>")[0]
    assert listed.count("csrfmiddlewaretoken") == 2 * call.open_points.count(), "each can be sent"
    client.post(f"/admin/calls/call/{call.pk}/editor/open-point/{point.pk}/settle/")
    assert not call.open_points.filter(pk=point.pk).exists()


def test_one_press_makes_a_condition_a_declaration_with_rule_and_question(
    client: Client, issuer: Issuer
) -> None:
    _html, data = pasted(client, issuer, "academic-projects-retold")
    client.post(CONFIRM, data | {"opens_at_day": "2024-03-25"})
    call = Call.objects.get()
    first, second = call.open_points.all()[:2]
    works = call.categories.filter(parent=None)[1]
    press = f"/admin/calls/call/{call.pk}/editor/open-point/%s/declare/"
    client.post(press % first.pk)
    client.post(press % second.pk, {"category": works.pk})
    assert not call.open_points.filter(pk__in=[first.pk, second.pk]).exists()
    made = call.rules.filter(kind="declaration").order_by("-position")[:2]
    assert [rule.category for rule in made] == [works, None]
    for rule, point in zip(made, (second, first), strict=True):
        assert rule.clause == point.sentence
        assert rule.params["text"].endswith(point.sentence[-20:])
        asked = FormField.objects.get(section__call=call, options__text=rule.params["text"])
        assert (asked.required, asked.section.category) == (True, rule.category)
    assert not [one for one in problems(call) if one.undeclared]
    again = call.open_points.create(words="同一句", sentence=first.sentence)
    client.post(press % again.pk)
    assert not call.open_points.filter(pk=again.pk).exists(), "said already"
    client.post(press % first.pk)
    assert call.rules.filter(clause=first.sentence).count() == 1, "taken off the list already"


def test_what_is_refused_below_a_line_is_declared_together_with_it(
    client: Client, issuer: Issuer
) -> None:
    # Alone the item would be declared as fulfilled: 已知悉并符合：被列入失信名单的.
    text = (NOTICES.parent / "reworded/works-and-parts.txt").read_text("utf-8")
    html = client.post(PASTE, {"issuer": issuer.pk, "text": text}).text
    client.post(CONFIRM, inputs(html) | {"text": text, "opens_at_day": "2026-03-10"})
    declared = Call.objects.get().rules.filter(kind="declaration").order_by("position")
    whole = "存在以下情形之一的，不予受理："
    assert [rule.clause for rule in declared] == [
        f"{whole}承担上年度项目逾期未结题的；",
        f"{whole}被列入失信名单的。",
    ]
    assert all(whole in rule.params["text"] for rule in declared)


def test_the_draft_shows_the_words_that_name_the_support(client: Client, issuer: Issuer) -> None:
    text = (NOTICES.parent / "strangers/bases-and-works.txt").read_text("utf-8")
    html = client.post(PASTE, {"issuer": issuer.pk, "text": text}).text
    answer = client.post(CONFIRM, inputs(html) | {"text": text, "opens_at_day": "2026-03-10"})
    assert "<dd>澄湖市科协资助</dd>" in client.get(answer["Location"]).text


def test_a_document_is_read_as_its_text_is(client: Client, issuer: Issuer) -> None:
    upload = SimpleUploadedFile("通知.docx", docx(*notice("short-memo").split("\n")))
    response = client.post(PASTE, {"issuer": issuer.pk, "file": upload})
    assert "xhb@beishan.example" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "请粘贴通知全文"),
        ({"text": "字" * 60_001}, "60000"),
        ({"file": SimpleUploadedFile("通知.docx", b"no zip")}, "通知.docx"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    client: Client, issuer: Issuer, data: dict[str, Any], sentence: str
) -> None:
    response = client.post(PASTE, {"issuer": issuer.pk, **data})
    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_words_of_a_notice_are_never_markup() -> None:
    html = marked(
        read("关于<script>alert(1)</script>的通知\n请于3月20日前报送。\n某市科协\n2024年3月1日")
    )
    assert "<script>" not in html
    assert html.count("<span") == html.count("</span>")


def test_officials_read_no_notices(issuer: Issuer) -> None:
    client = Client()
    client.force_login(StaffPostFactory(issuer=issuer, role=StaffRole.OFFICIAL).user)
    assert client.get(PASTE).status_code == 404
    assert client.post(CONFIRM, {"text": "通知"}).status_code == 404


def test_a_kept_fact_cannot_lose_what_it_speaks_of(client: Client, issuer: Issuer) -> None:
    proposal = read(notice("academic-projects-retold"))
    place = next(n for n, one in enumerate(proposal.findings) if one.kind == "eligible")
    _page, data = pasted(client, issuer, "academic-projects-retold")
    data |= {"opens_at_day": "2024-03-25", f"fact-{place}-keep": "on", f"fact-{place}-units": ""}
    response = client.post(CONFIRM, data)
    assert "请填写此项，或不采用这一条。" in response.content.decode()
    assert not Call.objects.exists()
    del data[f"fact-{place}-keep"]
    assert client.post(CONFIRM, data).status_code == 302
