"""Takes applications through the portal's own services as far as each demo state needs."""

from __future__ import annotations

import datetime as dt
import uuid
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from applications import printing
from applications.models import Application, Flag, Packet
from applications.services import (
    drafting,
    flags,
    handin,
    lifecycle,
    partners,
    scans,
    sealing,
    signoff,
)
from applications.services.drafting import sections_of
from calls.enums import PacketMode, Sealing
from calls.models import Category
from demo.answers import Filler
from demo.paper import scan_of
from demo.people import Team
from portal import clock
from portal.documents.services import render_document
from portal.people.models import User
from portal.seals.management.commands.make_demo_authority import PASSWORD as SEAL_PASSWORD
from reviews.models import Submission
from reviews.services import checking


class Traveller:
    """One packet on its way; each method is a step a person takes."""

    def __init__(
        self, team: Team, officer: User, random: Random, arrival: dt.datetime | None
    ) -> None:
        self.team, self.officer, self.random, self.arrival = team, officer, random, arrival
        self.packet: Packet | None = None
        self.applications: list[Application] = []

    @property
    def arrived_at(self) -> dt.datetime:
        """When a request of this packet arrives: now, or in the time when the call was open."""
        return self.arrival or clock.now()

    def begin(self, category: Category, *, fill: bool = True) -> Application:
        """Begin an application and fill it in, or leave it half empty."""
        application = drafting.start(
            category=category,
            organisation=self.team.organisation,
            by=self.team.filler,
            has_confidential=False,
            arrived_at=self.arrived_at,
        )
        self.packet = application.packet
        self.applications.append(application)
        self._fill(application, whole=fill)
        if fill and category.call.packet_mode == PacketMode.PLAN:
            self._fill(None, whole=True)
        return application

    def _fill(self, application: Application | None, *, whole: bool) -> None:
        packet = self._packet()
        category = application.category if application else None
        sections = sections_of(packet, application)
        answers = Filler(packet.call, category, self.random).fill(sections)
        if not whole:
            answers = dict(list(answers.items())[: max(2, len(answers) // 3)])
        drafting.save_answers(
            packet_id=packet.pk,
            application_id=application.pk if application else None,
            values=answers,
            revisions={},
            by=self.team.filler,
        )

    def join(self, partner: Team, *, confirm: bool) -> None:
        """Name a partner, who confirms or leaves the question open."""
        made = partners.add_partner(
            application_id=self.applications[-1].pk,
            organisation=partner.organisation,
            by=self.team.filler,
        )
        if confirm:
            partners.answer(partner_id=made.pk, confirm=True, by=partner.administrator)

    def ask_signoff(self) -> None:
        """Send the finished draft to the approver."""
        signoff.request_signoff(packet_id=self._packet().pk, by=self.team.filler)

    def sign(self) -> None:
        """Sign off: the form is frozen."""
        signoff.sign_off(packet_id=self._packet().pk, by=self.team.approver)

    def stamp(self) -> None:
        """Print the form now, stamp it and upload the scan."""
        version = self._packet().latest_version()
        assert version is not None
        document = printing.form_of(version)
        assert document is not None
        render_document(document.pk)
        document.refresh_from_db()
        assert document.file is not None, document.failure
        with document.file.file.open("rb") as printed:
            scan = scan_of(printed.read())
        scans.upload_scan(
            packet_id=self._packet().pk,
            upload=SimpleUploadedFile("盖章扫描件.pdf", scan, "application/pdf"),
            by=self.team.keeper,
            arrived_at=self.arrived_at,
        )

    def seal(self) -> None:
        """Print the form now and seal it with the unit's sample certificate."""
        packet = self._packet()
        version = packet.latest_version()
        assert version is not None
        document = printing.form_of(version)
        assert document is not None
        render_document(document.pk)
        (seal,) = sealing.usable_seals(packet.organisation, Sealing(packet.call.sealing))
        sealing.seal(
            packet_id=packet.pk, seal=seal, password=SEAL_PASSWORD,
            place=self.team.organisation.region, by=self.team.keeper,
        )  # fmt: skip

    def hand_in(self, reason: str = "") -> None:
        """Hand in; ``reason`` is what the unit says to rules in principle."""
        packet = self._packet()
        rules = packet.call.rules.values_list("pk", flat=True)
        handin.hand_in(
            packet_id=packet.pk,
            by=self.team.filler,
            key=uuid.uuid4(),
            arrived_at=self.arrived_at,
            reasons=dict.fromkeys(rules, reason) if reason else None,
        )

    def accept(self) -> None:
        """Settle what is open and accept every application."""
        for application in self._packet().applications.all():
            for flag in Flag.objects.filter(application=application, settled_at=None):
                flags.settle(flag_id=flag.pk, by=self.officer, note="已向有关部门核实（演示）")
            checking.accept(
                application_id=application.pk,
                version_id=self._version_in_hand(application),
                by=self.officer,
            )

    def give_back(self, due: dt.datetime) -> None:
        """Return for correction with a reason for the first section."""
        application = self._packet().applications.all()[0]
        section = sections_of(self._packet(), application)[0]["code"]
        checking.return_for_changes(
            application_id=application.pk,
            version_id=self._version_in_hand(application),
            by=self.officer,
            reason="请按要求补充后再次提交。",
            items={section: "活动地点请写明具体会场，并核对参会人数。"},
            due=due,
        )

    def refuse(self) -> None:
        """Not accept, with the reason."""
        application = self._packet().applications.all()[0]
        checking.not_accept(
            application_id=application.pk,
            version_id=self._version_in_hand(application),
            by=self.officer,
            reason="所报内容与该类别要求不符。",
        )

    def withdraw(self) -> None:
        """Withdraw, giving up the place."""
        application = self._packet().applications.all()[0]
        lifecycle.withdraw(
            application_id=application.pk, by=self.team.filler, reason="本单位另有安排。"
        )

    def _version_in_hand(self, application: Application) -> int:
        version = checking.version_in_hand(Submission.objects.get(pk=application.pk))
        assert version is not None
        return version.pk

    def _packet(self) -> Packet:
        assert self.packet is not None
        self.packet.refresh_from_db()
        return self.packet
