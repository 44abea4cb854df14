"""An authority revokes a certificate: it seals nothing more, and what it sealed late is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.errors import RuleViolation
from portal.seals import demo_authority
from portal.seals.judging import expected_of
from portal.seals.models import Authority, SealUse
from portal.seals.services import keeping
from portal.seals.services.sealing import read_bytes
from portal.seals.verifying import verify_pdf
from tests.factories.people import UserFactory
from tests.factories.seals import p12, trusted_authority
from tests.portal.seals.conftest import Desk


def revoke(desk: Desk, *, since: dt.datetime, issued_at: dt.datetime | None = None) -> int:
    """Take in a list of the desk's authority on which the unit's certificate stands."""
    data = demo_authority.revocation_list(
        desk.authority, [int(desk.seal.serial, 16)], since=since,
        issued_at=issued_at or clock.now(),
    )  # fmt: skip
    return keeping.take_revocations(authority=Authority.objects.get(), file=data, by=desk.clerk)


def test_a_revoked_certificate_seals_nothing_more_and_says_why(desk: Desk) -> None:
    assert revoke(desk, since=clock.now() - dt.timedelta(days=1)) == 1
    with pytest.raises(RuleViolation, match="revoked by its authority on"):
        desk.seal_it()
    # The association's own certificate is not on the list.
    assert desk.accept_it()


def test_what_it_sealed_before_stays_valid_and_after_is_refused(desk: Desk) -> None:
    data = read_bytes(desk.seal_it().file)
    uses = list(SealUse.objects.all().of_document(desk.document.pk))
    revoke(desk, since=clock.now() + dt.timedelta(seconds=30))
    expected = expected_of(desk.document, uses)
    assert verify_pdf(data, expected, now=clock.now()).accepted
    late = {"seal_unit": clock.now() + dt.timedelta(minutes=5)}
    verdict = verify_pdf(data, replace(expected, sealed_at=late), now=clock.now())
    assert verdict.codes == {"revoked"}


def test_a_revoked_certificate_cannot_be_added(desk: Desk) -> None:
    keeping.revoke(seal=desk.seal, reason="更换", by=desk.keeper)
    key, certificate = demo_authority.issue(desk.authority, desk.unit.name, now=clock.now())
    file = demo_authority.pack(key, certificate, password="x" * 8)
    data = demo_authority.revocation_list(
        desk.authority, [certificate.serial_number], since=clock.now(), issued_at=clock.now()
    )
    keeping.take_revocations(authority=Authority.objects.get(), file=data, by=desk.clerk)
    with pytest.raises(RuleViolation, match="revoked by its authority"):
        keeping.add_certificate(
            organisation=desk.unit, wish=keeping.Wish("公章"), file=file, password="x" * 8,
            by=desk.keeper,
        )  # fmt: skip


def test_only_the_authoritys_own_and_newest_list_counts(desk: Desk) -> None:
    row = Authority.objects.get()
    stranger = demo_authority.make_authority(now=clock.now())
    foreign = demo_authority.revocation_list(
        stranger, [int(desk.seal.serial, 16)], since=clock.now(), issued_at=clock.now()
    )
    for file, sentence in (
        (foreign, "not signed by this authority"),
        (b"nothing", "no revocation list"),
        (p12(desk.authority, "某会"), "no revocation list"),
    ):
        with pytest.raises(RuleViolation, match=sentence):
            keeping.take_revocations(authority=row, file=file, by=desk.clerk)
    revoke(desk, since=clock.now())
    with pytest.raises(RuleViolation, match="newer revocation list"):
        revoke(desk, since=clock.now(), issued_at=clock.now() - dt.timedelta(days=2))
    # The same number of another authority is another certificate.
    trusted_authority()
    assert keeping.revoked_since(desk.acceptance) is None


def test_operators_take_a_list_in_on_a_page_and_staff_do_not(desk: Desk) -> None:
    address = reverse("admin:seals_authority_revocations", args=[Authority.objects.get().pk])
    data = demo_authority.revocation_list(
        desk.authority, [int(desk.seal.serial, 16)], since=clock.now(), issued_at=clock.now()
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    wrong = client.post(address, {"file": SimpleUploadedFile("a.crl", b"nothing")})
    assert "no revocation list" in wrong.content.decode()
    done = client.post(address, {"file": SimpleUploadedFile("a.crl", data)}, follow=True)
    assert "it revokes 1 certificate" in done.content.decode()
    client.force_login(UserFactory(is_staff=True))
    assert client.get(address).status_code in {403, 404}
