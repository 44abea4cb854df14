"""The pages around a publicity: the public's, the staff's and the unit's; who sees what."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from applications.states import State
from calls.enums import PublicityCounting, PublicityWhere
from calls.models import PublicityRule
from portal import clock
from portal.documents.models import Document
from portal.documents.services import render_document
from reviews.board import board_of, fingerprint
from reviews.models import AwardNotice, Feedback, Objection, Publicity
from reviews.services import deciding, publicising
from reviews.services.deciding import Choice
from reviews.services.objections import find
from tests.factories.applications import picture
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import Scene, accepted

SECRET = {"name": "不可外泄之名", "phone": "0000-7654321", "email": "hidden@example.org",
          "unit_name": "不可外泄之单位", "text": "所述会议并未举办，见附件。不可外泄之言。"}  # fmt: skip


@pytest.fixture
def shown(scene: Scene) -> Publicity:
    """A list with one project of the scene's unit, being shown; another unit is not selected."""
    PublicityRule.objects.create(
        call=scene.call, where=PublicityWhere.ASSOCIATION, length=5,
        counting=PublicityCounting.CALENDAR,
    )  # fmt: skip
    rows = [accepted(scene), accepted(scene, scene.another_unit())]
    scene.extra["rows"] = rows
    choices = {}
    for row in board_of(scene.call).rows:
        outcome = "selected" if row.submission == rows[0] else "not_selected"
        choices[row.submission.pk] = Choice(outcome, None, None, "", row.base, row.revision)
    deciding.save_drafts(call_id=scene.call.pk, choices=choices, by=scene.officer)
    return publicising.publicise(
        call_id=scene.call.pk, seen=fingerprint(board_of(scene.call).to_publish), title="公示",
        by=scene.officer,
    )  # fmt: skip


def answers(publicity: Publicity, **changes: Any) -> dict[str, Any]:
    entry = publicity.entries.get()
    return {"about": str(entry.pk), "true": "on", **SECRET, **changes}


def test_anybody_objects_and_finds_the_receipt_again(shown: Publicity, client: Client) -> None:
    page = client.get(reverse("calls:notice", args=[shown.notice_id])).content.decode()
    form = reverse("objections:file", args=[shown.notice_id])
    assert form in page
    assert client.get(form).status_code == 200
    sent = client.post(form, answers(shown))
    objection = Objection.objects.get()
    assert (objection.name, objection.entry) == (SECRET["name"], shown.entries.get())
    receipt = client.get(sent["Location"])
    assert objection.number in receipt.content.decode()
    code = sent["Location"].rstrip("/").rsplit("/", 1)[-1]
    assert find(code.lower().replace("-", " ")) == objection
    found = client.get(reverse("objections:check"), {"code": code})
    assert found["Location"] == sent["Location"]
    assert client.get(reverse("objections:receipt", args=["7K4M-Q2XD-93HW"])).status_code == 404
    # The receipt itself repeats nothing of what was typed: a look over the shoulder tells nothing.
    assert not any(text in receipt.content.decode() for text in SECRET.values())


def test_evidence_is_taken_with_the_objection(shown: Publicity, client: Client) -> None:
    form = reverse("objections:file", args=[shown.notice_id])

    def files(number: int) -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(f"证据{n}.png", picture(), "image/png") for n in range(number)]

    sent = client.post(form, answers(shown, evidence=files(2)))
    assert sent.status_code == 302
    names = Objection.objects.get().files.values_list("file__name", flat=True)
    assert list(names) == ["证据0.png", "证据1.png"]
    too_many = client.post(form, answers(shown, evidence=files(6)))
    assert set(too_many.context["form"].errors) == {"evidence"}
    empty = SimpleUploadedFile("空.png", b"", "image/png")
    assert client.post(form, answers(shown, evidence=[empty])).status_code == 200
    assert Objection.objects.count() == 1


def test_sent_twice_an_objection_has_one_receipt(shown: Publicity, client: Client) -> None:
    form = reverse("objections:file", args=[shown.notice_id])
    key = str(client.get(form).context["key"])
    first = client.post(form, answers(shown, key=key))
    again = client.post(form, answers(shown, key=key))
    assert again.headers["Location"] == first.headers["Location"]
    assert Objection.objects.count() == 1
    assert client.get(first.headers["Location"]).status_code == 200
    # Gone back in the browser to object something else: that is another objection.
    other = client.post(form, answers(shown, key=key, text="另一件事：会议地点不符。"))
    assert other.headers["Location"] != first.headers["Location"]
    assert Objection.objects.count() == 2
    # What is refused keeps its key, so that its second try is known too.
    refused = client.post(form, answers(shown, key=key, name=""))
    assert str(refused.context["key"]) == key


def test_who_sends_too_many_is_asked_to_wait(shown: Publicity, client: Client) -> None:
    form = reverse("objections:file", args=[shown.notice_id])
    sent = [client.post(form, answers(shown, text=f"第{n}件事")) for n in range(12)]
    assert [s.status_code for s in sent] == [302] * 10 + [429] * 2
    assert Objection.objects.count() == 10


@pytest.mark.parametrize("field", ["about", "text", "name", "phone", "true"])
def test_what_lacks_is_said_at_its_field(shown: Publicity, client: Client, field: str) -> None:
    form = reverse("objections:file", args=[shown.notice_id])
    page = client.post(form, answers(shown, **{field: ""}))
    assert page.status_code == 200
    assert not Objection.objects.exists()
    assert f"id_{field}_error" in page.content.decode() or 'class="errors"' in page.content.decode()


def test_after_the_end_the_page_says_so(shown: Publicity, client: Client) -> None:
    Publicity.objects.update(begins_at=clock.now() - dt.timedelta(days=9), ends_at=clock.now())
    form = reverse("objections:file", args=[shown.notice_id])
    assert '<form method="post" enctype' not in client.get(form).content.decode()
    assert client.post(form, answers(shown)).status_code == 409
    assert not Objection.objects.exists()


def test_who_objects_is_seen_by_the_own_staff_alone(
    scene: Scene, shown: Publicity, desk: Client
) -> None:
    Client().post(reverse("objections:file", args=[shown.notice_id]), answers(shown))
    objection = Objection.objects.get()
    for step in ({"do": "examine", "examine-note": "已核实内部线索", "examine-suspend": "on"},):
        assert (
            desk.post(reverse("admin:reviews_objection", args=[objection.pk]), step).status_code
            == 302
        )
    pages = [
        reverse("calls:notice", args=[shown.notice_id]), reverse("home"), reverse("calls:notices"),
        reverse("objections:file", args=[shown.notice_id]), reverse("objections:check"),
        reverse("outcome:packet", args=[scene.extra["rows"][0].packet_id]),
        reverse("applications:packet", args=[scene.extra["rows"][0].packet_id]),
        reverse("mail:inbox"), reverse("applications:my"),
    ]  # fmt: skip
    for user in (None, scene.unit.filler, scene.unit.approver):
        visitor = Client()
        if user is not None:
            visitor.force_login(user)
        for address in pages:
            text = visitor.get(address, follow=True).content.decode()
            assert not [word for word in (*SECRET.values(), "内部线索") if word in text], address
    unit = Client()
    unit.force_login(scene.unit.filler)
    # The unit reads that its project is suspended, and why only in general.
    assert "box warning" in unit.get(pages[5]).content.decode()
    stranger = Client()
    stranger.force_login(StaffPostFactory().user)
    address = reverse("admin:reviews_objection", args=[objection.pk])
    assert stranger.get(address).status_code == 404
    assert SECRET["name"] in desk.get(address).content.decode()


def test_the_approver_withdraws_on_the_units_own_page(scene: Scene, shown: Publicity) -> None:
    row = scene.extra["rows"][0]
    outcome = reverse("outcome:packet", args=[row.packet_id])
    address = reverse("outcome:give_up", args=[row.pk])
    filler, approver = Client(), Client()
    filler.force_login(scene.unit.filler)
    approver.force_login(scene.unit.approver)
    assert address not in filler.get(outcome).text
    assert filler.get(address).status_code == 403
    assert address in approver.get(outcome).text
    reason = {"reason": "主讲人不能到会"}
    assert approver.post(address, reason).status_code == 200, "not confirmed"
    assert shown.entries.get().standing == "shown"
    sent = approver.post(address, reason | {"confirmed": "on"})
    assert sent.headers["Location"] == outcome
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
    again = approver.post(address, reason | {"confirmed": "on"})
    assert again.status_code == 409
    assert '<form method="post" class="narrow"' not in again.text


def test_staff_walk_from_the_list_to_notice_and_feedback(
    scene: Scene, shown: Publicity, desk: Client
) -> None:
    call = [scene.call.pk]
    assert desk.get(reverse("admin:reviews_publicity", args=call)).status_code == 200
    assert desk.get(reverse("admin:reviews_deciding", args=call)).status_code == 200
    early = desk.post(reverse("admin:reviews_announce", args=call), _seen(scene, shown))
    assert early.status_code == 302
    shown.refresh_from_db()
    assert shown.is_running
    Publicity.objects.update(begins_at=clock.now() - dt.timedelta(days=9), ends_at=clock.now())
    desk.post(reverse("admin:reviews_announce", args=call), _seen(scene, shown))
    first, second = scene.extra["rows"]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.SELECTED, State.NOT_SELECTED)

    awards = reverse("admin:reviews_awards", args=call)
    desk.post(awards, {"do": "make"})
    award = AwardNotice.objects.get()
    assert award.packet_id == first.packet_id
    document = Document.objects.get(subject_label=award.label)
    letter = "".join(line["text"] for line in document.payload["body"])
    assert first.title in letter
    unit = Client()
    unit.force_login(scene.unit.filler)
    outcome = reverse("outcome:packet", args=[first.packet_id])
    fetch = reverse("outcome:award", args=[first.packet_id, award.pk])
    desk.post(awards, {"do": "hand_out"})
    assert unit.get(fetch).status_code == 404
    assert render_document(document.pk)
    desk.post(awards, {"do": "hand_out"})
    assert fetch in unit.get(outcome).content.decode()
    printed = unit.get(fetch)
    assert b"".join(printed.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert "PDF" in desk.get(awards).content.decode()

    feedback = reverse("admin:reviews_feedback", args=call)
    assert desk.get(feedback).status_code == 200
    box = {f"{second.pk}-text": "目标可再具体。", f"{second.pk}-revision": "0"}
    desk.post(feedback, {**box, "do": "save"})
    loser = Client()
    loser.force_login(second.packet.created_by)
    theirs = reverse("outcome:packet", args=[second.packet_id])
    assert "目标可再具体" not in loser.get(theirs).content.decode()
    late = {f"{second.pk}-text": "另一种说法", f"{second.pk}-revision": "0", "do": "release"}
    desk.post(feedback, late)
    assert Feedback.objects.get().released_at is None
    desk.post(feedback, {**box, f"{second.pk}-revision": "1", "do": "release"})
    assert "目标可再具体" in loser.get(theirs).content.decode()
    assert unit.get(theirs).status_code == 404


def _seen(scene: Scene, publicity: Publicity) -> dict[str, str]:
    decisions = publicising.to_announce(publicity, board_of(scene.call))
    return {"seen": fingerprint(decisions), "title": "入选名单"}
