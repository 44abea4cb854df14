"""The paper register: typed and scanned, booked in, called after, taken back, exported."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from applications import printing
from applications.models import HandIn, PaperArrival
from applications.papers import FORM, PaperStanding
from applications.services import paper
from calls.models import Call
from portal import clock
from portal.audit.models import AuditEntry
from portal.documents import codes
from portal.people.enums import StaffRole
from reviews import paper_register
from reviews.paper_codes import Asked, read
from tests.factories.applications import Unit, page_with, picture, version_of
from tests.factories.applications import make_scene as make_plain_scene
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import Scene, colleague, many_submissions

CODE = "7K4MQ2XD93HW"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (f"https://example.org/verify/{CODE}/", Asked(code=CODE)),
        ("HTTPS://EXAMPLE.ORG/VERIFY/7k4m-q2xd-93hw", Asked(code=CODE)),
        # A Chinese input method left on widens every sign.
        ("ｈｔｔｐｓ：／／example.org／verify／7K4MQ2XD93HW／", Asked(code=CODE)),
        ("  7k4m q2xd—93hw ", Asked(code=CODE)),
        ("SL2026-7KQM4D", Asked(number="SL20267KQM4D")),
        ("ｓｌ2026－7kqm4d\n", Asked(number="SL20267KQM4D")),
        ("HZ2026-4KXQ-7MTD", Asked(number="HZ20264KXQ7MTD")),
        ("https://example.org/verify/short/", Asked()),
        ("https://example.org/my/", Asked()),
        ("", Asked()),
        ("'; DROP TABLE", Asked()),
    ],
)
def test_reads_what_people_and_scanners_type(typed: str, asked: Asked) -> None:
    assert read(typed) == asked


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """A call that wants one form on paper by its deadline."""
    Call.objects.filter(pk=scene.call.pk).update(paper_copies=1, paper_by=scene.call.closes_at)
    scene.call.refresh_from_db()
    return scene


def page_of(scene: Scene) -> str:
    return reverse("admin:reviews_paper_register", args=[scene.call.pk])


def booking(page: Any, **changes: Any) -> dict[str, Any]:
    """Return what the booking form sends as it was opened."""
    form = page.context["form"]
    opened = {name: form[name].value() or "" for name in form.fields}
    return {"code": page.context["typed"], **opened, **changes}


def test_a_scanner_and_the_enter_key_book_in(scene: Scene, desk: Client) -> None:
    packet = scene.handed_in().packet
    document = printing.form_of(version_of(packet))
    assert document is not None
    page = desk.get(page_of(scene), {"code": codes.address(document.code)})
    assert page.context["line"].packet == packet
    assert page.context["form"].fields["copies-form"].widget.attrs["autofocus"]
    assert desk.post(page_of(scene), booking(page)).status_code == 302
    arrival = PaperArrival.objects.get()
    assert (arrival.packet, arrival.by) == (packet, scene.officer)
    assert [(piece.is_form, piece.copies) for piece in arrival.pieces.all()] == [(True, 1)]
    (line,) = paper_register.lines_of(scene.call)
    assert line.standing is PaperStanding.COMPLETE
    assert scene.unit.organisation.name in desk.get(page_of(scene)).text


def test_a_photo_of_the_page_leads_where_its_code_does(scene: Scene, desk: Client) -> None:
    """Whatever the picture shows besides; what bears no code, or too many, gets a sentence."""

    def shown(data: bytes) -> Any:
        upload = SimpleUploadedFile("photo.png", data, "image/png")
        address = reverse("admin:reviews_paper_photo", args=[scene.call.pk])
        return desk.post(address, {"photo": upload}, follow=True)

    packet = scene.handed_in().packet
    document = printing.form_of(version_of(packet))
    assert document is not None
    page = shown(page_with(CODE, document.code))
    assert (page.context["line"].packet, page.context["typed"]) == (packet, document.code)
    assert not PaperArrival.objects.exists(), "reading books nothing in"
    assert shown(page_with(CODE)).context["said"], "a code nobody knows is answered as if typed"
    other = make_plain_scene(year=2027, issuer=scene.issuer).handed_in().packet
    theirs = printing.form_of(version_of(other))
    assert theirs is not None
    assert shown(page_with(theirs.code)).context["call"] == other.call
    for data in (picture(), b"no picture", page_with(document.code, theirs.code)):
        page = shown(data)
        assert page.context["line"] is None
        assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_the_number_of_form_receipt_and_packet_lead_there(scene: Scene, desk: Client) -> None:
    application = scene.handed_in()
    receipt = HandIn.objects.get(packet=application.packet)
    paper_of_receipt = printing.receipt_document(receipt)
    assert paper_of_receipt is not None
    assert application.number
    for typed in (
        application.number,
        application.number.lower().replace("-", " "),
        receipt.receipt_number,
        paper_of_receipt.code,
    ):
        found = paper_register.find(typed, issuers=[scene.issuer.pk])
        assert found.packet == application.packet, typed
    assert not paper_register.find("SL2026-XXXXXX", issuers=[scene.issuer.pk]).packet


def test_an_earlier_version_is_named_and_does_not_count(scene: Scene, desk: Client) -> None:
    packet = scene.handed_in().packet
    first = version_of(packet)
    document = printing.form_of(first)
    assert document is not None
    second = packet.versions.create(
        no=2, form_revision=first.form_revision, content=first.content, sha256="0" * 64,
        by=first.by, at=clock.now(),
    )  # fmt: skip
    HandIn.objects.create(
        packet=packet, version=second, key=uuid.uuid4(), receipt_number="R-2",
        received_at=clock.now(), by=first.by,
    )  # fmt: skip
    page = desk.get(page_of(scene), {"code": document.code})
    assert page.context["form"]["version"].value() == first.pk
    assert "box warning" in page.text
    desk.post(page_of(scene), booking(page))
    (line,) = paper_register.lines_of(scene.call)
    assert line.standing is PaperStanding.OLD_VERSION
    assert [(one.key, one.copies) for one in line.papers.judgement.missing] == [(FORM, 1)]


def test_a_paper_of_another_call_leads_to_that_call(scene: Scene, desk: Client) -> None:
    other = make_plain_scene(year=2027, issuer=scene.issuer)
    Call.objects.filter(pk=other.call.pk).update(paper_copies=1, paper_by=other.call.closes_at)
    number = other.handed_in().number or ""
    answer = desk.get(page_of(scene), {"code": number})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(page_of(other))
    assert number in desk.get(answer.headers["Location"]).text


def test_what_is_strange_or_a_draft_is_not_told(scene: Scene, desk: Client) -> None:
    stranger = make_plain_scene()
    theirs = stranger.handed_in()
    draft = scene.signed()
    for typed in (theirs.number, draft.number, "nonsense!"):
        page = desk.get(page_of(scene), {"code": typed or ""})
        assert page.context["line"] is None
        assert page.context["said"]
        assert stranger.unit.organisation.name not in page.text
        assert scene.unit.organisation.name not in page.text


def test_phones_are_shown_of_those_to_call_and_that_is_written_down(
    scene: Scene, desk: Client
) -> None:
    scene.handed_in()
    phone = scene.unit.administrator.phone
    assert phone not in desk.get(page_of(scene)).text
    assert not AuditEntry.objects.filter(action="phone_list_read").exists()
    assert phone in desk.get(page_of(scene), {"standing": "missing"}).text
    assert AuditEntry.objects.filter(action="phone_list_read").count() == 1
    response = desk.get(reverse("admin:reviews_paper_table", args=[scene.call.pk]))
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    assert sheet.max_row == 2
    assert phone in [cell.value for cell in sheet[2]]
    assert AuditEntry.objects.filter(action="phone_list_read").count() == 2


def test_a_mistake_is_taken_back_on_the_page(scene: Scene, desk: Client) -> None:
    application = scene.handed_in()
    arrival = _book(scene, scene.unit)
    undo = reverse("admin:reviews_paper_undo", args=[scene.call.pk, arrival.pk])
    desk.post(undo, {"reason": ""})
    assert PaperArrival.objects.standing().exists()
    desk.post(undo, {"reason": "登错了"})
    assert not PaperArrival.objects.standing().exists()
    assert "登错了" in desk.get(page_of(scene)).text
    other = make_plain_scene(year=2027, issuer=scene.issuer)
    elsewhere = reverse("admin:reviews_paper_undo", args=[other.call.pk, arrival.pk])
    assert desk.post(elsewhere, {"reason": "登错了"}).status_code == 404
    assert application.packet.paper_arrivals.count() == 1


def _book(scene: Scene, unit: Unit) -> PaperArrival:
    packet = scene.call.packets.get(organisation=unit.organisation)
    return paper.book_in(
        packet_id=packet.pk, version_id=version_of(packet).pk, copies={FORM: 1},
        arrived_on=clock.today(), postmarked_on=None, by=scene.officer, key=uuid.uuid4(),
    )  # fmt: skip


def test_the_unit_sees_that_it_has_arrived(scene: Scene) -> None:
    packet = scene.handed_in().packet
    browser = Client()
    browser.force_login(scene.unit.filler)
    address = reverse("applications:packet", args=[packet.pk])
    assert browser.get(address).context["papers"].judgement.standing is PaperStanding.MISSING
    _book(scene, scene.unit)
    page = browser.get(address)
    assert page.context["papers"].judgement.is_complete
    assert scene.officer.name not in page.text.split("on-paper")[1].split("</section>")[0]


def test_officials_read_and_do_not_book(scene: Scene) -> None:
    number = scene.handed_in().number or ""
    browser = Client()
    browser.force_login(colleague(scene, StaffRole.OFFICIAL))
    page = browser.get(page_of(scene), {"code": number})
    assert page.context["form"] is None
    assert browser.post(page_of(scene), {"code": number}).status_code == 403
    stranger = Client()
    stranger.force_login(StaffPostFactory().user)
    assert stranger.get(page_of(scene)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_asks_as_often_for_many_as_for_one(
    scene: Scene, django_assert_num_queries: Any, rows: int
) -> None:
    many_submissions(scene, rows)
    for packet in scene.call.packets.all():
        paper.book_in(
            packet_id=packet.pk, version_id=version_of(packet).pk, copies={FORM: 1},
            arrived_on=clock.today(), postmarked_on=None, by=scene.officer, key=uuid.uuid4(),
        )  # fmt: skip
    with django_assert_num_queries(7):
        lines = paper_register.lines_of(scene.call)
        paper_register.add_people(lines)
    assert len(lines) == rows
