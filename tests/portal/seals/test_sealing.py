"""Seals are used by the right person, in the right place, once, and every use is kept."""

from __future__ import annotations

import datetime as dt
import io
import pickle
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from asn1crypto import x509 as asn1_x509
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PageObject, PdfReader

from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.people.models import Membership
from portal.seals import certificates
from portal.seals.boxes import boxes_for
from portal.seals.certificates import WrongPassword
from portal.seals.enums import Party, SealState
from portal.seals.models import Seal, SealUse
from portal.seals.services import keeping, sealing
from tests.factories.people import PASSWORD as LOGIN_PASSWORD
from tests.factories.people import MembershipFactory, OrganisationFactory
from tests.factories.seals import (
    PASSWORD,
    image_seal,
    in_days,
    keeper_of,
    p12,
    ready_document,
    seal_of,
)
from tests.portal.documents import archive
from tests.portal.seals.conftest import Desk, form_pdf

pytestmark = pytest.mark.django_db


def refused(desk: Desk, **changed: Any) -> str:
    """Return the sentences with which sealing is refused."""
    with pytest.raises(RuleViolation) as refusal:
        desk.seal_it(**changed)
    return str(refusal.value)


def pdfsig(pdf: bytes, folder: Path) -> str:
    """Return what poppler says, with no store of certificates of its own."""
    path = folder / "sealed.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", "-nocert", str(path)],
        capture_output=True, text=True, check=False, env={"HOME": str(folder), "PATH": "/usr/bin"},
    )  # fmt: skip
    return done.stdout


def pyhanko_calls_valid(pdf: bytes, desk: Desk) -> list[bool]:
    """Let pyHanko look at each signature with its full comparison of revisions."""
    root = asn1_x509.Certificate.load(desk.authority.der)
    return [
        validate_pdf_signature(
            signature, ValidationContext(trust_roots=[root], allow_fetching=False)
        ).bottom_line
        for signature in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    ]


def test_one_and_two_seals_are_valid_to_poppler_and_pyhanko(desk: Desk, tmp_path: Path) -> None:
    one = sealing.read_bytes(desk.seal_it().file)
    said = pdfsig(one, tmp_path)
    assert said.count("Signature is Valid") == 1
    assert "Total document signed" in said
    assert pyhanko_calls_valid(one, desk) == [True]

    two = sealing.read_bytes(desk.accept_it().file)
    said = pdfsig(two, tmp_path)
    assert said.count("Signature is Valid") == 2
    assert said.count("  - Total document signed") == 1
    assert pyhanko_calls_valid(two, desk) == [True, True]
    # Each seal only adds: the form itself, then the form with one seal, come first.
    assert two.startswith(one)
    assert one.startswith(form_pdf())


def test_the_seal_lies_in_its_box_at_its_size(desk: Desk) -> None:
    Seal.objects.filter(pk=desk.seal.pk).delete()
    desk.seal = keeping.add_certificate(
        organisation=desk.unit,
        wish=keeping.Wish("公章", Decimal(45)),
        file=p12(desk.authority, desk.unit.name),
        password=PASSWORD,
        by=desk.keeper,
    )
    pdf = sealing.read_bytes(desk.seal_it().file)
    (box,) = boxes_for(form_pdf(), "seal-unit")
    reader = PdfReader(io.BytesIO(pdf))
    (field,) = [
        note.get_object()
        for note in notes_of(reader.pages[box.page])
        if note.get_object().get("/T") == "seal_unit"
    ]
    left, bottom, right, top = (float(edge) for edge in field["/Rect"])
    side = 45 * 72 / 25.4
    assert (right - left, top - bottom) == pytest.approx((side, side), abs=0.1)
    assert (left + right) / 2 == pytest.approx((box.left + box.right) / 2, abs=0.1)
    assert (bottom + top) / 2 == pytest.approx((box.bottom + box.top) / 2, abs=0.1)
    signature = field["/V"].get_object()
    assert signature["/Reason"] == "申报单位盖章"
    assert signature["/Location"] == "示例市"
    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"


def notes_of(page: PageObject) -> list[Any]:
    """Return the notes of a page: signature fields among them."""
    return list(cast(Any, page["/Annots"]))


def test_every_seal_of_a_packet_is_drawn_under_one_signature(desk: Desk, tmp_path: Path) -> None:
    packet = ready_document(
        desk.issuer, desk.unit, form_pdf(kind="recommendation_packet"), number="SK-2026-9"
    )
    pdf = sealing.read_bytes(desk.seal_it(document=packet).file)
    assert len(boxes_for(pdf, "seal-unit")) == 4
    assert pdfsig(pdf, tmp_path).count("Signature is Valid") == 1
    red = [page for page in range(1, 10) if is_red(pdf, page, tmp_path)]
    assert red == [box.page + 1 for box in boxes_for(pdf, "seal-unit")]


def test_the_place_of_a_seal_to_come_hides_nothing(desk: Desk) -> None:
    reader = PdfReader(io.BytesIO(sealing.read_bytes(desk.seal_it().file)))
    (waiting,) = [
        note.get_object()
        for page in reader.pages
        if "/Annots" in page
        for note in notes_of(page)
        if note.get_object().get("/T") == "seal_issuer"
    ]
    assert waiting["/AP"]["/N"].get_object().get_data() == b""


def is_red(pdf: bytes, page: int, folder: Path) -> bool:
    """Tell whether a page shows the ink of a seal."""
    from PIL import Image

    path = folder / "page.pdf"
    path.write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "40", "-png", "-f", str(page), "-l", str(page), "-singlefile",
         str(path), str(folder / "page")],
        check=True,
    )  # fmt: skip
    with Image.open(folder / "page.png") as picture:
        pixels = picture.convert("RGB").get_flattened_data()
    return (
        sum(red > 180 and green < 110 and blue < 110 for red, green, blue in cast(Any, pixels)) > 50
    )


def test_the_archive_format_is_kept_by_one_seal_and_by_two(desk: Desk) -> None:
    assert archive.faults(sealing.read_bytes(desk.seal_it().file)) == []
    assert archive.faults(sealing.read_bytes(desk.accept_it().file)) == []


def test_keys_of_both_kinds_seal(desk: Desk) -> None:
    assert desk.seal_it().way == "certificate"
    # The association's is RSA, see the desk.
    assert desk.accept_it().way == "certificate"


def test_a_batch_opens_the_seal_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    original = certificates.open_pkcs12

    def counting(data: bytes, password: str) -> certificates.Opened:
        opened.append(1)
        return original(data, password)

    monkeypatch.setattr(certificates, "open_pkcs12", counting)
    documents = [
        ready_document(desk.issuer, desk.unit, form_pdf(), number=f"SK-{n}") for n in range(3)
    ]
    with sealing.opened(desk.seal, by=desk.keeper, password=PASSWORD) as open_seal:
        for document in documents:
            sealing.apply(document=document, open_seal=open_seal, party=Party.UNIT, reason="盖章")
        with pytest.raises(TypeError):
            pickle.dumps(open_seal)
        assert PASSWORD not in repr(open_seal)
    assert len(opened) == 1
    assert SealUse.objects.count() == 3


def test_whoever_wrote_it_does_not_seal_it(desk: Desk) -> None:
    assert "Whoever wrote it" in refused(desk, written_by=[desk.keeper.pk])
    one_clerk = seal_of(desk.unit, desk.authority, by=desk.keeper, title="一人", two_persons=False)
    assert desk.seal_it(seal=one_clerk, written_by=[desk.keeper.pk])


def test_only_the_units_seal_keepers_use_it(desk: Desk) -> None:
    for person in (desk.filler, desk.clerk):
        assert "Only a seal keeper" in refused(desk, by=person)
    Membership.objects.filter(user=desk.keeper).update(is_seal_keeper=False, is_filler=True)
    assert "Only a seal keeper" in refused(desk)


def test_the_seal_of_another_unit_goes_nowhere(desk: Desk) -> None:
    other = OrganisationFactory()
    keeper = keeper_of(other)
    seal = seal_of(other, desk.authority, by=keeper)
    assert "not the seal of the unit" in refused(desk, seal=seal, by=keeper)
    # Nor does the association's seal stand in for the unit's.
    assert "not the seal of the unit" in refused(desk, seal=desk.acceptance, by=desk.clerk)


def test_one_seal_for_each_party(desk: Desk) -> None:
    desk.seal_it()
    assert "bears that seal already" in refused(desk)
    assert SealUse.objects.count() == 1


def test_what_is_replaced_is_not_sealed(desk: Desk) -> None:
    type(desk.document).objects.filter(pk=desk.document.pk).update(superseded=True)
    assert "later version" in refused(desk)


def test_a_revoked_and_an_expired_seal_say_so(desk: Desk) -> None:
    keeping.revoke(seal=desk.seal, reason="印章遗失", by=desk.keeper)
    assert "印章遗失" in refused(desk)
    file = p12(desk.authority, desk.unit.name, end=in_days(1))
    seal = keeping.add_certificate(
        organisation=desk.unit, wish=keeping.Wish("短期"), file=file, password=PASSWORD,
        by=desk.keeper,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        later = in_days(3)
        patch.setattr("portal.clock.now", lambda: later)
        assert "certificate expired on" in refused(desk, seal=seal)


def test_wrong_passwords_are_told_counted_and_slowed_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _try in range(5):
        with pytest.raises(WrongPassword, match="does not open"):
            desk.seal_it(password="wrong")
    assert "Too many wrong passwords" in refused(desk)
    assert AuditEntry.objects.filter(action="seal_password_wrong").count() == 5
    now = clock.now() + dt.timedelta(seconds=3)
    monkeypatch.setattr("portal.clock.now", lambda: now)
    assert desk.seal_it()
    desk.seal.refresh_from_db()
    assert desk.seal.wrong_tries == 0


def test_no_password_and_no_key_is_written_anywhere(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(WrongPassword):
        desk.seal_it(password="a-wrong-secret")
    desk.seal_it()
    kept = " ".join(
        [
            caplog.text,
            str(list(AuditEntry.objects.values())),
            str(list(Seal.objects.values())),
            str(list(SealUse.objects.values())),
        ]
    )
    assert PASSWORD not in kept
    assert "a-wrong-secret" not in kept


def test_a_use_is_kept_as_it_was(desk: Desk) -> None:
    use = desk.seal_it()
    assert use.base_sha256 == desk.document.file_sha256
    assert AuditEntry.objects.get(action="seal_used").actor_id == desk.keeper.pk
    for change in (
        lambda: SealUse.objects.update(reason="别的"),
        lambda: SealUse.objects.all().delete(),
        lambda: Seal.objects.update(fingerprint="0" * 64),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_nothing_is_left_when_the_row_cannot_be_written(
    desk: Desk, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def files() -> int:
        return sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))

    before = files()
    monkeypatch.setattr(sealing, "record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        desk.seal_it()
    assert files() == before
    assert not SealUse.objects.exists()


# --- pictures --------------------------------------------------------------------------------


@pytest.fixture
def picture(desk: Desk) -> Seal:
    return keeping.add_image(
        organisation=desk.unit, wish=keeping.Wish("公章图片"), by=desk.keeper,
        upload=SimpleUploadedFile("章.png", image_seal(), "image/png"),
    )  # fmt: skip


def test_a_picture_is_printed_with_the_words_that_it_is_none(
    desk: Desk, picture: Seal, tmp_path: Path
) -> None:
    use = desk.seal_it(seal=picture, password=LOGIN_PASSWORD)
    pdf = sealing.read_bytes(use.file)
    assert pdf.startswith(form_pdf())
    assert "Signature #" not in pdfsig(pdf, tmp_path)
    (box,) = boxes_for(pdf, "seal-unit")
    assert is_red(pdf, box.page + 1, tmp_path)
    assert b"seal_unit" not in pdf[len(form_pdf()) :]
    assert archive.faults(pdf) == []


def test_a_picture_asks_for_the_keepers_own_password(desk: Desk, picture: Seal) -> None:
    with pytest.raises(WrongPassword, match="not your password"):
        desk.seal_it(seal=picture, password="wrong")
    assert "Whoever wrote it" in refused(
        desk, seal=picture, password=LOGIN_PASSWORD, written_by=[desk.keeper.pk]
    )


def test_the_association_signs_over_a_picture_but_no_picture_over_a_signature(
    desk: Desk, picture: Seal, tmp_path: Path
) -> None:
    desk.seal_it(seal=picture, password=LOGIN_PASSWORD)
    two = sealing.read_bytes(desk.accept_it().file)
    assert pdfsig(two, tmp_path).count("Signature is Valid") == 1

    second = ready_document(desk.issuer, desk.unit, form_pdf(), number="SK-2")
    desk.seal_it(document=second)
    clerks = keeping.add_image(
        organisation=desk.issuer.organisation, wish=keeping.Wish("图片"), by=desk.clerk,
        upload=SimpleUploadedFile("章.png", image_seal(), "image/png"),
    )  # fmt: skip
    with pytest.raises(RuleViolation, match="would break that seal"):
        desk.accept_it(document=second, seal=clerks, password=LOGIN_PASSWORD)


def test_a_colleague_with_the_right_takes_over(desk: Desk) -> None:
    successor = MembershipFactory(organisation=desk.unit, is_filler=False, is_seal_keeper=True).user
    Membership.objects.filter(user=desk.keeper).update(ended_at=in_days(0))
    assert desk.seal_it(by=successor).by == successor
    assert Seal.objects.get(pk=desk.seal.pk).state == SealState.ACTIVE
