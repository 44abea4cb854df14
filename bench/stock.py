"""Fills the demo's open call with as many applications as a whole province hands in.

    python -m bench.stock --count 10000 [--seed 1] [--flows 200]

Wants the database that ``seed_demo --no-applications`` leaves. Rows are written in bulk and are the
same for the same seed; every unit has five applications in states of the last evening. The frozen
content of a category is the same for all, because no list reads it. Prints one line of JSON: the
cookies and addresses that `bench.pages` asks for.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import uuid
from random import Random
from typing import Any
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client

from applications.freezing import content_of
from applications.models import Application, HandIn, Packet, Participation, Version
from applications.printing import order_form
from applications.services.drafting import sections_of
from applications.states import State
from calls.forms_schema import digest
from calls.models import Call, Category
from demo.answers import SUBJECTS, Filler
from demo.units import mailbox
from portal import clock
from portal.people.enums import Level, OrganisationKind, VerificationState
from portal.people.models import Affiliation, Membership, Organisation, User

PER_UNIT = 5
# What a unit's five applications are: mostly handed in, one still a draft, now and then returned.
STATES = (State.SUBMITTED, State.ACCEPTED, State.ACCEPTED, State.RETURNED, State.DRAFT)
BATCH = 5_000


class Stock:
    """Writes units with their people and applications for one call."""

    def __init__(self, call: Call, seed: int) -> None:
        self.call = call
        self.random = Random(seed)
        self.revision = call.form_revisions.latest("no")
        self.leaves = list(call.categories.filter(children=None).select_related("parent", "call"))
        self.now = clock.now()
        self._password = make_password(None)
        self._contents: dict[int, Any] = {}
        self._answers: dict[int, dict[str, Any]] = {}

    def fill(self, count: int) -> None:
        """Write at least ``count`` applications, five a unit."""
        for first in range(0, count, BATCH):
            units = range(first // PER_UNIT, min(first + BATCH, count) // PER_UNIT)
            with transaction.atomic():
                self._some(units)

    @transaction.atomic
    def ready(self, number: int) -> list[Packet]:
        """Write units with one signed application each, ready to be handed in."""
        packets = []
        for filler, organisation in self._units(range(1_000_000, 1_000_000 + number)):
            packet = self._packet(organisation, filler, f"BENCH-{organisation.pk}")
            packet.save()
            application = self._application(packet, self.leaves[0], State.SIGNED_OFF)
            application.save()
            content = content_of(packet, [application])
            version = self._frozen(packet, content, digest(content))
            version.save()
            order_form(version)
            packets.append(packet)
        return packets

    def _some(self, numbers: range) -> None:
        packets, applications = [], []
        for filler, organisation in self._units(numbers):
            for place, state in enumerate(STATES):
                category = self.leaves[(organisation.pk + place) % len(self.leaves)]
                packet = self._packet(organisation, filler, f"B-{organisation.pk}-{place}")
                packets.append(packet)
                applications.append(self._application(packet, category, state))
        self._write(packets, applications)

    def _units(self, numbers: range) -> list[tuple[User, Organisation]]:
        """Write units, verified and each with one person who fills in."""
        organisations = Organisation.objects.bulk_create(
            Organisation(
                name=f"示例学会{number:06d}号", region=self.call.issuer.organisation.region
            )
            for number in numbers
        )
        users = User.objects.bulk_create(
            User(email=f"bench-{number}@demo.example", name="示例", password=self._password)
            for number in numbers
        )
        Affiliation.objects.bulk_create(
            Affiliation(
                organisation=one, issuer=self.call.issuer, kind=OrganisationKind.SOCIETY,
                level=Level.PROVINCIAL, state=VerificationState.VERIFIED,
            )
            for one in organisations
        )  # fmt: skip
        Membership.objects.bulk_create(
            Membership(user=user, organisation=one, is_filler=True, is_administrator=True)
            for user, one in zip(users, organisations, strict=True)
        )
        Participation.objects.bulk_create(
            Participation(call=self.call, organisation=one, has_confidential=False)
            for one in organisations
        )
        return list(zip(users, organisations, strict=True))

    def _packet(self, organisation: Organisation, filler: User, number: str) -> Packet:
        return Packet(
            call=self.call, organisation=organisation, form_revision=self.revision,
            number=number, created_by=filler,
        )  # fmt: skip

    def _application(self, packet: Packet, category: Category, state: State) -> Application:
        handed_in = state not in (State.DRAFT, State.SIGNED_OFF)
        title = f"{self.random.choice(SUBJECTS)}第{self.random.randrange(10_000)}次学术会议"
        one = Application(
            packet=packet, category=category, state=state, created_by=packet.created_by,
            title=title, amount=category.amount_max, number=packet.number,
            handed_in_at=self.now - dt.timedelta(seconds=self.random.randrange(800_000))
            if handed_in
            else None,
            correction_due=self.call.closes_at if state == State.RETURNED else None,
        )  # fmt: skip
        one.answers = {**self._answers_of(packet, one), "basics.title": title}
        return one

    def _answers_of(self, packet: Packet, application: Application) -> dict[str, Any]:
        """Answer a category's form once; only the titles differ."""
        category = application.category
        if category.pk not in self._answers:
            sections = sections_of(packet, application)
            self._answers[category.pk] = Filler(self.call, category, self.random).fill(sections)
        return self._answers[category.pk]

    def _write(self, packets: list[Packet], applications: list[Application]) -> None:
        Packet.objects.bulk_create(packets)
        Application.objects.bulk_create(applications)
        frozen = [one for one in applications if one.state != State.DRAFT]
        versions = Version.objects.bulk_create(self._version(one) for one in frozen)
        HandIn.objects.bulk_create(
            HandIn(
                packet=one.packet, version=version, key=uuid.uuid4(), by=one.created_by,
                receipt_number=f"R-{one.number}", received_at=one.handed_in_at or self.now,
            )
            for one, version in zip(frozen, versions, strict=True)
        )  # fmt: skip

    def _version(self, application: Application) -> Version:
        category = application.category_id
        if category not in self._contents:
            content = content_of(application.packet, [application])
            self._contents[category] = content, digest(content)
        return self._frozen(application.packet, *self._contents[category])

    def _frozen(self, packet: Packet, content: dict[str, Any], sha256: str) -> Version:
        return Version(
            packet=packet, no=1, form_revision=self.revision, content=content, sha256=sha256,
            by=packet.created_by, at=self.now,
        )  # fmt: skip


def cookie_of(user: User) -> str:
    """Return the session cookie of somebody signed in."""
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def addresses(call: Call) -> dict[str, Any]:
    """Return what is asked for: one unit's pages, the officer's lists, the public page."""
    draft = Application.objects.filter(state=State.DRAFT, packet__call=call).latest("created_at")
    (first, *_rest) = sections_of(draft.packet, draft)
    queue = "/admin/reviews/submission/"
    return {
        "member": cookie_of(draft.created_by),
        "officer": cookie_of(User.objects.get(email=mailbox("jl-officer"))),
        "pages": {
            "call": f"/calls/{call.pk}/",
            "list": "/my/",
            "step": f"/my/applications/{draft.pk}/steps/{first['code']}/",
            "queue": queue,
            "filter": f"{queue}?state=to_check",
            "search": f"{queue}?q={quote(SUBJECTS[3])}",
        },
    }


def main() -> None:
    """Fill and print where things are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--flows", type=int, default=200, help="units that are about to hand in")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    call = Call.objects.select_related("issuer__organisation").get(
        issuer__slug="jilin", state="published"
    )
    stock = Stock(call, options.seed)
    stock.fill(options.count)
    told = addresses(call)
    told["flows"] = [
        {"packet": str(one.pk), "cookie": cookie_of(one.created_by)}
        for one in stock.ready(options.flows)
    ]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
