"""Nine forgeries, and some more: none accepted, each with the reason in words."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from portal import clock
from portal.documents.models import Document
from portal.seals import certificates, demo_authority, drawing, signing
from portal.seals.boxes import boxes_for
from portal.seals.demo_authority import DemoAuthority
from portal.seals.judging import LIMITS, KeptSeals, expected_of
from portal.seals.models import Authority, SealUse
from portal.seals.services import keeping, sealing
from portal.seals.verifying import Expected, Verdict, verify_pdf
from tests.factories.people import PASSWORD as LOGIN_PASSWORD
from tests.factories.seals import PASSWORD, image_seal, in_days, p12, ready_document
from tests.portal.seals.conftest import Desk, form_pdf

pytestmark = pytest.mark.django_db


@dataclass
class Case:
    """A sealed document, what it must be, and the desk it comes from."""

    desk: Desk
    sealed: bytes
    expected: Expected

    def verdict(self, data: bytes) -> Verdict:
        """Judge a file."""
        return verify_pdf(data, self.expected, now=clock.now())

    def sign(
        self,
        pdf: bytes,
        authority: DemoAuthority,
        holder: str,
        *,
        begin: dt.datetime | None = None,
        end: dt.datetime | None = None,
    ) -> bytes:
        """Sign as the portal does, only not in the portal."""
        key, certificate = demo_authority.issue(
            authority, holder, now=clock.now(), begin=begin, end=end
        )
        file = demo_authority.pack(key, certificate, password="x")
        opened = certificates.open_pkcs12(file, "x")
        boxes = tuple(box.around(42) for box in boxes_for(pdf, "seal-unit"))
        return signing.sign_pdf(
            pdf,
            signer=signing.with_key(opened),
            drawing=drawing.round_seal("示例省光学学会", 42),
            placing=signing.Placing("seal_unit", boxes, "盖章", ""),
        )


@pytest.fixture
def case(desk: Desk) -> Case:
    use = desk.seal_it()
    uses = list(SealUse.objects.all().of_document(desk.document.pk))
    return Case(desk, sealing.read_bytes(use.file), expected_of(desk.document, uses))


def test_the_good_ones_are_accepted(case: Case) -> None:
    verdict = case.verdict(case.sealed)
    assert verdict.accepted
    assert len(verdict.seals) == 1
    assert "示例省光学学会" in verdict.seals[0]

    two = sealing.read_bytes(case.desk.accept_it().file)
    uses = list(SealUse.objects.all().of_document(case.desk.document.pk))
    verdict = verify_pdf(two, expected_of(case.desk.document, uses), now=clock.now())
    assert verdict.accepted
    assert len(verdict.seals) == 2


def with_update(pdf: bytes) -> bytes:
    """Add to a sealed file as an editor does."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page, _resources = writer.find_page_for_modification(0)
    page.get_object()["/Rotate"] = generic.NumberObject(90)
    writer.update_container(page.get_object())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def byte_changed(case: Case) -> bytes:
    at = len(case.sealed) // 3
    return case.sealed[:at] + bytes([case.sealed[at] ^ 1]) + case.sealed[at + 1 :]


def other_authority(case: Case) -> bytes:
    rogue = demo_authority.make_authority(now=clock.now())
    return case.sign(form_pdf(), rogue, "示例省光学学会")


def expired(case: Case) -> bytes:
    return case.sign(
        form_pdf(), case.desk.authority, "示例省光学学会", begin=in_days(-30), end=in_days(-1)
    )


def on_another_document(case: Case) -> bytes:
    return case.sign(form_pdf("SK-2026-9999"), case.desk.authority, "示例省光学学会")


FORGERIES: dict[str, tuple[Callable[[Case], bytes], str]] = {
    "unsigned": (lambda case: form_pdf(), "unsigned"),
    "byte changed": (byte_changed, "changed|other_document"),
    "truncated": (lambda case: case.sealed[:-100], "damaged|incomplete"),
    "bytes appended": (lambda case: case.sealed + b"\n% more\n", "appended|incomplete"),
    "incremental update": (lambda case: with_update(case.sealed), "appended"),
    "other unit's certificate": (
        lambda case: case.sign(form_pdf(), case.desk.authority, "别的学会"),
        "other_unit",
    ),
    "made-up authority of the same name": (other_authority, "untrusted"),
    "expired certificate": (expired, "expired"),
    "right seal on another document": (on_another_document, "other_document"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_in_words(case: Case, name: str) -> None:
    forge, code = FORGERIES[name]
    forged = forge(case)
    verdict = case.verdict(forged)
    assert not verdict.accepted
    assert verdict.codes & set(code.split("|"))
    assert all(reason.sentence for reason in verdict.reasons)
    # The records alone refuse it. So does the look at bytes and signatures without them:
    blind = replace(case.expected, recorded=case.expected.recorded | {_hash(forged)})
    found = verify_pdf(forged, blind, now=clock.now())
    assert not found.accepted
    assert "not_recorded" not in found.codes


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_no_changed_byte_goes_unseen(case: Case) -> None:
    """One bit at 60 places all over the file, the signature's own padding left out."""
    step = len(case.sealed) // 60
    contents = case.sealed.rindex(b"/Contents <")
    for at in range(10, len(case.sealed), step):
        if contents <= at <= contents + 8000:
            continue
        forged = case.sealed[:at] + bytes([case.sealed[at] ^ 4]) + case.sealed[at + 1 :]
        blind = replace(case.expected, recorded=frozenset({_hash(forged)}))
        assert not verify_pdf(forged, blind, now=clock.now()).accepted, at


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\x00" * 5000, b"%PDF-1.7\n%%EOF", b"PK\x03"])
def test_whatever_the_bytes_are_there_is_a_verdict(case: Case, data: bytes) -> None:
    assert not case.verdict(data).accepted


def test_a_sound_seal_that_the_portal_has_not_made_is_not_accepted(case: Case) -> None:
    made_elsewhere = case.sign(form_pdf(), case.desk.authority, "示例省光学学会")
    verdict = case.verdict(made_elsewhere)
    assert verdict.codes == {"not_recorded"}


def test_a_certificate_that_has_expired_since_still_counts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = keeping.add_certificate(
        organisation=desk.unit, wish=keeping.Wish("短期"), password=PASSWORD, by=desk.keeper,
        file=p12(desk.authority, desk.unit.name, end=in_days(2)),
    )  # fmt: skip
    data = sealing.read_bytes(desk.seal_it(seal=seal).file)
    later = in_days(30)
    monkeypatch.setattr("portal.clock.now", lambda: later)
    uses = list(SealUse.objects.all().of_document(desk.document.pk))
    assert verify_pdf(data, expected_of(desk.document, uses), now=later).accepted


def test_a_seal_counts_when_revoked_later_and_not_when_revoked_before(case: Case) -> None:
    keeping.revoke(seal=case.desk.seal, reason="更换印章", by=case.desk.keeper)
    uses = list(SealUse.objects.all().of_document(case.desk.document.pk))
    expected = expected_of(case.desk.document, uses)
    assert verify_pdf(case.sealed, expected, now=clock.now()).accepted
    late = {"seal_unit": clock.now() + dt.timedelta(minutes=1)}
    verdict = verify_pdf(case.sealed, replace(expected, sealed_at=late), now=clock.now())
    assert verdict.codes == {"revoked"}


def test_an_authority_that_is_trusted_no_longer_takes_its_seals_along(case: Case) -> None:
    keeping.end_authority(authority=Authority.objects.get(), by=case.desk.clerk)
    uses = list(SealUse.objects.all().of_document(case.desk.document.pk))
    verdict = verify_pdf(case.sealed, expected_of(case.desk.document, uses), now=clock.now())
    assert verdict.codes == {"untrusted"}


# --- what the verification page is told --------------------------------------------------------


def test_the_page_is_told_in_words(case: Case) -> None:
    document: Document = case.desk.document
    good = KeptSeals().judge(document, case.sealed)
    assert good.accepted
    assert good.seals
    bad = KeptSeals().judge(document, case.sealed + b" ")
    assert not bad.accepted
    assert bad.reasons
    (line,) = KeptSeals().of(document)
    assert line.holder == "示例省光学学会"
    assert KeptSeals().file_of(document).sha256 == _hash(case.sealed)


def test_a_file_from_before_the_second_seal_is_genuine_and_said_to_be_earlier(case: Case) -> None:
    case.desk.accept_it()
    judged = KeptSeals().judge(case.desk.document, case.sealed)
    assert judged.accepted
    assert "before a later seal" in judged.headline


def test_a_picture_is_never_called_an_electronic_seal(desk: Desk) -> None:
    picture = keeping.add_image(
        organisation=desk.unit, wish=keeping.Wish("图片"), by=desk.keeper,
        upload=SimpleUploadedFile("章.png", image_seal(), "image/png"),
    )  # fmt: skip
    data = sealing.read_bytes(desk.seal_it(seal=picture, password=LOGIN_PASSWORD).file)
    judged = KeptSeals().judge(desk.document, data)
    assert judged.accepted
    assert "no electronic seal in law" in judged.seals[0]
    assert not KeptSeals().judge(desk.document, data + b" ").accepted
    # The association's signature over the picture is judged with the picture beneath it.
    both = sealing.read_bytes(desk.accept_it().file)
    assert KeptSeals().judge(desk.document, both).accepted
    assert not KeptSeals().judge(desk.document, both[:-1] + b"x").accepted


def test_without_any_seal_no_file_is_a_sealed_one(desk: Desk) -> None:
    plain = ready_document(desk.issuer, desk.unit, form_pdf(), number="SK-7")
    assert not KeptSeals().judge(plain, form_pdf()).accepted


def test_a_file_that_keeps_the_reader_busy_is_given_up(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forever(*_arguments: object, **_named: object) -> Verdict:
        while True:
            pass

    monkeypatch.setattr("portal.seals.judging.verify_pdf", forever)
    monkeypatch.setattr("portal.seals.judging.LIMITS", replace(LIMITS, wall_seconds=1.0))
    judged = KeptSeals().judge(case.desk.document, case.sealed)
    assert not judged.accepted
    assert "keep one busy" in judged.reasons[0]
