"""The head signs by hand on the screen: printed with the version, kept, only where it is taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications import printing
from applications.services import signoff
from applications.states import State
from calls.enums import PacketMode, Sealing
from portal import clock
from portal.documents.handwriting import as_text
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.seals.services.sealing import read_bytes
from tests.factories.applications import Scene, make_scene, version_of
from tests.portal.documents.test_handwriting import written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def _approver(scene: Scene) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.unit.approver)
    return client


def test_the_approver_signs_on_the_page_and_the_form_bears_it() -> None:
    scene = make_scene(sealing=Sealing.CERTIFICATE, seal_days=None)
    draft = scene.drafted()
    signoff.request_signoff(packet_id=draft.packet_id, by=scene.unit.filler)
    address, client = reverse("applications:signoff", args=[draft.packet_id]), _approver(scene)
    page = client.get(address).content.decode()
    assert "face/signature" in page
    assert "multipart/form-data" in page
    empty = SimpleUploadedFile("签名.png", b"nothing", "image/png")
    assert client.post(address, {"step": "sign", "signature": empty}).status_code == 409
    assert not StoredFile.objects.filter(purpose="signature").exists()
    assert client.post(address, {"step": "sign", "signature": written()}).status_code == 302
    version = version_of(draft.packet)
    assert version.signature is not None
    document = printing.form_of(version)
    assert document is not None
    block = document.payload["opinions"][0]
    assert block["signer_mark"] == as_text(read_bytes(version.signature))
    assert block["date"] == clock.local(version.at).date().isoformat()


def test_without_a_signature_the_line_stays_for_the_pen() -> None:
    scene = make_scene(sealing=Sealing.IMAGE, seal_days=None)
    draft = scene.drafted()
    signoff.request_signoff(packet_id=draft.packet_id, by=scene.unit.filler)
    _approver(scene).post(reverse("applications:signoff", args=[draft.packet_id]), {"step": "sign"})
    version = version_of(draft.packet)
    document = printing.form_of(version)
    assert version.signature is None
    assert document is not None
    assert "signer_mark" not in document.payload["opinions"][0]


def test_a_plan_is_signed_in_every_box() -> None:
    scene = make_scene(sealing=Sealing.NONE, seal_days=None, packet_mode=PacketMode.PLAN)
    draft = scene.drafted()
    packet = draft.packet
    packet.plan = {"plan.principles": "公开、公平"}
    packet.save()
    signoff.request_signoff(packet_id=packet.pk, by=scene.unit.filler)
    version = signoff.sign_off(packet_id=packet.pk, by=scene.unit.approver, signature=written())
    document = printing.form_of(version)
    assert document is not None
    payload = document.payload
    assert payload["signature"]["signer_mark"] == payload["forms"][0]["signature"]["signer_mark"]


def test_what_is_signed_on_paper_takes_none() -> None:
    scene = make_scene()
    draft = scene.drafted()
    signoff.request_signoff(packet_id=draft.packet_id, by=scene.unit.filler)
    page = _approver(scene).get(reverse("applications:signoff", args=[draft.packet_id]))
    assert "face/signature" not in page.content.decode()
    with pytest.raises(RuleViolation, match="signed on paper"):
        signoff.sign_off(packet_id=draft.packet_id, by=scene.unit.approver, signature=written())
    draft.refresh_from_db()
    assert draft.state == State.AWAITING_SIGNOFF
