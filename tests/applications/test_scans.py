"""Stamped scans: known by their code, refused when they show another version, late ones refused."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader, PdfWriter

from applications import doors, printing
from applications.models import Packet, SignedScan
from applications.overview import standing_of_packet
from applications.services import lifecycle, scan_matching, scans, signoff
from applications.states import State
from calls.blank_form import blank_payload
from calls.models import PaperRule
from demo.paper import scan_of
from portal import clock
from portal.documents import codes
from portal.documents.services import render_document
from portal.errors import RuleViolation
from portal.seals.services.sealing import read_bytes
from reviews.checklist import latest_scan, points_for
from reviews.models import Submission
from tests.factories.applications import Scene, make_scene, page_with, picture, version_of

TICK = dt.timedelta(microseconds=1)


def upload(scene: Scene, packet: Packet, data: bytes, **kwargs: Any) -> SignedScan:
    defaults: dict[str, Any] = {"by": scene.unit.filler, "arrived_at": clock.now()}
    return scans.upload_scan(
        packet_id=packet.pk,
        upload=SimpleUploadedFile("盖章件.pdf" if data[:4] == b"%PDF" else "盖章件.png", data),
        **(defaults | kwargs),
    )


def code_of(packet: Packet) -> str:
    return printing.form_of(version_of(packet)).code


def printed(packet: Packet) -> bytes:
    """Print the packet's form and return it as anybody downloads it."""
    document = printing.form_of(version_of(packet))
    assert document is not None
    assert render_document(document.pk)
    document.refresh_from_db()
    assert document.file is not None, document.failure
    return read_bytes(document.file)


def with_pages(pdf: bytes, *numbers: int, blank: int = 0) -> bytes:
    """Return a PDF of these pages of another one and so many empty ones."""
    source, made, out = PdfReader(io.BytesIO(pdf)), PdfWriter(), io.BytesIO()
    for number in numbers:
        made.add_page(source.pages[number - 1])
    for _number in range(blank):
        made.add_blank_page(595, 842)
    made.write(out)
    return out.getvalue()


def test_only_the_whole_form_as_it_came_from_the_seal_is_recognised(
    scene: Scene, english: None
) -> None:
    packet = scene.signed()
    form = printed(packet)
    scan = scan_of(form)
    assert len(PdfReader(io.BytesIO(form)).pages) == 2

    def refused(data: bytes) -> str:
        with pytest.raises(RuleViolation) as refusal:
            upload(scene, packet, data)
        (reason,) = refusal.value.reasons
        return f"{reason.code}: {reason.message}"

    assert "unstamped: This is the form as a computer made it" in refused(form)
    assert "unstamped" in refused(with_pages(form, 1, 2)), "other bytes, still no ink on it"
    assert "pages_missing: The form has 2 pages; on this scan page 2 was" in refused(
        with_pages(scan, 1)
    )
    assert "pages_missing" in refused(with_pages(scan, 1, 1)), "one page twice is not the form"
    assert packet.applications.get().state == State.SIGNED_OFF
    # A sheet that no machine can read may be the page that was not found.
    assert upload(scene, packet, with_pages(scan, 1, blank=1)).match == "by_eye"
    whole = upload(scene, packet, scan)
    assert (whole.match, packet.applications.get().state) == ("matched", State.SEALED)
    assert SignedScan.objects.count() == 2, "the one before stays in the history"
    scene.hand_in(packet)
    assert latest_scan(version_of(packet)) == whole
    assert not Submission.objects.all().to_compare().exists()


def test_a_page_pasted_into_the_file_is_left_to_people(scene: Scene) -> None:
    packet = scene.signed()
    form = printed(packet)
    mixed, out = PdfWriter(), io.BytesIO()
    mixed.append(io.BytesIO(form), pages=(0, 1))
    mixed.append(io.BytesIO(scan_of(form)), pages=(1, 2))
    mixed.write(out)
    assert upload(scene, packet, out.getvalue()).match == "by_eye"


def test_an_older_version_is_refused_with_the_number_of_the_right_one(scene: Scene) -> None:
    packet = scene.signed()
    older = code_of(packet)
    signoff.take_back(packet_id=packet.pk, by=scene.unit.filler)
    signoff.request_signoff(packet_id=packet.pk, by=scene.unit.filler)
    signoff.sign_off(packet_id=packet.pk, by=scene.unit.approver)
    with pytest.raises(RuleViolation) as refused:
        upload(scene, packet, page_with(older))
    (reason,) = refused.value.reasons
    assert reason.code == "other_version"
    assert packet.number in reason.message
    assert "1" in reason.message
    assert "2" in reason.message
    assert not SignedScan.objects.exists()


def test_another_units_form_is_refused_without_telling_its_number(scene: Scene) -> None:
    theirs = scene.signed(scene.another_unit())
    mine = scene.signed()
    with pytest.raises(RuleViolation) as refused:
        upload(scene, mine, page_with(code_of(theirs)))
    assert theirs.number not in refused.value.reasons[0].message
    with pytest.raises(RuleViolation):
        upload(scene, mine, page_with(code_of(mine), code_of(theirs)))
    assert mine.applications.get().state == State.SIGNED_OFF


def test_a_code_of_nothing_is_refused(scene: Scene) -> None:
    with pytest.raises(RuleViolation):
        upload(scene, scene.signed(), page_with(codes.new_code()))


def test_without_a_readable_code_staff_compare(scene: Scene) -> None:
    packet = scene.signed()
    scan = upload(scene, packet, picture())
    assert (scan.match, packet.applications.get().state) == ("by_eye", State.SEALED)
    assert scans.compare_by_eye(scan_id=scan.pk, by=scene.officer, matches=True).match == "compared"
    assert scans.compare_by_eye(scan_id=scan.pk, by=scene.officer, matches=False).match == "refused"
    for person in (scene.unit.filler, scene.another_unit().filler):
        with pytest.raises(PermissionDenied):
            scans.compare_by_eye(scan_id=scan.pk, by=person, matches=True)


@pytest.mark.parametrize(("late_by", "taken"), [(-TICK, True), (TICK * 0, False), (TICK, False)])
def test_a_scan_follows_the_hand_in_until_its_day(
    scene: Scene, late_by: dt.timedelta, taken: bool
) -> None:
    packet = scene.signed()
    scene.hand_in(packet)
    at = scene.call.seal_by + late_by
    if taken:
        assert upload(scene, packet, picture(), arrived_at=at)
        assert packet.applications.get().state == State.SUBMITTED, "the scan moves nothing then"
        return
    with pytest.raises(RuleViolation):
        upload(scene, packet, picture(), arrived_at=at)


def test_the_scan_of_a_correction_follows_as_long_as_the_correction_may_come(scene: Scene) -> None:
    application = scene.handed_in()
    packet, seal_by = application.packet, scene.call.seal_by
    assert seal_by is not None
    due = seal_by + dt.timedelta(days=3)
    lifecycle.return_for_changes(
        application_id=application.pk, by=scene.officer, reason="请补充", items={}, due=due
    )
    signoff.request_signoff(packet_id=packet.pk, by=scene.unit.filler)
    signoff.sign_off(packet_id=packet.pk, by=scene.unit.approver)
    scene.hand_in(packet, arrived_at=due - TICK)
    listed = Packet.objects.with_scan().get(pk=packet.pk)
    assert standing_of_packet(listed, None, clock.now()).due == doors.scan_until(packet) == due
    assert upload(scene, packet, picture(), arrived_at=due - TICK)
    with pytest.raises(RuleViolation):
        upload(scene, packet, picture(), arrived_at=due)


def test_no_scan_where_none_is_wanted(scene: Scene, db: None) -> None:
    draft = scene.drafted()
    with pytest.raises(RuleViolation):
        upload(scene, draft.packet, picture())
    sealless = make_scene(sealing="none", seal_days=None)
    with pytest.raises(RuleViolation):
        upload(sealless, sealless.signed(), picture())


def test_only_those_who_seal_or_fill_upload(scene: Scene) -> None:
    packet = scene.signed()
    for person in (scene.unit.approver, scene.unit.administrator, scene.another_unit().filler):
        with pytest.raises(PermissionDenied):
            upload(scene, packet, picture(), by=person)
    assert upload(scene, packet, picture(), by=scene.officer), "staff on behalf"


def test_what_is_no_scan_is_refused(scene: Scene) -> None:
    with pytest.raises(RuleViolation):
        upload(scene, scene.signed(), b"not a picture at all")


def test_a_scan_is_read_before_anything_is_locked_or_written(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading takes seconds, in which others must get at the packet."""
    packet = scene.signed()
    scan = scan_of(printed(packet))
    begun: list[int] = []

    def counting(work: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any) -> Any:
            begun.append(sum("SAVEPOINT" in one["sql"] for one in queries.captured_queries))
            return work(*given)

        return counted

    for name in ("read", "pages_of"):
        monkeypatch.setattr(scan_matching, name, counting(getattr(scan_matching, name)))
    with CaptureQueriesContext(connection) as queries:
        assert upload(scene, packet, scan).match == "matched"
    assert begun == [0, 0]


# Boxes of others on the form ------------------------------------------------------------------


def with_boxes(scene: Scene) -> tuple[Packet, list[str]]:
    """Give the form boxes of the call, of its own category and of another; freeze one."""
    first, other = scene.categories[0], scene.categories[-1]
    for position, (title, category, box) in enumerate(
        [
            ("合作单位意见", None, "sealed"),
            ("伦理委员会意见", first, "signed"),
            ("他类意见", other, "sealed"),
        ]
    ):
        PaperRule.objects.create(
            call=scene.call, category=category, title=title, box=box, position=position
        )
    packet = scene.drafted(category=0).packet
    signoff.request_signoff(packet_id=packet.pk, by=scene.unit.filler)
    signoff.sign_off(packet_id=packet.pk, by=scene.unit.approver)
    return packet, ["合作单位意见", "伦理委员会意见"]


def test_others_have_boxes_on_the_printed_form_and_on_the_empty_one(scene: Scene) -> None:
    packet, titles = with_boxes(scene)
    document = printing.form_of(version_of(packet))
    assert document is not None
    opinions = document.payload["opinions"]
    assert [one["label"] for one in opinions] == ["申报单位意见", *titles]
    assert [one["seal"] for one in opinions] == [True, True, False]
    assert "合作单位意见" in PdfReader(io.BytesIO(printed(packet))).pages[-1].extract_text()
    schema = version_of(packet).form_revision.schema
    blank = blank_payload(scene.call, scene.categories[-1], schema)
    assert [one["label"] for one in blank["opinions"]] == [  # type: ignore[typeddict-item]
        "申报单位意见", "合作单位意见", "他类意见"
    ]  # fmt: skip


def test_a_scan_is_taken_with_the_units_word_that_others_have_stamped_it(scene: Scene) -> None:
    packet, titles = with_boxes(scene)
    with pytest.raises(RuleViolation) as refused:
        upload(scene, packet, picture())
    assert all(title in refused.value.reasons[0].message for title in titles)
    assert not SignedScan.objects.exists()
    assert upload(scene, packet, picture(), boxes_there=True).boxes == titles


def test_the_page_asks_for_that_word_beside_the_scan(scene: Scene, client: Client) -> None:
    packet, titles = with_boxes(scene)
    client.force_login(scene.unit.filler)
    page = client.get(reverse("applications:packet", args=[packet.pk])).text
    assert "、".join(titles) in page
    assert "他类意见" not in page
    url = reverse("applications:scan", args=[packet.pk])
    for sent, taken in (({}, 0), ({"boxes": "on"}, 1)):
        scan = SimpleUploadedFile("盖章件.png", picture())
        client.post(url, {"scan": scan, **sent})
        assert SignedScan.objects.count() == taken


def test_staff_look_at_the_boxes_of_others(scene: Scene) -> None:
    packet, _titles = with_boxes(scene)
    upload(scene, packet, picture(), boxes_there=True)
    scene.hand_in(packet)
    submission = Submission.objects.get(packet=packet)
    points = points_for(submission, version_of(packet), [], "society")
    boxes = [point for point in points if point.code.startswith("box-")]
    assert [point.label[:6] for point in boxes] == ["合作单位意见", "伦理委员会意"]
    assert all(point.found is None and point.detail for point in boxes)
