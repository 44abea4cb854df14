"""Twenty scans as people make them: the right code or none, never a wrong one."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from random import Random

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from portal.documents.scans import read
from tests.portal.documents.conftest import _set_sample

CODE = "7K4MQ2XD93HW"
SEED = 20261122
# So many of the twenty are recognised at least; the others are compared by eye.
RECOGNISED = 18


@dataclass(frozen=True)
class Scan:
    """How one page was brought onto the computer."""

    dpi: int
    turn: float
    skew: float
    bend: float
    noise: int
    blur: float
    quality: int
    as_pdf: bool
    shade: int = 0


def scans() -> list[Scan]:
    """Twenty scans: turned up to 15 degrees, sheared, 150 to 300 dpi, noisy, some like photos."""
    random = Random(SEED)
    made = []
    for number in range(20):
        photo = number % 4 == 3
        made.append(
            Scan(
                dpi=(150, 200, 300)[number % 3],
                turn=random.uniform(-15, 15) if number % 5 else random.choice([90, 180, 270]),
                skew=random.uniform(-0.06, 0.06),
                bend=random.uniform(0.02, 0.06) if photo else 0,
                noise=random.randrange(5, 35),
                blur=random.uniform(0, 0.8),
                quality=random.randrange(35, 85),
                as_pdf=number % 3 == 1,
                shade=random.randrange(20, 60) if photo else 0,
            )
        )
    return made


@cache
def page(dpi: int) -> Image.Image:
    """Picture a page of the form."""
    found = pypdfium2.PdfDocument(_set_sample("application_form"))[2]
    picture: Image.Image = found.render(scale=dpi / 72, grayscale=True).to_pil()
    return picture


def data_of(scan: Scan) -> tuple[bytes, str]:
    """Make the file a scanner or telephone would give."""
    picture = page(scan.dpi)
    width, height = picture.size
    if scan.bend:
        # Seen from above and from the side: the far edge is shorter.
        x, y = scan.bend * width, scan.bend * height
        corners = (-x, -y, -x / 3, height + y, width + x / 2, height + y / 2, width + x, -y)
        picture = picture.transform(
            (width, height), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=235
        )
    if scan.skew:
        shear = (1, scan.skew, -scan.skew * height / 2, 0, 1, 0)
        picture = picture.transform(
            (width, height), Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC, fillcolor=235
        )
    picture = picture.rotate(scan.turn, Image.Resampling.BICUBIC, expand=True, fillcolor=235)
    if scan.shade:
        shadow = Image.linear_gradient("L").resize(picture.size)
        shadow = shadow.point(lambda value: 255 - value * scan.shade // 255)
        picture = ImageChops.multiply(picture, shadow)
    picture = picture.filter(ImageFilter.GaussianBlur(scan.blur))
    grain = Image.effect_noise(picture.size, scan.noise)
    picture = ImageChops.add(picture, grain, offset=-128)
    out = io.BytesIO()
    if scan.as_pdf:
        picture.save(out, "PDF", resolution=scan.dpi, quality=scan.quality)
        return out.getvalue(), "application/pdf"
    picture.save(out, "JPEG", quality=scan.quality, dpi=(scan.dpi, scan.dpi))
    return out.getvalue(), "image/jpeg"


@pytest.fixture(scope="module")
def found() -> list[list[str]]:
    """Read all twenty once."""
    return [read(*data_of(scan)).codes for scan in scans()]


def test_no_scan_is_taken_for_another_document(found: list[list[str]]) -> None:
    assert len(found) == 20
    assert {tuple(codes) for codes in found} <= {(CODE,), ()}


def test_nearly_all_are_recognised(found: list[list[str]]) -> None:
    recognised = sum(bool(codes) for codes in found)
    assert recognised >= RECOGNISED, f"{recognised} of 20 (seed {SEED})"
