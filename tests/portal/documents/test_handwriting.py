"""A signature by hand: taken from the screen or a photo, cut, printed on its line."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image, ImageDraw
from pypdf import PdfReader

from portal.documents.handwriting import LARGEST_MARK, as_text, mark_of
from portal.errors import RuleViolation
from portal.seals.boxes import boxes_of
from tests.portal.documents import samples
from tests.portal.documents.pdfs import Pdf


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def written(
    *, paper: object = (255, 255, 255, 255), kind: str = "PNG", ink: int = 20
) -> SimpleUploadedFile:
    """Write a name-like squiggle in the middle of a sheet."""
    picture = Image.new("RGBA", (960, 360), paper)  # type: ignore[arg-type]
    pen = ImageDraw.Draw(picture)
    points = [(200 + 12 * n, 180 + (60 if n % 2 else -60) + n % 7 * 5) for n in range(45)]
    pen.line(points, fill=(ink, ink, ink, 255), width=7, joint="curve")
    out = io.BytesIO()
    (picture.convert("RGB") if kind == "JPEG" else picture).save(out, kind)
    ending = "jpg" if kind == "JPEG" else "png"
    return SimpleUploadedFile(f"签名.{ending}", out.getvalue(), f"image/{kind.lower()}")


@pytest.mark.parametrize(
    "upload",
    [
        written(),
        written(paper=(0, 0, 0, 0)),
        # A photo: grey paper, not quite black ink.
        written(paper=(205, 203, 198, 255), kind="JPEG", ink=60),
    ],
)
def test_it_is_cut_to_the_ink_on_white_and_small(upload: SimpleUploadedFile) -> None:
    mark = mark_of(upload)
    assert len(mark) <= LARGEST_MARK
    picture = Image.open(io.BytesIO(mark))
    assert picture.mode == "LA"
    assert picture.width <= 480
    assert picture.height <= 150
    assert 3 < picture.width / picture.height < 5
    # Paper is nothing, so that it hides no text; ink is black.
    least, most = picture.getchannel("A").getextrema()
    assert (least, most > 155) == (0, True)
    assert picture.getchannel("L").getextrema() == (0, 0)
    assert not picture.info.get("exif")


def _flat(colour: int, size: tuple[int, int] = (960, 360)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("L", size, colour).save(out, "PNG")
    return SimpleUploadedFile("签名.png", out.getvalue(), "image/png")


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (_flat(255), "Nothing is written"),
        (
            SimpleUploadedFile("签名.png", b"no picture at all", "image/png"),
            "签名.png” is not accepted",
        ),
        (SimpleUploadedFile("签名.svg", b"<svg/>", "image/svg+xml"), "签名.svg” is not accepted"),
        (_flat(255, (9000, 4000)), "too many pixels"),
    ],
)
def test_what_is_no_signature_is_refused_with_a_sentence(
    upload: SimpleUploadedFile, sentence: str
) -> None:
    with pytest.raises(RuleViolation, match=sentence):
        mark_of(upload)


def test_a_black_sheet_is_no_signature() -> None:
    out = io.BytesIO()
    sheet = Image.new("L", (960, 360), 0)
    sheet.paste(255, (0, 0, 960, 20))
    sheet.save(out, "PNG")
    with pytest.raises(RuleViolation, match="no signature on white paper"):
        mark_of(SimpleUploadedFile("签名.png", out.getvalue(), "image/png"))


def test_it_stands_on_the_pens_line_beside_the_seal(print_pdf: Callable[..., Pdf]) -> None:
    payload = samples.application_form()
    mark = as_text(mark_of(written()))
    payload["opinions"] = [samples.signature(signer_mark=mark, date="2026-04-09")]
    pdf = print_pdf("application_form", payload)
    page = pdf.pages
    images = PdfReader(pdf.path).pages[page - 1].images
    assert len(images) == 1
    assert images[0].image is not None
    # What was signed is what is printed, dot for dot.
    signed = Image.open(io.BytesIO(base64.b64decode(mark)))
    assert images[0].image.getchannel("A").tobytes() == signed.getchannel("A").tobytes()
    assert "2026年4月9日" in pdf.flat(page)
    assert "seal-unit" in boxes_of(pdf.path.read_bytes())
