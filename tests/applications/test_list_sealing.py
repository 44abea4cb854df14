"""In a call sealed in the portal a recommending unit's summary table is sealed there too."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from applications import printing_lists
from applications.models import ListVersion, RecommendationList
from applications.services import list_sealing, listing
from applications.services.sealing import usable_seals
from calls.enums import Sealing
from calls.models import Call, RecommendingLevel
from calls.process_words import level as words_of_level
from portal import clock
from portal.audit.models import AuditEntry
from portal.documents.models import Document
from portal.documents.services import render_document
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.models import Membership, User
from portal.seals.certificates import WrongPassword
from portal.seals.judging import KeptSeals
from portal.seals.models import Seal, SealUse
from tests.factories.applications import Scene, Unit, picture
from tests.factories.lists import frozen_list
from tests.factories.seals import PASSWORD, keeper_of, seal_of, trusted_authority

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@dataclass
class Table:
    """A frozen list whose summary table is printed, with its unit's keeper and seal."""

    scene: Scene
    unit: Unit
    made: RecommendationList
    keeper: User
    seal: Seal

    def version(self) -> ListVersion:
        version = self.made.latest_version()
        assert version is not None
        return version

    def document(self) -> Document:
        document = printing_lists.table_of(self.version())
        assert document is not None
        return document

    def seal_it(self, **changed: object) -> SealUse:
        """Seal the table as the keeper does."""
        wanted: dict[str, object] = {
            "list_id": self.made.pk, "seal": self.seal, "password": PASSWORD, "place": "示例市",
            "by": self.keeper,
        }  # fmt: skip
        return list_sealing.seal(**{**wanted, **changed})  # type: ignore[arg-type]

    def hand_in(self) -> RecommendationList:
        return listing.hand_in(
            list_id=self.made.pk, by=self.unit.filler, key=uuid.uuid4(), arrived_at=clock.now()
        )

    def freeze_again(self) -> None:
        listing.take_back(list_id=self.made.pk, by=self.unit.filler)
        listing.freeze(list_id=self.made.pk, by=self.unit.filler)


@pytest.fixture
def table(db: None) -> Table:
    scene, unit, made = frozen_list()
    keeper = keeper_of(unit.organisation)
    seal = seal_of(unit.organisation, trusted_authority(), by=keeper)
    return Table(scene, unit, made, keeper, seal)


def test_the_keeper_seals_the_table_and_the_list_is_handed_in(table: Table) -> None:
    table.freeze_again()
    assert Message.objects.filter(to_user=table.keeper, occasion__startswith="list-frozen").exists()
    with pytest.raises(RuleViolation, match="still being printed"):
        table.seal_it()
    assert render_document(table.document().pk)
    with pytest.raises(RuleViolation, match="table is not sealed yet"):
        table.hand_in()
    use = table.seal_it()
    assert AuditEntry.objects.filter(action="list_sealed", actor_id=table.keeper.pk).exists()
    judged = KeptSeals().judge(table.document(), use.file.file.read())
    assert judged.accepted, judged.reasons
    assert table.unit.organisation.name in judged.seals[0]
    assert table.hand_in().receipt_number
    signature = table.document().payload["signature"]
    assert (signature["pen"], bool(signature["date"])) == (False, True), "nobody holds a pen to it"


def test_another_units_seal_the_writers_own_hand_and_a_wrong_password_are_refused(
    table: Table,
) -> None:
    assert render_document(table.document().pk)
    stranger = table.scene.unit.organisation
    keeper = keeper_of(stranger)
    other = seal_of(stranger, trusted_authority(), by=keeper)
    with pytest.raises(RuleViolation, match="not the seal of the unit"):
        table.seal_it(seal=other, by=keeper)
    Membership.objects.filter(user=table.unit.filler).update(is_seal_keeper=True)
    with pytest.raises(RuleViolation, match="Whoever wrote it"):
        table.seal_it(by=table.unit.filler)
    with pytest.raises(WrongPassword):
        table.seal_it(password="wrong")
    assert not SealUse.objects.exists()
    assert Seal.objects.get(pk=table.seal.pk).wrong_tries == 1
    Call.objects.filter(pk=table.scene.call.pk).update(sealing=Sealing.SCAN)
    with pytest.raises(RuleViolation, match="seal of this kind"):
        table.seal_it()


def test_a_list_taken_back_needs_its_seal_again(table: Table) -> None:
    assert render_document(table.document().pk)
    table.seal_it()
    table.freeze_again()
    assert table.version().no == 2
    with pytest.raises(RuleViolation, match="table is not sealed yet"):
        table.hand_in()
    assert render_document(table.document().pk)
    table.seal_it()
    table.hand_in()
    with pytest.raises(RuleViolation, match="no frozen list"):
        table.seal_it()


def test_a_table_sealed_here_takes_no_scan_and_without_a_seal_none_is_asked_for(
    table: Table,
) -> None:
    scan = SimpleUploadedFile("scan.png", picture(), "image/png")
    with pytest.raises(RuleViolation, match="not stamped on paper"):
        listing.upload_scan(list_id=table.made.pk, upload=scan, by=table.unit.filler)
    level = RecommendingLevel.objects.get(call=table.scene.call.pk)
    assert "sealed in the portal" in words_of_level(level)
    level.list_sealed = False
    assert level.list_sealing is Sealing.NONE
    assert usable_seals(table.unit.organisation, level.list_sealing) == []


def test_the_pages_lead_to_the_seal_and_staff_see_it(table: Table) -> None:
    assert render_document(table.document().pk)
    shown = reverse("recommend:list", args=[table.made.pk])
    address = reverse("recommend:seal", args=[table.made.pk])
    filler, keeper, staff = _client(table.unit.filler), _client(table.keeper), Client()
    assert address not in filler.get(shown).content.decode()
    assert filler.get(address).status_code == 403
    assert _client(table.scene.unit.filler).get(address).status_code == 404
    page = keeper.get(shown).content.decode()
    assert address in page
    assert 'name="scan"' not in page
    data = {"seal": str(table.seal.pk), "password": "wrong", "place": "示例市"}
    refused = keeper.post(address, data)
    assert refused.status_code == 409
    assert "does not open" in refused.content.decode()
    done = keeper.post(address, {**data, "password": PASSWORD}, follow=True)
    assert "The table is sealed" in done.content.decode()
    assert keeper.get(address).status_code == 302
    table.hand_in()
    entry = table.made.entries.get()
    staff.force_login(table.scene.officer)
    submission = reverse("admin:reviews_submission_change", args=[entry.application_id])
    headers = {"accept-language": "en"}
    assert "Sealed in the portal" in staff.get(submission, headers=headers).content.decode()
    pdf = staff.get(reverse("recommend:table_pdf", args=[table.made.pk]))
    assert b"/ETSI.CAdES.detached" in b"".join(pdf)


def test_a_list_that_cannot_be_frozen_says_why_once_and_offers_no_freezing(table: Table) -> None:
    filler = _client(table.unit.filler)
    listing.take_back(list_id=table.made.pk, by=table.unit.filler)
    shown = reverse("recommend:list", args=[table.made.pk])
    freezing = reverse("recommend:freeze", args=[table.made.pk])
    assert freezing in filler.get(shown).content.decode()
    table.made.entries.update(opinion="")
    RecommendingLevel.objects.update(opinion_max=100, clause="推荐意见由推荐单位填写")
    for page in (filler.get(shown), filler.post(freezing)):
        text = page.content.decode()
        assert "The opinion on" in text
        assert text.count("推荐意见由推荐单位填写") == 1
        assert "once what is named above is put right" in text
        assert f'action="{freezing}"' not in text


def _client(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client
