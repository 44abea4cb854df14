"""The expert's desk as a browser without scripts uses it, and as autosave does."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfReader, PdfWriter

from portal.files.models import StoredFile
from portal.files.services import store_bytes
from portal.mail.models import Message
from portal.people.models import User
from reviews import experts_import
from reviews.blind import MASK, masked
from reviews.blind_copy import NoCopy, blind_copy
from reviews.models import Assignment, AssignmentState, Expert, ExpertList
from reviews.services import scoring
from tests.factories.experts import (
    ExpertFactory,
    assign_all,
    fill_in,
    make_experts,
    make_panel,
    make_stage,
    user_of,
)
from tests.factories.people import PASSWORD, UserFactory
from tests.factories.reviews import Scene, accepted, many_submissions


@pytest.fixture
def one(scene: Scene) -> Assignment:
    """A file on an expert's desk, not opened."""
    accepted(scene)
    panel = make_panel(
        make_stage(scene.call), scene.officer, make_experts(scene.issuer, 1), per_file=1
    )
    return assign_all(panel, scene.officer)[0]


@pytest.fixture
def seat(one: Assignment) -> Client:
    """A browser in which the expert is signed in."""
    client = Client()
    client.force_login(user_of(one.expert))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"desk:{name}", args=args)


def sheet_data(one: Assignment, **changes: str) -> dict[str, Any]:
    first, second = scoring.criteria_of(one)
    return {
        f"score-{first.pk}": "50", f"score-{second.pk}": "8", f"comment-{second.pk}": "可行",
        "opinion": "同意", "version": one.version_id, "do": "hand_in",
    } | changes  # fmt: skip


def test_declares_scores_and_hands_in_without_scripts(seat: Client, one: Assignment) -> None:
    shut = seat.get(url("file", one.pk))
    assert "为省内研究生提供交流平台。" not in shut.text
    page = seat.post(url("clear", one.pk), follow=True)
    assert "为省内研究生提供交流平台。" in page.text
    done = seat.post(url("sheet", one.pk), sheet_data(one), follow=True)
    one.refresh_from_db()
    assert one.state == AssignmentState.SUBMITTED
    assert "82.00" in done.text
    assert '<form id="sheet"' not in done.text


def test_a_conflict_takes_the_file_off_the_desk(seat: Client, one: Assignment) -> None:
    assert seat.post(url("recuse", one.pk), {"reason": ""}).status_code == 409
    seat.post(url("recuse", one.pk), {"reason": "师生关系"})
    one.refresh_from_db()
    assert one.state == AssignmentState.RECUSED
    assert seat.get(url("file", one.pk)).status_code == 404


def test_what_is_lacking_is_said_and_what_was_typed_is_kept(seat: Client, one: Assignment) -> None:
    seat.post(url("clear", one.pk))
    page = seat.post(url("sheet", one.pk), sheet_data(one, opinion=""))
    assert page.status_code == 409
    assert [reason.url for reason in page.context["reasons"]] == ["#id_opinion"]
    assert page.context["form"].errors == {"opinion": ["尚未填写总体评审意见。"]}
    assert one.entries.count() == 3


def test_a_score_off_its_scale_is_said_at_its_criterion_and_saved_as_typed(
    seat: Client, one: Assignment
) -> None:
    seat.post(url("clear", one.pk))
    first, _second = scoring.criteria_of(one)
    score = f"score-{first.pk}"
    assert not seat.get(url("file", one.pk)).context["form"].errors, "empty is not wrong yet"
    sent = {score: "99", "opinion": "总体意见", "do": "save"}
    page = seat.post(url("sheet", one.pk), sheet_data(one, **sent), follow=True)
    errors = page.context["form"].errors
    assert set(errors) == {score}
    assert first.title in errors[score][0]
    assert f'href="#id_{score}"' in page.text
    assert "总体意见" in page.text
    assert scoring.texts_of(one)[score] == "99"


def test_a_stale_tab_is_told_with_both_texts_and_hands_nothing_in(
    seat: Client, one: Assignment
) -> None:
    seat.post(url("clear", one.pk))
    seat.post(url("sheet", one.pk), sheet_data(one, opinion="第一稿", do="save"))
    stale = seat.post(url("sheet", one.pk), sheet_data(one, opinion="旧页面"))
    assert stale.status_code == 409
    assert "第一稿" in stale.text
    assert "旧页面" in stale.text
    one.refresh_from_db()
    assert one.state == AssignmentState.OPEN
    assert one.entries.get(key="opinion").text == "第一稿"


def test_autosave_answers_as_the_script_expects(seat: Client, one: Assignment) -> None:
    seat.post(url("clear", one.pk))
    field = f"score-{scoring.criteria_of(one)[0].pk}"

    def save(value: str, revision: int) -> Any:
        return seat.post(
            url("save", one.pk), {"field": field, "value": value, "revision": revision}
        )

    first = save("55", 0)
    assert (first.status_code, first.json()["revision"], first.json()["errors"]) == (200, 1, [])
    assert len(save("99", 1).json()["errors"]) == 1
    stale = save("54", 1)
    assert (stale.status_code, stale.json()["theirs"]) == (409, "99")
    fill_in_again = sheet_data(one)
    del fill_in_again["do"]
    assert seat.post(url("save", one.pk), {"field": "nothing", "value": "x"}).status_code == 423


def test_the_list_asks_no_more_of_three_files_than_of_one(
    scene: Scene, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    (expert,) = make_experts(scene.issuer, 1)
    many_submissions(scene, 1, state="accepted")
    panel = make_panel(make_stage(scene.call), scene.officer, [expert], per_file=1)
    assign_all(panel, scene.officer)
    client = Client()
    client.force_login(user_of(expert))
    client.get(url("files"))
    with CaptureQueriesContext(connection) as few:
        assert len(client.get(url("files")).context["to_do"]) == 1
    many_submissions(scene, 2, state="accepted")
    assign_all(panel, scene.officer)
    with django_assert_num_queries(len(few)):
        assert len(client.get(url("files")).context["to_do"]) == 3


# Masks and copies ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "示例学会", "示 例 学会", "联系电话0431-1234567", "手机 138 0000 0000", "a.b@example.org",
        "52330000MJ00000001", "身份证11010119900101123X",
    ],
)  # fmt: skip
def test_traces_of_the_applicant_are_masked(text: str) -> None:
    shown = masked(f"前{text}后", ["示例学会"])
    assert MASK in shown
    assert text not in shown


@pytest.mark.parametrize("text", ["2026-05-01至2026-05-02", "参会200人，经费30000.00元", "第13届"])
def test_dates_and_figures_are_not_masked(text: str) -> None:
    assert masked(text, ["示例学会"]) == text


def stored(data: bytes, name: str, content_type: str) -> StoredFile:
    return store_bytes(data, name=name, content_type=content_type, by=None)


def test_a_blind_pdf_has_no_author(db: None) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": "金丝雀", "/Producer": "白鹭大学"})
    out = io.BytesIO()
    writer.write(out)
    name, data = blind_copy(stored(out.getvalue(), "白鹭.pdf", "application/pdf"), 2)
    assert name == "2.pdf"
    assert "金丝雀" not in str(PdfReader(io.BytesIO(data)).metadata)
    assert "白鹭" not in str(PdfReader(io.BytesIO(data)).metadata)
    assert len(PdfReader(io.BytesIO(data)).pages) == 1


def test_a_blind_office_file_has_no_author_and_still_opens(db: None) -> None:
    from openpyxl import load_workbook
    from openpyxl.comments import Comment

    book = Workbook()
    book.properties.creator = "canary-author"
    book.active["A1"] = "数据"
    book.active["A1"].comment = Comment("说明", "canary-author")
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    _name, data = blind_copy(stored(out.getvalue(), "x.xlsx", kind), 1)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        properties = archive.read("docProps/core.xml") + archive.read("docProps/app.xml")
    assert b"canary-author" not in properties
    assert load_workbook(io.BytesIO(data)).active["A1"].value == "数据"


def test_a_blind_picture_has_no_camera(db: None) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "canary-artist"
    Image.new("RGB", (8, 8), "red").save(out, "JPEG", exif=exif)
    _name, data = blind_copy(stored(out.getvalue(), "照片.jpg", "image/jpeg"), 1)
    assert b"canary-artist" in out.getvalue()
    assert b"canary-artist" not in data


def test_what_cannot_be_freed_of_traces_is_not_handed_out(db: None) -> None:
    with pytest.raises(NoCopy):
        blind_copy(stored(b"text", "a.txt", "text/plain"), 1)
    with pytest.raises(NoCopy):
        blind_copy(stored(b"%PDF-broken", "a.pdf", "application/pdf"), 1)


# Register and the way in -----------------------------------------------------------------------
def workbook_of(*lines: tuple[str, ...]) -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.active
    sheet.append([column.heading for column in experts_import.columns()])
    for line in lines:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("专家.xlsx", out.getvalue())


def test_staff_of_one_association_are_not_asked_whose_expert_it_is(
    scene: Scene, desk: Client
) -> None:
    form = desk.get(reverse("admin:reviews_expert_add")).context["adminform"].form
    assert form["issuer"].value() == scene.issuer.pk


def test_a_list_is_tried_first_then_taken_over_once(scene: Scene, desk: Client) -> None:
    known = ExpertFactory(issuer=scene.issuer, title="讲师")
    upload = workbook_of(
        ("甲示例", "new@example.org", "", "示例大学", "教授", "理科，工科", "英语", "5", ""),
        (known.name, known.email, "", known.unit_name, "教授", "", "", "", ""),
        ("乙示例", "no mailbox", "", "", "", "", "", "", ""),
    )
    page = desk.post(
        reverse("admin:reviews_experts_upload"),
        {"issuer": scene.issuer.pk, "file": upload}, follow=True,
    )  # fmt: skip
    assert [(kind.value, n) for kind, n in page.context["counts"]] == [
        ("new", 1), ("changed", 1), ("bad", 1),
    ]  # fmt: skip
    assert Expert.objects.count() == 1
    run = ExpertList.objects.get()
    shown = {"shown": page.context["shown"], "invite": "yes"}
    for _time in range(2):
        desk.post(reverse("admin:reviews_experts_diff", args=[run.pk]), shown)
    new = Expert.objects.get(email="new@example.org")
    known.refresh_from_db()
    assert (new.fields, new.most_files, known.title) == (["理科", "工科"], 5, "教授")
    assert Expert.objects.count() == 2
    assert Message.objects.filter(occasion__startswith="expert-invitation").count() == 1


def invitation_link(expert: Expert) -> str:
    mail = Message.objects.filter(to_email=expert.email).latest("created_at")
    return "/desk/join/" + mail.body.split("/desk/join/")[1].split()[0]


def test_the_link_makes_an_account_once_and_leads_to_the_desk(scene: Scene, desk: Client) -> None:
    expert = ExpertFactory(issuer=scene.issuer, user=None, email="invited@example.org")
    desk.post(reverse("admin:reviews_expert_invite", args=[expert.pk]))
    link, client = invitation_link(expert), Client()
    data = {
        "name": "甲示例", "phone": "0000-0000000", "password1": "long-enough-words",
        "password2": "long-enough-words", "consent": "on",
    }  # fmt: skip
    page = client.post(link, data, follow=True)
    expert.refresh_from_db()
    assert page.redirect_chain[-1][0] == url("files")
    assert user_of(expert).email == "invited@example.org"
    assert Client().get(link).status_code == 410


def test_anothers_link_and_an_old_link_let_nobody_in(scene: Scene, desk: Client) -> None:
    expert = ExpertFactory(issuer=scene.issuer, user=None, email="invited@example.org")
    invite = reverse("admin:reviews_expert_invite", args=[expert.pk])
    desk.post(invite)
    old = invitation_link(expert)
    desk.post(invite)
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.post(invitation_link(expert)).status_code == 409
    assert stranger.get(old).status_code == 410
    expert.refresh_from_db()
    assert expert.user is None


def test_who_signs_in_lands_on_the_desk_and_finds_it_in_the_navigation(one: Assignment) -> None:
    client = Client()
    login = {"login": user_of(one.expert).email, "password": PASSWORD}
    page = client.post(reverse("account_login"), login, follow=True)
    assert page.redirect_chain[-1][0] == url("files")
    assert url("files") in [item.url for item in page.context["nav"]]
    assert User.objects.get(pk=user_of(one.expert).pk).is_staff is False
    mine = client.get(reverse("applications:my"))
    assert mine["Location"] == url("files"), "not to the registration of a unit"


# Staff pages -----------------------------------------------------------------------------------
def test_staff_set_a_sheet_up_whose_weights_are_a_hundred(scene: Scene, desk: Client) -> None:
    stage = make_stage(scene.call)
    stage.sheet.delete()
    address = reverse("admin:reviews_sheet", args=[stage.pk])
    data = {
        "criteria-TOTAL_FORMS": "2", "criteria-INITIAL_FORMS": "0",
        "criteria-0-title": "学术价值", "criteria-0-weight": "60", "criteria-0-low": "0",
        "criteria-1-title": "可行性", "criteria-1-weight": "30", "criteria-1-low": "0",
        "blind": "on", "method": "mean", "tolerance": "15", "tie_1": "median",
    }  # fmt: skip
    assert not desk.post(address, data).context["criteria"].is_valid()
    assert desk.post(address, data | {"criteria-1-weight": "40"}).status_code == 302
    stage.refresh_from_db()
    sheet = stage.sheet
    assert [str(c.top) for c in sheet.criteria.all()] == ["60.0", "40.0"]
    assert sheet.ties == ["median"]


def test_the_pages_of_a_stage_show_how_far_it_is(
    scene: Scene, desk: Client, one: Assignment
) -> None:
    fill_in(one)
    stage = one.panel.stage_id
    panel = desk.get(reverse("admin:reviews_panel", args=[stage]))
    assert (panel.context["held"], panel.context["done"]) == (1, 0)
    assert one.expert.name in panel.text
    for name in ("assign", "summary", "sheet"):
        assert desk.get(reverse(f"admin:reviews_{name}", args=[stage])).status_code == 200
