"""The head signs with a finger on a telephone, the keeper seals, and anybody checks the file."""

from __future__ import annotations

import io
from random import Random

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from applications import printing
from applications.models import Packet
from demo.journeys import Traveller
from demo.people import Team
from demo.sealed import publish_sealed_call
from portal.documents.models import Document
from portal.people.models import Membership, User
from portal.seals.management.commands.make_demo_authority import PASSWORD as SEAL_PASSWORD
from portal.seals.services import sealing
from tests.browser import stage
from tests.browser.fixtures import Enter
from tests.browser.inspection import PHONE
from tests.browser.visitor import Visitor

UNIT = "jx-energy"
# Where the head signs: beneath the list and on the one form in it.
PLACES = 2


@pytest.fixture
def packet(portal: str) -> Packet:
    """An application that waits for the head's sign-off, in a call sealed by certificate."""
    call = publish_sealed_call(User.objects.get(email=stage.mailbox("jx-officer")))
    people = {
        right: User.objects.get(email=stage.mailbox(UNIT + ending))
        for right, ending in {
            "filler": "", "approver": "-approver", "administrator": "-admin", "keeper": "-seal",
        }.items()
    }  # fmt: skip
    unit = Membership.objects.get(user=people["filler"]).organisation
    traveller = Traveller(
        Team(UNIT, unit, **people), User.objects.get(email=stage.mailbox("jx-officer")),
        Random(1), None,
    )  # fmt: skip
    application = traveller.begin(call.categories.get())
    traveller.ask_signoff()
    return application.packet


def test_a_form_is_signed_by_finger_sealed_and_checked_by_anybody(
    enter: Enter, packet: Packet
) -> None:
    signs_with_a_finger(enter(f"{UNIT}-approver"), packet)
    stage.print_what_waits()
    document = printed(packet)
    assert document.file is not None
    assert signatures_in(sealing.read_bytes(document.file)) == PLACES
    keeper = enter(f"{UNIT}-seal")
    looks_after_the_seals(keeper)
    seals(keeper, packet)
    checks_it(enter(), document)


def test_without_scripts_a_picture_of_the_signature_is_chosen(enter: Enter, packet: Packet) -> None:
    head = enter(f"{UNIT}-approver", scripts=False)
    head.go(f"/my/packets/{packet.pk}/sign-off/")
    expect(head.page.locator("canvas")).to_be_hidden()
    expect(head.page.locator("input[type=file][name=signature]")).to_be_visible()


def printed(packet: Packet) -> Document:
    """The form of the packet's newest version."""
    version = packet.latest_version()
    assert version is not None
    document = printing.form_of(version)
    assert document is not None
    return document


def signs_with_a_finger(head: Visitor, packet: Packet) -> None:
    """Draw a name in the field on a telephone, clear it, draw again, sign off."""
    head.go(f"/my/packets/{packet.pk}/sign-off/")
    head.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    field = head.page.locator("input[type=file][name=signature]")
    draws(head)
    assert field.evaluate("f => f.files.length") == 1
    head.page.get_by_role("button", name="清除").click()
    assert field.evaluate("f => f.files.length") == 0
    draws(head)
    head.confirm("签批")
    head.reads("已签批")


def draws(head: Visitor) -> None:
    """Move a finger over the field as one writes; the page must not scroll along."""
    canvas = head.page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    assert box["width"] <= PHONE["width"]
    finger = head.context.new_cdp_session(head.page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    scrolled = head.page.evaluate("window.scrollY")
    places = [
        (box["x"] + box["width"] * (0.2 + 0.03 * n),
         box["y"] + box["height"] * (0.25 if n % 2 else 0.75))
        for n in range(20)
    ]  # fmt: skip
    for number, (x, y) in enumerate(places):
        kind = "touchMove" if number else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert head.page.evaluate("window.scrollY") == scrolled
    finger.detach()


def signatures_in(data: bytes) -> int:
    """How many pictures stand on the pages of a form."""
    return sum(len(page.images) for page in PdfReader(io.BytesIO(data)).pages)


def looks_after_the_seals(keeper: Visitor) -> None:
    """Open every page on which seals are kept."""
    keeper.go("/seals/")
    keeper.reads("印章")
    keeper.go("/seals/add/certificate/")
    keeper.go("/seals/add/image/")
    keeper.go("/seals/")
    address = keeper.page.locator("main a[href^='/seals/']:not([href*=add])").first
    keeper.go(str(address.get_attribute("href")))
    keeper.go(keeper.page.url.rstrip("/") + "/revoke/")


def seals(keeper: Visitor, packet: Packet) -> None:
    """Mistype the password, then seal."""
    keeper.go(f"/my/packets/{packet.pk}/seal/")
    keeper.put("password", "wrong")
    keeper.press("盖章")
    keeper.reads("口令不对")
    keeper.put("password", SEAL_PASSWORD)
    keeper.press("盖章")
    keeper.reads("已盖章")


def checks_it(anybody: Visitor, document: Document) -> None:
    """Type the code, send the sealed file, a changed one, and a code that does not exist."""
    stored = sealing.file_of(document)
    assert stored is not None
    sealed = sealing.read_bytes(stored)
    assert signatures_in(sealed) == PLACES
    anybody.go("/verify/")
    anybody.put("code", document.shown_code.lower())
    anybody.press("核验", within=anybody.main.locator("form").first)
    anybody.reads(document.number, document.unit_name)
    anybody.upload("file", stage.pdf("申报书.pdf", sealed))
    anybody.press("比对", within=anybody.main)
    expect(anybody.page.get_by_role("status")).to_contain_text(document.unit_name)
    changed = sealed[:2000] + bytes([sealed[2000] ^ 1]) + sealed[2001:]
    anybody.upload("file", stage.pdf("申报书.pdf", changed))
    anybody.press("比对", within=anybody.main)
    expect(anybody.page.get_by_role("alert").locator("li").first).not_to_be_empty()
    anybody.go("/verify/2222-2222-2222/")
    anybody.does_not_read(document.unit_name)
