"""The association's seal on accepted forms: second, once, by its own keeper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications import printing
from applications.models import Packet
from applications.services import countersealing, sealing, signoff
from applications.states import State
from calls.enums import Sealing
from portal.audit.models import AuditEntry
from portal.documents.models import Document
from portal.documents.services import render_document
from portal.errors import RuleViolation
from portal.people.models import StaffPost, User
from portal.seals.certificates import WrongPassword
from portal.seals.enums import Party
from portal.seals.judging import KeptSeals
from portal.seals.models import Seal, SealUse
from portal.seals.services.sealing import read_bytes
from reviews.services import checking
from tests.factories.applications import Scene, make_scene, version_of
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import submission_of, version_id
from tests.factories.seals import PASSWORD, keeper_of, seal_of, trusted_authority
from tests.portal.seals.conftest import form_pdf
from tests.portal.seals.test_sealing import pdfsig

pytestmark = pytest.mark.django_db


@dataclass
class Counter:
    """The association's desk: an accepted, sealed application and a clerk with the seal."""

    scene: Scene
    packet: Packet
    clerk: User
    seal: Seal
    unit_keeper: User
    unit_seal: Seal

    def seal_it(self, **changed: object) -> list[countersealing.Line]:
        """Seal for the association."""
        wanted: dict[str, object] = {
            "packets": [self.packet.pk], "seal": self.seal, "password": PASSWORD,
            "place": "示例市", "by": self.clerk,
        }  # fmt: skip
        return countersealing.seal_accepted(**{**wanted, **changed})  # type: ignore[arg-type]

    def sealed_by_unit(self, category: int) -> Packet:
        """Bring another form of the unit as far as its seal and hand it in."""
        packet = self.scene.signed(category=category)
        document = printing.form_of(version_of(packet))
        assert document is not None
        # What stands on the form is no matter here; setting it anew each time would take seconds.
        with mock.patch("portal.documents.render.pdf.render_pdf", return_value=form_pdf()):
            assert render_document(document.pk)
        sealing.seal(
            packet_id=packet.pk, seal=self.unit_seal, password=PASSWORD, place="",
            by=self.unit_keeper,
        )  # fmt: skip
        self.scene.hand_in(packet)
        return packet


def accept(scene: Scene, packet: Packet) -> None:
    """Pass the formal check."""
    application = packet.applications.get()
    checking.accept(
        application_id=application.pk, version_id=version_id(application), by=scene.officer
    )


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def counter(db: None) -> Counter:
    scene = make_scene(sealing=Sealing.CERTIFICATE, seal_days=None)
    authority = trusted_authority()
    unit, association = scene.unit.organisation, scene.issuer.organisation
    keeper, clerk = keeper_of(unit), keeper_of(association)
    StaffPostFactory(user=clerk, issuer=scene.issuer)
    made = Counter(
        scene=scene,
        packet=Packet(),
        clerk=clerk,
        seal=seal_of(association, authority, by=clerk),
        unit_keeper=keeper,
        unit_seal=seal_of(unit, authority, by=keeper),
    )
    made.packet = made.sealed_by_unit(0)
    return made


def test_the_association_seals_second_and_both_seals_are_valid(
    counter: Counter, tmp_path: Path
) -> None:
    # Not before the formal check.
    (early,) = counter.seal_it()
    assert "formal check" in early.refusals[0].message
    accept(counter.scene, counter.packet)
    (line,) = counter.seal_it()
    assert not line.refusals
    document = printing.form_of(version_of(counter.packet))
    assert document is not None
    uses = SealUse.objects.all().of_document(document.pk)
    assert [use.party for use in uses] == [Party.UNIT, Party.ISSUER]
    file = printing.file_of(document)
    assert file is not None
    data = read_bytes(file)
    judgement = KeptSeals().judge(document, data)
    assert judgement.accepted
    assert len(judgement.seals) == 2
    assert pdfsig(data, tmp_path).count("Signature is Valid") == 2
    assert AuditEntry.objects.filter(
        action="form_countersealed", actor_id=counter.clerk.pk
    ).exists()
    # Once is enough, and the state of the application has nothing to do with it.
    assert counter.seal_it()[0].refusals
    assert counter.packet.applications.get().state == State.ACCEPTED


def test_several_are_sealed_under_one_password_and_one_refusal_stops_no_other(
    counter: Counter,
) -> None:
    accept(counter.scene, counter.packet)
    unchecked = counter.sealed_by_unit(1)
    lines = counter.seal_it(packets=[unchecked.pk, counter.packet.pk])
    assert [bool(line.refusals) for line in lines] == [True, False]
    assert SealUse.objects.filter(party=Party.ISSUER).count() == 1


def test_only_the_associations_keeper_who_works_there_seals(counter: Counter) -> None:
    accept(counter.scene, counter.packet)
    with pytest.raises(RuleViolation, match="Only a seal keeper"):
        counter.seal_it(by=counter.scene.officer)
    with pytest.raises(RuleViolation, match="Only a seal keeper"):
        counter.seal_it(by=counter.unit_keeper)
    with pytest.raises(WrongPassword):
        counter.seal_it(password="wrong")
    StaffPost.objects.filter(user=counter.clerk).delete()
    with pytest.raises(PermissionDenied):
        counter.seal_it()
    assert not SealUse.objects.filter(party=Party.ISSUER).exists()


def test_a_form_that_was_returned_and_handed_in_anew_needs_both_seals_again(
    counter: Counter,
) -> None:
    accept(counter.scene, counter.packet)
    counter.seal_it()
    application, unit = counter.packet.applications.get(), counter.scene.unit
    checking.return_for_changes(
        application_id=application.pk,
        version_id=version_id(application),
        by=counter.scene.officer,
        reason="请补充",
        items={},
        due=counter.scene.call.closes_at,
    )
    signoff.request_signoff(packet_id=counter.packet.pk, by=unit.filler)
    signoff.sign_off(packet_id=counter.packet.pk, by=unit.approver)
    refusals = countersealing.refusals_to_seal(Packet.objects.get(pk=counter.packet.pk))
    # The version in hand is still the first one, and it is being corrected.
    assert refusals
    assert "formal check" in refusals[0].message


def test_paper_calls_have_no_seal_of_the_association_in_the_portal() -> None:
    scene = make_scene()
    packet = scene.signed()
    scene.hand_in(packet)
    (refusal,) = countersealing.refusals_to_seal(packet)
    assert "on paper" in refusal.message


# --- the pages -------------------------------------------------------------------------------


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_the_clerk_seals_from_the_page_of_the_submission(counter: Counter) -> None:
    submission = submission_of(counter.packet.applications.get())
    page = reverse("admin:reviews_submission_change", args=[submission.pk])
    address = reverse("admin:reviews_seal")
    client = client_of(counter.clerk)
    before = client.get(page).content.decode()
    assert "Applying unit" in before
    assert f"{address}?chosen={submission.pk}" not in before
    accept(counter.scene, counter.packet)
    assert f"{address}?chosen={submission.pk}" in client.get(page).content.decode()
    asked = client.get(address, {"chosen": str(submission.pk)})
    assert asked.status_code == 200
    data = {"chosen": str(submission.pk), "seal": str(counter.seal.pk), "password": "wrong"}
    refused = client.post(address, data)
    assert refused.status_code == 409
    assert "does not open" in refused.content.decode()
    done = client.post(address, {**data, "password": PASSWORD}, follow=True).content.decode()
    assert "1 form is sealed" in done
    assert "Association" in done
    # Nothing is left to seal.
    again = client.get(address, {"chosen": str(submission.pk)}).content.decode()
    assert "bears that seal already" in again


def test_the_chosen_of_the_queue_are_shown_before_they_are_sealed(counter: Counter) -> None:
    accept(counter.scene, counter.packet)
    submission = submission_of(counter.packet.applications.get())
    shown = client_of(counter.clerk).post(
        reverse("admin:reviews_submission_changelist"),
        {"action": "seal_several", "_selected_action": [str(submission.pk)]},
    )
    assert "Seal 1 form" in shown.content.decode()
    assert not SealUse.objects.filter(party=Party.ISSUER).exists()


def test_other_staff_and_officials_do_not_seal(counter: Counter) -> None:
    submission = submission_of(counter.packet.applications.get())
    address, given = reverse("admin:reviews_seal"), {"chosen": str(submission.pk)}
    stranger, official = (
        StaffPostFactory().user,
        StaffPostFactory(issuer=counter.scene.issuer, role="official").user,
    )
    assert client_of(stranger).get(address, given).status_code == 404
    assert client_of(official).get(address, given).status_code == 403
    # A colleague without the seal reads who keeps it.
    page = client_of(counter.scene.officer).get(address, given).content.decode()
    assert "Only a seal keeper" in page
    assert client_of(counter.clerk).get(address).status_code == 302


def test_a_failed_form_is_told_and_set_again_once_from_the_page() -> None:
    scene = make_scene()
    packet = scene.signed()
    scene.hand_in(packet)
    document = printing.form_of(version_of(packet))
    assert document is not None
    row = Document.objects.filter(pk=document.pk)
    submission, client = submission_of(packet.applications.get()), client_of(scene.officer)
    page = reverse("admin:reviews_submission_change", args=[submission.pk])
    address = reverse("admin:reviews_print", args=[submission.pk])
    assert "needs no setting again" in client.post(address, follow=True).content.decode()
    row.update(state="failed", failure="没有这个字")
    told = client.get(page).content.decode()
    assert "没有这个字" in told
    assert address in told
    assert "is being set again" in client.post(address, follow=True).content.decode()
    row.update(state="failed", failure="还是没有")
    assert address not in client.get(page).content.decode()
    assert "Mend that first" in client.post(address, follow=True).content.decode()
