"""Takes a filled-in application of any published call to its hand-in, as its people would."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from applications import printing
from applications.models import Application, Packet
from applications.services import drafting, handin, recommending, scans, sealing, signoff
from applications.services import partners as naming
from calls.enums import FieldKind, Sealing, SectionScope
from calls.forms_schema import answer_key, sections_for
from calls.models import Call
from demo.answers import Filler
from portal import clock
from portal.documents.services import render_document
from tests.factories.applications import Unit, picture, version_of
from tests.factories.seals import PASSWORD, keeper_of, seal_of, trusted_authority
from tests.portal.files.samples import pdf

INSTANTS = ("opens_at", "closes_at", "signoff_by", "seal_by", "paper_by")


def open_since_yesterday(call: Call) -> None:
    """Move every date of a draft by as much as its opening, so that it opened yesterday."""
    shift = clock.now() - dt.timedelta(days=1) - call.opens_at
    for name in INSTANTS:
        if (instant := getattr(call, name)) is not None:
            setattr(call, name, instant + shift)
    if call.result_by is not None:
        call.result_by += dt.timedelta(days=shift.days)
    call.save()
    for category in call.categories.closing_early():
        assert category.closes_at is not None
        category.closes_at += shift
        category.save()
    for level in call.levels.all():
        level.closes_at += shift
        level.save()
    for batch in call.batches.all():
        batch.closes_at += shift
        batch.result_by = batch.result_by and batch.result_by + dt.timedelta(days=shift.days)
        batch.save()


def hand_in_filled(
    call: Call,
    unit: Unit,
    category: str,
    answers: Mapping[str, Any],
    *,
    recommender: Unit | None = None,
    partners: Collection[Unit] = (),
) -> Application:
    """Fill everything in, sign, seal and hand in; raises what the portal refuses with."""
    application = drafting.start(
        category=call.categories.select_related("parent").get(code=category),
        organisation=unit.organisation,
        by=unit.filler,
        has_confidential=False,
        arrived_at=clock.now(),
    )
    packet = application.packet
    _fill(call, packet, application, unit, answers)
    for partner in partners:
        naming.add_partner(
            application_id=application.pk, organisation=partner.organisation, by=unit.filler
        )
    if recommender is not None:
        recommending.choose(
            packet_id=packet.pk, recommender=recommender.organisation, by=unit.filler
        )
    if call.signoff:
        signoff.request_signoff(packet_id=packet.pk, by=unit.filler)
        signoff.sign_off(packet_id=packet.pk, by=unit.approver)
    _seal(call, packet, unit)
    handin.hand_in(packet_id=packet.pk, by=unit.filler, key=uuid.uuid4(), arrived_at=clock.now())
    application.refresh_from_db()
    return application


def _fill(
    call: Call, packet: Packet, application: Application, unit: Unit, answers: Mapping[str, Any]
) -> None:
    filler = Filler(call, application.category, Random(7))
    schema = packet.form_revision.schema
    plan = sections_for(schema, application.category.codes, SectionScope.PLAN)
    form = sections_for(schema, application.category.codes, SectionScope.APPLICATION)
    for target, sections, own in ((None, plan, {}), (application.pk, form, dict(answers))):
        if sections:
            drafting.save_answers(
                packet_id=packet.pk,
                application_id=target,
                values=filler.fill(sections) | own,
                revisions={},
                by=unit.filler,
            )
    for section in form:
        for field in section["fields"]:
            if field["kind"] == FieldKind.FILES and field["required"]:
                drafting.attach(
                    application_id=application.pk,
                    key=answer_key(section, field),
                    upload=SimpleUploadedFile("a.pdf", pdf(), "application/pdf"),
                    by=unit.filler,
                )


def _seal(call: Call, packet: Packet, unit: Unit) -> None:
    """Seal in the way the call asks for: a stamped scan, or the unit's certificate."""
    if call.sealing == Sealing.SCAN:
        upload = SimpleUploadedFile("scan.png", picture(), "image/png")
        scans.upload_scan(
            packet_id=packet.pk,
            upload=upload,
            by=unit.filler,
            arrived_at=clock.now(),
            boxes_there=True,
        )
    if call.sealing == Sealing.CERTIFICATE:
        keeper = keeper_of(unit.organisation)
        seal = seal_of(unit.organisation, trusted_authority(), by=keeper)
        document = printing.form_of(version_of(packet))
        assert document is not None
        assert render_document(document.pk)
        sealing.seal(packet_id=packet.pk, seal=seal, password=PASSWORD, place="", by=keeper)
