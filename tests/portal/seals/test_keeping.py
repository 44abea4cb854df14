"""What comes in as a seal and what does not, with a sentence for each; how seals end."""

from __future__ import annotations

import base64
import io
import os
from io import StringIO
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from PIL import Image

from portal import clock
from portal.errors import RuleViolation
from portal.people.models import Organisation, User
from portal.seals import checks, demo_authority, vault
from portal.seals.certificates import WrongPassword, open_pkcs12
from portal.seals.demo_authority import DemoAuthority
from portal.seals.enums import SealState
from portal.seals.models import Authority, Seal, SealedContent
from portal.seals.services import keeping, sealing
from tests.factories.people import OrganisationFactory, UserFactory
from tests.factories.seals import (
    PASSWORD,
    image_seal,
    in_days,
    keeper_of,
    p12,
    seal_of,
    trusted_authority,
)
from tests.portal.seals.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return OrganisationFactory(name="示例省光学学会")


@pytest.fixture
def keeper(unit: Organisation) -> User:
    return keeper_of(unit)


@pytest.fixture
def authority() -> DemoAuthority:
    return trusted_authority()


def add(unit: Organisation, by: User, file: bytes, password: str = PASSWORD) -> Seal:
    return keeping.add_certificate(
        organisation=unit, wish=keeping.Wish("公章"), file=file, password=password, by=by
    )


def test_the_facts_of_a_certificate_are_kept_and_its_content_is_locked(
    unit: Organisation, keeper: User, authority: DemoAuthority
) -> None:
    file = p12(authority, unit.name)
    seal = add(unit, keeper, file)
    assert seal.state == SealState.ACTIVE
    assert seal.holder == unit.name
    assert "O=示例省光学学会" in seal.subject
    assert seal.valid_from < clock.now() < seal.valid_to
    assert len(seal.fingerprint) == 64
    locked = bytes(SealedContent.objects.get(seal=seal).locked)
    assert file not in locked
    assert file[:40] not in locked
    assert vault.take(seal) == file


def test_a_certificate_in_another_name_waits_for_the_association(
    unit: Organisation, keeper: User, authority: DemoAuthority
) -> None:
    seal = add(unit, keeper, p12(authority, "示例省光学学会秘书处"))
    assert seal.state == SealState.PENDING
    with (
        pytest.raises(RuleViolation, match="must accept it"),
        sealing.opened(seal, by=keeper, password=PASSWORD),
    ):
        pass
    keeping.accept(seal=seal, by=UserFactory())
    with sealing.opened(seal, by=keeper, password=PASSWORD) as open_seal:
        assert open_seal.signer is not None
    with pytest.raises(RuleViolation, match="waits for nobody"):
        keeping.accept(seal=seal, by=UserFactory())


def test_names_that_differ_in_width_or_blanks_are_the_same(
    keeper: User, authority: DemoAuthority
) -> None:
    unit = OrganisationFactory(name="示例（北方）学会")
    assert add(unit, keeper, p12(authority, "示例(北方) 学会")).state == SealState.ACTIVE


def refusal(unit: Organisation, by: User, file: bytes, password: str = PASSWORD) -> str:
    with pytest.raises(RuleViolation) as raised:
        add(unit, by, file, password)
    assert not Seal.objects.exists()
    assert not SealedContent.objects.exists()
    return str(raised.value)


def test_what_is_no_certificate_with_a_key_is_refused_with_a_sentence(
    unit: Organisation, keeper: User, authority: DemoAuthority
) -> None:
    good = p12(authority, unit.name)
    assert "does not open" in refusal(unit, keeper, good, "wrong")
    assert "no certificate file" in refusal(unit, keeper, b"hello")
    assert "no certificate file" in refusal(unit, keeper, b"")
    assert "no certificate file" in refusal(unit, keeper, authority.der)
    assert "no certificate file" in refusal(unit, keeper, good + b"\x00" * 200_000)
    _key, certificate = demo_authority.issue(authority, unit.name, now=clock.now())
    keyless = pkcs12.serialize_key_and_certificates(
        None, None, certificate, None, serialization.BestAvailableEncryption(PASSWORD.encode())
    )
    assert "no private key" in refusal(unit, keeper, keyless)


def test_an_expired_an_early_and_a_strange_certificate_are_refused(
    unit: Organisation, keeper: User, authority: DemoAuthority
) -> None:
    old = p12(authority, unit.name, begin=in_days(-20), end=in_days(-1))
    assert "expired on" in refusal(unit, keeper, old)
    early = p12(authority, unit.name, begin=in_days(2), end=in_days(9))
    assert "not valid before" in refusal(unit, keeper, early)
    rogue = trusted_authority(trusted=False)
    assert "does not trust" in refusal(unit, keeper, p12(rogue, unit.name))
    itself = demo_authority.pack(authority.key, authority.certificate, password=PASSWORD)
    assert "of an authority" in refusal(unit, keeper, itself)


def test_a_key_that_cannot_seal_is_refused(unit: Organisation, keeper: User) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    now = clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, unit.name)])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(1).not_valid_before(now)
        .not_valid_after(in_days(3)).sign(key, None)
    )  # fmt: skip
    file = pkcs12.serialize_key_and_certificates(
        None, key, certificate, None, serialization.BestAvailableEncryption(PASSWORD.encode())
    )
    assert "cannot seal a PDF" in refusal(unit, keeper, file)


def test_one_certificate_once_and_never_again_after_its_end(
    unit: Organisation, keeper: User, authority: DemoAuthority
) -> None:
    file = p12(authority, unit.name)
    seal = add(unit, keeper, file)
    with pytest.raises(RuleViolation, match="kept here already"):
        add(unit, keeper, file)
    keeping.revoke(seal=seal, reason="更换", by=keeper)
    assert not SealedContent.objects.exists()
    with pytest.raises(RuleViolation, match="needs a new certificate"):
        add(unit, keeper, file)
    with pytest.raises(RuleViolation, match="revoked already"):
        keeping.revoke(seal=seal, reason="再次", by=keeper)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.update(state=SealState.ACTIVE)


def test_revoking_asks_why(unit: Organisation, keeper: User, authority: DemoAuthority) -> None:
    seal = seal_of(unit, authority, by=keeper)
    with pytest.raises(RuleViolation, match="Say why"):
        keeping.revoke(seal=seal, reason="  ", by=keeper)


# --- pictures --------------------------------------------------------------------------------


def picture(unit: Organisation, by: User, data: bytes, name: str = "章.png") -> Seal:
    upload = SimpleUploadedFile(name, data, "image/png")
    return keeping.add_image(organisation=unit, wish=keeping.Wish("图片"), upload=upload, by=by)


@pytest.mark.parametrize("background", [(255, 255, 255, 255), (0, 0, 0, 0), (250, 248, 252, 255)])
def test_a_seal_on_white_or_nothing_is_cut_out(
    unit: Organisation, keeper: User, background: Any
) -> None:
    seal = picture(unit, keeper, image_seal(background=background))
    kept = Image.open(io.BytesIO(vault.take(seal)))
    assert kept.mode == "RGBA"
    # Cut to the ring, the corners are nothing, the ring is red.
    assert 530 <= kept.width <= 545
    assert kept.getpixel((0, 0))[3] == 0
    red, green, _blue, opacity = cast(Any, kept.getpixel((kept.width // 2, 5)))
    assert (red > 150, green < 60, opacity > 200) == (True, True, True)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (image_seal(background=(120, 130, 90, 255)), "white or transparent"),
        (image_seal(side=200), "too small"),
        (image_seal(side=600, width=1200), "whole round seal"),
        (b"no picture", "not accepted"),
    ],
)
def test_a_picture_that_will_not_do_is_refused(
    unit: Organisation, keeper: User, data: bytes, sentence: str
) -> None:
    with pytest.raises(RuleViolation, match=sentence):
        picture(unit, keeper, data)
    assert not Seal.objects.exists()


def test_an_empty_sheet_is_no_seal(unit: Organisation, keeper: User) -> None:
    out = io.BytesIO()
    Image.new("RGB", (500, 500), "white").save(out, "PNG")
    with pytest.raises(RuleViolation, match="nothing on the picture"):
        picture(unit, keeper, out.getvalue())


# --- the vault -------------------------------------------------------------------------------


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def test_a_content_beside_another_seal_does_not_open(desk: Desk) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE seals_sealedcontent SET locked = (SELECT locked FROM seals_sealedcontent "
            "WHERE seal_id = %s) WHERE seal_id = %s",
            [desk.acceptance.pk, desk.seal.pk],
        )
    with pytest.raises(vault.VaultError):
        vault.take(desk.seal)


def test_the_key_can_be_changed(
    settings: Any, unit: Organisation, keeper: User, authority: DemoAuthority
) -> None:
    old, new = key(), key()
    settings.SEAL_KEY = [old]
    seal = seal_of(unit, authority, by=keeper)
    before = vault.take(seal)
    settings.SEAL_KEY = [new]
    with pytest.raises(vault.VaultError):
        vault.take(seal)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("rotate_seal_key", stdout=StringIO())
    settings.SEAL_KEY = [new, old]
    assert vault.take(seal) == before
    call_command("rotate_seal_key", stdout=StringIO())
    settings.SEAL_KEY = [new]
    assert vault.take(seal) == before


@pytest.mark.parametrize("given", [[], ["short"], ["not base64 at all!"], [key(), "short"]])
def test_production_needs_a_key_of_the_right_shape(settings: Any, given: list[str]) -> None:
    settings.DEMO, settings.DEBUG, settings.SEAL_KEY = False, False, given
    assert [found.id for found in checks.check_seal_key(None)] == ["seals.E001"]
    settings.SEAL_KEY = [key()]
    assert checks.check_seal_key(None) == []


# --- the demonstration -----------------------------------------------------------------------


def test_sample_seals_are_made_in_the_demonstration_only(
    settings: Any, unit: Organisation, keeper: User
) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("make_demo_authority", stdout=StringIO())
    settings.DEMO = True
    said = StringIO()
    call_command("make_demo_authority", stdout=said)
    seal = Seal.objects.get(organisation=unit)
    assert seal.demo
    assert "样章" in seal.title
    assert said.getvalue().startswith("1 sample seals")
    call_command("make_demo_authority", stdout=said)
    assert Seal.objects.count() == 1


def test_production_neither_starts_with_sample_seals_nor_counts_them(
    settings: Any, desk: Desk
) -> None:
    settings.DEMO = False
    (found,) = checks.check_no_samples(None, databases=["default"])
    assert found.id == "seals.E003"
    assert keeping.trusted_roots() == []
    with pytest.raises(RuleViolation, match="sample seal"):
        desk.seal_it()
    settings.DEMO = True
    assert checks.check_no_samples(None, databases=["default"]) == []


def test_an_empty_production_starts(settings: Any) -> None:
    settings.DEMO = False
    assert checks.check_no_samples(None, databases=["default"]) == []


# --- authorities -----------------------------------------------------------------------------


def test_an_authority_is_trusted_once_and_may_be_trusted_again() -> None:
    authority = demo_authority.make_authority(now=clock.now())
    pem = authority.certificate.public_bytes(serialization.Encoding.PEM)
    person = UserFactory()
    row = keeping.add_authority(name="机构", file=pem, by=person)
    with pytest.raises(RuleViolation, match="trusted already"):
        keeping.add_authority(name="机构", file=authority.der, by=person)
    keeping.end_authority(authority=row, by=person)
    assert keeping.trusted_roots() == []
    keeping.add_authority(name="机构", file=authority.der, by=person)
    assert Authority.objects.count() == 1


def test_a_units_certificate_is_no_authority(authority: DemoAuthority) -> None:
    _key, certificate = demo_authority.issue(authority, "某学会", now=clock.now())
    der = certificate.public_bytes(serialization.Encoding.DER)
    for file in (der, b"nothing", b"-----BEGIN CERTIFICATE-----\nxx"):
        with pytest.raises(RuleViolation, match="certificate"):
            keeping.add_authority(name="机构", file=file, by=None)


def test_a_wrong_password_is_told_from_a_wrong_file(authority: DemoAuthority) -> None:
    file = p12(authority, "某学会")
    with pytest.raises(WrongPassword):
        open_pkcs12(file, "")
    with pytest.raises(RuleViolation) as raised:
        open_pkcs12(file[:200], PASSWORD)
    assert not isinstance(raised.value, WrongPassword)
