"""What a forwarded call selected is handed up: onto the association's list in the call above."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications.models import Application, HandIn, Recommendation
from applications.models.recommendation import Stand
from applications.recommenders import is_recommended, levels_of
from applications.services import feeding, listing, recommending
from applications.states import State
from calls.models import Call, Contact
from calls.services.forwarding import forward_call
from calls.services.publish import publish_call
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.models import User
from tests.factories.applications import Scene, Unit, make_scene, make_unit, picture
from tests.factories.people import StaffPostFactory, UserFactory

DAY = dt.timedelta(days=1)


@dataclass
class Cities:
    """A province's call, the city that forwards it, and a city's unit with its packet selected."""

    above: Scene
    below: Scene
    desk: Unit
    officer: User

    @property
    def parent(self) -> Call:
        return self.above.call

    def selected(self, unit: Unit | None = None, category: int = 0) -> Application:
        """Bring an application below to its selection."""
        made = self.waiting(unit, category)
        Application.objects.filter(pk=made.pk).update(state=State.SELECTED)
        made.refresh_from_db()
        return made

    def waiting(self, unit: Unit | None = None, category: int = 0) -> Application:
        """Hand an application in below, stamped."""
        packet = self.below.signed(unit, category)
        self.below.scan(packet, unit)
        self.below.hand_in(packet, unit)
        return packet.applications.get()

    def up(self, below: Application, **more: object) -> Application:
        given = {"by": self.officer, "arrived_at": clock.now()} | more
        return feeding.hand_up(application_id=below.pk, **given)  # type: ignore[arg-type]


@pytest.fixture
def cities(db: None) -> Cities:
    above = make_scene(levels=1, rules=[("list_quota", {"limit": 2, "scope": "call"})])
    lower = make_scene()
    desk = above.recommender()
    # The city's association recommends above and publishes a call of its own below.
    issuer = lower.issuer
    issuer.organisation = desk.organisation
    issuer.save(update_fields=["organisation"])
    officer = StaffPostFactory(issuer=issuer).user
    child = forward_call(
        above.call, issuer=issuer, by=officer, opens_at=clock.now() - DAY,
        closes_at=above.call.levels.get().closes_at - DAY,
    )  # fmt: skip
    Contact.objects.create(call=child, name="学会部", phone="0000-0000000")
    publish_call(child, by=officer)
    child.refresh_from_db()
    below = Scene(
        issuer, officer, child, list(child.categories.order_by("pk")),
        make_unit(issuer, "society", "provincial"), lower.quota_each, lower.quota_all,
    )  # fmt: skip
    return Cities(above, below, desk, officer)


def test_what_was_selected_below_lies_before_the_association_above_on_its_list(
    cities: Cities,
) -> None:
    below = cities.selected()
    made = cities.up(below)
    made.refresh_from_db()
    assert (made.state, made.fed_from, made.packet.call) == (
        State.RECOMMENDING, below, cities.parent,
    )  # fmt: skip
    assert (made.answers, made.category.code) == (below.answers, below.category.code)
    assert made.packet.organisation == below.packet.organisation
    assert made.number not in (None, below.number)
    receipt = HandIn.objects.get(packet=made.packet)
    assert receipt.version.content["recommender"]["name"] == cities.desk.organisation.name
    row = Recommendation.objects.get(application=made)
    assert (row.organisation, row.state, row.rank) == (cities.desk.organisation, Stand.PENDING, 1)
    assert row.list is not None
    told = Message.objects.filter(occasion__contains=receipt.receipt_number)
    assert told.filter(to_user=cities.below.unit.filler).exists()
    assert AuditEntry.objects.filter(action="handed_up").count() == 1
    assert receipt.version.scans.get().match == "by_eye", "the scan shows the number below"
    flags = list(made.flags.values_list("kind", flat=True))
    assert "unknown" in flags, "the province has not verified a city's unit: staff there look"


def test_it_leaves_by_the_associations_list_and_is_recommended_then(cities: Cities) -> None:
    made = cities.up(cities.selected())
    row = Recommendation.objects.get(application=made)
    recommending.write_opinion(
        recommendation_id=row.pk, text="同意推荐。", revision=0, by=cities.desk.filler
    )
    assert row.list_id is not None
    listing.freeze(list_id=row.list_id, by=cities.desk.filler)
    scan = SimpleUploadedFile("scan.png", picture(), "image/png")
    listing.upload_scan(list_id=row.list_id, upload=scan, by=cities.desk.filler)
    listing.hand_in(
        list_id=row.list_id, by=cities.desk.filler, key=uuid.uuid4(), arrived_at=clock.now()
    )
    made.refresh_from_db()
    assert made.state == State.RECOMMENDED
    assert is_recommended(made, levels_of(cities.parent))


def test_an_application_is_handed_up_once(cities: Cities) -> None:
    below = cities.selected()
    cities.up(below)
    with pytest.raises(RuleViolation):
        cities.up(below)
    assert Application.objects.filter(fed_from=below).count() == 1


def test_only_what_was_selected_is_handed_up_and_only_by_the_associations_staff(
    cities: Cities,
) -> None:
    waiting = cities.waiting()
    with pytest.raises(RuleViolation):
        cities.up(waiting)
    Application.objects.filter(pk=waiting.pk).update(state=State.SELECTED)
    for stranger in (UserFactory(), cities.above.officer, cities.desk.filler):
        with pytest.raises(PermissionDenied):
            cities.up(waiting, by=stranger)
    assert not Application.objects.filter(fed_from__isnull=False).exists()


def test_after_the_list_above_is_due_nothing_is_handed_up(cities: Cities) -> None:
    below = cities.selected()
    due = cities.parent.levels.get().closes_at
    with pytest.raises(RuleViolation):
        cities.up(below, arrived_at=due)
    assert cities.up(below, arrived_at=due - dt.timedelta(seconds=1)).fed_from == below


def test_places_above_are_counted_and_one_refused_keeps_nothing_back(cities: Cities) -> None:
    """Above a unit has one place in each category, whatever the forwarding association allows."""
    cities.below.call.rules.filter(kind="quota").delete()
    first, second = cities.selected(), cities.selected()
    other = cities.selected(make_unit(cities.below.issuer, "society", "provincial"))
    made, refused = feeding.hand_up_each(
        [first.pk, second.pk, other.pk], by=cities.officer, arrived_at=clock.now()
    )
    assert [one.fed_from for one in made] == [first, other]
    assert list(refused) == [second.pk]
    assert refused[second.pk]
    assert not Application.objects.filter(fed_from=second).exists()


def test_a_form_that_asks_something_else_above_is_refused_with_a_sentence(cities: Cities) -> None:
    below = cities.selected()
    revision = below.packet.form_revision
    type(revision).objects.filter(pk=revision.pk).update(sha256="0" * 64)
    with pytest.raises(RuleViolation):
        cities.up(below)
    assert not HandIn.objects.filter(packet__call=cities.parent).exists()


def test_staff_tick_what_is_handed_up_and_see_what_became_of_it(
    cities: Cities, settings: Any
) -> None:
    settings.DEMO = True
    below = cities.selected()
    client = Client(headers={"accept-language": "en"})
    client.force_login(cities.officer)
    address = f"/admin/reviews/call/{cities.below.call.pk}/hand-up/"
    page = client.get(address).content.decode()
    assert f'value="{below.pk}"' in page
    done = client.post(address, {"application": [str(below.pk), str(uuid.uuid4())]}, follow=True)
    made = Application.objects.get(fed_from=below)
    said = done.content.decode()
    assert str(made.number) in said
    assert f'value="{below.pk}"' not in said, "it is handed up once"
    assert client.post(address).status_code == 302, "nothing ticked is said, not refused"
