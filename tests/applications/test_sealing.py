"""Calls whose forms are sealed in the portal: by the keeper, on the frozen version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications import printing
from applications.models import Packet
from applications.overview import Task, next_step
from applications.services import sealing, signoff
from applications.states import State
from calls.enums import Sealing
from portal.audit.models import AuditEntry
from portal.documents.services import render_document
from portal.errors import RuleViolation
from portal.people.models import Membership, User
from portal.seals.certificates import WrongPassword
from portal.seals.models import Seal, SealUse
from portal.seals.services import keeping
from tests.factories.applications import Scene, make_scene, version_of
from tests.factories.people import PASSWORD as LOGIN_PASSWORD
from tests.factories.seals import PASSWORD, image_seal, keeper_of, seal_of, trusted_authority

pytestmark = pytest.mark.django_db


@dataclass
class Sealed:
    """A packet that is signed off and printed, with the unit's keeper and seal."""

    scene: Scene
    packet: Packet
    keeper: User
    seal: Seal

    def seal_it(self, **changed: object) -> SealUse:
        """Seal the form as the keeper does."""
        wanted: dict[str, object] = {
            "packet_id": self.packet.pk, "seal": self.seal, "password": PASSWORD,
            "place": "示例市", "by": self.keeper,
        }  # fmt: skip
        return sealing.seal(**{**wanted, **changed})  # type: ignore[arg-type]

    def state(self) -> str:
        return str(self.packet.applications.get().state)


def printed(packet: Packet) -> None:
    """Print the newest form as the worker does."""
    assert render_document(printing.form_of(version_of(packet)).pk)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def ready(db: None) -> Sealed:
    scene = make_scene(sealing=Sealing.CERTIFICATE, seal_days=None)
    keeper = keeper_of(scene.unit.organisation)
    seal = seal_of(scene.unit.organisation, trusted_authority(), by=keeper)
    packet = scene.signed()
    printed(packet)
    return Sealed(scene, packet, keeper, seal)


def test_the_keeper_seals_and_the_filler_hands_in(ready: Sealed) -> None:
    assert next_step(ready.packet, ready.packet.shown_applications) is Task.SEAL
    with pytest.raises(RuleViolation, match="not sealed yet"):
        ready.scene.hand_in(ready.packet)
    use = ready.seal_it()
    assert ready.state() == State.SEALED
    assert AuditEntry.objects.filter(action="form_sealed", actor_id=ready.keeper.pk).exists()
    document = printing.form_of(version_of(ready.packet))
    assert document is not None
    assert printing.file_of(document) == use.file
    assert ready.scene.hand_in(ready.packet)
    assert ready.state() == State.SUBMITTED


def test_whoever_asked_for_the_sign_off_does_not_seal(ready: Sealed) -> None:
    filler = ready.scene.unit.filler
    Membership.objects.filter(user=filler).update(is_seal_keeper=True)
    with pytest.raises(RuleViolation, match="Whoever wrote it"):
        ready.seal_it(by=filler)
    assert ready.state() == State.SIGNED_OFF


def test_a_wrong_password_changes_nothing_and_is_counted(ready: Sealed) -> None:
    with pytest.raises(WrongPassword):
        ready.seal_it(password="wrong")
    assert ready.state() == State.SIGNED_OFF
    assert Seal.objects.get(pk=ready.seal.pk).wrong_tries == 1


def test_a_form_taken_back_needs_its_seal_again(ready: Sealed) -> None:
    ready.seal_it()
    unit = ready.scene.unit
    signoff.take_back(packet_id=ready.packet.pk, by=unit.filler)
    signoff.request_signoff(packet_id=ready.packet.pk, by=unit.filler)
    signoff.sign_off(packet_id=ready.packet.pk, by=unit.approver)
    with pytest.raises(RuleViolation, match="still being printed"):
        ready.seal_it()
    printed(ready.packet)
    with pytest.raises(RuleViolation, match="Version 2 is not sealed"):
        ready.scene.hand_in(ready.packet)
    ready.seal_it()
    assert ready.scene.hand_in(ready.packet).version.no == 2
    assert SealUse.objects.count() == 2


def test_nothing_is_sealed_twice_or_before_it_is_frozen(ready: Sealed) -> None:
    ready.seal_it()
    with pytest.raises(RuleViolation, match="no frozen form"):
        ready.seal_it()
    draft = ready.scene.drafted(category=1)
    with pytest.raises(RuleViolation, match="no frozen form"):
        ready.seal_it(packet_id=draft.packet_id)


def test_a_call_takes_the_kind_of_seal_it_asks_for(ready: Sealed) -> None:
    picture = keeping.add_image(
        organisation=ready.scene.unit.organisation, wish=keeping.Wish("图片"), by=ready.keeper,
        upload=SimpleUploadedFile("章.png", image_seal(), "image/png"),
    )  # fmt: skip
    assert sealing.usable_seals(ready.scene.unit.organisation, Sealing.CERTIFICATE) == [ready.seal]
    with pytest.raises(RuleViolation, match="seal of this kind"):
        ready.seal_it(seal=picture, password=LOGIN_PASSWORD)
    call = ready.scene.call
    type(call).objects.filter(pk=call.pk).update(sealing=Sealing.IMAGE)
    assert ready.seal_it(seal=picture, password=LOGIN_PASSWORD).way == "image"
    assert ready.state() == State.SEALED


# --- the page --------------------------------------------------------------------------------


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_the_keeper_seals_on_a_page(ready: Sealed) -> None:
    address = reverse("applications:seal", args=[ready.packet.pk])
    client = client_of(ready.keeper)
    overview = client.get(reverse("applications:packet", args=[ready.packet.pk]))
    assert address in overview.content.decode()
    data = {"seal": str(ready.seal.pk), "password": "wrong", "place": "示例市"}
    refused = client.post(address, data)
    assert refused.status_code == 409
    assert "does not open" in refused.content.decode()
    done = client.post(address, {**data, "password": PASSWORD}, follow=True)
    assert "The form is sealed" in done.content.decode()
    assert ready.state() == State.SEALED
    # The page has nothing more to do and says so.
    assert client.get(address).status_code == 302
    download = client.get(reverse("applications:version_pdf", args=[ready.packet.pk, 1]))
    assert b"/ETSI.CAdES.detached" in b"".join(download)


def test_a_colleague_without_the_right_does_not_get_the_page(ready: Sealed) -> None:
    address = reverse("applications:seal", args=[ready.packet.pk])
    assert client_of(ready.scene.unit.filler).get(address).status_code == 403
    assert client_of(ready.scene.another_unit().filler).get(address).status_code == 404


def test_without_a_seal_the_page_says_where_to_add_one(ready: Sealed) -> None:
    keeping.revoke(seal=ready.seal, reason="更换", by=ready.keeper)
    page = client_of(ready.keeper).get(reverse("applications:seal", args=[ready.packet.pk]))
    assert reverse("seals:index") in page.content.decode()
